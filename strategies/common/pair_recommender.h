#pragma once
// BPR and WARP as recommenders: they differ in the loss that their pairs go through (see PairSettings).

#include <cstdint>
#include <string_view>
#include <vector>

#include "strategies/common/factor_recommender.h"
#include "strategies/common/pair_sgd.h"

namespace souk {

/// Vectors learnt from pairs of items, by epochs of PairSgd. The vector of a shopper of the training is the learnt one,
/// unless `vectors` is "history". That of any other history (new shoppers, rows that have grown, sessions) is
/// x = M · (mean of the history's item vectors, by weight), M (width × width) the ridge regression of the learnt
/// vectors on those means: no step is made after the training. Randomness: first vectors and samples.
/// Cost: Train see PairSgd; Recommend see FactorRecommender. Memory: 4 · width per shopper and item.
/// Tested by: PairRecommender.*, FromPairs.*, the Online Retail oracle, conformance suite.
class PairRecommender : public FactorRecommender {
 protected:
  /// Reads the parameters that PairParams declares.
  PairRecommender(std::string_view name, PairSettings::Loss loss, const Params& params, const StrategyContext& context);

  void Learn(const SparseRows& rows, Rng& rng, Factors& factors) override;
  bool Prepare() override;
  bool Solve(ShopperId shopper, bool trained, std::span<const Entry> history, std::span<float> x) override;

 private:
  /// Adds the mean of the entries' item vectors to `mean`, which is 0.
  void Mean(const FactorTable& items, std::span<const Entry> entries, std::span<float> mean) const;
  /// M, row by row.
  FactorTable Regress(const SparseRows& rows, const Factors& factors) const;

  PairSettings pairs_;
  int epochs_;
  bool from_history_;
  std::vector<float> mean_;
};

/// The parameters that BPR and WARP share, with defaults that depend on the loss.
struct PairDefaults {
  double rate = 0.05;
  double reg = 0.01;
  std::int64_t epochs = 150;
};
std::vector<ParamSpec> PairParams(const PairDefaults& defaults);

}  // namespace souk
