#pragma once
// Matrix factorisation over features: items are the sum of what they are, shoppers of what they did. See README.md.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/content_features.h"
#include "strategies/common/latest_items.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/common/top_k.h"
#include "strategies/recommender/hybrid/hybrid_model.h"

namespace souk {

/// Ranks the catalogue by x · q_i + b_i: q_i and b_i sum over the item's tokens and its own number, x over those of the
/// latest items of the shopper, the shopper's own number and facts that the shop knows. So an item that nobody has seen
/// is served by its tokens, a shopper whom the training has not met by this session; the vectors are those of the last
/// training, the session is that of the moment. Items are never −∞; slates are filled by popularity only before the
/// first training and after one on an empty log. Randomness: only while training. Cost: Recommend 1.5 ns per item at 48
/// factors; Train see TrainHybrid. Source: Kula 2015. Tested by: Hybrid.*, conformance suite.
class Hybrid : public ScoringRecommender {
 public:
  Hybrid(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;
  /// −∞ for all while nothing was learnt.
  void Score(const RecommendRequest& request, std::span<float> scores) override;

  /// Learnt vectors, for tests and reports.
  [[nodiscard]] const HybridModel& model() const { return model_; }

 private:
  /// The vector of who asks in x_; false while nothing was learnt.
  bool Describe(const RecommendRequest& request);

  const ShopView* view_;
  HybridSettings settings_;
  ContentWeights content_weights_;
  float content_weight_;
  bool repeat_viewed_;
  HybridModel model_;
  PopularityRanking popularity_;
  LatestItems latest_;
  std::vector<float> x_;  ///< scratch
  TopK best_{Slate::kMax};
};

const StrategyInfo& HybridInfo();
std::unique_ptr<Strategy> MakeHybrid(const Params& params, const StrategyContext& context);

}  // namespace souk
