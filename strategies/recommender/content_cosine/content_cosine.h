#pragma once
// "More like this": TF-IDF likeness of descriptions, places in the category tree and brands. See README.md.

#include <memory>

#include "sim/decision/strategy.h"
#include "strategies/common/item_neighbours.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/common/sparse.h"

namespace souk {

/// How much each kind of token says about an item.
struct ContentWeights {
  float word = 1;
  float category = 1;
  float department = 0.5F;
  float brand = 1;
};

/// Unit TF-IDF vectors of all items. Columns: words, then categories, departments, brands. A word
/// that occurs n times in a description weighs (1 + ln n) · ln((1 + items) ÷ df) · weights.word; the
/// item's category, its department and its brand are one token each, weighed likewise. Tokens that
/// all items share weigh almost nothing. Shapes: items × (vocabulary + categories + departments +
/// brands). Tested by:
/// ContentCosine.MatchesBruteForce.
SparseRows ContentVectors(const PublicCatalogue& catalogue, const ContentWeights& weights);

/// Ranks the catalogue by cosine to the recency-weighted profile of what the shopper looked at.
/// Uses neighbour lists of length `neighbours`, so an item outside the lists of all history items
/// is not found; with lists as long as the catalogue the ranking is exact. Serves items that nobody
/// has seen yet. Randomness: none. Cost: Recommend O(history · neighbours); the first Train
/// O(Σ_token df²), later ones only count popularity: descriptions do not change. Source: Pazzani &
/// Billsus 2007. Tested by: ContentCosine.*, conformance suite.
class ContentCosine : public Recommender {
 public:
  ContentCosine(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;

 private:
  const ShopView* view_;
  ContentWeights weights_;
  int k_;
  bool built_ = false;
  ItemNeighbours neighbours_;
  PopularityRanking popularity_;
  NeighbourRanker ranker_;
};

const StrategyInfo& ContentCosineInfo();
std::unique_ptr<Strategy> MakeContentCosine(const Params& params, const StrategyContext& context);

}  // namespace souk
