// Rules under test (sequential.h): the multiplier is the Gaussian-mixture boundary, derived here a second time from the
// mixture itself; a driftless walk rarely crosses it at any look; nothing is said before kFirstLook; decisions follow
// the position of the sequence against the margin.
#include "results/statistics/sequential.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "sim/base/random.h"

namespace souk {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Logarithm of the mixture of likelihood ratios exp(λs − nλ²/2) over λ ~ N(0, ρ²), by Simpson's rule. Ville's
/// inequality: a driftless Gaussian walk s has mixture ≥ 1/α at some n with chance ≤ α.
double LogMixture(double s, double n, double rho) {
  const double peak = s / (n + 1 / (rho * rho));
  const double width = 1 / std::sqrt(n + 1 / (rho * rho));
  const auto exponent = [&](double l) { return l * s - n * l * l / 2 - l * l / (2 * rho * rho); };
  const int steps = 2000;
  const double h = 24 * width / steps;
  double sum = 0;
  for (int i = 0; i <= steps; ++i) {
    const double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
    sum += weight * std::exp(exponent(peak - 12 * width + i * h) - exponent(peak));
  }
  return exponent(peak) + std::log(sum * h / 3) - 0.5 * std::log(2 * M_PI) - std::log(rho);
}

// Waudby-Smith et al. 2021, theorem 2.2, mixes over N(0, ρ²); GrowthBook's documentation ("Sequential testing") has
// ρ = √((−2 log α + log(−2 log α + 1)) / N*).
TEST(SequenceMultiplier, IsWhereTheMixtureReachesOneOverAlpha) {
  for (const double alpha : {0.2, 0.05, 0.01 / 7}) {
    for (const double tuned_for : {20.0, 50.0, 5000.0}) {
      const double rho =
          std::sqrt((std::log(1 / (alpha * alpha)) + std::log1p(std::log(1 / (alpha * alpha)))) / tuned_for);
      for (const int n : {1, 20, 50, 400, 20000}) {
        const double s = SequenceMultiplier(n, alpha, tuned_for) * std::sqrt(n);
        EXPECT_NEAR(LogMixture(s, n, rho), std::log(1 / alpha), 1e-8) << alpha << ", " << tuned_for << ", " << n;
      }
    }
  }
}

TEST(SequenceMultiplier, IsTightestAboutWhereItIsTunedFor) {
  // The closed form of ρ is an approximation of the best one (paper, appendix B.2): half-widths tuned elsewhere, by a
  // factor of two or more, are wider.
  for (const double n : {20.0, 50.0, 1000.0}) {
    const double tuned = SequenceMultiplier(static_cast<int>(n), 0.05, n);
    for (const double factor : {0.1, 0.5, 2.0, 10.0})
      EXPECT_GT(SequenceMultiplier(static_cast<int>(n), 0.05, factor * n), tuned) << n << ", " << factor;
  }
  // Price of looking at every replication, measured by simulation elsewhere: 1.40–1.57 times wider.
  const double price = SequenceMultiplier(50, 0.05) / 1.959964;
  EXPECT_GT(price, 1.4);
  EXPECT_LT(price, 1.57);
}

// 2,000 walks of 400 steps with alpha .2. The bound of Ville is .2 for walks without end, so more than
// .2 + 3.1 · √(.2 · .8 / 2000) = .2277 crossings come by chance once in 1,000 seeds. A look at 1.2816 standard
// errors, the fixed-sample quantile, crosses in most walks.
TEST(SequenceMultiplier, ADriftlessWalkRarelyCrosses) {
  Rng rng(Dice(32, 0), Purpose::kTest, 1);
  int crossed = 0;
  int crossed_fixed = 0;
  std::vector<double> boundary = {0};
  for (int n = 1; n <= 400; ++n) boundary.push_back(SequenceMultiplier(n, 0.2));
  for (int walk = 0; walk < 2000; ++walk) {
    double s = 0;
    bool out = false;
    bool out_fixed = false;
    for (int n = 1; n <= 400; ++n) {
      s += rng.Normal();
      const double z = std::abs(s) / std::sqrt(n);
      out = out || z > boundary[static_cast<std::size_t>(n)];
      out_fixed = out_fixed || z > 1.281552;
    }
    crossed += out;
    crossed_fixed += out_fixed;
  }
  EXPECT_LE(crossed, 455);
  EXPECT_GE(crossed, 100) << "the boundary is not needlessly wide";
  EXPECT_GE(crossed_fixed, 1000);
}

std::vector<RatioPair> Walk(int n) {
  std::vector<RatioPair> pairs;
  for (int r = 0; r < n; ++r) pairs.push_back({r % 2 == 0 ? 11.0 : 13.0, 1, 10, 1});
  return pairs;
}

TEST(SequentialUplift, SaysNothingBeforeTheFirstLook) {
  const std::vector<Interval> curve = CumulativeUplift(Walk(kFirstLook + 2));
  ASSERT_EQ(curve.size(), 22U);
  for (int n = 1; n < kFirstLook; ++n) {
    const Interval& i = curve[static_cast<std::size_t>(n - 1)];
    EXPECT_TRUE(std::isnan(i.low) && std::isnan(i.high)) << n;
    EXPECT_NEAR(i.estimate, n % 2 == 0 ? 0.2 : 0.2 - 0.1 / n, 1e-12) << n;
    EXPECT_EQ(i.method, IntervalMethod::kNone);
  }
  // At 20: deviations of ±0.1, so the standard error is 0.1/√19.
  const Interval& first = curve[kFirstLook - 1];
  EXPECT_EQ(first.method, IntervalMethod::kSequence);
  const double half = SequenceMultiplier(20, 0.05) * 0.1 / std::sqrt(19.0);
  EXPECT_NEAR(first.low, 0.2 - half, 1e-12);
  EXPECT_NEAR(first.high, 0.2 + half, 1e-12);
  EXPECT_TRUE(CumulativeUplift({}).empty());
}

TEST(SequentialUplift, NoUpliftOverALoss) {
  std::vector<RatioPair> pairs = Walk(30);
  for (RatioPair& p : pairs) p.base_numerator = -10;
  EXPECT_TRUE(std::isnan(SequentialUplift(pairs).low));
  EXPECT_EQ(Decide(SequentialUplift(pairs), 0.1), Decision::kUndecided);
}

TEST(Decide, FollowsTheSequence) {
  const auto decide = [](double low, double high, double margin) { return Decide({0, low, high}, margin); };
  EXPECT_EQ(decide(0.01, 0.2, 0), Decision::kBetter);
  EXPECT_EQ(decide(-0.2, -0.01, 0), Decision::kWorse);
  EXPECT_EQ(decide(-0.01, 0.01, 0), Decision::kUndecided);
  EXPECT_EQ(decide(0.0, 0.01, 0), Decision::kUndecided) << "touching is not above";
  EXPECT_EQ(decide(0.01, 0.2, 0.05), Decision::kUndecided) << "better, but perhaps by less than the margin";
  EXPECT_EQ(decide(0.06, 0.2, 0.05), Decision::kBetter);
  EXPECT_EQ(decide(-0.2, -0.06, 0.05), Decision::kWorse);
  EXPECT_EQ(decide(-0.04, 0.03, 0.05), Decision::kSame);
  EXPECT_EQ(decide(0.01, 0.03, 0.05), Decision::kSame) << "an effect, but of no matter";
  EXPECT_EQ(decide(kNan, kNan, 0.05), Decision::kUndecided);
}

TEST(PreciseEnough, LooksAtTheWidthOnlyAndNotBeforeTheFirstLook) {
  const Interval i = {0.5, 0.4, 0.6};
  EXPECT_TRUE(PreciseEnough(i, kFirstLook, 0.1001));
  EXPECT_FALSE(PreciseEnough(i, kFirstLook, 0.0999));
  EXPECT_FALSE(PreciseEnough(i, kFirstLook - 1, 1));
  EXPECT_FALSE(PreciseEnough({0.5, kNan, kNan}, 100, 1));
}

}  // namespace
}  // namespace souk
