#pragma once
// The floor: any available item, each as likely as the next. See README.md.

#include <memory>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/slate_filter.h"

namespace souk {

/// Draws k of the eligible items without replacement, every ordered slate equally likely, so each
/// position shows each eligible item with probability 1 ÷ eligible: the logged propensity.
/// Randomness: the given Rng only, about k ÷ (share of eligible items) draws. Cost: O(k) draws
/// while a fair share of the catalogue is eligible, else O(items) once the draws run out. No
/// allocation. Tested by: RandomRecommender.IsUniform (chi-square), RandomRecommender.*,
/// conformance suite.
class RandomRecommender : public Recommender {
 public:
  RandomRecommender(const Params& params, const StrategyContext& context);
  void Train(const ShopLog&, Rng&) override {}
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;

 private:
  [[nodiscard]] int CountEligible(const RecommendRequest& request) const;
  void FillByListing(Slate& slate, int limit, float p, const SlateFilter& filter, Rng& rng);

  const ShopView* view_;
  bool repeat_viewed_;
  std::vector<ItemId> pool_;  ///< scratch: eligible items, size items
};

const StrategyInfo& RandomRecommenderInfo();
std::unique_ptr<Strategy> MakeRandomRecommender(const Params& params, const StrategyContext& context);

}  // namespace souk
