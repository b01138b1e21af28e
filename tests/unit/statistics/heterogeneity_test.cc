// Rules under test (heterogeneity.h): segments, curves, levers, gaps and sample ratios on results made by hand, where
// every figure follows from a few numbers.
#include "results/statistics/heterogeneity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "results/statistics/multiplicity.h"
#include "sim/base/error.h"
#include "sim/base/random.h"
#include "tests/support/made_result.h"

namespace souk {
namespace {

using testing::MadeResult;
using testing::SetRatio;

const MetricInfo& Conversion() { return *FindMetric("conversion"); }

/// Two segments of 100 visitors in six replications. The arm doubles the buyers of the first segment and leaves those
/// of the second alone, but for ±1 by replication.
ExperimentResult OneSegmentGains() {
  ExperimentResult r = MadeResult(6, 2, 2, 1);
  const int wobble[] = {1, -1, 0, 1, 0, -1};
  for (CellResult& cell : r.cells) {
    const int w = cell.arm == 1 ? wobble[cell.replication] : 0;
    SetRatio(cell.by_segment[0], Conversion(), cell.arm == 1 ? 20 + w : 10, 100);
    SetRatio(cell.by_segment[1], Conversion(), 30 - w, 100);
  }
  return r;
}

TEST(SegmentGrid, FindsTheSegmentThatGains) {
  const auto grid = SegmentGrid(OneSegmentGains(), Conversion());
  ASSERT_EQ(grid.size(), 2U);
  EXPECT_TRUE(grid[0].empty());
  ASSERT_EQ(grid[1].size(), 2U);
  const SegmentUplift& first = grid[1][0];
  const SegmentUplift& second = grid[1][1];
  EXPECT_NEAR(first.uplift.relative.estimate, 1, 1e-12);      // 20 ÷ 10 − 1
  EXPECT_NEAR(first.uplift.difference.estimate, 0.1, 1e-12);  // .2 − .1
  EXPECT_NEAR(second.uplift.relative.estimate, 0, 1e-12);
  EXPECT_NEAR(first.share, 1, 1e-12);
  EXPECT_NEAR(second.share, 0, 1e-12);
  EXPECT_EQ(second.segment, 1);
  EXPECT_EQ(first.uplift.replications, 6);
  // Symmetric deviations: Student's t. Influences ±.1, ±.1, 0, 0 …: error √(.04/5/6), t = 27.39 with 5 degrees.
  EXPECT_LT(first.p, 1e-5);
  EXPECT_NEAR(second.p, 1, 1e-9);
  EXPECT_NEAR(first.q, 2 * first.p, 1e-15) << "two hypotheses";
  EXPECT_NEAR(second.q, 1, 1e-9);
  // Uplift 1 against 0 of the rest, and the other way round: the same test.
  EXPECT_LT(first.p_interaction, 1e-4);
  EXPECT_NEAR(second.p_interaction, first.p_interaction, 1e-12);
}

TEST(SegmentGrid, NoInteractionWhereAllGainAlike) {
  ExperimentResult r = MadeResult(6, 2, 2, 1);
  const int wobble[] = {3, -3, 1, -1, 2, -2};
  for (CellResult& cell : r.cells) {
    const int up = cell.arm == 1 ? 2 : 1;
    // The two segments waver against one another, each about its mean.
    SetRatio(cell.by_segment[0], Conversion(), up * 40 + up * wobble[cell.replication], 1000);
    SetRatio(cell.by_segment[1], Conversion(), up * 80 - (up - 1) * wobble[cell.replication], 1000);
  }
  const auto grid = SegmentGrid(r, Conversion());
  for (const SegmentUplift& s : grid[1]) {
    EXPECT_NEAR(s.uplift.relative.estimate, 1, 1e-12);
    EXPECT_LT(s.p, 1e-4);
    EXPECT_GT(s.p_interaction, 0.9);
  }
  EXPECT_NEAR(grid[1][0].share, 1.0 / 3, 1e-12);  // 40 of 120 more buyers
  EXPECT_NEAR(grid[1][1].share, 2.0 / 3, 1e-12);
}

TEST(SegmentGrid, QIsOverArmsAndSegments) {
  const ExperimentResult r = testing::SampleResult({8, 3, 3, 2});
  const auto grid = SegmentGrid(r, Conversion());
  std::vector<double> p;
  std::vector<double> q;
  for (const auto& row : grid)
    for (const SegmentUplift& s : row) {
      p.push_back(s.p);
      q.push_back(s.q);
    }
  ASSERT_EQ(p.size(), 6U);
  const std::vector<double> expected = BenjaminiHochberg(p);
  for (std::size_t i = 0; i < q.size(); ++i) EXPECT_DOUBLE_EQ(q[i], expected[i]) << i;
}

TEST(SegmentGrid, OneSegmentHasNoRest) {
  const auto grid = SegmentGrid(testing::SampleResult({4, 2, 1, 2}), Conversion());
  EXPECT_TRUE(std::isnan(grid[1][0].p_interaction));
  EXPECT_NEAR(grid[1][0].share, 1, 1e-12);
}

/// Orders of segments 10 and 20 in the incumbent, 12 and 30 in the arm; as CellResult has them, kOne in the first only.
TEST(SegmentGrid, TotalsHaveAValueInEverySegment) {
  const MetricInfo& orders = *FindMetric("orders");
  ExperimentResult r = MadeResult(3, 2, 2, 1);
  for (CellResult& cell : r.cells) {
    At(cell.by_segment[0], Sum::kOne) = 1;
    At(cell.by_segment[0], Sum::kOrders) = cell.arm == 1 ? 12 : 10;
    At(cell.by_segment[1], Sum::kOrders) = cell.arm == 1 ? 30 : 20;
  }
  const auto grid = SegmentGrid(r, orders);
  EXPECT_NEAR(grid[1][0].uplift.relative.estimate, 0.2, 1e-12);
  EXPECT_NEAR(grid[1][1].uplift.relative.estimate, 0.5, 1e-12);
  EXPECT_NEAR(grid[1][1].uplift.difference.estimate, 10, 1e-12);
  EXPECT_EQ(grid[1][1].p_interaction, 0) << ".5 against .2 in every replication";
  EXPECT_NEAR(GapBetweenSegments(r, orders, 1).value, 1.5, 1e-12);  // 30 ÷ 12 − 1
}

TEST(SegmentGrid, NoInteractionWithALoss) {
  const MetricInfo& margin = *FindMetric("margin_per_visitor");
  ExperimentResult r = MadeResult(5, 2, 2, 1);
  for (CellResult& cell : r.cells) {
    SetRatio(cell.by_segment[0], margin, -1000 - 10 * cell.replication * cell.arm, 100);
    SetRatio(cell.by_segment[1], margin, 5000 + 7 * cell.replication * cell.arm, 100);
  }
  const auto grid = SegmentGrid(r, margin);
  EXPECT_TRUE(std::isnan(grid[1][0].p) && std::isnan(grid[1][0].q));
  EXPECT_TRUE(std::isnan(grid[1][0].p_interaction) && std::isnan(grid[1][1].p_interaction));
  EXPECT_NEAR(grid[1][1].q, grid[1][1].p, 1e-15) << "one hypothesis is left";
}

TEST(GapBetweenSegments, IsHighestOverLowest) {
  ExperimentResult r = MadeResult(2, 2, 3, 1);
  const int buyers[] = {10, 30, 20};
  for (CellResult& cell : r.cells)
    for (std::size_t s = 0; s < 3; ++s)
      SetRatio(cell.by_segment[s], Conversion(), buyers[s] + 2 * cell.replication, cell.arm == 1 ? 100 : 300);
  const GroupGap gap = GapBetweenSegments(r, Conversion(), 1);
  EXPECT_NEAR(gap.value, 62.0 / 22 - 1, 1e-12);  // (30 + 32) ÷ (10 + 12)
  EXPECT_EQ(gap.highest, 1);
  EXPECT_EQ(gap.lowest, 0);
  r.cells[3].error = "replication 1 of arm 1 failed";
  EXPECT_NEAR(GapBetweenSegments(r, Conversion(), 1).value, 2, 1e-12);
  SetRatio(r.cells[1].by_segment[0], Conversion(), 0, 100);
  EXPECT_TRUE(std::isnan(GapBetweenSegments(r, Conversion(), 1).value)) << "nothing to divide by";
  EXPECT_TRUE(std::isnan(GapBetweenSegments(MadeResult(2, 2, 1, 1), Conversion(), 1).value));
}

/// Nine days of 100 visitors: the arm's buyers are 20, 19 … 12, the incumbent's 10.
TEST(UpliftCurve, FollowsDaysAndAges) {
  ExperimentResult r = MadeResult(3, 2, 1, 9);
  for (CellResult& cell : r.cells)
    for (std::size_t d = 0; d < 9; ++d) {
      SetRatio(cell.by_day[d], Conversion(), cell.arm == 1 ? 20 - static_cast<int>(d) : 10, 100);
      SetRatio(cell.by_age[d], Conversion(), cell.arm == 1 ? 10 + static_cast<int>(d) : 10, 100);
    }
  const auto by_day = UpliftCurve(r, Conversion(), 1, Clock::kDay);
  const auto by_age = UpliftCurve(r, Conversion(), 1, Clock::kAge);
  ASSERT_EQ(by_day.size(), 9U);
  ASSERT_EQ(by_age.size(), 9U);
  for (int d = 0; d < 9; ++d) {
    EXPECT_NEAR(by_day[static_cast<std::size_t>(d)].estimate, 1 - 0.1 * d, 1e-12);
    EXPECT_NEAR(by_age[static_cast<std::size_t>(d)].estimate, 0.1 * d, 1e-12);
  }
  // Days 6, 7 and 8: 14 + 13 + 12 = 39 against 30.
  EXPECT_NEAR(LateUplift(r, Conversion(), 1, Clock::kDay).estimate, 0.3, 1e-12);
  EXPECT_NEAR(LateUplift(r, Conversion(), 1, Clock::kAge).estimate, 0.7, 1e-12);
  // Of eight days a third is two: 14 + 13.
  for (CellResult& cell : r.cells) cell.by_day.pop_back();
  EXPECT_NEAR(LateUplift(r, Conversion(), 1, Clock::kDay).estimate, 0.35, 1e-12);
}

TEST(UpliftCurve, OfTotalsAndOfOldFiles) {
  ExperimentResult r = MadeResult(2, 2, 1, 3);
  for (CellResult& cell : r.cells) {
    for (std::size_t d = 0; d < 3; ++d)
      At(cell.by_day[d], Sum::kOrders) = cell.arm == 1 ? 11 + static_cast<int>(d) : 10;
    cell.by_age.clear();
  }
  const MetricInfo& orders = *FindMetric("orders");
  EXPECT_NEAR(UpliftCurve(r, orders, 1, Clock::kDay)[1].estimate, 0.2, 1e-12);
  EXPECT_NEAR(LateUplift(r, orders, 1, Clock::kDay).estimate, 0.3, 1e-12);
  EXPECT_TRUE(UpliftCurve(r, orders, 1, Clock::kAge).empty());
  EXPECT_TRUE(std::isnan(LateUplift(r, orders, 1, Clock::kAge).estimate));
}

TEST(CheckSampleRatio, AgreesWithTheTable) {
  // Counts 500 ± d of 1,000: chi-squared 2 d²/500. Percentage points of one degree of freedom (Abramowitz & Stegun,
  // table 26.8): 3.84146 at .05, 10.828 at .001.
  const SampleRatio even = CheckSampleRatio({531, 469}, {1, 1});
  EXPECT_NEAR(even.chi_squared, 3.844, 1e-12);  // just beyond the 5 % point
  EXPECT_NEAR(even.p, 0.05, 1e-4);
  EXPECT_LT(even.p, 0.05);
  EXPECT_FALSE(even.suspect);
  EXPECT_FALSE(CheckSampleRatio({552, 448}, {1, 1}).suspect) << "10.816";
  EXPECT_TRUE(CheckSampleRatio({553, 447}, {1, 1}).suspect) << "11.236";
  EXPECT_EQ(CheckSampleRatio({0, 0}, {1, 1}).p, 1);
}

TEST(CheckSampleRatio, UnequalSharesAndMoreGroups) {
  // Mendel's peas, 315 : 108 : 101 : 32 against 9 : 3 : 3 : 1: chi-squared .470 with 3 degrees, p .9254 (Pearson 1900
  // and every textbook since).
  const SampleRatio peas = CheckSampleRatio({315, 108, 101, 32}, {9, 3, 3, 1});
  EXPECT_NEAR(peas.chi_squared, 0.470024, 1e-6);
  EXPECT_NEAR(peas.p, 0.9254, 1e-4);
  EXPECT_NEAR(CheckSampleRatio({315, 108, 101, 32}, {.9, .3, .3, .1}).chi_squared, peas.chi_squared, 1e-12);
  // Two degrees of freedom have p = exp(−chi²/2).
  const SampleRatio three = CheckSampleRatio({40, 30, 20}, {1, 1, 1});
  EXPECT_NEAR(three.chi_squared, 200.0 / 30, 1e-12);
  EXPECT_NEAR(three.p, std::exp(-100.0 / 30), 1e-12);
  EXPECT_THROW(CheckSampleRatio({5}, {1}), Error);
  EXPECT_THROW(CheckSampleRatio({5, 5}, {1}), Error);
  EXPECT_THROW(CheckSampleRatio({5, 5}, {1, 0}), Error);
  EXPECT_THROW(CheckSampleRatio({5, 5}, {1, std::nan("")}), Error);
}

}  // namespace
}  // namespace souk
