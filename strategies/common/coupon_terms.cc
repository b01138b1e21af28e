#include "strategies/common/coupon_terms.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "sim/base/error.h"

namespace souk {

std::vector<ParamSpec> CouponTermSpecs(double default_percent) {
  return {
      {"discount", default_percent, 0.01, 0.9, {}, "", "discount as a share of the basket"},
      {"min_basket", 0.0, 0, 1e6, {}, "currency units", "smallest basket for which the coupon counts"},
      {"valid_days", 7.0, 0.01, 365, {}, "days", "how long it can be redeemed"},
      {"issue_cost", 0.0, 0, 1000, {}, "currency units", "cost of issuing one coupon"},
  };
}

Coupon CouponFromParams(const Params& params) {
  Coupon coupon;
  coupon.percent = params.Real("discount");
  coupon.min_basket = MoneyFromUnits(params.Real("min_basket"));
  coupon.valid_for = Days(params.Real("valid_days"));
  const double issue_cost = params.Real("issue_cost");
  coupon.issue_cost = MoneyFromUnits(issue_cost);
  // Rounded away, a cost would be free.
  if (std::abs(coupon.issue_cost.units() - issue_cost) > 1e-9 * std::max(1.0, issue_cost))
    throw Error("parameter 'issue_cost': found " + std::to_string(issue_cost) + "; allowed: whole cents, such as " +
                std::to_string(std::max(0.01, coupon.issue_cost.units())));
  return coupon;
}

double MarginShare(const ShopView& view, const ShopLog& log, int min_purchases) {
  const PublicCatalogue& catalogue = view.catalogue();
  int purchases = 0;
  Money revenue;
  Money cost;
  for (const ShopEvent& e : log.events) {
    if (e.kind != ShopEventKind::kPurchase || !e.item.valid()) continue;
    const std::int64_t units = std::max<std::int64_t>(1, e.quantity);
    ++purchases;
    revenue += e.price * units;
    cost += catalogue.unit_cost[e.item.index()] * units;
  }
  if (purchases < min_purchases || revenue.cents <= 0) {
    revenue = cost = Money{};
    for (const Money m : catalogue.list_price) revenue += m;
    for (const Money m : catalogue.unit_cost) cost += m;
  }
  return revenue.cents > 0 ? (revenue - cost).units() / revenue.units() : 0.0;
}

double CartMarginShare(const ShopView& view, const ShopperProfile& profile, double otherwise) {
  Money revenue;
  Money cost;
  for (const ItemId item : profile.cart_items()) {
    if (!item.valid()) continue;
    revenue += view.price(item);
    cost += view.catalogue().unit_cost[item.index()];
  }
  return revenue.cents > 0 ? (revenue - cost).units() / revenue.units() : otherwise;
}

double CapByMargin(double percent, double margin_share, double share_of_margin) {
  // The small constant keeps a cap of exactly 7 % from becoming 6 % through a rounding error.
  const double cap = std::floor(100.0 * share_of_margin * margin_share + 1e-9) / 100.0;
  return std::max(0.0, std::min(percent, cap));
}

}  // namespace souk
