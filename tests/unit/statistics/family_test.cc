// Rules under test (family.h): the best arm or the set of those that cannot be told from it; the family's p-values and
// intervals are those of its members, corrected for their number.
#include "results/statistics/family.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "results/statistics/multiplicity.h"
#include "results/statistics/sequential.h"
#include "sim/base/random.h"
#include "tests/support/made_result.h"

namespace souk {
namespace {

using Values = std::vector<std::vector<double>>;

/// Arms at the given levels with a wave of ±1 that all share and one of ±`own` that differs by arm.
Values Waves(int replications, const std::vector<double>& level, double own) {
  Values values;
  for (int r = 0; r < replications; ++r) {
    std::vector<double> row;
    for (std::size_t a = 0; a < level.size(); ++a)
      row.push_back(level[a] + (r % 3 == 0 ? 1 : -0.5) + (((r >> a) & 1) == 0 ? own : -own));
    values.push_back(row);
  }
  return values;
}

TEST(SelectBest, AClearWinnerFallsOutAtTheFirstLook) {
  const BestSet best = SelectBest(Waves(64, {5, 9, 6}, 0.1));
  EXPECT_EQ(best.arms, (std::vector<int>{1}));
  EXPECT_EQ(best.replications, kFirstLook);
}

TEST(SelectBest, TiesStayTogether) {
  const BestSet best = SelectBest(Waves(64, {5, 9, 9, 4}, 0.1));
  EXPECT_EQ(best.arms, (std::vector<int>{1, 2})) << "64 replications hold whole waves: both have mean 9";
  EXPECT_EQ(best.replications, 64) << "undecided to the end";
}

TEST(SelectBest, AllEqualStay) {
  for (const int n : {1, 2, 5, 19, 20, 40}) {
    const BestSet best = SelectBest(Values(static_cast<std::size_t>(n), {3, 3, 3}));
    EXPECT_EQ(best.arms, (std::vector<int>{0, 1, 2})) << n;
    EXPECT_EQ(best.replications, n);
  }
}

TEST(SelectBest, BestEstimateFirst) {
  const BestSet best = SelectBest(Values{{1, 3, 2}});
  EXPECT_EQ(best.arms, (std::vector<int>{1, 2, 0})) << "one replication decides nothing but the order";
  EXPECT_EQ(best.replications, 1);
  EXPECT_TRUE(SelectBest(Values{}).arms.empty());
  EXPECT_EQ(SelectBest(Values(30, {7.0})).arms, std::vector<int>{0}) << "a single arm";
}

// Four replications, arm 0 ahead by differences of mean 3, s = 1: error .5, so t = 6. One-sided Student quantiles with
// 3 degrees of freedom (table): .95 → 2.353, .975 → 3.182, .995 → 5.841, .999 → 10.215.
TEST(SelectBest, BelowTheFirstLookOneLookWithStudentsT) {
  const double c = std::sqrt(0.75);  // two at 3 + c, two at 3 − c: s² = 4 · .75 / 3
  const Values values = {{3 + c, 0}, {3 - c, 0}, {3 + c, 0}, {3 - c, 0}};
  EXPECT_EQ(SelectBest(values, 0.05).arms, std::vector<int>{0});
  EXPECT_EQ(SelectBest(values, 0.005).arms, std::vector<int>{0}) << "5.841 < 6";
  EXPECT_EQ(SelectBest(values, 0.0045).arms, (std::vector<int>{0, 1})) << "quantile 6.06";
  EXPECT_EQ(SelectBest(values, 0.05).replications, 4);
  // Ten more arms as bad share the error: .05/11 asks for 6.04.
  Values many = values;
  for (auto& row : many) row.resize(12, 0);
  EXPECT_EQ(SelectBest(many, 0.05).arms.size(), 12U);
  EXPECT_EQ(SelectBest(many, 0.06).arms.size(), 1U) << ".06/11 asks for 5.66";
}

// The look is the confidence sequence of level 2 alpha/(k − 1), two-sided: a brute-force twin that keeps all rows.
TEST(SelectBest, EliminatesAtTheSequenceOfTheDifference) {
  Rng rng(Dice(33, 0), Purpose::kTest, 1);
  int decided = 0;
  for (int trial = 0; trial < 40; ++trial) {
    Values values;
    for (int r = 0; r < 60; ++r) {
      std::vector<double> row;
      for (int a = 0; a < 4; ++a) row.push_back(0.2 * a + 0.5 * rng.Normal());
      values.push_back(row);
    }
    std::vector<bool> alive(4, true);
    int last = 0;
    for (std::size_t n = 20; n <= values.size(); ++n) {
      std::vector<bool> next = alive;
      for (std::size_t a = 0; a < 4; ++a)
        for (std::size_t b = 0; b < 4; ++b) {
          if (!alive[a] || !alive[b]) continue;
          double mean = 0;
          for (std::size_t r = 0; r < n; ++r) mean += (values[r][a] - values[r][b]) / static_cast<double>(n);
          double squares = 0;
          for (std::size_t r = 0; r < n; ++r) squares += std::pow(values[r][a] - values[r][b] - mean, 2);
          const double error = std::sqrt(squares / static_cast<double>(n * (n - 1)));
          if (mean < -SequenceMultiplier(static_cast<int>(n), 0.1 / 3) * error) next[a] = false;
        }
      if (next != alive) last = static_cast<int>(n);
      alive = next;
    }
    const BestSet best = SelectBest(values);
    std::vector<bool> kept(4, false);
    for (const int a : best.arms) kept[static_cast<std::size_t>(a)] = true;
    EXPECT_EQ(kept, alive) << trial;
    EXPECT_EQ(best.replications, best.arms.size() == 1 ? last : 60) << trial;
    decided += best.arms.size() == 1;
  }
  EXPECT_GT(decided, 3);
  EXPECT_LT(decided, 37);
}

TEST(SelectBest, KnowsWhenLowerIsBetterAndSkipsFailures) {
  const MetricInfo& rate = *FindMetric("return_rate");
  ASSERT_FALSE(rate.higher_is_better);
  ExperimentResult r = testing::MadeResult(5, 2, 1, 1);
  for (CellResult& cell : r.cells)
    testing::SetRatio(cell.by_segment[0], rate, cell.arm == 1 ? 10 : 20 + cell.replication, 100);
  EXPECT_EQ(SelectBest(r, rate).arms, std::vector<int>{1});
  EXPECT_EQ(SelectBest(r, rate).replications, 5);
  r.cells[0].error = "failed";
  EXPECT_EQ(SelectBest(r, rate).replications, 4);
  testing::SetRatio(r.cells[5].by_segment[0], rate, 0, 0);  // not a number in replication 2
  EXPECT_EQ(SelectBest(r, rate).replications, 3);
}

TEST(CompareFamily, CorrectsForItsSize) {
  const ExperimentResult r = testing::SampleResult({9, 4, 2, 2});
  int narrower = 0;
  for (const MetricInfo& metric : Metrics()) {
    const auto family = CompareFamily(r, metric);
    ASSERT_EQ(family.size(), 3U);
    if (!std::isfinite(family[0].p)) continue;  // over a loss, or over nothing
    std::vector<double> p;
    for (std::size_t i = 0; i < 3; ++i) {
      const int arm = static_cast<int>(i) + 1;
      EXPECT_EQ(family[i].arm, arm);
      const auto pairs = PairUp(r, arm, r, 0, metric);
      EXPECT_EQ(family[i].p, TwoSidedP(pairs));
      const Interval bonferroni = RelativeUplift(pairs, 0.05 / 3);
      const Interval& plain = family[i].uplift.relative;
      EXPECT_EQ(family[i].simultaneous.low, std::min(bonferroni.low, plain.low));
      EXPECT_EQ(family[i].simultaneous.high, std::max(bonferroni.high, plain.high));
      narrower += bonferroni.high < plain.high;
      p.push_back(family[i].p);
    }
    const auto holm = HolmAdjusted(p);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(family[i].holm_p, holm[i]);
  }
  EXPECT_GT(narrower, 0) << "the sample has a case in which Hall's far tail ends before the bootstrap's plain one";
}

TEST(CompareFamily, OneArmIsNoFamilyAndIdenticalArmsHaveNoEffect) {
  ExperimentResult r = testing::SampleResult({9, 2, 2, 2});
  const MetricInfo& metric = *FindMetric("conversion");
  EXPECT_EQ(CompareFamily(r, metric)[0].simultaneous.low, CompareFamily(r, metric)[0].uplift.relative.low);
  EXPECT_EQ(CompareFamily(r, metric)[0].holm_p, CompareFamily(r, metric)[0].p);
  for (std::size_t c = 0; c < r.cells.size(); c += 2) r.cells[c + 1].by_segment = r.cells[c].by_segment;
  const FamilyMember same = CompareFamily(r, metric)[0];
  EXPECT_EQ(same.p, 1);
  EXPECT_EQ(same.holm_p, 1);
  EXPECT_TRUE(same.uplift.identical);
  EXPECT_TRUE(CompareFamily(testing::SampleResult({9, 1, 2, 2}), metric).empty());
}

}  // namespace
}  // namespace souk
