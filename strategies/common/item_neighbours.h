#pragma once
// Item-to-item cosine: the nearest neighbours of every item in a sparse feature space (sessions,
// words), and the ranking of the catalogue by likeness to what a shopper looked at.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "strategies/common/latest_items.h"
#include "strategies/common/nearest_rows.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/common/serial.h"
#include "strategies/common/slate_filter.h"
#include "strategies/common/sparse.h"
#include "strategies/common/top_k.h"

namespace souk {

/// The nearest items of every item, best first; scores are similarities above 0.
struct ItemNeighbours : RankedLists {
  ItemNeighbours() = default;
  explicit ItemNeighbours(RankedLists lists) : RankedLists(std::move(lists)) {}

  using RankedLists::of;
  [[nodiscard]] std::span<const Scored> of(ItemId item) const { return of(item.value); }
  void Save(StateWriter& out) const;
  /// Throws Error when the stream does not hold neighbours of `n_items` items.
  static ItemNeighbours Load(StateReader& in, int n_items);
};

/// For every row, the `k` other rows with the largest
///   similarity(i, j) = x_i · x_j ÷ (|x_i| |x_j| + shrink)
/// above 0. Shapes: `items` (n_items × features), values ≥ 0.
/// Cost: see NearestRows. The commonest features are left out of the dot product (never of the norms) once the squares
/// of their lengths sum to more than `max_work`; below that the result is exact. Source: Sarwar et al. 2001,
/// "Item-based collaborative filtering recommendation algorithms"; the shrinkage as in Bell & Koren 2007. Tested by:
/// ItemNeighbours.MatchesBruteForce.
ItemNeighbours CosineNeighbours(const SparseRows& items, float shrink, int k, double max_work = 2e9);

/// Ranks by Σ_h weight(h) · similarity(h, item) over the latest items h of this session and, behind
/// them, of the shopper's earlier sessions; fills up by popularity, the page's category first. With
/// complete neighbour lists this is exactly the order of the cosine to the weighted sum of unit
/// item vectors. Cost: O(length · neighbours), about 1 ns each. No allocation. Thread safety: none
/// (scratch). Tested by: ItemKnn.MatchesBruteForce, ContentCosine.MatchesBruteForce.
class NeighbourRanker {
 public:
  NeighbourRanker(int n_items, const HistorySettings& settings);

  Slate Rank(const RecommendRequest& request, const ShopView& view, const ItemNeighbours& neighbours,
             const PopularityRanking& fallback);
  /// The sums of the whole catalogue; −∞ for items that are nobody's neighbours. Cost: as Rank, plus O(items).
  void Score(const RecommendRequest& request, const ShopView& view, const ItemNeighbours& neighbours,
             std::span<float> scores);

 private:
  void Vote(const RecommendRequest& request, const ShopView& view, const ItemNeighbours& neighbours);

  HistorySettings settings_;
  LatestItems latest_;
  Accumulator scores_;
  TopK best_{Slate::kMax};
};

}  // namespace souk
