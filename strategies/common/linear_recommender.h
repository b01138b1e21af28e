#pragma once
// A recommender whose model is a matrix of weights between items. EASE, SLIM and RP3beta differ in how they learn it;
// the shoppers' rows, the serving and the saved state are the same and stand here.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/linear_model.h"

namespace souk {

/// The score of item i for a shopper of row x is Σ_h x_h · weight(h, i), see LinearRanker. The rows grow with every
/// event and every new shopper; the weights are those of the last Train. Where the model has nothing to say, popularity
/// fills the slate. Randomness: none. Thread safety: none.
/// Tested by: Ease.*, Slim.*, Rp3Beta.*, conformance suite.
class LinearRecommender : public ScoringRecommender {
 public:
  void Train(const ShopLog& log, Rng& rng) final;
  void Observe(const ShopEvent& event) final { rows_.Observe(event); }
  void Save(std::ostream& out) const final;
  void Load(std::istream& in) final;
  Slate Recommend(const RecommendRequest& request, Rng& rng) final;
  void Score(const RecommendRequest& request, std::span<float> scores) final;

  /// Learnt weights, for tests and reports.
  [[nodiscard]] const ItemWeights& weights() const { return ranker_.weights(); }

 protected:
  /// `name` of the strategy, in saved states. Reads the parameters of WithLinearParams.
  LinearRecommender(std::string_view name, const Params& params, const StrategyContext& context);

  /// Weights from the shopper × item matrix, which may be empty.
  virtual ItemWeights Learn(const SparseRows& rows) = 0;

 private:
  const ShopView* view_;
  std::string name_;
  InteractionSettings interactions_;
  ShopperItems rows_;
  PopularityRanking popularity_;
  LinearRanker ranker_;
};

/// `own` and then the parameters that all linear models share: what an event weighs and what slates may hold.
std::vector<ParamSpec> WithLinearParams(std::vector<ParamSpec> own);

}  // namespace souk
