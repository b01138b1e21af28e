// Rules under test (multiplicity.h): Holm's adjusted p-values and Benjamini–Hochberg's q-values agree with a published
// example and, on seeded random p-values, with the definitions of the two procedures carried out by brute force.
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

// The 15 p-values of Benjamini & Hochberg 1995, section 3.2 (thrombolysis after myocardial infarction). The paper: at
// .05 Bonferroni and Hochberg's method reject three hypotheses, the procedure that controls the false discovery rate
// rejects four.
const std::vector<double> kThrombolysis = {.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344,
                                           .0459, .3240, .4262, .5719, .6528, .7590, 1.000};

int CountAtMost(const std::vector<double>& p, double level) {
  return static_cast<int>(std::count_if(p.begin(), p.end(), [level](double v) { return v <= level; }));
}

TEST(BenjaminiHochberg, RejectsFourInThePapersExample) {
  const std::vector<double> q = BenjaminiHochberg(kThrombolysis);
  EXPECT_EQ(CountAtMost(q, 0.05), 4);
  // By hand: 15/4 · .0095, and the first is 15 · .0001. The fifth is the least of 15/5 · .0201 and those behind it.
  EXPECT_NEAR(q[3], 0.035625, 1e-15);
  EXPECT_NEAR(q[0], 0.0015, 1e-15);
  EXPECT_NEAR(q[4], 0.0603, 1e-15);
  // 15/6 · .0278 = .0695 and 15/7 · .0298 = .063857 and 15/8 · .0344 = .0645: the sixth takes the seventh's.
  EXPECT_NEAR(q[5], 15.0 / 7 * 0.0298, 1e-15);
  EXPECT_EQ(q[14], 1);
}

TEST(Holm, RejectsThreeInThePapersExample) {
  const std::vector<double> holm = HolmAdjusted(kThrombolysis);
  EXPECT_EQ(CountAtMost(holm, 0.05), 3);
  EXPECT_NEAR(holm[0], 0.0015, 1e-15);       // 15 · .0001
  EXPECT_NEAR(holm[2], 13 * 0.0019, 1e-15);  // .0247
  EXPECT_NEAR(holm[3], 12 * 0.0095, 1e-15);  // .114
  EXPECT_EQ(holm[9], 1);                     // 6 · .3240, at most 1
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
