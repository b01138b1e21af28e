#pragma once
// A sparse linear model of the catalogue: SLIM. See README.md.

#include <memory>
#include <span>

#include "sim/decision/strategy.h"
#include "strategies/common/linear_model.h"
#include "strategies/recommender/slim/elastic_net.h"

namespace souk {

/// Every item as a sparse, by default non-negative linear sum of the others: column j of the weights W minimises
///   ½ |x_j − X w|² + ½ l2 |w|² + l1 |w|₁,  w_j = 0,
/// X the shopper × item matrix; of each column the `keep` largest stay. The score of item j for a shopper of row x is
/// (x W)_j. The rows grow with every event and every new shopper; W is that of the last Train. Randomness: none.
/// Cost: Train O(Σ_user row² + items² · steps per item), Recommend O(items + history · weights per item).
/// Memory: 8 · m² bytes while it trains, 8 per weight afterwards, m the modelled items.
/// Source: Ning & Karypis 2011, "SLIM: Sparse Linear Methods for Top-N Recommender Systems".
/// Tested by: Slim.*, ElasticNet.*, the Online Retail oracle, conformance suite.
class Slim : public ScoringRecommender {
 public:
  Slim(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Observe(const ShopEvent& event) override { rows_.Observe(event); }
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;
  void Score(const RecommendRequest& request, std::span<float> scores) override;

  /// Learnt weights, for tests and reports.
  [[nodiscard]] const ItemWeights& weights() const { return ranker_.weights(); }

 private:
  const ShopView* view_;
  InteractionSettings interactions_;
  ElasticNetSettings net_;
  int max_items_;
  int keep_;
  ShopperItems rows_;
  PopularityRanking popularity_;
  LinearRanker ranker_;
};

const StrategyInfo& SlimInfo();
std::unique_ptr<Strategy> MakeSlim(const Params& params, const StrategyContext& context);

}  // namespace souk
