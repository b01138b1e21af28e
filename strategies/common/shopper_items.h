#pragma once
// What each shopper has looked at, put in the cart and bought, as the row of a shopper × item matrix that keeps
// growing between trainings: the history that user-vector models (EASE, iALS, BPR, user-knn …) score from.

#include <cstdint>
#include <vector>

#include "sim/decision/params.h"
#include "sim/decision/shop_log.h"
#include "strategies/common/baskets.h"
#include "strategies/common/serial.h"
#include "strategies/common/sparse.h"

namespace souk {

/// How an event becomes an entry of the matrix.
struct InteractionSettings {
  EventWeights weights;
  double half_life_days = 0;  ///< age at which an event counts half; 0: events never age
};

/// From the parameters `view_weight`, `cart_weight`, `buy_weight` and `half_life_days`.
InteractionSettings ReadInteractionSettings(const Params& params);

/// The shopper × item matrix of a log, with what happened since. The entry of (shopper, item) is the largest weight
/// among their events, each decayed by its age at the log's last event; later events have their full weight until the
/// next Rebuild. Thread safety: const calls may run concurrently. Tested by: ShopperItems.*.
class ShopperItems {
 public:
  ShopperItems() = default;
  ShopperItems(int n_items, const InteractionSettings& settings) : n_items_(n_items), settings_(settings) {
    base_.columns = n_items;
  }

  /// Forgets all, then reads the log. Row u of `matrix()` is shopper u, entries in the order of their first event.
  /// Events of weight 0 and items outside the catalogue are ignored. Cost: O(events), about 20 ns each.
  void Rebuild(const ShopLog& log);
  /// One event more. Cost: O(1), a few ns for events without a weight.
  void Observe(const ShopEvent& event);

  /// The matrix as of the last Rebuild: at least one row per shopper of the log.
  [[nodiscard]] const SparseRows& matrix() const { return base_; }
  /// Writes the row of a shopper, events since Rebuild included, to `row`: distinct items, oldest first event first.
  /// Empty for shoppers without events. Allocates only when `row` grows. Cost: O(row).
  void Row(ShopperId shopper, std::vector<Entry>& row) const;
  /// Events of weight that this shopper has had since Rebuild: 0 means that the row is that of the matrix.
  [[nodiscard]] int News(ShopperId shopper) const {
    return shopper.index() < recent_.size() ? recent_[shopper.index()].count : 0;
  }

  /// The learnt state, part of a strategy's own.
  void Save(StateWriter& out) const;
  /// Reads what Save wrote; refuses items outside the catalogue.
  void Load(StateReader& in);

 private:
  struct Recent {
    std::int32_t head = -1;  ///< latest link
    std::int32_t count = 0;
  };
  struct Link {
    std::int32_t item = 0;
    float weight = 0;
    std::int32_t earlier = -1;
  };

  int n_items_ = 0;
  InteractionSettings settings_;
  SparseRows base_;
  std::vector<Recent> recent_;  ///< per shopper, as far as one has news
  std::vector<Link> links_;
};

}  // namespace souk
