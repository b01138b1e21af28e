#include "strategies/coupons/propensity/propensity.h"

#include "strategies/common/coupon_terms.h"
#include "strategies/common/serial.h"
#include "strategies/coupons/propensity/propensity_model.h"

namespace souk {
namespace {

constexpr const char* kOwner = "coupons/propensity";

/// Fewer orders than this say nothing about eleven coefficients.
constexpr double kMinOrders = 30;

class Propensity final : public CouponPolicy {
 public:
  Propensity(const Params& params, const ShopView& view)
      : view_(view),
        terms_(CouponFromParams(params)),
        from_(params.Real("from_quantile")),
        to_(params.Real("to_quantile")),
        explore_(params.Real("explore")),
        share_of_margin_(params.Real("share_of_margin")),
        precision_(params.Real("prior_precision")),
        histories_(static_cast<std::size_t>(view.shoppers())) {}

  void Train(const ShopLog& log, Rng&) override {
    const BinomialRows rows = ReplaySessions(log, histories_);
    histories_.resize(static_cast<std::size_t>(view_.shoppers()));
    learnt_.model = FitPropensity(rows, precision_, kMinOrders);
    const std::vector<double> scores = PropensityScores(learnt_.model, rows);
    learnt_.low = QuantileOf(scores, from_);
    learnt_.high = QuantileOf(scores, to_);
    learnt_.margin = MarginShare(view_, log);
  }

  void Observe(const ShopEvent& event) override {
    if (event.shopper.valid() && event.shopper.index() < histories_.size())
      histories_[event.shopper.index()].Apply(event);
  }

  CouponDecision Offer(const CouponRequest& request, Rng& rng) override {
    const double margin = CartMarginShare(view_, view_.profile(request.shopper), learnt_.margin);
    const double percent = CapByMargin(terms_.percent, margin, share_of_margin_);
    if (percent <= 0) return {};  // no margin to give away: nothing to choose between
    // Half of the explored sessions get a coupon, whatever the model says. So both answers have a known
    // probability between 0 and 1, and the log can later tell what coupons do from whom they went to.
    const double p_offer = (IsTarget(request) ? 1 - explore_ : 0.0) + explore_ / 2;
    CouponDecision decision{.coupon = {}, .propensity = 1 - p_offer, .eligible = 2};
    if (rng.Uniform() < p_offer) {
      decision.propensity = p_offer;
      decision.coupon = terms_;
      decision.coupon->percent = percent;
    }
    return decision;
  }

  void Save(std::ostream& out) const override {
    StateWriter writer(out, kOwner, 1, view_.shoppers());
    writer.Put(learnt_);
    writer.PutColumn(histories_);
    writer.Finish();
  }
  void Load(std::istream& in) override {
    StateReader reader(in, kOwner, 1, view_.shoppers());
    const auto learnt = reader.Get<Learnt>();
    auto histories = reader.GetColumn<ShopperHistory>(histories_.size());
    reader.Finish();
    learnt_ = learnt;
    histories_ = std::move(histories);
  }

 private:
  struct Learnt {
    PropensityModel model;
    double low = 0;   ///< log odds from which a shopper is within reach of an order
    double high = 0;  ///< and from which the order comes without a coupon
    double margin = 0;
  };

  [[nodiscard]] bool IsTarget(const CouponRequest& request) const {
    if (learnt_.model.trained == 0) return false;
    const double score = learnt_.model.Score(histories_[request.shopper.index()], request.now);
    return score >= learnt_.low && score < learnt_.high;
  }

  const ShopView& view_;
  Coupon terms_;
  double from_;
  double to_;
  double explore_;
  double share_of_margin_;
  double precision_;
  Learnt learnt_;
  std::vector<ShopperHistory> histories_;
};

}  // namespace

const StrategyInfo& PropensityInfo() {
  static const StrategyInfo info = [] {
    StrategyInfo i{
        .slot = Slot::kCoupons,
        .name = "propensity",
        .summary = "Coupons for shoppers of middling purchase propensity, by logistic regression on the shop's log.",
        .source = "Rossi, McCulloch & Allenby 1996; Ascarza 2018 on why propensity is not uplift",
        .status = "tested",
        .sees_truth = false,
        .params = CouponTermSpecs(0.10)};
    i.params.push_back(
        {"from_quantile", 0.4, 0, 1, {}, "", "offers start at this quantile of propensity over past sessions"});
    i.params.push_back({"to_quantile", 0.9, 0, 1, {}, "", "and end at this one: above it shoppers buy anyway"});
    i.params.push_back(
        {"explore", 0.1, 0.001, 1, {}, "", "share of sessions decided by a coin, so that effects can be learnt"});
    i.params.push_back({"share_of_margin", 0.5, 0, 1, {}, "", "largest part of the margin that a coupon may take"});
    i.params.push_back(
        {"prior_precision", 0.1, 1e-6, 1e6, {}, "", "of the normal prior on coefficients; 1 ÷ variance"});
    return i;
  }();
  return info;
}

std::unique_ptr<Strategy> MakePropensity(const Params& params, const StrategyContext& context) {
  return std::make_unique<Propensity>(params, *context.view);
}

}  // namespace souk
