#pragma once
// The purchase-propensity model behind coupons/propensity: log odds that a session ends in an order.

#include <array>
#include <vector>

#include "sim/decision/shop_log.h"
#include "strategies/common/logistic.h"
#include "strategies/common/shopper_history.h"

namespace souk {

/// What the model knows of a shopper as a session starts, all of order 1.
enum class PropensityFeature : int {
  kOne,
  kSessions,
  kViews,
  kCarts,
  kOrders,
  kSpent,
  kOrderRecency,
  kHasOrdered,
  kVisitRecency,
  kOpenCart,
  kCoupon
};
constexpr int kPropensityFeatures = 11;
using PropensityRow = std::array<double, kPropensityFeatures>;

/// Features right after the start of a session was applied to `history`: log(1 + x) of counts, of currency
/// units and of days; indicators as 0 or 1. Tested by: PropensityModel.FeaturesOfAHandMadeHistory.
PropensityRow PropensityFeatures(const ShopperHistory& history, SimTime now, bool coupon);

/// Replays `log` from the start: one row per session, in order, with target 1 when the session saw a purchase.
/// `histories` (by ShopperId) becomes the state at the end of the log; it grows to fit.
/// Cost: O(events). Tested by: PropensityModel.ReplayCountsOnlyThePast.
BinomialRows ReplaySessions(const ShopLog& log, std::vector<ShopperHistory>& histories);

/// Log odds of an order in the session that starts now. The coupon enters as a feature, so that past offers
/// do not pass for propensity; Score is without one. The coupon's own coefficient is not an effect to act on:
/// unless offers were random given the features, it mixes the effect with whom the shop chose.
struct PropensityModel {
  PropensityRow beta{};
  std::int64_t trained = 0;  ///< 0: too little data, and Score is 0 for everybody

  [[nodiscard]] double Score(const ShopperHistory& history, SimTime now) const;
};

/// Fits by ridge-penalised maximum likelihood: N(0, 1/precision) on every coefficient but the intercept.
/// Untrained when fewer than `min_orders` sessions have, or lack, an order.
/// Cost: O(sessions). Tested by: PropensityModel.RecoversPlantedCoefficients.
PropensityModel FitPropensity(const BinomialRows& rows, double precision, double min_orders);

/// Score of every row, in order.
std::vector<double> PropensityScores(const PropensityModel& model, const BinomialRows& rows);

/// The value at rank floor(q·(n − 1)) of n values, 0 ≤ q ≤ 1; 0 when there are none. Cost: O(n).
double QuantileOf(std::vector<double> values, double q);

}  // namespace souk
