#pragma once
// "What came soon after": distance-weighted co-visitation. See README.md.

#include <memory>
#include <span>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/latest_items.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/recommender/sequential_rules/transitions.h"

namespace souk {

/// With M the distance-weighted counts of what followed what (see Transitions) and h_0, h_1, … the latest items of the
/// shopper (see LatestItems),
///   score(i) = in(i)^−discount · Σ_k decay^k · M[h_k, i] ÷ out(h_k),   in, out: column and row sums of M.
/// Slates hold items of a score above 0, best first, then popular ones. M grows with every event, so shoppers and items
/// that training has not seen count at once. Randomness: none. Cost: Train O(events · window); Observe O(window);
/// Recommend O(history · row of M), about 1 ns each.
/// Source: Kamehkhosh, Jannach & Ludewig 2017, "A comparison of frequent pattern techniques and a deep learning method
/// for session-based recommendation". Tested by: SequentialRules.*, the Online Retail and RetailRocket oracles,
/// conformance suite.
class SequentialRules : public ScoringRecommender {
 public:
  SequentialRules(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Observe(const ShopEvent& event) override;
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;
  /// −∞ for items that followed none of the latest ones.
  void Score(const RecommendRequest& request, std::span<float> scores) override;

  /// Learnt counts, for tests and reports.
  [[nodiscard]] const Transitions& transitions() const { return transitions_; }

 private:
  /// A row of counts and the factor of its votes.
  struct Voter {
    std::span<const Entry> row;
    float vote = 0;
  };
  /// The latest items' rows, into voters_; how many votes they have in all.
  std::size_t FindVoters(const RecommendRequest& request);
  /// Score of every item, 0 for those without votes, into all_.
  void ScoreAll();
  /// Sums of votes, without the discount, into sums_.
  void SumVotes();
  void RefreshDiscounts();
  void RefreshDiscount(std::int32_t item);

  const ShopView* view_;
  TransitionSettings settings_;
  HistorySettings history_;
  double discount_;
  Transitions transitions_;
  PopularityRanking popularity_;
  std::vector<float> discounts_;  ///< per item: in^−discount
  double rescaled_ = 0;           ///< of transitions_ when all discounts_ were made
  LatestItems latest_;
  std::vector<Voter> voters_;  ///< scratch
  std::vector<float> all_;     ///< scratch, per item
  Accumulator sums_;
  TopK best_{Slate::kMax};
};

const StrategyInfo& SequentialRulesInfo();
std::unique_ptr<Strategy> MakeSequentialRules(const Params& params, const StrategyContext& context);

}  // namespace souk
