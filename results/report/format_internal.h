#pragma once
// How numbers are written in tables.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "results/report/text_grid.h"
#include "results/statistics/uplift.h"
#include "results/store/results.h"

namespace souk::report {

/// Bytes of the UTF-8 character that begins at `at`; 0 when they are none (over-long forms and surrogates included).
int Utf8Length(std::string_view text, std::size_t at);
/// A signed percentage without the sign of percent; one decimal, two where that would read as zero; the sign of what
/// still reads as zero is kept, because it says on which side of zero an interval ends.
std::string SignedPercent(double share);
/// `27.26%`, `3.125%`: two decimals, three below 10 %; `–` for NaN.
std::string Percent(double share);
/// Is the metric a share, written in percent?
bool IsShare(const MetricInfo& metric);
/// A value of the metric without its unit: `27.26%`, `23.23`.
std::string ValueText(const MetricInfo& metric, double value);
/// `revenue per visitor` for `revenue_per_visitor`.
std::string MetricTitle(const MetricInfo& metric);
/// Three to four significant digits; `–` for NaN.
std::string Amount(double value);
/// `850 ns`, `1.2 µs`, `34 ms`; `–` when there is none.
std::string Duration(double ns);
/// `bootstrap-t`, `hall` …
const char* MethodName(IntervalMethod method);
/// `1,234,567`.
std::string Thousands(std::int64_t n);
/// `+5.8% [+4.9, +6.7]`, coloured when the interval excludes zero. `mark` is appended.
TextCell UpliftCell(const Interval& relative, bool identical, bool higher_is_better, const std::string& mark);

/// A part of ToJson's tree with the same keys and values, to twelve digits: without intervals of values, differences,
/// interval methods, numbers of pairs, metrics that no arm has and flags that are false; units and directions stand at
/// the first arm only.
std::string BriefJson(const ExperimentResult& result);
/// `left out of item-knn: 2 replications that only one of it and base finished`, with `whom` instead of the last words.
std::string LeftOutNote(const std::string& arm, int replications, const std::string& whom);
/// One note for each arm of which replications are left out.
std::vector<std::string> LeftOutNotes(const ExperimentResult& result);
/// Says that totals are divided by intended shares; empty where all are equal, or arms have the whole shop each.
std::string ShareNote(const ExperimentResult& result);
/// The same for the two files of a comparison: also where one splits the shop and the other does not.
std::string ShareNote(const ExperimentResult& a, const ExperimentResult& b);
/// Index of the incumbent; the first arm when the result names none.
int Incumbent(const ExperimentResult& result);
/// Hash over the arm's cells in replication order.
std::uint64_t ArmFingerprint(const ExperimentResult& result, int arm);

}  // namespace souk::report
