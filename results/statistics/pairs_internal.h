#pragma once
// From integer sums to the pairs that intervals are made of.

#include "results/statistics/uplift.h"

namespace souk {

inline double AsDouble(const Sums& sums, Sum sum) { return static_cast<double>(At(sums, sum)); }

/// The sums of a cell or of a part of one: as in CellResult::Total, each counts as one.
inline RatioPair PairOf(Sums arm, Sums base, const MetricInfo& metric) {
  At(arm, Sum::kOne) = 1;
  At(base, Sum::kOne) = 1;
  return {AsDouble(arm, metric.numerator), AsDouble(arm, metric.denominator), AsDouble(base, metric.numerator),
          AsDouble(base, metric.denominator)};
}

}  // namespace souk
