#pragma once
// The ceiling: a recommender that reads minds. See README.md.

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/common/slate_filter.h"
#include "strategies/common/top_k.h"

namespace souk {

/// Shows what this shopper would most probably pick and then buy, by the simulator's own truth:
///   score(item) = e^ViewUtility · logistic(PurchaseLogit) · value,
/// value = 1 (conversion), price, or price − unit cost. Candidates are the items of the category
/// that the shopper is about to turn to (else the page's), and, × e^off_focus, the best of the
/// whole shop for an average shopper.
///
/// Each shopper's two candidate lists are evaluated once per session (and again when the category
/// changes), not on every page: the truth moves little inside a session. A session start observed,
/// a session that begins anew, or half an hour makes them stale. Randomness: Train draws the
/// shoppers that stand for the average. Cost: Train sample · items truths; a stale list `shortlist`
/// truths (tens of ns each), else O(k). No allocation outside Train. Tested by:
/// OracleRecommender.*, conformance suite.
class OracleRecommender : public Recommender {
 public:
  OracleRecommender(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Observe(const ShopEvent& event) override;
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;

 private:
  static constexpr int kKept = 32;  ///< ranked items kept per list: a slate and what a session may use up
  struct Ranked {
    SimTime expires{INT64_MIN};
    CategoryId category;  ///< what it was ranked for; none: the whole shop
    std::int32_t session_size = 0;
    std::int32_t size = 0;
    Scored items[kKept];
  };

  [[nodiscard]] double Score(ShopperId shopper, ItemId item) const;
  [[nodiscard]] double Value(ItemId item) const;
  /// Offers the best allowed `limit` of a list to best_, scores × factor.
  void Offer(const Ranked& list, const SlateFilter& filter, int limit, CategoryId focus, float factor);
  /// Ranks a list anew if it is stale.
  void Refresh(Ranked& list, const RecommendRequest& request, CategoryId category);
  void ShortlistAll(const std::vector<double>& appeal);

  enum class Objective : std::uint8_t { kConversion, kRevenue, kMargin };

  const ShopView* view_;
  const Truth* truth_;
  Objective objective_;
  int shortlist_;
  int pool_size_;
  int sample_;
  float off_focus_;  ///< e^utility of leaving the category in mind
  bool repeat_viewed_;

  std::vector<std::int32_t> short_begin_;  ///< size categories + 1, into short_
  std::vector<ItemId> short_;              ///< per category, the most appealing on average
  std::vector<ItemId> pool_;               ///< shop-wide, the most appealing on average
  PopularityRanking popularity_;
  std::vector<Ranked> focus_;     ///< per shopper: the category in mind
  std::vector<Ranked> anywhere_;  ///< per shopper: the whole shop
  TopK best_{kKept};
};

const StrategyInfo& OracleRecommenderInfo();
std::unique_ptr<Strategy> MakeOracleRecommender(const Params& params, const StrategyContext& context);

}  // namespace souk
