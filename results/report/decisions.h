#pragma once
// What a result allows one to decide: all arms against the incumbent at once, the set that may be the best, whom a
// strategy helps and harms, whether levers add up, whether a split is what it was meant to be.

#include <string>
#include <vector>

#include "results/report/table.h"
#include "results/statistics/heterogeneity.h"
#include "results/statistics/test_bias.h"

namespace souk {

/// Tables of all arms, the best and levers for one metric; what the result does not hold is left out.
std::string FormatDecisions(const ExperimentResult& result, const MetricInfo& metric, const TableOptions& options);

/// What depends on no metric: twins, the split.
std::string FormatShoppers(const ExperimentResult& result, const TableOptions& options);

/// What a test inside one shop says beside the truth of parallel worlds, for one metric, and where the two part.
std::string FormatTestBias(const ExperimentResult& truth, const ExperimentResult& test, const MetricInfo& metric,
                           const TableOptions& options);

/// Visitors by arm of a split design against the intended shares; a switchback has no such check.
/// Throws Error when the result is no A/B test.
SampleRatio SampleRatioOf(const ExperimentResult& result);

}  // namespace souk
