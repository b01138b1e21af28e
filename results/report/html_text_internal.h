#pragma once
// Text of the report page: escaping, and how numbers are written for people and for attributes.

#include <string>
#include <string_view>

#include "results/statistics/uplift.h"

namespace souk::html {

/// Safe as text and as attribute value: & < > " ' become entities; control characters (but for line ends and tabs) and
/// bytes that are not UTF-8 become U+FFFD.
std::string Escape(std::string_view text);

/// A short number for attributes: six significant digits; empty for NaN.
std::string Number(double value);
/// A coordinate: two decimals at most, no trailing zeros.
std::string Coordinate(double value);
/// `12.34%` of a share of the width.
std::string Position(double share);

/// `+0.6%`, `−2.6%` with a real minus sign; `–` for NaN. The rounding of the terminal's tables.
std::string Change(double share);
/// The same without sign, for sentences.
std::string Size(double share);
/// `+0.4 to +0.7%`; empty when there is no interval.
std::string ChangeRange(const Interval& interval);
/// `0.4 to 0.7%`: the sizes of an interval on one side of zero, smaller first.
std::string SizeRange(const Interval& interval);
/// `<0.001`, `0.012`, `–`.
std::string Probability(double p);

/// Is the metric a share, written in percent?
bool IsShare(const MetricInfo& metric);
/// A value of the metric without and with its unit: `27.26%`, `23.23`, `23.23 EUR`.
std::string ValueText(const MetricInfo& metric, double value);
std::string ValueWithUnit(const MetricInfo& metric, double value, const std::string& currency);
/// `revenue per visitor` for `revenue_per_visitor`.
std::string MetricTitle(const MetricInfo& metric);

bool HasBounds(const Interval& interval);
/// −1 below zero, +1 above, 0 neither or no interval.
int SideOf(const Interval& interval);

}  // namespace souk::html
