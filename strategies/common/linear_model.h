#pragma once
// Linear item models: the score of an item is the sum, over a shopper's history, of a learnt weight of each item for
// it. The models differ in how they learn the weights; which items are modelled, what counts as history and how a
// slate comes of it is the same and stands here.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/common/request_history.h"
#include "strategies/common/serial.h"
#include "strategies/common/shopper_items.h"
#include "strategies/common/slate_filter.h"
#include "strategies/common/sparse.h"
#include "strategies/common/top_k.h"

namespace souk {

/// The items that a model is about: those in at least one row of `matrix` or, if these are more than `max_items`, the
/// ones in most rows (ties: the lower id). Ascending ids. Cost: O(entries + columns log columns).
std::vector<std::int32_t> ModelledItems(const SparseRows& matrix, int max_items);
/// The columns `items` of `matrix`, renumbered from 0; rows keep their numbers. Cost: O(entries + columns).
SparseRows ColumnsOf(const SparseRows& matrix, const std::vector<std::int32_t>& items);

/// What a linear model has learnt: weight(h, i) of history item h for item i, both modelled items by number.
struct ItemWeights {
  std::vector<std::int32_t> items;  ///< catalogue ids of the m modelled items, ascending
  std::vector<float> dense;         ///< m × m, row h, or empty: then
  SparseRows sparse;                ///< m rows of m columns

  void Save(StateWriter& out) const;
  /// Throws Error when the stream does not hold weights within a catalogue of `n_items` items.
  static ItemWeights Load(StateReader& in, int n_items);
};
/// Of each row the `keep` entries that are largest without their sign (ties: the lower column) and not 0, ascending
/// columns. Shapes: dense (m × m). Cost: O(m²).
SparseRows LargestPerRow(std::span<const float> dense, int m, int keep);

/// How a shopper's history becomes a ranking.
struct LinearSettings {
  float view_weight = 1;       ///< of an item of this session that is not in the shopper's row
  float earlier_weight = 1;    ///< factor for items of the row that this session has not seen
  bool repeat_viewed = false;  ///< slates may show items that this session has seen
};

/// Scores by Σ_h x_h · weight(h, i): x is the shopper's row, with the running session. Thread safety: none (scratch).
/// Tested by: Ease.*, Slim.*.
class LinearRanker {
 public:
  LinearRanker(int n_items, const LinearSettings& settings);

  void Learn(ItemWeights weights);
  [[nodiscard]] const ItemWeights& weights() const { return weights_; }

  /// Scores of the whole catalogue; −∞ for items that are not modelled, and for all when no item of the history is.
  /// Cost: O(history · items) with dense weights, about 0.05 ns each while they come from a near cache, plus O(items).
  void Score(const RecommendRequest& request, const ShopperItems& rows, std::span<float> scores);
  /// The best by score as far as scores are above 0, then by popularity, the page's category first. Cost: as Score. No
  /// allocation once rows and sessions have had their full length.
  Slate Rank(const RecommendRequest& request, const ShopperItems& rows, const ShopView& view,
             const PopularityRanking& fallback);

 private:
  /// Sums into sums_; false when the history has no modelled item.
  bool Sum(const RecommendRequest& request, const ShopperItems& rows);

  LinearSettings settings_;
  ItemWeights weights_;
  std::vector<std::int32_t> place_;  ///< per catalogue item: its number among the modelled ones, −1: none
  RequestHistory history_;
  std::vector<float> sums_;  ///< scratch, per modelled item
  TopK best_{Slate::kMax};
};

}  // namespace souk
