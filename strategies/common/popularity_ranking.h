#pragma once
// Items in order of popularity, shop-wide and per category: the incumbent's whole model, and what
// every other recommender falls back on when it has nothing better to say.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/baskets.h"
#include "strategies/common/serial.h"
#include "strategies/common/slate_filter.h"

namespace souk {

/// Weighted, time-decayed counts of events per item, counted back from the log's last event.
/// Pure. Cost: O(items + events), a few ns per event. Tested by: Popularity.CountsByHand.
std::vector<float> PopularityScores(const ShopLog& log, int n_items, const EventWeights& weights,
                                    double half_life_days);

/// The scores of those whose parameters say nothing about popularity, for what fills their slates: a view weighs 1, a
/// cart 3, a purchase 8.
std::vector<float> FallbackPopularity(const ShopLog& log, int n_items, double half_life_days = 30);

class PopularityRanking {
 public:
  /// Ranks by score, ties to the lower id. Without scores all items tie.
  void Rank(std::vector<float> scores, const PublicCatalogue& catalogue);

  /// Adds the most popular allowed items to `slate` until it holds `limit`: those of `first` (if
  /// valid), then shop-wide. Items already in the slate are passed over.
  /// Cost: a few ns per item looked at. No allocation.
  void Fill(Slate& slate, int limit, CategoryId first, const SlateFilter& filter) const;

  /// Scores of all items in the order of Fill: those of `first` (if valid) before all others. Equal scores stay equal.
  /// Cost: O(items).
  void Score(CategoryId first, std::span<float> scores) const;

  [[nodiscard]] const std::vector<float>& scores() const { return scores_; }
  void Save(StateWriter& out) const { out.PutColumn(scores_); }
  /// The scores that Save wrote, to be handed to Rank.
  static std::vector<float> LoadScores(StateReader& in, int n_items) {
    return in.GetColumn<float>(static_cast<std::size_t>(n_items));
  }

 private:
  std::vector<float> scores_;                 ///< per item
  std::vector<ItemId> shop_;                  ///< all items, most popular first
  std::vector<std::int32_t> category_begin_;  ///< size categories + 1, into category_
  std::vector<ItemId> category_;              ///< items by category, most popular first
};

/// The category that a page is about: the anchor's, else that of the latest item of this session,
/// else none.
CategoryId PageCategory(const RecommendRequest& request, const PublicCatalogue& catalogue);

}  // namespace souk
