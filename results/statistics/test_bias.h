#pragma once
// What a real test would have said, beside the truth. A parallel-worlds result tells the effect of giving an arm to
// everybody; a test inside one world (ab-test, switchback) over the same shoppers tells something else where arms share
// stock, servers, agents or learned models (interference) or where the effect fades (novelty).

#include <vector>

#include "results/statistics/uplift.h"

namespace souk {

struct TestBias {
  std::string arm;
  Interval truth;         ///< relative uplift in parallel worlds, whole period
  Interval estimate;      ///< relative uplift that the test reports, whole period
  Interval interference;  ///< estimate − truth, paired by replication: what sharing a world does
  Interval novelty;       ///< truth of the whole period − truth of its last third: what fades
};

/// One row per arm of both results but the incumbent. Percentage points of relative uplift are plain fractions.
/// `truth` must be of parallel worlds (or factorial); replications that both finished count.
std::vector<TestBias> BiasOfTest(const ExperimentResult& truth, const ExperimentResult& test, const MetricInfo& metric);

}  // namespace souk
