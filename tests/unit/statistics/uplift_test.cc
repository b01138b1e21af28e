// Rules under test (uplift.h): point estimates and standard errors agree with hand-computed
// examples and closed forms; identical arms differ by exactly nothing; too little data is said to
// be too little.
#include "results/statistics/uplift.h"

#include <gtest/gtest.h>

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "results/statistics/heterogeneity.h"
#include "results/statistics/test_bias.h"
#include "sim/base/random.h"
#include "tests/support/made_result.h"

namespace souk {
namespace {

TEST(Uplift, HandComputedExample) {
  // Two replications of buyers ÷ visitors. Arm 6/100 and 9/100, incumbent 5/100 and 5/100.
  const std::vector<RatioPair> pairs = {{6, 100, 5, 100}, {9, 100, 5, 100}};
  const Interval relative = RelativeUplift(pairs);
  EXPECT_DOUBLE_EQ(relative.estimate, 0.5);  // (15/200) ÷ (10/200) − 1
  const Interval difference = AbsoluteDifference(pairs, 1);
  EXPECT_DOUBLE_EQ(difference.estimate, 0.025);
  // Influences of the difference: 6/100 − 0.075 = −0.015 and +0.015, so s = 0.015·√2 and the
  // standard error is 0.015. Two values have no skewness, so Hall's interval is Student's: t(1,
  // 0.975) = 12.7062.
  EXPECT_NEAR(difference.low, 0.025 - 12.7062 * 0.015, 1e-6);
  EXPECT_NEAR(difference.high, 0.025 + 12.7062 * 0.015, 1e-6);
  EXPECT_EQ(difference.method, IntervalMethod::kHall);
  // The incumbent does not vary, so the relative one is the same divided by 0.05.
  EXPECT_NEAR(relative.high, (0.025 + 12.7062 * 0.015) / 0.05, 1e-5);
}

TEST(Uplift, RatioOfSumsIsNotTheMeanOfRatios) {
  // A big and a small replication: 20/100 + 1/10 against 10/100 + 1/10.
  const std::vector<RatioPair> pairs = {{20, 100, 10, 100}, {1, 10, 1, 10}};
  EXPECT_DOUBLE_EQ(RelativeUplift(pairs).estimate, 21.0 / 11.0 - 1);
}

TEST(Uplift, IdenticalArmsDifferByExactlyNothing) {
  std::vector<RatioPair> pairs;
  for (int r = 1; r <= 10; ++r) {
    pairs.push_back({3.0 * r + 1, 97.0 + r, 3.0 * r + 1, 97.0 + r});
    for (const Interval& i : {RelativeUplift(pairs), AbsoluteDifference(pairs, 0.01)}) {
      EXPECT_EQ(i.estimate, 0.0);
      if (r == 1) {
        EXPECT_TRUE(std::isnan(i.low));
      } else {
        EXPECT_EQ(i.low, 0.0);
        EXPECT_EQ(i.high, 0.0);
        EXPECT_EQ(i.method, IntervalMethod::kPoint);
      }
    }
  }
}

TEST(Uplift, EveryReplicationTheSameGivesAPoint) {
  std::vector<RatioPair> pairs;
  for (int r = 1; r <= 9; ++r) pairs.push_back({0.3 * r, 0.7 * r, 0.1 * r, 0.7 * r});
  const Interval i = RelativeUplift(pairs);
  EXPECT_NEAR(i.estimate, 2.0, 1e-12);
  EXPECT_EQ(i.method, IntervalMethod::kPoint);
}

TEST(Uplift, OneReplicationHasNoInterval) {
  const Interval i = RelativeUplift(std::vector<RatioPair>{{6, 100, 5, 100}});
  EXPECT_NEAR(i.estimate, 0.2, 1e-12);
  EXPECT_TRUE(std::isnan(i.low) && std::isnan(i.high));
  EXPECT_EQ(i.method, IntervalMethod::kNone);
  EXPECT_TRUE(std::isnan(RelativeUplift({}).estimate));
}

TEST(Uplift, NoRelativeUpliftOverALossOrNothing) {
  const std::vector<RatioPair> loss = {{6, 100, -5, 100}, {7, 100, -5, 100}};
  EXPECT_TRUE(std::isnan(RelativeUplift(loss).estimate));
  EXPECT_NEAR(AbsoluteDifference(loss, 1).estimate, 0.115, 1e-12);
  const std::vector<RatioPair> nothing = {{6, 100, 0, 100}, {7, 100, 0, 100}};
  EXPECT_TRUE(std::isnan(RelativeUplift(nothing).estimate));
  EXPECT_TRUE(std::isnan(AbsoluteDifference(std::vector<RatioPair>{{0, 0, 1, 1}, {0, 0, 1, 1}}, 1).estimate));
}

// With many replications of a symmetric statistic all methods agree with the t interval (closed
// form).
TEST(Uplift, ApproachesStudentsIntervalOnLargeSymmetricSamples) {
  const Dice dice(11, 0);
  std::vector<RatioPair> pairs;
  double sum = 0;
  double squares = 0;
  const int n = 400;
  for (int r = 0; r < n; ++r) {
    const double d = 0.1 + ToNormal(dice.Draw(Purpose::kTest, 0, static_cast<std::uint64_t>(r)).lo);
    pairs.push_back({d, 1, 0, 1});
    sum += d;
    squares += d * d;
  }
  const double mean = sum / n;
  const double error = std::sqrt((squares - n * mean * mean) / (n - 1) / n);
  const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.975);
  const Interval i = AbsoluteDifference(pairs, 1);
  EXPECT_EQ(i.method, IntervalMethod::kBootstrapT);
  EXPECT_NEAR(i.estimate, mean, 1e-12);
  // The quantiles of 1,999 resamples wander by about 0.06 standard errors.
  EXPECT_NEAR(i.low, mean - t * error, 0.25 * error);
  EXPECT_NEAR(i.high, mean + t * error, 0.25 * error);
}

TEST(Uplift, HallCorrectsTowardsTheLongTail) {
  // Right-skewed differences: the plain t interval misses below the truth, so the corrected one
  // reaches further up than down.
  const std::vector<RatioPair> pairs = {{0.1, 1, 0, 1}, {0.0, 1, 0, 1}, {0.1, 1, 0, 1}, {0.0, 1, 0, 1}, {2.0, 1, 0, 1}};
  const Interval i = AbsoluteDifference(pairs, 1);
  EXPECT_EQ(i.method, IntervalMethod::kHall);
  EXPECT_GT(i.high - i.estimate, 1.5 * (i.estimate - i.low));
}

TEST(Uplift, FallsBackWhenMostReplicationsAreTied) {
  // One of ten replications differs: a third of all resamples has no spread.
  std::vector<RatioPair> pairs(10, {5, 100, 5, 100});
  pairs[3].arm_numerator = 8;
  const Interval i = RelativeUplift(pairs);
  EXPECT_EQ(i.method, IntervalMethod::kHall);
  EXPECT_TRUE(std::isfinite(i.low) && std::isfinite(i.high));
  EXPECT_LT(i.low, i.estimate);
  EXPECT_GT(i.high, i.estimate);
}

TEST(Uplift, IsAFunctionOfTheSums) {
  const ExperimentResult result = testing::SampleResult({12, 2});
  const MetricInfo& metric = *FindMetric("conversion");
  const Uplift a = CompareWithIncumbent(result, metric, 1);
  const Uplift b = CompareWithIncumbent(result, metric, 1);
  EXPECT_EQ(a.relative.low, b.relative.low);
  EXPECT_EQ(a.relative.high, b.relative.high);
  EXPECT_EQ(a.replications, 12);
  EXPECT_FALSE(a.discordant_orders.has_value());
  EXPECT_FALSE(a.thin) << "unknown is not thin";
}

TEST(Uplift, LeavesOutReplicationsThatEitherDidNotFinish) {
  ExperimentResult result = testing::SampleResult({4, 3});
  result.cells[1].error = "arm 1 failed in replication 0";
  result.cells[3].error = "the incumbent failed in replication 1";
  result.cells[8].error = "arm 2 failed in replication 2";
  const MetricInfo& metric = *FindMetric("conversion");
  EXPECT_EQ(CompareWithIncumbent(result, metric, 1).replications, 2);
  EXPECT_EQ(CompareWithIncumbent(result, metric, 2).replications, 2);
}

TEST(Uplift, IncumbentAgainstItselfIsIdentical) {
  const ExperimentResult result = testing::SampleResult({9, 2, 2, 2, 30});
  const Uplift u = CompareWithIncumbent(result, *FindMetric("revenue_per_visitor"), 0);
  EXPECT_TRUE(u.identical);
  EXPECT_EQ(u.relative.low, 0.0);
  EXPECT_EQ(u.relative.high, 0.0);
  EXPECT_EQ(u.discordant_orders, 0);
  EXPECT_FALSE(u.thin);
}

TEST(DiscordantOrders, CountsShoppersWhoBoughtInOneArmOnly) {
  ExperimentResult result = testing::SampleResult({1, 2, 1, 1, 4});
  const int orders[2][4] = {{0, 1, 2, 0}, {1, 1, 0, 0}};
  for (std::size_t arm = 0; arm < 2; ++arm) {
    for (std::size_t u = 0; u < 4; ++u) result.cells[arm].shoppers[u].orders = orders[arm][u];
  }
  EXPECT_EQ(DiscordantOrders(result, 1, 0), 2) << "shoppers 0 and 2; two orders against one is no discordance";
  EXPECT_TRUE(CompareWithIncumbent(result, *FindMetric("conversion"), 1).thin);
}

// An 80:20 test whose small arm sells 10 % more per shopper: 800 orders against 220. By hand: 220 ÷ 0.2 = 1,100 and
// 800 ÷ 0.8 = 1,000 orders if each had the whole shop.
TEST(Uplift, TotalsOfUnequalPartsCompareByTheirShares) {
  ExperimentResult result = testing::MadeResult(3, 2, 1, 2);
  result.design = "ab-test";
  result.shares = {4, 1};
  const MetricInfo& orders = *FindMetric("orders");
  for (CellResult& cell : result.cells) {
    const std::int64_t n = (cell.arm == 0 ? 800 : 220) * (1 + cell.replication);
    At(cell.by_segment[0], Sum::kOrders) = n;
    for (Sums& day : cell.by_day) At(day, Sum::kOrders) = n / 2;
  }
  const Uplift uplift = CompareWithIncumbent(result, orders, 1);
  EXPECT_NEAR(uplift.relative.estimate, 0.1, 1e-12);
  EXPECT_NEAR(uplift.difference.estimate, 200, 1e-9) << "mean of 100, 200 and 300 orders";
  EXPECT_NEAR(ArmValue(result, orders, 1).estimate, 440, 1e-9) << "the value is the arm's own";
  EXPECT_NEAR(UpliftCurve(result, orders, 1, Clock::kDay)[1].estimate, 0.1, 1e-12);
  EXPECT_NEAR(SegmentGrid(result, orders)[1][0].uplift.relative.estimate, 0.1, 1e-12);
  // Beside the truth, in which both arms have everybody: no bias of the test.
  ExperimentResult truth = result;
  truth.design = "parallel-worlds";
  truth.shares.clear();
  for (CellResult& cell : truth.cells) {
    const std::int64_t n = (cell.arm == 0 ? 1000 : 1100) * (1 + cell.replication);
    At(cell.by_segment[0], Sum::kOrders) = n;
    for (Sums& day : cell.by_day) At(day, Sum::kOrders) = n / 2;
  }
  EXPECT_NEAR(BiasOfTest(truth, result, orders)[0].interference.estimate, 0, 1e-12);
  EXPECT_NEAR(UnpairedUplift(result, 1, truth, 0, orders).estimate, 0.1, 1e-12);
  // Ratios need no such help.
  for (CellResult& cell : result.cells)
    testing::SetRatio(cell.by_segment[0], *FindMetric("conversion"), cell.arm == 0 ? 80 : 22,
                      cell.arm == 0 ? 800 : 200);
  EXPECT_NEAR(CompareWithIncumbent(result, *FindMetric("conversion"), 1).relative.estimate, 0.1, 1e-12);
}

TEST(ArmValue, IsTheRatioOfSumsWithStudentsInterval) {
  ExperimentResult result = testing::SampleResult({3, 1, 1, 1});
  const std::int64_t buyers[] = {2, 4, 6};
  for (std::size_t r = 0; r < 3; ++r) {
    At(result.cells[r].by_segment[0], Sum::kBuyers) = buyers[r];
    At(result.cells[r].by_segment[0], Sum::kVisitors) = 100;
  }
  const Interval i = ArmValue(result, *FindMetric("conversion"), 0);
  EXPECT_DOUBLE_EQ(i.estimate, 0.04);
  // s of 0.02, 0.04, 0.06 is 0.02; t(2, 0.975) = 4.302653.
  EXPECT_NEAR(i.high, 0.04 + 4.302653 * 0.02 / std::sqrt(3), 1e-7);
  EXPECT_NEAR(i.low, 0.04 - 4.302653 * 0.02 / std::sqrt(3), 1e-7);
}

TEST(ArmValue, PlainTotalsAreMeansPerReplication) {
  ExperimentResult result = testing::SampleResult({2, 1, 2, 1});
  const Interval i = ArmValue(result, *FindMetric("orders"), 0);
  const double expected =
      0.5 * static_cast<double>(At(result.cells[0].Total(), Sum::kOrders) + At(result.cells[1].Total(), Sum::kOrders));
  EXPECT_NEAR(i.estimate, expected, 1e-9 * expected);
}

}  // namespace
}  // namespace souk
