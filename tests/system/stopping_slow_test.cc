// Stopping rules in whole runs, each with one, two and five threads. Resuming and equal arms are in factorial_test.cc.

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <vector>

#include "bench/experiment/experiment.h"
#include "bench/experiment/stopping.h"
#include "results/statistics/sequential.h"
#include "results/statistics/uplift.h"
#include "tests/system/designs.h"

namespace souk {
namespace {

/// All runs count the same replications with the same outcomes, and hand each of them over.
ExperimentResult SameForThreads(const Scenario& s) {
  std::vector<ExperimentResult> results;
  for (const int threads : {1, 2, 5}) {
    RunOptions options;
    options.threads = threads;
    std::vector<std::int32_t> parts;
    options.on_replication = [&](const ExperimentResult&, const std::vector<CellResult>& cells) {
      parts.push_back(cells.front().replication);
    };
    results.push_back(RunExperiment(s, options));
    // Those that ran ahead of the last look are handed over too, and none twice.
    std::sort(parts.begin(), parts.end());
    EXPECT_EQ(std::adjacent_find(parts.begin(), parts.end()), parts.end());
    const std::vector<std::int32_t> counted = results.back().CompleteReplications();
    EXPECT_TRUE(std::includes(parts.begin(), parts.end(), counted.begin(), counted.end()));
    EXPECT_EQ(results.back().Fingerprint(), results.front().Fingerprint()) << threads << " threads";
    EXPECT_EQ(results.back().cells.size(), results.front().cells.size());
  }
  return results.front();
}

TEST(Stopping, DecideStopsAtTheFirstLookThatSettlesIt) {
  const Scenario s =
      Read("tiny/shop.yaml", Stopping("{mode: decide, metric: views_per_session, max_replications: 60}"));
  const ExperimentResult r = SameForThreads(s);
  const int n = static_cast<int>(r.CompleteReplications().size());
  EXPECT_EQ(r.planned_replications, n);
  EXPECT_LT(n, 60);
  const MetricInfo& metric = *FindMetric("views_per_session");
  const std::vector<RatioPair> pairs = PairUp(r, 1, r, 0, metric);
  EXPECT_NE(Decide(SequentialUplift(pairs), 0), Decision::kUndecided);
  ASSERT_GT(n, kFirstLook);
  EXPECT_EQ(Decide(SequentialUplift(std::span(pairs).first(pairs.size() - 1)), 0), Decision::kUndecided);
}

TEST(Stopping, DecideGoesOnUntilThen) {
  // Prices do not act on the number of lines of an order: there is nothing to find, and the run ends at its limit.
  const ExperimentResult r =
      SameForThreads(Read("tiny/shop.yaml", Stopping("{mode: decide, metric: lines_per_order, max_replications: 23}")));
  EXPECT_EQ(r.CompleteReplications().size(), 23U);
}

TEST(Stopping, PrecisionStopsAtALookWhereEveryIntervalIsNarrow) {
  const Scenario s =
      Read("tiny/shop.yaml",
           Stopping("{mode: precision, metric: views_per_session, half_width: 0.009, max_replications: 200}"));
  const ExperimentResult r = SameForThreads(s);
  const auto n = r.CompleteReplications().size();
  EXPECT_EQ((n - kFirstLook) % 5, 0U) << "looks are five replications apart";
  EXPECT_GT(n, 20U);
  EXPECT_LT(n, 200U);
  const std::vector<RatioPair> pairs = PairUp(r, 1, r, 0, *FindMetric("views_per_session"));
  const auto half = [](const Interval& i) { return (i.high - i.low) / 2; };
  EXPECT_LE(half(RelativeUplift(pairs)), 0.009);
  EXPECT_GT(half(RelativeUplift(std::span(pairs).first(n - 5))), 0.009) << "the look before was not";
}

}  // namespace
}  // namespace souk
