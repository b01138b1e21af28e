#include "strategies/common/logistic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "sim/base/math.h"

namespace souk {
namespace {

class Bits {
 public:
  explicit Bits(std::uint64_t seed) : bits_(seed) {}
  double Uniform() { return (static_cast<double>(bits_() >> 11) + 0.5) * 0x1p-53; }
  double Normal() { return NormalQuantile(Uniform()); }
  bool Bernoulli(double p) { return Uniform() < p; }

 private:
  std::mt19937_64 bits_;
};

// Closed form: with an intercept only, beta = log(k/(n − k)) and its variance 1/k + 1/(n − k).
TEST(Logistic, InterceptIsTheLogOddsOfTheShare) {
  BinomialRows rows;
  rows.d = 1;
  rows.Add(std::vector<double>{1}, 400, 30);
  rows.Add(std::vector<double>{1}, 600, 90);
  const LogisticFit fit = FitLogistic(rows);
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(fit.beta[0], std::log(120.0 / 880), 1e-9);
  EXPECT_NEAR(fit.std_error[0], std::sqrt(1.0 / 120 + 1.0 / 880), 1e-9);
}

// Closed form: for a 2 × 2 table the slope is the log odds ratio, its variance the sum of reciprocal counts.
TEST(Logistic, TwoByTwoTableGivesTheLogOddsRatio) {
  BinomialRows rows;
  rows.d = 2;
  rows.Add(std::vector<double>{1, 0}, 100, 20);
  rows.Add(std::vector<double>{1, 1}, 80, 32);
  const LogisticFit fit = FitLogistic(rows);
  EXPECT_NEAR(fit.beta[0], std::log(20.0 / 80), 1e-9);
  EXPECT_NEAR(fit.beta[1], std::log((32.0 / 48) / (20.0 / 80)), 1e-9);
  EXPECT_NEAR(fit.std_error[1], std::sqrt(1 / 20.0 + 1 / 80.0 + 1 / 32.0 + 1 / 48.0), 1e-9);
}

// Planted truth; asymptotic normality of the MLE. Each of 5 estimates within 5 standard errors: false alarm < 3e-6.
TEST(Logistic, RecoversPlantedCoefficients) {
  Bits bits(11);
  const std::vector<double> truth = {-2, 0.7, -0.4, 0, 1.1};
  BinomialRows rows;
  rows.d = 5;
  for (int i = 0; i < 60000; ++i) {
    std::vector<double> x = {1, bits.Normal(), bits.Normal(), bits.Normal(), bits.Bernoulli(0.3) ? 1.0 : 0.0};
    double eta = 0;
    for (std::size_t j = 0; j < 5; ++j) eta += truth[j] * x[j];
    rows.Add(x, 1, bits.Bernoulli(Logistic(eta)) ? 1 : 0);
  }
  const LogisticFit fit = FitLogistic(rows);
  ASSERT_TRUE(fit.converged);
  for (std::size_t j = 0; j < 5; ++j) {
    EXPECT_NEAR(fit.beta[j], truth[j], 5 * fit.std_error[j]) << j;
    EXPECT_LT(fit.std_error[j], 0.05);
  }
}

// Brute force: the penalised objective of one coefficient on separable data, maximised on a grid of step 1e-4.
TEST(Logistic, PriorKeepsSeparableDataFinite) {
  BinomialRows rows;
  rows.d = 1;
  rows.Add(std::vector<double>{1}, 5, 5);
  rows.Add(std::vector<double>{-1}, 3, 0);
  const RidgePrior prior{{0.5}, {2.0}};
  const LogisticFit fit = FitLogistic(rows, prior);
  EXPECT_TRUE(fit.converged);
  double best = -1e300;
  double best_beta = 0;
  for (double beta = -5; beta <= 5; beta += 1e-4) {
    const double value = -8 * std::log1p(std::exp(-beta)) - (beta - 0.5) * (beta - 0.5);
    if (value > best) best = value, best_beta = beta;
  }
  EXPECT_NEAR(fit.beta[0], best_beta, 1e-4);
  EXPECT_NEAR(fit.log_posterior, best, 1e-7);
}

TEST(Logistic, AStrongPriorWins) {
  BinomialRows rows;
  rows.d = 1;
  rows.Add(std::vector<double>{1}, 1000, 500);
  EXPECT_NEAR(FitLogistic(rows, {{-3}, {1e9}}).beta[0], -3, 1e-5);
}

TEST(Logistic, NoRowsGiveThePriorMean) {
  BinomialRows rows;
  rows.d = 2;
  const LogisticFit fit = FitLogistic(rows, {{1.5, -2}, {1, 4}});
  EXPECT_TRUE(fit.converged);
  EXPECT_EQ(fit.beta, (std::vector<double>{1.5, -2}));
  EXPECT_NEAR(fit.std_error[1], 0.5, 1e-6);
}

// Brute-force twin: the grouped problem is the dense one in (common, deviations, slope), with the same prior.
TEST(Logistic, GroupedAgreesWithDense) {
  Bits bits(12);
  constexpr int kGroups = 6;
  std::vector<GroupedRow> grouped;
  BinomialRows dense;
  dense.d = kGroups + 2;
  for (int i = 0; i < 60; ++i) {
    // Group 5 stays without rows.
    const GroupedRow row{static_cast<std::int32_t>(bits.Uniform() * 5), bits.Normal() * 0.2,
                         std::floor(200 * bits.Uniform()) + 1, 0};
    grouped.push_back(row);
    grouped.back().successes = std::floor(row.trials * 0.2 * bits.Uniform());
    std::vector<double> x(kGroups + 2, 0.0);
    x[0] = 1;
    x[static_cast<std::size_t>(1 + row.group)] = 1;
    x[kGroups + 1] = row.x;
    dense.Add(x, grouped.back().trials, grouped.back().successes);
  }
  RidgePrior prior{std::vector<double>(kGroups + 2, 0.0), std::vector<double>(kGroups + 2, 0.8)};
  prior.mean[0] = -4;
  prior.precision[0] = 1.0 / 25;
  prior.mean[kGroups + 1] = -2.6;
  prior.precision[kGroups + 1] = 1.2 + 1e-6;
  const LogisticFit expected = FitLogistic(dense, prior);
  const GroupedLogisticFit fit = FitGroupedLogistic(grouped, kGroups, -2.6, 1.2, 0.8);
  ASSERT_TRUE(expected.converged && fit.converged);
  EXPECT_NEAR(fit.slope, expected.beta[kGroups + 1], 1e-6);
  EXPECT_NEAR(fit.slope_std_error, expected.std_error[kGroups + 1], 1e-6);
  EXPECT_NEAR(fit.common, expected.beta[0], 1e-6);
  for (std::size_t g = 0; g < kGroups; ++g)
    EXPECT_NEAR(fit.intercept[g], expected.beta[0] + expected.beta[1 + g], 1e-6);
}

TEST(Logistic, GroupedWithoutRowsGivesThePrior) {
  const GroupedLogisticFit fit = FitGroupedLogistic({}, 3, -2.6, 4, 1);
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(fit.slope, -2.6, 1e-12);
  EXPECT_NEAR(fit.slope_std_error, 0.5, 1e-6);
  for (const double a : fit.intercept) EXPECT_NEAR(a, -4, 1e-12);
}

// Rule: prices that never vary say nothing about the slope, so it stays at the prior mean.
TEST(Logistic, ConstantCovariateLeavesTheSlopeAtThePrior) {
  const std::vector<GroupedRow> rows = {{0, 0, 5000, 100}, {1, 0, 3000, 10}};
  const GroupedLogisticFit fit = FitGroupedLogistic(rows, 2, -2.6, 0, 1);
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(fit.slope, -2.6, 1e-9);
}

// Rule: groups in which all or none succeed keep finite intercepts.
TEST(Logistic, ExtremeGroupsStayFinite) {
  const std::vector<GroupedRow> rows = {{0, 0.1, 50, 0}, {1, -0.1, 50, 50}, {2, 0, 1e6, 1}};
  const GroupedLogisticFit fit = FitGroupedLogistic(rows, 3, -2.6, 1, 1);
  EXPECT_TRUE(fit.converged);
  for (const double a : fit.intercept) EXPECT_TRUE(std::isfinite(a) && std::fabs(a) < 30) << a;
}

}  // namespace
}  // namespace souk
