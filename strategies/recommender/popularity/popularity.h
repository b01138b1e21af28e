#pragma once
// The incumbent: what sells and is looked at now, in the page's category first. See README.md.

#include <memory>
#include <span>

#include "sim/decision/strategy.h"
#include "strategies/common/popularity_ranking.h"

namespace souk {

/// Ranks items by weighted, time-decayed counts of views, carts and purchases.
/// Randomness: none. Thread safety: const state, but see Strategy. Cost: Recommend O(k + items
/// passed over); Train O(events + items log items). Online events: ignored until the next Train.
/// Tested by: Popularity.CountsByHand, Popularity.*, conformance suite.
class Popularity : public ScoringRecommender {
 public:
  Popularity(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;
  void Score(const RecommendRequest& request, std::span<float> scores) override;

 private:
  /// The category that comes first on the page.
  [[nodiscard]] CategoryId FirstCategory(const RecommendRequest& request) const;

  const ShopView* view_;
  EventWeights weights_;
  double half_life_days_;
  bool by_category_;
  bool repeat_viewed_;
  PopularityRanking ranking_;
};

const StrategyInfo& PopularityInfo();
std::unique_ptr<Strategy> MakePopularity(const Params& params, const StrategyContext& context);

}  // namespace souk
