#include "strategies/outreach/abandoned_cart/abandoned_cart.h"

#include <algorithm>

#include "strategies/common/channel.h"
#include "strategies/common/contact_cap.h"
#include "strategies/common/stateless.h"

namespace souk {
namespace {

constexpr SimTime kNotYet{INT64_MIN};

class AbandonedCart final : public Stateless<OutreachPolicy> {
 public:
  AbandonedCart(const Params& params, const ShopView& view)
      : Stateless("outreach/abandoned-cart", view),
        delay_(Hours(params.Real("delay_h"))),
        max_age_(Days(params.Real("max_age_days"))),
        max_per_week_(params.Int("max_per_week")),
        channel_(ChannelFromParams(params)),
        holdout_(params.Real("holdout")) {
    if (params.Real("discount") > 0)
      coupon_ = Coupon{.percent = params.Real("discount"),
                       .face = {},
                       .min_basket = {},
                       .valid_for = Days(params.Real("valid_days")),
                       .issue_cost = {}};
  }

  std::vector<Message> Plan(const OutreachRequest& request, Rng& rng) override {
    cap_.Count(view(), request.now);
    std::vector<Message> messages;
    for (int u = 0; u < view().shoppers(); ++u) {
      const ShopperId shopper(u);
      const ShopperProfile& p = view().profile(shopper);
      if (p.cart_size == 0 || p.cart_changed == kNotYet || !Reachable(p)) continue;
      if (p.last_order >= p.cart_changed || p.last_message >= p.cart_changed) continue;  // ordered, or reminded
      if (request.now - p.cart_changed > max_age_) continue;
      // A cart that becomes due before the next plan is scheduled now, for then.
      const SimTime send_at = std::max(request.now, p.cart_changed + delay_);
      if (send_at - request.now >= Days(1) || cap_.SentTo(shopper) >= max_per_week_) continue;
      if (holdout_ > 0 && rng.Bernoulli(holdout_)) continue;
      messages.push_back({.shopper = shopper,
                          .channel = channel_,
                          .send_at = send_at,
                          .content = MessageContent::kCartReminder,
                          .coupon = coupon_,
                          .propensity = 1 - holdout_});
    }
    return messages;
  }

 private:
  SimDuration delay_;
  SimDuration max_age_;
  std::int64_t max_per_week_;
  Channel channel_;
  double holdout_;
  std::optional<Coupon> coupon_;
  ContactCap cap_;
};

}  // namespace

const StrategyInfo& AbandonedCartInfo() {
  static const StrategyInfo info{
      .slot = Slot::kOutreach,
      .name = "abandoned-cart",
      .summary = "One message some hours after a shopper left something in the cart without ordering.",
      .source = "folklore",
      .status = "baseline",
      .sees_truth = false,
      .params = {
          {"delay_h", 4.0, 0, 720, {}, "h", "time between the last change of the cart and the reminder"},
          {"max_age_days", 3.0, 0.01, 365, {}, "days", "older carts are left alone"},
          {"max_per_week", std::int64_t{2}, 0, 7, {}, "", "messages of any kind to one shopper in 7 days"},
          {"holdout", 0.0, 0, 0.99, {}, "", "share of reminders held back at random each day, to measure what they do"},
          {"discount", 0.0, 0, 0.9, {}, "", "coupon in the reminder, as a share of the basket; 0 sends none"},
          {"valid_days", 3.0, 0.01, 365, {}, "days", "how long that coupon can be redeemed"},
          ChannelSpec(),
      }};
  return info;
}

std::unique_ptr<Strategy> MakeAbandonedCart(const Params& params, const StrategyContext& context) {
  return std::make_unique<AbandonedCart>(params, *context.view);
}

}  // namespace souk
