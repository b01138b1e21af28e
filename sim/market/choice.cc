#include "sim/market/choice.h"

#include <algorithm>

namespace souk {

ChoiceModel::ChoiceModel(const World& world) : world_(&world) {
  double mobile = 0;
  double share = 0;
  for (const SegmentSpec& s : world.population.segments) {
    mobile += s.share * s.mobile_share;
    share += s.share;
  }
  const double effect = world.scenario.purchase.mobile_logit;
  mobile_logit_ = effect * (1 - mobile / share);
  desktop_logit_ = -effect * mobile / share;
  // Wider than the slices by far more than rounding, in the table and in sums of utility, can add up to.
  constexpr double kMargin = 1e-4;
  constexpr std::uint64_t kSliceEnd = ~std::uint64_t{0} >> kSliceBits;
  for (std::uint64_t slice = 0; slice < kSlices; ++slice) {
    const std::uint64_t first = slice << (64 - kSliceBits);
    const double scale = world.scenario.choice.noise_scale;
    slice_least_[slice] = static_cast<float>(scale * (ToGumbel(first) - kMargin));
    slice_most_[slice] = static_cast<float>(scale * (ToGumbel(first | kSliceEnd) + kMargin));
  }
}

PriceContext MakePriceContext(Money price, Money list, Money competitor, double reference) {
  const auto cents = static_cast<double>(price.cents);
  return {price, Log(cents / static_cast<double>(list.cents)), Log(static_cast<double>(competitor.cents) / cents),
          reference};
}

ChoiceModel::Logits ChoiceModel::Commit(ShopperId u, ItemId item, const CommitContext& c) const {
  const PurchaseSpec& spec = world_->scenario.purchase;
  const Shopper& shopper = world_->population.shoppers[u.index()];
  const CategoryId category = world_->catalogue.category[item.index()];
  const double quality =
      world_->scenario.choice.quality_weight * static_cast<double>(world_->hidden.quality[item.index()]);
  const double common =
      spec.sd_visitor * static_cast<double>(shopper.z_purchase) + spec.sd_session * c.z_session +
      spec.match_weight * (world_->Match(u, item) + quality) + spec.price_weight * PriceUtility(u, c.price) +
      world_->population.segments[shopper.segment.index()].purchase + (c.mobile ? mobile_logit_ : desktop_logit_) +
      c.service + c.need + static_cast<double>(world_->hidden.purchase_logit[category.index()]) +
      world_->scenario.contact.coupon_logit * static_cast<double>(shopper.coupon_proneness) * c.coupon_discount;
  const int earlier = std::min(spec.view_cap, c.earlier_views);
  Logits logits;
  logits.cart = common + spec.cart_intercept + spec.cart_per_view * earlier;
  logits.buy = common + spec.buy_intercept + spec.buy_per_log_view * (earlier > 0 ? Log(1.0 + earlier) : 0.0) -
               spec.buy_depth * Log(static_cast<double>(std::max(1, c.depth)));
  return logits;
}

}  // namespace souk
