#pragma once
// A result of zeros, for tests that set the few sums they reason about.

#include <cstdint>
#include <string>

#include "results/store/results.h"
#include "tests/support/sample_result.h"

namespace souk::testing {

/// Finished cells, sorted; arm 0 is the incumbent.
inline ExperimentResult MadeResult(int replications, int arms, int segments, int days) {
  ExperimentResult r = SampleHeader({replications, arms, segments, days});
  for (std::int32_t i = 0; i < replications; ++i) {
    for (std::int32_t a = 0; a < arms; ++a) {
      CellResult cell;
      cell.replication = i;
      cell.arm = a;
      cell.by_segment.resize(static_cast<std::size_t>(segments), Sums{});
      cell.by_day.resize(static_cast<std::size_t>(days), Sums{});
      cell.by_age = cell.by_day;
      cell.by_week.resize(static_cast<std::size_t>(WeeksOf(days)));
      r.cells.push_back(cell);
    }
  }
  return r;
}

inline void SetRatio(Sums& sums, const MetricInfo& metric, std::int64_t numerator, std::int64_t denominator) {
  At(sums, metric.numerator) = numerator;
  At(sums, metric.denominator) = denominator;
}

}  // namespace souk::testing
