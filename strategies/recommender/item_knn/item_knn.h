#pragma once
// "Shoppers who looked at this also looked at": items alike by the sessions that hold them. See README.md.

#include <memory>
#include <span>

#include "sim/decision/strategy.h"
#include "strategies/common/baskets.h"
#include "strategies/common/item_neighbours.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/common/row_similarity.h"

namespace souk {

/// Item-based collaborative filtering. An item is the vector of the baskets (sessions or shoppers)
/// that hold it; how entries are weighed and likeness is measured is that of RowSimilarity; the shopper's latest items
/// vote with decaying weight. Randomness: none. Cost: Train O(Σ basket size²), see NearestRows; Recommend O(history ·
/// neighbours). Online events: ignored until the next Train (the running session itself counts, being in the request).
/// Source: Sarwar et al. 2001. Tested by: ItemKnn.*, the Online Retail oracle, conformance suite.
class ItemKnn : public ScoringRecommender {
 public:
  ItemKnn(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;
  /// −∞ for items that are nobody's neighbours.
  void Score(const RecommendRequest& request, std::span<float> scores) override;

  /// Learnt neighbours, for tests and reports.
  [[nodiscard]] const ItemNeighbours& neighbours() const { return neighbours_; }

 private:
  const ShopView* view_;
  EventWeights weights_;
  BasketOf basket_;
  int max_basket_;
  double half_life_days_;
  SimilaritySettings similarity_;
  int k_;
  ItemNeighbours neighbours_;
  PopularityRanking popularity_;
  NeighbourRanker ranker_;
};

const StrategyInfo& ItemKnnInfo();
std::unique_ptr<Strategy> MakeItemKnn(const Params& params, const StrategyContext& context);

}  // namespace souk
