#pragma once
// A linear model of the catalogue in closed form: EASE. See README.md.

#include <memory>
#include <span>

#include "sim/decision/strategy.h"
#include "strategies/common/linear_model.h"

namespace souk {

/// The item × item weights B that minimise |X − XB|² + lambda |B|² with a zero diagonal, X the shopper × item matrix:
///   P = (X'X + lambda I)⁻¹,  B_ij = −P_ij ÷ P_jj.
/// The score of item j for a shopper of row x is (x B)_j. The rows grow with every event and every new shopper; B is
/// that of the last Train. Randomness: none. Cost: Train O(items³), see SymmetricMatrix; Recommend O(history · items).
/// Memory: 8 · m² bytes while it trains, 4 · m² (or 8 · m · keep) afterwards, m the modelled items.
/// Source: Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data".
/// Tested by: Ease.*, the Online Retail oracle, conformance suite.
class Ease : public ScoringRecommender {
 public:
  Ease(const Params& params, const StrategyContext& context);
  /// Throws Error when lambda is so small that rounding makes the matrix singular.
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
  double lambda_;
  int max_items_;
  int keep_;
  ShopperItems rows_;
  PopularityRanking popularity_;
  LinearRanker ranker_;
};

const StrategyInfo& EaseInfo();
std::unique_ptr<Strategy> MakeEase(const Params& params, const StrategyContext& context);

}  // namespace souk
