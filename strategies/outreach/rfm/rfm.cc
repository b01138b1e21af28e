#include "strategies/outreach/rfm/rfm.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "strategies/common/channel.h"
#include "strategies/common/contact_cap.h"
#include "strategies/common/serial.h"
#include "strategies/common/shopper_history.h"

namespace souk {
namespace {

constexpr const char* kOwner = "outreach/rfm";

class RfmOutreach final : public OutreachPolicy {
 public:
  RfmOutreach(const Params& params, const ShopView& view)
      : view_(view),
        lapsed_from_(Days(params.Real("lapsed_from_days"))),
        lapsed_to_(Days(params.Real("lapsed_to_days"))),
        min_orders_(params.Int("min_orders")),
        top_spenders_(params.Real("top_spenders")),
        repeat_(Days(params.Real("repeat_days"))),
        max_per_week_(params.Int("max_per_week")),
        channel_(ChannelFromParams(params)),
        send_after_(Hours(params.Real("send_after_h"))),
        holdout_(params.Real("holdout")) {
    if (params.Real("discount") > 0)
      coupon_ = Coupon{.percent = params.Real("discount"),
                       .face = {},
                       .min_basket = {},
                       .valid_for = Days(params.Real("valid_days")),
                       .issue_cost = {}};
  }

  /// The monetary cell's lower bound: the spend that the top share of buyers in the log reaches.
  void Train(const ShopLog& log, Rng&) override {
    std::vector<ShopperHistory> histories(static_cast<std::size_t>(view_.shoppers()));
    for (const ShopEvent& e : log.events)
      if (e.kind == ShopEventKind::kPurchase && e.shopper.valid() && e.shopper.index() < histories.size())
        histories[e.shopper.index()].Apply(e);
    std::vector<std::int64_t> spent;
    for (const ShopperHistory& h : histories)
      if (h.orders > 0) spent.push_back(h.spent.cents);
    min_spent_ = {};
    if (spent.empty() || top_spenders_ >= 1) return;
    const auto rank = static_cast<std::size_t>(std::ceil(top_spenders_ * static_cast<double>(spent.size())));
    const auto at = spent.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
    std::nth_element(spent.begin(), at, spent.end(), std::greater<>());
    min_spent_ = {*at};
  }

  std::vector<Message> Plan(const OutreachRequest& request, Rng& rng) override {
    cap_.Count(view_, request.now);
    std::vector<Message> messages;
    for (int u = 0; u < view_.shoppers(); ++u) {
      const ShopperId shopper(u);
      const ShopperProfile& p = view_.profile(shopper);
      if (!Reachable(p) || !InCell(p, request.now)) continue;
      if (p.last_message != kLongAgo && request.now - p.last_message < repeat_) continue;
      if (cap_.SentTo(shopper) >= max_per_week_) continue;
      if (holdout_ > 0 && rng.Bernoulli(holdout_)) continue;
      messages.push_back({.shopper = shopper,
                          .channel = channel_,
                          .send_at = request.now + send_after_,
                          .content = MessageContent::kWinBack,
                          .coupon = coupon_,
                          .propensity = 1 - holdout_});
    }
    return messages;
  }

  void Save(std::ostream& out) const override {
    StateWriter writer(out, kOwner, 1, view_.shoppers());
    writer.Put(min_spent_);
    writer.Finish();
  }
  void Load(std::istream& in) override {
    StateReader reader(in, kOwner, 1, view_.shoppers());
    const auto min_spent = reader.Get<Money>();
    reader.Finish();
    min_spent_ = min_spent;
  }

 private:
  [[nodiscard]] bool InCell(const ShopperProfile& p, SimTime now) const {
    if (p.last_order == kLongAgo || p.orders < min_orders_ || p.spent < min_spent_) return false;
    const SimDuration recency = now - p.last_order;
    return recency >= lapsed_from_ && recency < lapsed_to_;
  }

  const ShopView& view_;
  SimDuration lapsed_from_;
  SimDuration lapsed_to_;
  std::int64_t min_orders_;
  double top_spenders_;
  SimDuration repeat_;
  std::int64_t max_per_week_;
  Channel channel_;
  SimDuration send_after_;
  double holdout_;
  std::optional<Coupon> coupon_;
  Money min_spent_;
  ContactCap cap_;
};

}  // namespace

const StrategyInfo& RfmOutreachInfo() {
  static const StrategyInfo info{
      .slot = Slot::kOutreach,
      .name = "rfm",
      .summary = "Win-back messages to customers of one recency, frequency and monetary cell, with an optional coupon.",
      .source = "Hughes 1994 (recency, frequency, monetary value)",
      .status = "baseline",
      .sees_truth = false,
      .params = {
          {"lapsed_from_days", 14.0, 0, 3650, {}, "days", "recency: last order at least so long ago"},
          {"lapsed_to_days", 90.0, 0, 3650, {}, "days", "recency: and less than so long ago"},
          {"min_orders", std::int64_t{1}, 1, 1000, {}, "", "frequency: orders so far"},
          {"top_spenders", 0.5, 0.01, 1, {}, "", "monetary value: the top share of buyers by spend in the log"},
          {"repeat_days", 14.0, 0, 3650, {}, "days", "shortest time between two messages to one shopper"},
          {"max_per_week", std::int64_t{1}, 0, 7, {}, "", "messages of any kind to one shopper in 7 days"},
          {"send_after_h", 8.0, 0, 23.9, {}, "h", "sent so long after the daily planning"},
          {"holdout", 0.0, 0, 0.99, {}, "", "share of messages held back at random each day, to measure what they do"},
          {"discount", 0.0, 0, 0.9, {}, "", "coupon in the message, as a share of the basket; 0 sends none"},
          {"valid_days", 7.0, 0.01, 365, {}, "days", "how long that coupon can be redeemed"},
          ChannelSpec(),
      }};
  return info;
}

std::unique_ptr<Strategy> MakeRfmOutreach(const Params& params, const StrategyContext& context) {
  return std::make_unique<RfmOutreach>(params, *context.view);
}

}  // namespace souk
