#pragma once
// "Shoppers like you took this": user-based collaborative filtering. See README.md.

#include <memory>
#include <span>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/common/request_history.h"
#include "strategies/common/row_similarity.h"
#include "strategies/common/shopper_items.h"

namespace souk {

/// score(i) = Σ_v likeness(u, v) · x_vi over the k shoppers v who are most like the asking one (see RowSimilarity;
/// ties: the lower id; the shopper's own row is left out), x the shopper × item matrix of the last Train. The asking
/// shopper's row is that of the moment, with the running session, so new events and new shoppers count at once.
/// Randomness: none. Cost: Train O(events); Recommend O(Σ over the row's items of the shoppers who took them + shoppers
/// met + k · row), about 1 ns each. No allocation once rows have had their full length.
/// Source: Herlocker, Konstan, Borchers & Riedl 1999, "An algorithmic framework for performing collaborative
/// filtering". Tested by: UserKnn.*, the Online Retail oracle, conformance suite.
class UserKnn : public ScoringRecommender {
 public:
  UserKnn(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Observe(const ShopEvent& event) override { rows_.Observe(event); }
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;
  /// −∞ for items that no neighbour took.
  void Score(const RecommendRequest& request, std::span<float> scores) override;

  /// The neighbours of a question, best first. Valid until the next call.
  std::span<const Scored> NeighboursOf(const RecommendRequest& request);

 private:
  /// Everything that follows from the rows.
  void BuildIndex();
  void Vote(const RecommendRequest& request);

  const ShopView* view_;
  InteractionSettings interactions_;
  SimilaritySettings similarity_settings_;
  int k_;
  float earlier_weight_;
  bool repeat_viewed_;

  ShopperItems rows_;
  RowWeigher weigher_;
  RowSimilarity similarity_;
  SparseRows shoppers_of_;  ///< row: item; entries: shoppers with the weight of the item
  PopularityRanking popularity_;
  RequestHistory history_;
  std::vector<Entry> row_;  ///< scratch: of the asking shopper
  Accumulator dots_;        ///< scratch, per shopper
  std::vector<Scored> neighbours_;
  Accumulator sums_;  ///< scratch, per item
  TopK best_{Slate::kMax};
};

const StrategyInfo& UserKnnInfo();
std::unique_ptr<Strategy> MakeUserKnn(const Params& params, const StrategyContext& context);

}  // namespace souk
