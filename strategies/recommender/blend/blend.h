#pragma once
// Two recommenders as one: their scores or their ranks, weighed. See README.md.

#include <memory>
#include <span>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/inner_recommender.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/common/top_k.h"

namespace souk {

/// Scores by weight · a + (1 − weight) · b. By score: a and b are the two models' scores in the range from the lowest
/// (0) to the highest (1) of the question. By rank: 1 ÷ (rank_constant + rank) of the first `depth` of each, ranks from
/// 1, ties with the best rank. What one model says nothing about counts 0 there; −∞ if neither does. Slates hold the
/// best; popularity fills the rest. Randomness: that of the inner ones. Cost: two Scores, and O(items) more. Source:
/// Cormack, Clarke & Buettcher 2009, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
/// methods"; Lee 1997, "Analyses of multiple evidence combination". Tested by: Blend.*, conformance suite.
class Blend : public ScoringRecommender {
 public:
  Blend(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Observe(const ShopEvent& event) override;
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;
  void Score(const RecommendRequest& request, std::span<float> scores) override;

 private:
  void AddRanks(std::span<const float> scores, double weight, std::span<float> sums);

  const ShopView* view_;
  InnerRecommender first_;
  InnerRecommender second_;
  double weight_;
  bool by_rank_;
  double rank_constant_;
  int depth_;
  bool repeat_viewed_;
  PopularityRanking popularity_;
  std::vector<float> scores_;  ///< scratch, per item
  std::vector<float> inner_;   ///< scratch, per item
  std::vector<Scored> sorted_;
  std::vector<std::int32_t> ranks_;
  TopK best_{Slate::kMax};
};

const StrategyInfo& BlendInfo();
std::unique_ptr<Strategy> MakeBlend(const Params& params, const StrategyContext& context);

}  // namespace souk
