#pragma once
// Random walks of three steps from what the shopper took, popular destinations held back: RP3beta. See README.md.

#include <memory>

#include "sim/decision/strategy.h"
#include "strategies/common/linear_recommender.h"

namespace souk {

/// With x the shopper × item matrix and d sums of its rows (of u) or columns (of i, j), the weight of item i for j is
///   W_ij = Σ_u (x_ui ÷ d_i)^alpha · (x_uj ÷ d_u)^alpha ÷ d_j^beta,   W_ii = 0, the `keep` largest of each row i;
/// the score of item j for a shopper of row x is (x W)_j. The rows grow with every event and every new shopper; W is
/// that of the last Train. Randomness: none. Cost: Train O(Σ_u (items of u)²), see NearestRows; Recommend O(history ·
/// keep + items). Memory: 8 bytes per weight kept.
/// Source: Paudel, Christoffel, Newell & Bernstein 2017, "Updatable, accurate, diverse, and scalable recommendations
/// for interactive applications". Tested by: Rp3Beta.*, the Online Retail oracle, conformance suite.
class Rp3Beta : public LinearRecommender {
 public:
  Rp3Beta(const Params& params, const StrategyContext& context);

 protected:
  ItemWeights Learn(const SparseRows& rows) override;

 private:
  double alpha_;
  double beta_;
  int keep_;
};

const StrategyInfo& Rp3BetaInfo();
std::unique_ptr<Strategy> MakeRp3Beta(const Params& params, const StrategyContext& context);

}  // namespace souk
