// The likelihood of repeat purchases against its formula, and that the fit finds the law behind exact frequencies.

#include "results/statistics/bgnbd.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace souk {
namespace {

double LogBeta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

/// Equation (6) of Fader, Hardie & Lee 2005, as printed.
double Formula(const CustomerHistory& c, double r, double alpha, double a, double b) {
  const double x = c.repeats;
  const double rate = std::exp(std::lgamma(r + x) - std::lgamma(r) + r * std::log(alpha));
  double l = std::exp(LogBeta(a, b + x) - LogBeta(a, b)) * rate / std::pow(alpha + c.observed, r + x);
  if (x > 0) l += std::exp(LogBeta(a + 1, b + x - 1) - LogBeta(a, b)) * rate / std::pow(alpha + c.last, r + x);
  return std::log(l);
}

TEST(BgNbdFit, LikelihoodMatchesTheFormulaInGammaFunctions) {
  const BgNbdFit p{0.243, 4.414, 0.793, 2.426, 0};
  for (const CustomerHistory& c : {CustomerHistory{0, 0, 38.86}, {1, 1.71, 38.86}, {7, 29.43, 38.86}})
    EXPECT_NEAR(BgNbdLogLikelihood({&c, 1}, p), Formula(c, p.r, p.alpha_weeks, p.a, p.b), 1e-10) << c.repeats;
}

TEST(BgNbdFit, WeightsAreCustomers) {
  const BgNbdFit p{0.5, 3, 1, 3, 0};
  const std::vector<CustomerHistory> twice = {{2, 5, 9}, {2, 5, 9}, {0, 0, 9}};
  const std::vector<CustomerHistory> weighted = {{2, 5, 9, 2}, {0, 0, 9, 1}};
  EXPECT_NEAR(BgNbdLogLikelihood(twice, p), BgNbdLogLikelihood(weighted, p), 1e-12);
}

// Everybody stays (b ≫ a), so repeats in T weeks are negative binomial: P(x) = C(r + x − 1, x) (α/(α+T))^r (T/(α+T))^x,
// and given x the last of x uniform times on (0, T) has density x t^(x−1)/T^x, here its middle quantiles. Exact
// frequencies, so that r and alpha come back up to the grid.
TEST(BgNbdFit, FindsTheGammaLawBehindExactFrequencies) {
  constexpr double kR = 0.8, kAlpha = 5;
  std::vector<CustomerHistory> customers;
  for (const double t : {10.0, 20.0, 30.0})
    for (int x = 0; x < 80; ++x) {
      const double p = std::exp(std::lgamma(kR + x) - std::lgamma(kR) - std::lgamma(x + 1.0) +
                                kR * std::log(kAlpha / (kAlpha + t)) + x * std::log(t / (kAlpha + t)));
      for (int q = 0; q < 10; ++q)
        customers.push_back({x, x > 0 ? t * std::pow((q + 0.5) / 10, 1.0 / x) : 0, t, 1000 * p});
    }
  const BgNbdFit fit = FitBgNbd(customers);
  EXPECT_NEAR(fit.r, kR, 0.02 * kR);
  EXPECT_NEAR(fit.alpha_weeks, kAlpha, 0.03 * kAlpha);
  EXPECT_LT(fit.a / (fit.a + fit.b), 0.01);
}

TEST(BgNbdFit, SaysNothingOfFewCustomers) {
  const CustomerHistory c{1, 2, 9, 49};
  EXPECT_TRUE(std::isnan(FitBgNbd({&c, 1}).r));
}

}  // namespace
}  // namespace souk
