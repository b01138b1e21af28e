#include "sim/scenario/distribution.h"

#include <gtest/gtest.h>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/exponential.hpp>
#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/uniform.hpp>
#include <cmath>

namespace souk {
namespace {

namespace bm = boost::math;
using Kind = Distribution::Kind;

/// Compares quantiles and the mean with Boost's, from the far left to the far right.
template <class Law>
void ExpectLikeBoost(const Distribution& law, const Law& boost) {
  for (const double p : {1e-6, 1e-3, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999, 1 - 1e-6}) {
    const double expected = bm::quantile(boost, p);
    EXPECT_NEAR(Quantile(law, p), expected, 1e-9 * std::abs(expected) + 1e-12) << "p " << p;
  }
  EXPECT_NEAR(Mean(law), bm::mean(boost), 1e-12 * std::abs(bm::mean(boost)));
}

TEST(Distribution, QuantilesAndMeansAreBoosts) {
  ExpectLikeBoost({Kind::kUniform, -2, 5}, bm::uniform(-2, 5));
  ExpectLikeBoost({Kind::kNormal, 3, 2}, bm::normal(3, 2));
  ExpectLikeBoost(Distribution::LogNormal(8, 0.6), bm::lognormal(std::log(8), 0.6));
  ExpectLikeBoost(Distribution::Gamma(0.24, 4.4), bm::gamma_distribution<>(0.24, 1 / 4.4));
  ExpectLikeBoost(Distribution::Beta(24, 16), bm::beta_distribution<>(24, 16));
  ExpectLikeBoost(Distribution::Beta(0.5, 0.56), bm::beta_distribution<>(0.5, 0.56));
  ExpectLikeBoost(Distribution::Exponential(300), bm::exponential(1.0 / 300));
  ExpectLikeBoost({Kind::kErlang, 3, 7}, bm::gamma_distribution<>(3, 7.0 / 3));
}

TEST(Distribution, AConstantIsItsOwnMeanAndEveryQuantile) {
  EXPECT_EQ(Mean(Distribution::Constant(4.5)), 4.5);
  EXPECT_EQ(Quantile(Distribution::Constant(4.5), 0.01), 4.5);
  EXPECT_EQ(Quantile(Distribution::Constant(4.5), 0.99), 4.5);
}

TEST(Distribution, LargerDrawsGiveLargerValues) {
  for (const Distribution& law :
       {Distribution::LogNormal(8, 0.6), Distribution::Gamma(0.3, 2), Distribution::Beta(2, 3),
        Distribution::Exponential(5), Distribution{Kind::kErlang, 2, 4}}) {
    for (int i = 1; i < 999; ++i) EXPECT_LT(Quantile(law, i / 1000.0), Quantile(law, (i + 1) / 1000.0));
  }
}

/// The mean of the quantile function is the mean of the law: an oracle that shares no formula.
TEST(Distribution, TheQuantileFunctionIntegratesToTheMean) {
  for (const Distribution& law :
       {Distribution::LogNormal(8, 0.6), Distribution::Gamma(2, 3), Distribution::Beta(2, 3),
        Distribution::Exponential(5), Distribution{Kind::kErlang, 3, 4}, Distribution{Kind::kUniform, 1, 3}}) {
    constexpr int kSteps = 20000;
    double sum = 0;
    for (int i = 0; i < kSteps; ++i) sum += Quantile(law, (i + 0.5) / kSteps);
    EXPECT_NEAR(sum / kSteps, Mean(law), 2e-4 * Mean(law));
  }
}

}  // namespace
}  // namespace souk
