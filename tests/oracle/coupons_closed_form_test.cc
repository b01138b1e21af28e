// Coupon economics against published values and arithmetic done by hand.

#include <gtest/gtest.h>

#include <cmath>

#include "strategies/common/mnl_pricing.h"

namespace souk {
namespace {

double BuyProbability(double a, double b, double price) { return 1 / (1 + std::exp(-(a - b * price))); }

// Values re-computed by direct maximisation: a = 3, b = .12, c = 8, P = 30.
TEST(CouponEconomics, OptimalFaceOfALogitShopper) {
  const double face = LogitOptimumFace(3, .12, 8, 30);
  EXPECT_NEAR(face, 5.165836, 1e-6);
  EXPECT_NEAR(LogitOptimumPrice(3, .12, 8), 24.834164, 1e-6);
  const double p0 = BuyProbability(3, .12, 30);
  const double p1 = BuyProbability(3, .12, 30 - face);
  EXPECT_NEAR(p0, .354344, 1e-6);
  EXPECT_NEAR(p1, .504975, 1e-6);
  EXPECT_NEAR(p0 * 22, 7.795561, 1e-6);
  EXPECT_NEAR(p1 * (22 - face), 8.500831, 1e-6);
  const CouponEconomics e = EvaluateCoupon(p0, p1, 22, face);
  EXPECT_NEAR(e.incremental_profit, 8.500831 - 7.795561, 2e-6);
  EXPECT_NEAR(e.incrementality, .298294, 1e-6);
}

// Rule: no other face value earns more.
TEST(CouponEconomics, NoOtherFaceEarnsMore) {
  const double best_face = LogitOptimumFace(3, .12, 8, 30);
  const double best = BuyProbability(3, .12, 30 - best_face) * (22 - best_face);
  for (double face = 0; face < 22; face += .01)
    EXPECT_LE(BuyProbability(3, .12, 30 - face) * (22 - face), best + 1e-12);
}

// Rule: a price at or below the optimum wants no coupon.
TEST(CouponEconomics, NoCouponBelowTheOptimumPrice) { EXPECT_EQ(LogitOptimumFace(3, .12, 8, 20), 0); }

// By hand: p0 = .10, p1 = .15, m = 20, f = 5, all redeem, no issue cost.
// Profit .15·15 − .10·20 = .25; cost .15·5 = .75; ROI 1/3; subsidy .5; cost per won order .75/.05 = 15; won .05/.15.
TEST(CouponEconomics, ArithmeticByHand) {
  const CouponEconomics e = EvaluateCoupon(.10, .15, 20, 5);
  EXPECT_NEAR(e.incremental_profit, .25, 1e-12);
  EXPECT_NEAR(e.incremental_roi, 1.0 / 3, 1e-12);
  EXPECT_NEAR(e.sure_buyer_subsidy, .5, 1e-12);
  EXPECT_NEAR(e.cost_per_incremental_order, 15, 1e-10);
  EXPECT_NEAR(e.incrementality, 1.0 / 3, 1e-12);
}

// By hand, with slippage: 60 % redeem, issue cost .02. Cost .6·.15·5 + .02 = .47; profit .15·(20 − 3) − 2 − .02 = .53.
TEST(CouponEconomics, SlippageAndIssueCostByHand) {
  const CouponEconomics e = EvaluateCoupon(.10, .15, 20, 5, .6, .02);
  EXPECT_NEAR(e.incremental_profit, .53, 1e-12);
  EXPECT_NEAR(e.incremental_roi, .53 / .47, 1e-12);
}

// Rule: the break-even lift is p1/p0 = m/(m − f); there the incrementality is f/m.
TEST(CouponEconomics, BreakEvenLift) {
  for (const double face : {1.0, 4.0, 9.0}) {
    const double p0 = .07;
    const CouponEconomics e = EvaluateCoupon(p0, p0 * 20 / (20 - face), 20, face);
    EXPECT_NEAR(e.incremental_profit, 0, 1e-12);
    EXPECT_NEAR(e.incrementality, face / 20, 1e-12);
  }
}

TEST(CouponEconomics, NoLiftHasInfiniteCostPerOrder) {
  EXPECT_TRUE(std::isinf(EvaluateCoupon(.1, .1, 20, 5).cost_per_incremental_order));
}

}  // namespace
}  // namespace souk
