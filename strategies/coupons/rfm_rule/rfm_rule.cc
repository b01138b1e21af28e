#include "strategies/coupons/rfm_rule/rfm_rule.h"

#include "strategies/common/coupon_terms.h"
#include "strategies/common/serial.h"

namespace souk {
namespace {

constexpr const char* kOwner = "coupons/rfm-rule";

class RfmRule final : public CouponPolicy {
 public:
  RfmRule(const Params& params, const ShopView& view)
      : view_(view),
        coupon_(CouponFromParams(params)),
        cart_percent_(params.Real("cart_discount")),
        cart_age_(Hours(params.Real("cart_age_h"))),
        lapsed_after_(Days(params.Real("lapsed_after_days"))),
        min_orders_(params.Int("min_orders")),
        min_spent_(MoneyFromUnits(params.Real("min_spent"))),
        share_of_margin_(params.Real("share_of_margin")) {}

  void Train(const ShopLog& log, Rng&) override { margin_ = MarginShare(view_, log); }

  CouponDecision Offer(const CouponRequest& request, Rng&) override {
    const ShopperProfile& p = view_.profile(request.shopper);
    // A cart is the stronger sign: its holder is here to decide, and its margin is known.
    if (HoldsOldCart(p, request.now)) return Decide(cart_percent_, CartMarginShare(view_, p, margin_));
    if (IsGoodAndLapsed(p, request.now)) return Decide(coupon_.percent, margin_);
    return {};
  }

  void Save(std::ostream& out) const override {
    StateWriter writer(out, kOwner, 1, view_.catalogue().items());
    writer.Put(margin_);
    writer.Finish();
  }
  void Load(std::istream& in) override {
    StateReader reader(in, kOwner, 1, view_.catalogue().items());
    const auto margin = reader.Get<double>();
    reader.Finish();
    margin_ = margin;
  }

 private:
  [[nodiscard]] bool HoldsOldCart(const ShopperProfile& p, SimTime now) const {
    return p.cart_size > 0 && p.cart_changed.us != INT64_MIN && now - p.cart_changed >= cart_age_;
  }
  [[nodiscard]] bool IsGoodAndLapsed(const ShopperProfile& p, SimTime now) const {
    return p.orders >= min_orders_ && p.last_order.us != INT64_MIN && p.spent >= min_spent_ &&
           now - p.last_order >= lapsed_after_;
  }
  [[nodiscard]] CouponDecision Decide(double percent, double margin) const {
    CouponDecision decision;
    const double given = CapByMargin(percent, margin, share_of_margin_);
    if (given <= 0) return decision;
    decision.coupon = coupon_;
    decision.coupon->percent = given;
    return decision;
  }

  const ShopView& view_;
  Coupon coupon_;
  double cart_percent_;
  SimDuration cart_age_;
  SimDuration lapsed_after_;
  std::int64_t min_orders_;
  Money min_spent_;
  double share_of_margin_;
  double margin_ = 0;
};

}  // namespace

const StrategyInfo& RfmRuleInfo() {
  static const StrategyInfo info = [] {
    StrategyInfo i{
        .slot = Slot::kCoupons,
        .name = "rfm-rule",
        .summary = "Coupons for good customers who have not ordered for a while and for holders of an older cart.",
        .source = "Hughes 1994 (recency, frequency, monetary value)",
        .status = "baseline",
        .sees_truth = false,
        .params = CouponTermSpecs(0.10)};
    i.params.push_back({"cart_discount", 0.05, 0.01, 0.9, {}, "", "discount for holders of an older cart"});
    i.params.push_back({"cart_age_h", 12.0, 0, 720, {}, "h", "a cart unchanged for so long counts as older"});
    i.params.push_back({"lapsed_after_days", 21.0, 0, 3650, {}, "days", "recency: last order at least so long ago"});
    i.params.push_back({"min_orders", std::int64_t{2}, 1, 1000, {}, "", "frequency: orders so far"});
    i.params.push_back({"min_spent", 50.0, 0, 1e6, {}, "currency units", "monetary value: spent so far"});
    i.params.push_back({"share_of_margin", 0.5, 0, 1, {}, "", "largest part of the margin that a coupon may take"});
    return i;
  }();
  return info;
}

std::unique_ptr<Strategy> MakeRfmRule(const Params& params, const StrategyContext& context) {
  return std::make_unique<RfmRule>(params, *context.view);
}

}  // namespace souk
