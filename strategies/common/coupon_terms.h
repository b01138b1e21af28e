#pragma once
// What coupon strategies share: the terms of the coupon as parameters, and the margin that it may eat.

#include <vector>

#include "sim/decision/strategy.h"

namespace souk {

/// Parameters `percent`, `min_basket`, `valid_days` and `issue_cost` with the given default discount.
std::vector<ParamSpec> CouponTermSpecs(double default_percent);

/// The coupon that these parameters describe. Throws Error unless the issue cost is in whole cents.
Coupon CouponFromParams(const Params& params);

/// Contribution margin as a share of the price: Σ (price − unit cost) ÷ Σ price over the purchases in
/// `log`; over the whole catalogue at list price when it holds fewer than `min_purchases` purchases.
/// At most 1; negative when the shop sells below cost. 0 for an empty catalogue.
double MarginShare(const ShopView& view, const ShopLog& log, int min_purchases = 50);

/// The same over the items in one cart at current prices; `otherwise` when the cart is empty.
double CartMarginShare(const ShopView& view, const ShopperProfile& profile, double otherwise);

/// The discount to give when at most `share_of_margin` of the margin may go into a coupon:
/// min(percent, share_of_margin · margin_share), in whole per cents rounded down; 0 when none is left.
/// Break-even for a coupon that creates a share q of its redemptions is percent = q · margin ÷ price,
/// so `share_of_margin` is the incrementality that the shop believes in (reference: lift m/(m−f)).
double CapByMargin(double percent, double margin_share, double share_of_margin);

}  // namespace souk
