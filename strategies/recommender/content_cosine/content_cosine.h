#pragma once
// "More like this": TF-IDF likeness of descriptions, places in the category tree and brands. See README.md.

#include <memory>
#include <span>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/content_features.h"
#include "strategies/common/item_neighbours.h"
#include "strategies/common/latest_items.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/common/row_scan.h"
#include "strategies/common/sparse.h"

namespace souk {

/// Ranks the catalogue by cosine to the profile of what the shopper looked at: the sum of the unit vectors of the
/// latest items, each weighing `decay` times the next later one (1: their mean; 0.5: a half-life of one item). The
/// profile's length is left out, which changes no order.
/// With `neighbours` 0 every item is compared with the profile. Otherwise lists of each item's most similar ones take
/// the place of the catalogue: an item outside the lists of all history items is not found; with lists as long as the
/// catalogue the scores are the same but for rounding.
/// Serves items that nobody has seen yet. Randomness: none. Cost: Recommend O(tokens of the catalogue), about 0.4 ns
/// each, or O(history · neighbours); the first Train O(Σ_token df²) with lists, later ones only count popularity:
/// descriptions do not change. Source: Pazzani & Billsus 2007.
/// Tested by: ContentCosine.*, the Online Retail oracle, conformance suite.
class ContentCosine : public ScoringRecommender {
 public:
  ContentCosine(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;
  /// −∞ for what lists do not hold, and for all without a history.
  void Score(const RecommendRequest& request, std::span<float> scores) override;

 private:
  [[nodiscard]] bool exact() const { return k_ == 0; }
  /// What stays the same as long as the catalogue does.
  void ReadCatalogue();
  /// Scores of all items, of the whole catalogue or of lists (then in sums_). False without a history.
  bool ScanFor(const RecommendRequest& request, std::span<float> scores);
  bool SumListsFor(const RecommendRequest& request);

  const ShopView* view_;
  ContentWeights weights_;
  int k_;
  bool repeat_viewed_;
  bool built_ = false;
  LatestItems latest_;
  PopularityRanking popularity_;
  ItemNeighbours neighbours_;   ///< with lists
  Accumulator sums_;            ///< scratch, with lists
  SparseRows vectors_;          ///< without lists
  RowScan scan_;                ///< without lists
  std::vector<float> profile_;  ///< scratch, without lists: per token; 0 between calls
  std::vector<float> scores_;   ///< scratch, without lists: per item
  TopK best_{Slate::kMax};
};

const StrategyInfo& ContentCosineInfo();
std::unique_ptr<Strategy> MakeContentCosine(const Params& params, const StrategyContext& context);

}  // namespace souk
