// Rules under test (linearised_internal.h, uplift.h): standard errors of ratios, uplifts and contrasts agree with the
// leave-one-out jackknife; far-tail intervals are never narrower than Student's; p-values and intervals say the same.
#include <gtest/gtest.h>

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <functional>
#include <vector>

#include "results/statistics/linearised_internal.h"
#include "sim/base/random.h"

namespace souk {
namespace {

using Pairs = std::vector<RatioPair>;

/// Positive sums of arm and incumbent that share a world's level; denominators vary by the given share.
Pairs SeededPairs(Rng& rng, int n, double denominators_vary, double uplift) {
  Pairs pairs;
  for (int r = 0; r < n; ++r) {
    const double world = std::exp(0.1 * rng.Normal());
    const double visitors = 1000 * (1 + denominators_vary * (rng.Uniform() - 0.5));
    const double base = 30 * world * visitors / 1000 * (1 + 0.05 * rng.Normal());
    const double arm = (1 + uplift) * base * (1 + 0.05 * rng.Normal());
    pairs.push_back({arm, visitors * (1 + 0.2 * denominators_vary * rng.Uniform()), base, visitors});
  }
  return pairs;
}

/// Quenouille and Tukey's jackknife: √((n − 1)/n Σ (θ₋ᵢ − mean)²), Efron & Tibshirani 1993, eq. 11.5.
double Jackknife(const Pairs& pairs, const std::function<double(const Pairs&)>& statistic) {
  std::vector<double> without;
  double mean = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    Pairs rest = pairs;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    without.push_back(statistic(rest));
    mean += without.back() / static_cast<double>(pairs.size());
  }
  double sum = 0;
  for (const double v : without) sum += (v - mean) * (v - mean);
  const auto n = static_cast<double>(pairs.size());
  return std::sqrt((n - 1) / n * sum);
}

double PlainUplift(const Pairs& pairs) {
  RatioPair sum;
  for (const RatioPair& p : pairs) {
    sum.arm_numerator += p.arm_numerator;
    sum.arm_denominator += p.arm_denominator;
    sum.base_numerator += p.base_numerator;
    sum.base_denominator += p.base_denominator;
  }
  return sum.arm_numerator / sum.arm_denominator / (sum.base_numerator / sum.base_denominator) - 1;
}

std::vector<double> Column(const Pairs& pairs, double RatioPair::*field) {
  std::vector<double> column;
  for (const RatioPair& p : pairs) column.push_back(p.*field);
  return column;
}

Linearised ArmRatio(const Pairs& pairs) {
  return RatioOfSums(Column(pairs, &RatioPair::arm_numerator), Column(pairs, &RatioPair::arm_denominator));
}

TEST(Linearised, ARatioOverEqualDenominatorsHasTheJackknifesErrorExactly) {
  Rng rng(Dice(34, 0), Purpose::kTest, 1);
  for (const int n : {2, 3, 10, 40}) {
    Pairs pairs = SeededPairs(rng, n, 0, 0.05);
    for (RatioPair& p : pairs) p.arm_denominator = 1000;
    const auto ratio = [](const Pairs& p) { return ArmRatio(p).value; };
    EXPECT_NEAR(ArmRatio(pairs).Error(), Jackknife(pairs, ratio), 1e-12) << n;
  }
}

// The jackknife and the delta method differ by terms of relative order 1/n; at 200 replications by well under 2 %.
TEST(Linearised, ErrorsOfUpliftsAgreeWithTheJackknife) {
  Rng rng(Dice(34, 0), Purpose::kTest, 2);
  for (const int n : {200, 400}) {
    const Pairs pairs = SeededPairs(rng, n, 0.6, 0.05);
    const Linearised uplift = RelativeUpliftOf(pairs);
    EXPECT_NEAR(uplift.value, PlainUplift(pairs), 1e-12);
    EXPECT_NEAR(uplift.Error() / Jackknife(pairs, PlainUplift), 1, 0.02);
    EXPECT_NEAR(uplift.Error(), MomentsOf(pairs).error, 1e-12 * uplift.Error()) << "two codes, one formula";
    EXPECT_NEAR(uplift.Skewness(), MomentsOf(pairs).skewness, 1e-9);
    EXPECT_NEAR(ArmRatio(pairs).Error() / Jackknife(pairs, [](const Pairs& p) { return ArmRatio(p).value; }), 1, 0.02);
  }
}

// A contrast of two uplifts over the same incumbent, as interference and interactions are.
TEST(Linearised, ErrorsOfContrastsAgreeWithTheJackknife) {
  Rng rng(Dice(34, 0), Purpose::kTest, 3);
  const Pairs pairs = SeededPairs(rng, 300, 0.6, 0.2);
  // The second uplift sees the incumbent ÷ arm of the same rows: strongly dependent on the first.
  const auto turned = [](const Pairs& p) {
    Pairs t;
    for (const RatioPair& r : p)
      t.push_back({r.base_numerator, r.base_denominator, r.arm_numerator, r.arm_denominator});
    return t;
  };
  const auto contrast = [&](const Pairs& p) { return PlainUplift(p) - 3 * PlainUplift(turned(p)); };
  const Linearised both = Combined(RelativeUpliftOf(pairs), -3, RelativeUpliftOf(turned(pairs)));
  EXPECT_NEAR(both.value, contrast(pairs), 1e-12);
  EXPECT_NEAR(both.Error() / Jackknife(pairs, contrast), 1, 0.02);
  const Linearised alone = RelativeUpliftOf(pairs);
  EXPECT_GT(both.Error(), 2 * alone.Error()) << "the errors add up, they do not cancel";
}

TEST(Linearised, AnUpliftOverALossHasNoValue) {
  EXPECT_TRUE(std::isnan(RelativeUpliftOf(Pairs{{5, 10, -4, 10}, {6, 10, -3, 10}}).value));
  EXPECT_TRUE(std::isnan(RelativeUpliftOf(Pairs{{5, 10, 0, 10}, {6, 10, 0, 10}}).value));
  EXPECT_TRUE(std::isnan(TwoSidedP(RelativeUpliftOf(Pairs{{5, 10, -4, 10}, {6, 10, -3, 10}}))));
  EXPECT_TRUE(std::isnan(HallInterval(RelativeUpliftOf(Pairs{{5, 10, -4, 10}, {6, 10, -3, 10}})).estimate));
  EXPECT_TRUE(std::isnan(RelativeUpliftOf(Pairs{{5, 10, 4, 10}}).Error())) << "one replication";
}

TEST(TailInterval, IsNeverNarrowerThanStudents) {
  int wider = 0;
  for (const double skewness : {-4.0, -1.0, 0.0, 0.5, 3.0}) {
    for (const int n : {2, 5, 20, 100}) {
      for (const double alpha : {0.02, 0.05 / 7, 1e-4}) {
        const double half = 0.1 * boost::math::quantile(boost::math::students_t(n - 1), 1 - alpha / 2);
        const Interval tail = TailInterval(0.3, 0.1, skewness, n, alpha);
        EXPECT_LE(tail.low, 0.3 - half + 1e-12) << skewness << ", " << n << ", " << alpha;
        EXPECT_GE(tail.high, 0.3 + half - 1e-12) << skewness << ", " << n << ", " << alpha;
        wider += tail.high - tail.low > 2 * half * (1 + 1e-9);
        if (skewness == 0) {
          EXPECT_NEAR(tail.high - tail.low, 2 * half, 1e-9 * half) << "no skewness, no correction";
        }
      }
    }
  }
  EXPECT_GT(wider, 20);
}

// The interval of 1 − p reaches just to the null value: the hull of two intervals ends where the larger of two p is.
TEST(PBelow, IsTheLevelAtWhichTheIntervalTouchesTheNull) {
  Rng rng(Dice(34, 0), Purpose::kTest, 4);
  int checked = 0;
  for (int trial = 0; trial < 60; ++trial) {
    const Pairs pairs = SeededPairs(rng, 5 + trial % 4 * 5, 0.3, (trial % 2 == 0 ? 0.06 : -0.06));
    const double two_sided = TwoSidedP(pairs);
    EXPECT_NEAR(two_sided, 2 * std::min(PBelow(pairs), PAbove(pairs)), 1e-12);
    if (two_sided > 0.019 || two_sided < 1e-9) continue;  // the far tails, where the interval is that hull
    ++checked;
    const Interval in = RelativeUplift(pairs, two_sided * 0.999);
    const Interval out = RelativeUplift(pairs, two_sided * 1.001);
    EXPECT_TRUE(in.low <= 0 && in.high >= 0) << trial;
    EXPECT_TRUE(out.low > 0 || out.high < 0) << trial;
    EXPECT_EQ(PBelow(pairs) < PAbove(pairs), out.high < 0) << "the sign";
  }
  EXPECT_GE(checked, 20);
}

TEST(PBelow, AgreesWithStudentsTableWithoutSkewness) {
  // Differences of −.3, −.2 and −.1 of an incumbent that is always 1: mean −.2, error .1/√3, t = −3.4641 with two
  // degrees of freedom, whose law has the closed form P(T < t) = ½ + t/(2 √(2 + t²)).
  const Pairs pairs = {{0.7, 1, 1, 1}, {0.8, 1, 1, 1}, {0.9, 1, 1, 1}};
  const auto law = [](double t) { return 0.5 + t / (2 * std::sqrt(2 + t * t)); };
  EXPECT_NEAR(PBelow(pairs), law(-2 * std::sqrt(3)), 1e-12);
  EXPECT_NEAR(PAbove(pairs), law(2 * std::sqrt(3)), 1e-12);
  EXPECT_NEAR(PBelow(pairs, -0.1), law(-std::sqrt(3)), 1e-12);
  EXPECT_NEAR(PAbove(pairs, -0.3), law(-std::sqrt(3)), 1e-12);
  EXPECT_NEAR(PBelow(pairs, -0.2), 0.5, 1e-9);
}

TEST(PBelow, WithoutScatterIsZeroOrOne) {
  const Pairs same(6, {11, 10, 10, 10});
  EXPECT_EQ(PAbove(same), 0);
  EXPECT_EQ(PBelow(same), 1);
  EXPECT_EQ(PBelow(same, 0.2), 0);
  EXPECT_EQ(TwoSidedP(same), 0);
  EXPECT_EQ(TwoSidedP(Pairs(6, {10, 10, 10, 10})), 1) << "identical arms";
  EXPECT_TRUE(std::isnan(PBelow(Pairs{{11, 10, 10, 10}})));
  EXPECT_TRUE(std::isnan(TwoSidedP(Pairs{})));
}

}  // namespace
}  // namespace souk
