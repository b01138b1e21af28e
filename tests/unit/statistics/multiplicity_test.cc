// Rules under test (multiplicity.h): Holm's adjusted p-values and Benjamini–Hochberg's q-values agree with small cases
// by hand and, on seeded random p-values, with the definitions of the two procedures carried out by brute force.
#include "results/statistics/multiplicity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "sim/base/random.h"

namespace souk {
namespace {

int CountAtMost(const std::vector<double>& p, double level) {
  return static_cast<int>(std::count_if(p.begin(), p.end(), [level](double v) { return v <= level; }));
}

TEST(BenjaminiHochberg, ByHandOutOfOrder) {
  // Sorted .005, .01, .03, .04: 4/1 · .005 = .02, 4/2 · .01 = .02, 4/3 · .03 = .04, 4/4 · .04 = .04; from the last down
  // each takes the least of its own and those behind it, and the ties stay.
  const std::vector<double> q = BenjaminiHochberg(std::vector<double>{.01, .04, .03, .005});
  const std::vector<double> expected = {.02, .04, .04, .02};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(q[i], expected[i], 1e-15) << i;
  // 3/1 · .03 = .09 is lowered to 3/2 · .031 = .0465 by the one behind it; 3/3 · 1 is 1.
  const std::vector<double> lowered = BenjaminiHochberg(std::vector<double>{1, .03, .031});
  EXPECT_NEAR(lowered[1], .0465, 1e-15);
  EXPECT_NEAR(lowered[2], .0465, 1e-15);
  EXPECT_EQ(lowered[0], 1);
}

TEST(Holm, ByHandOutOfOrder) {
  // Sorted .005, .01, .03, .04: 4 · .005 = .02, 3 · .01 = .03, 2 · .03 = .06, 1 · .04 raised to .06.
  const std::vector<double> holm = HolmAdjusted(std::vector<double>{.01, .04, .03, .005});
  const std::vector<double> expected = {.03, .06, .06, .02};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(holm[i], expected[i], 1e-15) << i;
}

/// Holm 1979 as he states it: go up the sorted p-values, reject while p(k) ≤ α/(m − k + 1), stop at the first that is
/// not.
std::vector<bool> HolmRejects(const std::vector<double>& p, double alpha) {
  std::vector<bool> rejected(p.size(), false);
  for (std::size_t left = p.size(); left > 0; --left) {
    std::size_t smallest = p.size();
    for (std::size_t i = 0; i < p.size(); ++i)
      if (!rejected[i] && (smallest == p.size() || p[i] < p[smallest])) smallest = i;
    if (p[smallest] > alpha / static_cast<double>(left)) break;
    rejected[smallest] = true;
  }
  return rejected;
}

/// Benjamini & Hochberg: with k the largest number for which at least k p-values are ≤ k q/m, reject these.
std::vector<bool> BhRejects(const std::vector<double>& p, double q) {
  double bar = -1;
  for (std::size_t k = 1; k <= p.size(); ++k) {
    const double level = static_cast<double>(k) * q / static_cast<double>(p.size());
    if (CountAtMost(p, level) >= static_cast<int>(k)) bar = level;
  }
  std::vector<bool> rejected;
  for (const double v : p) rejected.push_back(v <= bar);
  return rejected;
}

/// Adjusted p-values by closed testing (Marcus, Peritz & Gabriel 1976) with Bonferroni's test of each intersection: a
/// hypothesis has the largest p of all sets of hypotheses that contain it. All 2^m sets.
std::vector<double> ClosedBonferroni(const std::vector<double>& p) {
  std::vector<double> adjusted(p.size(), 0);
  for (std::size_t set = 1; set < (std::size_t{1} << p.size()); ++set) {
    double size = 0, least = 1;
    for (std::size_t i = 0; i < p.size(); ++i)
      if ((set >> i & 1) != 0) ++size, least = std::min(least, p[i]);
    for (std::size_t i = 0; i < p.size(); ++i)
      if ((set >> i & 1) != 0) adjusted[i] = std::max(adjusted[i], std::min(1.0, size * least));
  }
  return adjusted;
}

TEST(Holm, IsClosedTestingWithBonferroni) {
  Rng rng(Dice(32, 0), Purpose::kTest, 1);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<double> p(static_cast<std::size_t>(1 + rng.Below(9)));
    for (double& v : p) v = std::pow(rng.Uniform(), 3);
    if (p.size() > 3) p[3] = p[0];
    const std::vector<double> holm = HolmAdjusted(p), closed = ClosedBonferroni(p);
    for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(holm[i], closed[i], 1e-15) << trial << ", " << i;
  }
}

TEST(Multiplicity, RejectsWhatTheProceduresReject) {
  Rng rng(Dice(31, 0), Purpose::kTest, 1);
  int some = 0;
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<double> p(static_cast<std::size_t>(1 + rng.Below(12)));
    for (double& v : p) v = std::pow(rng.Uniform(), 1 + 4 * rng.Uniform());  // many small ones
    if (p.size() > 2) p[1] = p[0];                                           // a tie
    const std::vector<double> holm = HolmAdjusted(p);
    const std::vector<double> bh = BenjaminiHochberg(p);
    for (const double level : {0.01, 0.05, 0.2, 0.5}) {
      const std::vector<bool> by_holm = HolmRejects(p, level);
      const std::vector<bool> by_bh = BhRejects(p, level);
      for (std::size_t i = 0; i < p.size(); ++i) {
        EXPECT_EQ(holm[i] <= level, by_holm[i]) << trial << ", " << i << " at " << level;
        EXPECT_EQ(bh[i] <= level, by_bh[i]) << trial << ", " << i << " at " << level;
        some += by_holm[i] != by_bh[i];
      }
    }
  }
  EXPECT_GT(some, 100) << "cases in which the two differ";
}

TEST(Multiplicity, NotANumberIsNoHypothesis) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> holm = HolmAdjusted(std::vector<double>{nan, .02, nan, .01});
  EXPECT_TRUE(std::isnan(holm[0]) && std::isnan(holm[2]));
  EXPECT_NEAR(holm[3], .02, 1e-15) << "two hypotheses, not four";
  EXPECT_NEAR(holm[1], .02, 1e-15);
  const std::vector<double> bh = BenjaminiHochberg(std::vector<double>{nan, .03, .01});
  EXPECT_TRUE(std::isnan(bh[0]));
  EXPECT_NEAR(bh[1], .03, 1e-15);
  EXPECT_NEAR(bh[2], .02, 1e-15);
  EXPECT_TRUE(HolmAdjusted({}).empty());
  EXPECT_TRUE(BenjaminiHochberg({}).empty());
}

}  // namespace
}  // namespace souk
