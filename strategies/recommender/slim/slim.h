#pragma once
// A sparse linear model of the catalogue: SLIM. See README.md.

#include <memory>

#include "sim/decision/strategy.h"
#include "strategies/common/linear_recommender.h"
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
class Slim : public LinearRecommender {
 public:
  Slim(const Params& params, const StrategyContext& context);

 protected:
  ItemWeights Learn(const SparseRows& rows) override;

 private:
  ElasticNetSettings net_;
  int max_items_;
  int keep_;
};

const StrategyInfo& SlimInfo();
std::unique_ptr<Strategy> MakeSlim(const Params& params, const StrategyContext& context);

}  // namespace souk
