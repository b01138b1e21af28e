// Rules under test (test_bias.h): the bias of a test is its estimate less the truth, paired by replication; novelty is
// the truth of the whole period less that of its last third.
#include "results/statistics/test_bias.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/made_result.h"

namespace souk {
namespace {

using testing::MadeResult;
using testing::SetRatio;

const MetricInfo& Revenue() { return *FindMetric("revenue_per_visitor"); }

/// Six days of 100 visitors. The incumbent takes 1,000 a day times the replication's level, the arm the given share
/// more on the first four days and on the last two.
ExperimentResult Shop(double early, double late, int first_level) {
  ExperimentResult r = MadeResult(4, 2, 1, 6);
  for (CellResult& cell : r.cells) {
    const double level = 1000.0 * (first_level + cell.replication);
    std::int64_t total = 0;
    for (std::size_t d = 0; d < 6; ++d) {
      const double gain = cell.arm == 0 ? 0 : d < 4 ? early : late;
      const auto cents = static_cast<std::int64_t>(std::llround(level * (1 + gain)));
      SetRatio(cell.by_day[d], Revenue(), cents, 100);
      total += cents;
    }
    SetRatio(cell.by_segment[0], Revenue(), total, 300);  // distinct visitors, fewer than 600 visits
  }
  return r;
}

TEST(BiasOfTest, IsEstimateLessTruth) {
  // A test that says +30 % where +10 % is true, over shoppers that spend at another level.
  ExperimentResult test = Shop(0.3, 0.3, 5);
  test.design = "ab-test";
  test.shares = {1, 1};
  const auto rows = BiasOfTest(Shop(0.1, 0.1, 9), test, Revenue());
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].arm, "arm-1");
  EXPECT_NEAR(rows[0].truth.estimate, 0.1, 1e-12);
  EXPECT_NEAR(rows[0].estimate.estimate, 0.3, 1e-12);
  EXPECT_NEAR(rows[0].interference.estimate, 0.2, 1e-12);
  EXPECT_NEAR(rows[0].interference.low, 0.2, 1e-9) << "every replication says the same";
  EXPECT_NEAR(rows[0].novelty.estimate, 0, 1e-12);
}

TEST(BiasOfTest, NoveltyIsWhatFades) {
  // +40 % on four days and +10 % on two: +30 % overall, of which 20 points are gone in the last third.
  const ExperimentResult shop = Shop(0.4, 0.1, 9);
  const auto rows = BiasOfTest(shop, shop, Revenue());
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_NEAR(rows[0].truth.estimate, 0.3, 1e-12);
  EXPECT_NEAR(rows[0].novelty.estimate, 0.2, 1e-12);
  EXPECT_EQ(rows[0].interference.estimate, 0) << "the truth has no bias";
  EXPECT_NEAR(BiasOfTest(Shop(0.0, 0.3, 9), shop, Revenue())[0].novelty.estimate, -0.2, 1e-12) << "it grows";
}

TEST(BiasOfTest, NoveltyOfTotals) {
  const MetricInfo& revenue = *FindMetric("revenue");
  const ExperimentResult shop = Shop(0.4, 0.1, 9);
  EXPECT_NEAR(BiasOfTest(shop, shop, revenue)[0].novelty.estimate, 0.2, 1e-12);
}

TEST(BiasOfTest, IntervalIsPairedByReplication) {
  // Both swing by ±30 points together: the difference does not.
  ExperimentResult truth = Shop(0, 0, 1);
  ExperimentResult test = truth;
  const int swing[] = {30, -30, 30, -30};
  for (CellResult& cell : truth.cells)
    SetRatio(cell.by_segment[0], Revenue(), cell.arm == 0 ? 1000 : 1100 + 10 * swing[cell.replication], 1);
  for (CellResult& cell : test.cells)
    SetRatio(cell.by_segment[0], Revenue(), cell.arm == 0 ? 1000 : 1150 + 10 * swing[cell.replication], 1);
  const TestBias row = BiasOfTest(truth, test, Revenue())[0];
  EXPECT_NEAR(row.interference.estimate, 0.05, 1e-12);
  EXPECT_LT(row.interference.high - row.interference.low, 1e-9);
  EXPECT_GT(row.truth.high - row.truth.low, 0.5);
}

TEST(BiasOfTest, PairsArmsByNameAndReplicationsThatBothFinished) {
  const ExperimentResult truth = Shop(0.1, 0.1, 9);
  ExperimentResult test = Shop(0.3, 0.3, 5);
  // The other order of arms, and one replication failed whose figures would tell.
  test.arms = {"arm-1", "today"};
  for (CellResult& cell : test.cells) {
    const bool arm = cell.arm == 0;
    SetRatio(cell.by_segment[0], Revenue(), arm ? 1200 : 1000, 1);
    if (cell.replication == 2) SetRatio(cell.by_segment[0], Revenue(), arm ? 9000 : 1000, 1);
    if (cell.replication == 2 && arm) cell.error = "failed";
  }
  const auto rows = BiasOfTest(truth, test, Revenue());
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].arm, "arm-1");
  EXPECT_NEAR(rows[0].interference.estimate, 0.1, 1e-12);
  test.arms = {"arm-2", "today"};
  EXPECT_TRUE(BiasOfTest(truth, test, Revenue()).empty()) << "no arm in common";
  test.arms = {"arm-1", "yesterday"};
  EXPECT_TRUE(BiasOfTest(truth, test, Revenue()).empty()) << "another incumbent";
}

TEST(BiasOfTest, NothingToSayOverALoss) {
  ExperimentResult truth = Shop(0.1, 0.1, 9);
  for (CellResult& cell : truth.cells) At(cell.by_segment[0], Sum::kRevenueCents) *= -1;
  const TestBias row = BiasOfTest(truth, Shop(0.1, 0.1, 9), Revenue())[0];
  EXPECT_TRUE(std::isnan(row.truth.estimate));
  EXPECT_TRUE(std::isnan(row.interference.estimate));
}

}  // namespace
}  // namespace souk
