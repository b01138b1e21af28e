#pragma once
// Closed-form optimum prices under logit demand against an outside option of utility 0. Used by pricing
// strategies, by coupon face values (a coupon lowers the price that a shopper pays), and as oracles.

#include <span>
#include <vector>

namespace souk {

/// w > 0 with w + log w = y, that is W₀(e^y), Lambert's function of a number too large to write down.
/// Relative error below 1e-14 for −700 ≤ y ≤ 1e12. Bits do not depend on the C library.
/// Randomness: none. Thread safety: a pure function. Cost: about 60 ns.
/// Source: Corless et al. 1996, "On the Lambert W function".
/// Tested by: MnlPricing.LambertAgreesWithBoost.
double LambertWOfExp(double y);

/// The profit optimum of one seller with linear utilities a_i − b·p_i, a common b, and unit costs c_i:
/// every product has the mark-up (1 + w)/b, w = W₀(Σ e^{a_i − b c_i − 1}).
/// Shapes: a, cost and price (n). Requires b > 0 and equal sizes (checked).
/// Source: Anderson, de Palma & Thisse 1992; Li & Huh 2011 for uniqueness.
/// Tested by: oracle tests against three products solved by independent means.
struct MnlOptimum {
  std::vector<double> price;
  double profit = 0;             ///< per visitor: w / b
  double no_purchase_share = 1;  ///< 1 / (1 + w)
};
MnlOptimum MnlOptimumPrices(std::span<const double> a, double b, std::span<const double> cost);

/// The same for one product: cost + (1 + W₀(e^{a − b·cost − 1}))/b. Requires b > 0 (checked).
double LogitOptimumPrice(double a, double b, double cost);

/// The profit optimum of one product with utility a − elasticity · log(p / reference): the root of
/// (ε − 1) p − ε c = e^a · reference^ε · p^{1 − ε}. For a small share (a → −∞) it tends to the isoelastic
/// c·ε/(ε − 1), from above. Infinity when ε ≤ 1: demand then falls too slowly for an optimum.
/// Requires reference > 0 and cost ≥ 0 (checked). Cost: about 200 ns (Newton from below, where it is monotone).
/// Tested by: MnlPricing.LogFormBeatsEveryNearbyPrice.
double LogLogitOptimumPrice(double a, double elasticity, double cost, double reference);

/// The face value that makes a shopper with utility a − b·p pay the logit optimum when the list price is
/// `price`: max(0, price − LogitOptimumPrice(a, b, cost)). Requires b > 0 (checked).
double LogitOptimumFace(double a, double b, double cost, double price);

/// What one coupon decision brings, per shopper, in currency units.
struct CouponEconomics {
  double incremental_profit = 0;  ///< p1·(m − ρ·f) − p0·m − k
  double incrementality = 0;      ///< (p1 − p0)/(ρ·p1): share of redemptions that would not have been orders
  double sure_buyer_subsidy = 0;  ///< ρ·p0·f
  double incremental_roi = 0;     ///< incremental profit ÷ (ρ·p1·f + k); 0 when nothing is spent
  double cost_per_incremental_order = 0;  ///< (ρ·p1·f + k)/(p1 − p0); infinite when no order is won
};
/// p0, p1: purchase probability without and with the coupon; m: margin at list price; f: face value;
/// ρ: share of treated buyers who redeem; k: issue cost. Requires 0 < p1 and 0 < ρ ≤ 1 (checked).
CouponEconomics EvaluateCoupon(double p0, double p1, double margin, double face, double redemption_share = 1,
                               double issue_cost = 0);

}  // namespace souk
