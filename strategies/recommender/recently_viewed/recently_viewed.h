#pragma once
// The shopper's own views again: what it looked at most, or a draw in proportion to its views.

#include <cstdint>
#include <vector>

#include "sim/decision/strategy.h"

namespace souk {

const StrategyInfo& RecentlyViewedInfo();
std::unique_ptr<Strategy> MakeRecentlyViewed(const Params& params, const StrategyContext& context);

/// Randomness: one draw per item when `sampled`. Cost: linear in the shopper's last `memory` views.
class RecentlyViewed final : public Recommender {
 public:
  RecentlyViewed(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Observe(const ShopEvent& event) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;

 private:
  /// Views by item of those that may be shown, first seen first.
  struct Counted {
    ItemId item;
    std::int32_t views;
  };
  void Count(const RecommendRequest& request);
  void Draw(Slate& slate, int limit, Rng& rng);
  void Remember(ShopperId shopper, ItemId item);

  const ShopView* view_;
  bool sampled_;
  std::size_t memory_;
  std::vector<std::vector<ItemId>> views_;  ///< by shopper, oldest first
  std::vector<Counted> counted_;            ///< scratch
  std::vector<std::int32_t> at_;            ///< scratch, by item: row of counted_ + 1; all 0 between calls
};

}  // namespace souk
