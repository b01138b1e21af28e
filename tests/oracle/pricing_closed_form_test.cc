// Closed-form optima of logit demand against published values, Boost's Lambert function, and brute force.

#include <gtest/gtest.h>

#include <boost/math/special_functions/lambert_w.hpp>
#include <cmath>
#include <random>

#include "strategies/common/mnl_pricing.h"

namespace souk {
namespace {

double Uniform(std::mt19937_64& bits, double low, double high) {
  return low + (high - low) * (static_cast<double>(bits() >> 11) * 0x1p-53);
}

/// Expected profit of one visitor under multinomial logit with an outside option of utility 0.
double MnlProfit(const std::vector<double>& a, double b, const std::vector<double>& c, const std::vector<double>& p) {
  double weight = 1;
  double profit = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double e = std::exp(a[i] - b * p[i]);
    weight += e;
    profit += (p[i] - c[i]) * e;
  }
  return profit / weight;
}

// Expected: Boost.Math, an independent implementation. Where e^y fits a double.
TEST(MnlPricing, LambertAgreesWithBoost) {
  for (double y = -600; y <= 700; y += 0.37) {
    const double expected = boost::math::lambert_w0(std::exp(y));
    EXPECT_NEAR(LambertWOfExp(y), expected, 1e-13 * expected) << y;
  }
}

// Rule: w + log w = y, also where e^y overflows.
TEST(MnlPricing, LambertSolvesItsEquationBeyondOverflow) {
  for (const double y : {750.0, 1e4, 1e8, 1e12}) {
    const double w = LambertWOfExp(y);
    EXPECT_NEAR(w + std::log(w), y, 4e-16 * y) << y;
  }
}

// Source: Anderson, de Palma & Thisse 1992 mark-up formula, values re-computed by direct maximisation to 1e-6.
TEST(MnlPricing, ThreeProductsShareOneMarkup) {
  const std::vector<double> a = {1, 2, .5};
  const std::vector<double> c = {1, 2, .5};
  const MnlOptimum optimum = MnlOptimumPrices(a, 1.5, c);
  EXPECT_NEAR(optimum.price[0], 1.948435, 1e-6);
  EXPECT_NEAR(optimum.price[1], 2.948435, 1e-6);
  EXPECT_NEAR(optimum.price[2], 1.448435, 1e-6);
  EXPECT_NEAR(optimum.profit, .281769, 1e-6);
  EXPECT_NEAR(optimum.profit, MnlProfit(a, 1.5, c, optimum.price), 1e-12);
}

// Hand-solved: with a = 2, b = 1, c = 0, W(e) = 1, so p = 2, profit 1, no-purchase share 1/2.
TEST(MnlPricing, OneProductSolvedByHand) {
  EXPECT_NEAR(LogitOptimumPrice(2, 1, 0), 2, 1e-12);
  const MnlOptimum optimum = MnlOptimumPrices(std::vector<double>{2}, 1, std::vector<double>{0});
  EXPECT_NEAR(optimum.profit, 1, 1e-12);
  EXPECT_NEAR(optimum.no_purchase_share, .5, 1e-12);
}

// Rule: no price vector nearby earns more. 200 random markets, 20 random moves each.
TEST(MnlPricing, NoNearbyPricesEarnMore) {
  std::mt19937_64 bits(7);
  for (int market = 0; market < 200; ++market) {
    std::vector<double> a, c;
    for (int i = 0; i < 5; ++i) {
      a.push_back(Uniform(bits, -3, 6));
      c.push_back(Uniform(bits, 0, 4));
    }
    const double b = Uniform(bits, .2, 3);
    const MnlOptimum optimum = MnlOptimumPrices(a, b, c);
    ASSERT_NEAR(MnlProfit(a, b, c, optimum.price), optimum.profit, 1e-10 * (1 + optimum.profit));
    for (int move = 0; move < 20; ++move) {
      std::vector<double> p = optimum.price;
      for (double& price : p) price += Uniform(bits, -.3, .3);
      EXPECT_LE(MnlProfit(a, b, c, p), optimum.profit + 1e-12);
    }
  }
}

double LogFormProfit(double a, double e, double c, double list, double p) {
  const double odds = std::exp(a - e * std::log(p / list));
  return (p - c) * odds / (1 + odds);
}

// Rule: the root of the first-order condition is the maximum; brute force over prices ± 40 % around it.
TEST(MnlPricing, LogFormBeatsEveryNearbyPrice) {
  std::mt19937_64 bits(8);
  for (int market = 0; market < 500; ++market) {
    const double list = Uniform(bits, 1, 200);
    const double c = list * Uniform(bits, 0.01, 1.2);
    const double e = Uniform(bits, 1.1, 8);
    const double a = Uniform(bits, -8, 5);
    const double p = LogLogitOptimumPrice(a, e, c, list);
    ASSERT_TRUE(std::isfinite(p));
    const double best = LogFormProfit(a, e, c, list, p);
    for (double factor = .6; factor <= 1.4; factor += .001)
      EXPECT_LE(LogFormProfit(a, e, c, list, p * factor), best * (1 + 1e-12));
  }
}

// Rule: as the share goes to 0 the optimum is the isoelastic c·ε/(ε − 1).
TEST(MnlPricing, LogFormTendsToIsoelasticForSmallShares) {
  EXPECT_NEAR(LogLogitOptimumPrice(-25, 2.6, 6, 10), 6 * 2.6 / 1.6, 1e-8);
  EXPECT_NEAR(LogLogitOptimumPrice(-25, 4, 6, 10), 6 * 4.0 / 3.0, 1e-8);
}

// Rule: at elasticity 1 or less every higher price earns more, so there is no optimum.
TEST(MnlPricing, InelasticDemandHasNoOptimum) {
  EXPECT_TRUE(std::isinf(LogLogitOptimumPrice(-3, 1, 6, 10)));
  EXPECT_TRUE(std::isinf(LogLogitOptimumPrice(-3, -0.5, 6, 10)));
}

}  // namespace
}  // namespace souk
