// Rules under test: the share of clicks that brings no page, against hand-counted sums and the t interval's closed
// form.
#include "results/statistics/recommendations.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/made_result.h"

namespace souk {
namespace {

void Set(ExperimentResult& result, int replication, int arm, std::int64_t views, std::int64_t clicks) {
  for (CellResult& cell : result.cells) {
    if (cell.replication != replication || cell.arm != arm) continue;
    At(cell.by_segment[0], Sum::kViews) = views;
    At(cell.by_segment[0], Sum::kClicks) = clicks;
  }
}

// Arm 1 has no recommender. Replication 0: 1,000 pages against 900 for 400 clicks; replication 1: 1,100 against 1,000
// for 600. Gains 100 + 100 over 1,000 clicks: .8 of the clicks brought nothing; by replication .75 and .8333.
ExperimentResult TwoReplications() {
  ExperimentResult result = testing::MadeResult(2, 2, 1, 7);
  result.without_recommender = {1, -1};
  Set(result, 0, 0, 1000, 400);
  Set(result, 0, 1, 900, 0);
  Set(result, 1, 0, 1100, 600);
  Set(result, 1, 1, 1000, 0);
  return result;
}

TEST(ShareOfClicksWithoutGain, CountsPagesThatNobodyOpensWithoutARecommender) {
  const ExperimentResult result = TwoReplications();
  EXPECT_NEAR(ClicksWithoutGain(result, result.cells[0]), 0.75, 1e-12);
  EXPECT_NEAR(ClicksWithoutGain(result, result.cells[2]), 1 - 100.0 / 600, 1e-12);
  const Interval share = ShareOfClicksWithoutGain(result, 0);
  EXPECT_NEAR(share.estimate, 0.8, 1e-12);
  // The interval is that of the gain per click, turned round.
  const Interval gain = AbsoluteDifference(std::vector<RatioPair>{{1000, 400, 900, 400}, {1100, 600, 1000, 600}}, 1);
  EXPECT_DOUBLE_EQ(share.low, 1 - gain.high);
  EXPECT_DOUBLE_EQ(share.high, 1 - gain.low);
  EXPECT_LT(share.low, 0.8);
  EXPECT_GT(share.high, 0.8);
}

TEST(ShareOfClicksWithoutGain, IsNotKnownWithoutATwinOrClicks) {
  ExperimentResult result = TwoReplications();
  EXPECT_TRUE(std::isnan(ShareOfClicksWithoutGain(result, 1).estimate)) << "it is the twin";
  EXPECT_TRUE(std::isnan(ClicksWithoutGain(result, result.cells[1])));
  Set(result, 0, 0, 1000, 0);
  EXPECT_TRUE(std::isnan(ClicksWithoutGain(result, result.cells[0])));
  result.cells[3].error = "failed";
  EXPECT_TRUE(std::isnan(ClicksWithoutGain(result, result.cells[2]))) << "its twin failed";
  EXPECT_TRUE(std::isnan(ShareOfClicksWithoutGain(result, 0).estimate)) << "nothing is left";
  result.without_recommender.clear();
  EXPECT_TRUE(std::isnan(ShareOfClicksWithoutGain(result, 0).estimate)) << "an older file";
}

}  // namespace
}  // namespace souk
