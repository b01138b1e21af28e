#pragma once
// The latest items that a shopper looked at, with fading weights: the question that neighbourhood models answer.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/sparse.h"

namespace souk {

/// How a shopper's history becomes a ranking.
struct HistorySettings {
  int length = 8;               ///< latest distinct items that count
  float decay = 0.8F;           ///< weight of an item over that of the next later one
  float earlier_weight = 0.5F;  ///< factor for items of earlier sessions
  bool repeat_viewed = false;   ///< may show items that this session has seen
};

/// From the parameters `history`, `decay`, `earlier_weight` and `repeat_viewed`.
HistorySettings ReadHistorySettings(const Params& params);

/// Gathers them. Thread safety: none (scratch). Tested by: LatestItems.*.
class LatestItems {
 public:
  LatestItems(int n_items, const HistorySettings& settings);

  /// The latest distinct items with their weights, the latest first: those of this session and, behind them, the
  /// shopper's earlier ones (as far as the profile goes, and if `earlier_weight` is not 0). The n-th, from 0, weighs
  /// decay^n, times earlier_weight beyond this session. Valid until the next call. Cost: O(length), no allocation.
  std::span<const Entry> Of(const RecommendRequest& request, const ShopView& view);

 private:
  HistorySettings settings_;
  std::vector<std::uint32_t> round_of_;  ///< per item: the call that gathered it last
  std::uint32_t round_ = 0;
  std::vector<Entry> items_;
};

}  // namespace souk
