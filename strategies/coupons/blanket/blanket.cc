#include "strategies/coupons/blanket/blanket.h"

#include "strategies/common/coupon_terms.h"
#include "strategies/common/stateless.h"

namespace souk {
namespace {

class Blanket final : public Stateless<CouponPolicy> {
 public:
  Blanket(const Params& params, const ShopView& view)
      : Stateless("coupons/blanket", view), coupon_(CouponFromParams(params)) {}
  CouponDecision Offer(const CouponRequest&, Rng&) override { return {.coupon = coupon_}; }

 private:
  Coupon coupon_;
};

}  // namespace

const StrategyInfo& BlanketInfo() {
  static const StrategyInfo info{.slot = Slot::kCoupons,
                                 .name = "blanket",
                                 .summary = "Offers the same percentage coupon to everybody at every session.",
                                 .source = "folklore",
                                 .status = "baseline",
                                 .sees_truth = false,
                                 .params = CouponTermSpecs(0.10)};
  return info;
}

std::unique_ptr<Strategy> MakeBlanket(const Params& params, const StrategyContext& context) {
  return std::make_unique<Blanket>(params, *context.view);
}

}  // namespace souk
