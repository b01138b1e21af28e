#pragma once
// How a shopper values things: random utility for what to look at, logits for carting and buying.
// With the extras off (linear price, no reference, no loss aversion, no match) it collapses to the
// multinomial logit, whose shares and optimal price are known in closed form.

#include <array>
#include <cstdint>
#include <span>

#include "sim/base/random.h"
#include "sim/decision/strategy.h"
#include "sim/world/world.h"

namespace souk {

/// What a shopper's valuation of an item depends on beyond the world.
struct PriceContext {
  Money price;           ///< asked now
  double relative = 0;   ///< log(price ÷ list)
  double pull = 0;       ///< log(competitor's price ÷ price)
  double reference = 0;  ///< log of (price the shopper is used to ÷ list)
};

/// The context of `price` for an item of that list price, from scratch. The market keeps the logs.
PriceContext MakePriceContext(Money price, Money list, Money competitor, double reference);

/// Everything that moves the commit decision on one item view.
struct CommitContext {
  PriceContext price;
  int earlier_views = 0;       ///< of this item by this shopper
  int depth = 1;               ///< item views in the session, this one included
  double z_session = 0;        ///< session purchase effect, standard normal
  double coupon_discount = 0;  ///< relative value of a noticed coupon at this price
  double service = 0;          ///< log odds from chat
  double need = 0;             ///< log odds from what is still at home, at most 0
  bool mobile = false;
};

/// Pure functions of a world. Thread safety: const.
class ChoiceModel {
 public:
  explicit ChoiceModel(const World& world);

  /// Response to price: −β·g(log price ÷ reference), g steeper above 0 by the loss aversion; or
  /// −b·price in the linear form. Plus the pull of a competitor's price.
  [[nodiscard]] double PriceUtility(ShopperId u, const PriceContext& price) const;

  /// Systematic utility of looking at an item, price included; no noise.
  [[nodiscard]] double ViewUtility(ShopperId u, ItemId item, const PriceContext& price) const {
    return ViewUtility(u, item, price, world_->Match(u, item));
  }
  /// The same, where the match of shopper and item is known already.
  [[nodiscard]] double ViewUtility(ShopperId u, ItemId item, const PriceContext& price, double match) const;

  /// The index of the bits behind the noise that shopper u feels about an item in a session: the same in every arm.
  [[nodiscard]] static constexpr std::uint64_t NoiseIndex(ItemId item, std::int32_t session) {
    return Index(static_cast<std::uint64_t>(session), static_cast<std::uint64_t>(item.value));
  }
  /// The bits themselves, of several indices. Shapes: bits as long as index.
  void NoiseBits(ShopperId u, std::span<const std::uint64_t> index, std::span<std::uint64_t> bits) const {
    world_->dice.DrawLow(Purpose::kTaste, static_cast<std::uint32_t>(u.value), index, bits);
  }
  /// The Gumbel noise of these bits: two logarithms.
  [[nodiscard]] double Noise(std::uint64_t bits) const { return world_->scenario.choice.noise_scale * ToGumbel(bits); }
  /// What it is at least and at most, from a table: a choice needs the noise of those few only that can still win.
  struct Bounds {
    double least = 0;
    double most = 0;
  };
  [[nodiscard]] Bounds NoiseBounds(std::uint64_t bits) const {
    const auto slice = static_cast<std::size_t>(bits >> (64 - kSliceBits));
    return {static_cast<double>(slice_least_[slice]), static_cast<double>(slice_most_[slice])};
  }

  /// Logit of putting the item into the cart, of buying it at once.
  struct Logits {
    double cart = 0;
    double buy = 0;
  };
  [[nodiscard]] Logits Commit(ShopperId u, ItemId item, const CommitContext& context) const;

  /// The new reference after a price was seen: exponential smoothing of log(price ÷ list).
  [[nodiscard]] double NextReference(double reference, double relative) const {
    const double memory = world_->scenario.choice.reference_memory;
    return (1 - memory) * reference + memory * relative;
  }

 private:
  static constexpr int kSliceBits = 8;
  static constexpr int kSlices = 1 << kSliceBits;

  const World* world_;
  double mobile_logit_;  // mean-centred over devices
  double desktop_logit_;
  std::array<float, kSlices> slice_least_{};  // noise by the leading bits of its draw
  std::array<float, kSlices> slice_most_{};
};

inline double ChoiceModel::PriceUtility(ShopperId u, const PriceContext& price) const {
  const ChoiceSpec& spec = world_->scenario.choice;
  const double response = world_->population.shoppers[u.index()].price_response;
  double utility = world_->scenario.competitor.weight * price.pull;
  if (spec.price_form == PriceForm::kLinear) return utility - response * price.price.units();
  const double gap = price.relative - price.reference;
  return utility - response * (gap > 0 ? spec.loss_aversion * gap : gap);
}

inline double ChoiceModel::ViewUtility(ShopperId u, ItemId item, const PriceContext& price, double match) const {
  const ChoiceSpec& spec = world_->scenario.choice;
  const bool loyal = world_->catalogue.brand[item.index()] == world_->population.shoppers[u.index()].brand;
  return spec.match_weight * match + spec.quality_weight * static_cast<double>(world_->hidden.quality[item.index()]) +
         PriceUtility(u, price) + (loyal ? world_->scenario.population.brand_loyalty : 0.0);
}

}  // namespace souk
