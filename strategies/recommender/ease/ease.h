#pragma once
// A linear model of the catalogue in closed form: EASE. See README.md.

#include <memory>

#include "sim/decision/strategy.h"
#include "strategies/common/linear_recommender.h"

namespace souk {

/// The item × item weights B that minimise |X − XB|² + lambda |B|² with a zero diagonal, X the shopper × item matrix:
///   P = (X'X + lambda I)⁻¹,  B_ij = −P_ij ÷ P_jj.
/// The score of item j for a shopper of row x is (x B)_j. The rows grow with every event and every new shopper; B is
/// that of the last Train. Randomness: none. Cost: Train O(items³), see SymmetricMatrix; Recommend O(history · items).
/// Memory: 8 · m² bytes while it trains, 4 · m² (or 8 · m · keep) afterwards, m the modelled items.
/// Source: Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data".
/// Tested by: Ease.*, the Online Retail oracle, conformance suite.
class Ease : public LinearRecommender {
 public:
  Ease(const Params& params, const StrategyContext& context);

 protected:
  /// Throws Error when lambda is so small that rounding makes the matrix singular.
  ItemWeights Learn(const SparseRows& rows) override;

 private:
  double lambda_;
  int max_items_;
  int keep_;
};

const StrategyInfo& EaseInfo();
std::unique_ptr<Strategy> MakeEase(const Params& params, const StrategyContext& context);

}  // namespace souk
