#include "strategies/coupons/none/none.h"

#include "strategies/common/stateless.h"

namespace souk {
namespace {

class NoCoupons final : public Stateless<CouponPolicy> {
 public:
  using Stateless::Stateless;
  CouponDecision Offer(const CouponRequest&, Rng&) override { return {}; }
};

}  // namespace

const StrategyInfo& NoCouponsInfo() {
  static const StrategyInfo info{.slot = Slot::kCoupons,
                                 .name = "none",
                                 .summary = "Never offers a coupon.",
                                 .source = "folklore",
                                 .status = "baseline",
                                 .sees_truth = false,
                                 .params = {}};
  return info;
}

std::unique_ptr<Strategy> MakeNoCoupons(const Params&, const StrategyContext& context) {
  return std::make_unique<NoCoupons>("coupons/none", *context.view);
}

}  // namespace souk
