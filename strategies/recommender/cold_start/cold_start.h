#pragma once
// Content until there are enough events, then what others did: for shoppers, and item by item. See README.md.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/inner_recommender.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/common/top_k.h"

namespace souk {

/// A shopper with fewer than `min_events` views, this session included, is served by `content` alone. For others an
/// item with at least `min_events` events has the rank that `collaborative` gives it, any other the rank that `content`
/// gives it, each among the whole catalogue; the two lists are merged by rank, at equal ranks the item with events
/// first. The score is minus the rank (for a shopper without events: content's score); −∞ where the model in charge is
/// silent. Slates hold the best; popularity fills the rest. Randomness: that of the inner ones. Cost: one or two
/// Scores, and O(items log items). Tested by: ColdStart.*, conformance suite.
class ColdStart : public ScoringRecommender {
 public:
  ColdStart(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Observe(const ShopEvent& event) override;
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;
  void Score(const RecommendRequest& request, std::span<float> scores) override;

 private:
  void Count(const ShopEvent& event);
  /// Scores with ranks as far as `depth` reaches in each model.
  void ScoreTo(const RecommendRequest& request, int depth, std::span<float> scores);

  const ShopView* view_;
  InnerRecommender content_;
  InnerRecommender collaborative_;
  std::int64_t min_events_;
  bool repeat_viewed_;
  PopularityRanking popularity_;
  std::vector<std::int32_t> events_;  ///< per item: views, carts and purchases
  std::vector<float> scores_;         ///< scratch, per item
  std::vector<float> inner_;          ///< scratch, per item
  std::vector<Scored> sorted_;
  std::vector<std::int32_t> ranks_;
  TopK best_{Slate::kMax};
};

const StrategyInfo& ColdStartInfo();
std::unique_ptr<Strategy> MakeColdStart(const Params& params, const StrategyContext& context);

}  // namespace souk
