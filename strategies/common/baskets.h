#pragma once
// The shop's log, grouped: which items were looked at, put in the cart or bought together in one
// session or by one shopper. Neighbourhood recommenders learn from these baskets.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/decision/params.h"
#include "sim/decision/shop_log.h"
#include "strategies/common/sparse.h"

namespace souk {

/// How much an event of each kind says about interest.
struct EventWeights {
  double view = 1;
  double cart = 1;
  double buy = 1;

  /// 0 for kinds that do not concern an item.
  [[nodiscard]] double Of(ShopEventKind kind) const {
    switch (kind) {
      case ShopEventKind::kView: return view;
      case ShopEventKind::kCart: return cart;
      case ShopEventKind::kPurchase: return buy;
      default: return 0;
    }
  }
};
/// From the parameters `view_weight`, `cart_weight` and `buy_weight`.
inline EventWeights ReadEventWeights(const Params& params) {
  return {params.Real("view_weight"), params.Real("cart_weight"), params.Real("buy_weight")};
}

/// 2^(−age ÷ half-life), with the age in whole hours so that one exponential serves many events of
/// a log in time order. An infinite or zero half-life never decays.
class HourlyDecay {
 public:
  HourlyDecay(SimTime now, double half_life_days);
  [[nodiscard]] double At(SimTime time);

 private:
  SimTime now_;
  double log_rate_per_hour_;
  std::int64_t hour_ = -1;
  double factor_ = 1;
};

enum class BasketOf : std::uint8_t { kSession, kShopper };

/// Baskets, oldest first by their last event (ties: lower session or shopper id first).
struct Baskets {
  SparseRows items;           ///< per basket: distinct items, latest first, with the largest weight seen
  std::vector<SimTime> last;  ///< time of the last item event, per basket
};

/// Groups the item events of `log` by session or shopper. Events of weight 0 and items outside
/// 0…n_items−1 are ignored; baskets are cut to their latest `max_items` distinct items and dropped
/// when fewer than `min_items` remain.
/// Cost: O(events + baskets log baskets), about 30 ns per event. Pure.
/// Tested by: Baskets.*.
Baskets CollectBaskets(const ShopLog& log, int n_items, BasketOf by, const EventWeights& weights, int min_items,
                       int max_items);

}  // namespace souk
