// Rules under test (signed_rank.h): the distribution agrees with the published table and with brute force; bounds and
// p-values say the same; what cannot be told is said to be so.
#include "results/statistics/signed_rank.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/base/random.h"

namespace souk {
namespace {

TEST(SignedRank, AgreesWithThePublishedTable) {
  // Critical values of the one-sided test at .05, .025, .01 and .005: the largest w with P(W ≤ w) ≤ level.
  // Wilcoxon & Wilcox 1964, "Some Rapid Approximate Statistical Procedures", table 2; reprinted in most textbooks.
  // Checked by counting with another program (NumPy): all 32 values.
  struct Row {
    int n;
    int critical[4];
  };
  const Row table[] = {{8, {5, 3, 1, 0}},          {10, {10, 8, 5, 3}},       {15, {30, 25, 19, 15}},
                       {20, {60, 52, 43, 37}},     {25, {100, 89, 76, 68}},   {30, {151, 137, 120, 109}},
                       {40, {286, 264, 238, 220}}, {50, {466, 434, 397, 373}}};
  const double levels[] = {0.05, 0.025, 0.01, 0.005};
  for (const Row& row : table) {
    const SignedRankTable distribution(row.n);
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(distribution.Rank(levels[i]), row.critical[i] + 1) << "n " << row.n << ", level " << levels[i];
      EXPECT_LE(distribution.AtMost(row.critical[i]), levels[i]);
      EXPECT_GT(distribution.AtMost(row.critical[i] + 1), levels[i]);
    }
  }
}

TEST(SignedRank, AgreesWithBruteForceOverAllSigns) {
  for (const int n : {0, 1, 2, 5, 11}) {
    std::vector<double> counts(static_cast<std::size_t>(n * (n + 1) / 2 + 1), 0);
    for (int signs = 0; signs < 1 << n; ++signs) {
      std::size_t w = 0;
      for (int i = 0; i < n; ++i) w += (signs >> i & 1) ? static_cast<std::size_t>(i + 1) : 0;
      ++counts[w];
    }
    const SignedRankTable table(n);
    double sum = 0;
    for (std::size_t w = 0; w < counts.size(); ++w) {
      sum += counts[w] / (1 << n);
      EXPECT_NEAR(table.AtMost(static_cast<std::int64_t>(w)), sum, 1e-12) << n << " " << w;
    }
    EXPECT_EQ(table.AtMost(-1), 0);
    EXPECT_EQ(table.AtMost(1'000'000), 1);
  }
}

TEST(SignedRank, HandComputedBounds) {
  // Walsh averages of 1, 2, 4: 1, 1.5, 2, 2.5, 3, 4. P(W ≤ 0) = 1/8, P(W ≤ 1) = 2/8, P(W ≤ 2) = 3/8.
  const SignedRank shift(std::vector<double>{4, 1, 2});
  EXPECT_EQ(shift.estimate(), 2.25);
  EXPECT_EQ(shift.LowerBound(0.125), 1);
  EXPECT_EQ(shift.UpperBound(0.125), 4);
  EXPECT_EQ(shift.LowerBound(0.3), 1.5);
  EXPECT_EQ(shift.LowerBound(0.1), -INFINITY);
  EXPECT_EQ(shift.UpperBound(0.1), INFINITY);
  EXPECT_EQ(shift.PAtMost(0.9), 0.125);
  EXPECT_EQ(shift.PAtMost(1), 0.25);  // one Walsh average is ≤ 1
  EXPECT_EQ(shift.PAtLeast(3.5), 0.25);
  EXPECT_EQ(shift.PAtMost(4), 1);
}

TEST(SignedRank, BoundsAndPValuesSayTheSame) {
  const Dice dice(11, 0);
  Rng rng(dice, Purpose::kTest, 0);
  for (int set = 0; set < 200; ++set) {
    std::vector<double> values;
    const auto n = 4 + rng.Below(20);
    // Rounded, so that there are ties and zeros.
    for (int i = 0; i < n; ++i) values.push_back(std::round(8 * (rng.Normal() + 0.3)) / 8);
    const SignedRank shift(values);
    for (const double level : {0.002, 0.01, 0.05, 0.2, 0.5}) {
      for (const double null : {-1.0, -0.125, 0.0, 0.25, 0.5}) {
        EXPECT_EQ(shift.LowerBound(level) > null, shift.PAtMost(null) <= level);
        EXPECT_EQ(shift.UpperBound(level) < null, shift.PAtLeast(null) <= level);
      }
    }
    EXPECT_LE(shift.LowerBound(0.4), shift.estimate());
    EXPECT_GE(shift.UpperBound(0.4), shift.estimate());
  }
}

TEST(SignedRank, NothingMeasuredSaysNothing) {
  const SignedRank nothing(std::vector<double>{});
  EXPECT_TRUE(std::isnan(nothing.estimate()));
  EXPECT_EQ(nothing.LowerBound(0.2), -INFINITY);
  EXPECT_EQ(nothing.UpperBound(0.2), INFINITY);
  EXPECT_EQ(nothing.PAtMost(0), 1);
}

TEST(SignedRank, EveryDifferenceTheSameGivesAPoint) {
  const SignedRank shift(std::vector<double>(12, 0.04));
  EXPECT_EQ(shift.LowerBound(0.001), 0.04);
  EXPECT_EQ(shift.UpperBound(0.001), 0.04);
}

}  // namespace
}  // namespace souk
