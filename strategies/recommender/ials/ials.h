#pragma once
// Implicit alternating least squares. See README.md.

#include <memory>
#include <span>

#include "sim/decision/strategy.h"
#include "strategies/common/factor_recommender.h"
#include "strategies/recommender/ials/als.h"

namespace souk {

/// Vectors of shoppers and items whose products are 1 for what was met and 0 for the rest, by weighted least squares
/// (see AlsSettings for the loss and Als for the solvers). The vector of who asks is solved for exactly from the row of
/// that moment: new events and new shoppers count at once. Randomness: the items' first vectors.
/// Cost: Train see Als; Recommend see FactorRecommender, with a solve of 0.5–20 µs after each change of the row.
/// Memory: 8 bytes per entry beside the row matrix and 4 · width per shopper and item while it trains; 4 · width per
/// item afterwards.
/// Source: Hu, Koren & Volinsky 2008, "Collaborative Filtering for Implicit Feedback Datasets"; Rendle, Krichene, Zhang
/// & Koren 2021, "Revisiting the Performance of iALS on Item Recommendation Benchmarks".
/// Tested by: Ials.*, Als.*, AlsRow.*, the Online Retail oracle, conformance suite.
class Ials : public FactorRecommender {
 public:
  Ials(const Params& params, const StrategyContext& context);

 protected:
  void Learn(const SparseRows& rows, Rng& rng, Factors& factors) override;
  bool Prepare() override;
  bool Solve(ShopperId shopper, bool trained, std::span<const Entry> history, std::span<float> x) override;

 private:
  AlsSettings als_;
  AlsRow fold_in_;
};

const StrategyInfo& IalsInfo();
std::unique_ptr<Strategy> MakeIals(const Params& params, const StrategyContext& context);

}  // namespace souk
