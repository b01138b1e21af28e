#pragma once
// Another recommender's best items in a better order: varied, near the shopper's prices, worth selling, not all
// best-sellers. See README.md.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/content_features.h"
#include "strategies/common/inner_recommender.h"
#include "strategies/common/latest_items.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/common/slate_filter.h"
#include "strategies/common/top_k.h"

namespace souk {

/// Takes the `pool` best items of `base` and places them one by one: next comes the one with the largest
///   (1 − diversity) · value(i) − diversity · (largest cosine of i's description to an item placed before),
///   value = relevance + margin_weight · margin − price_weight · |ln price(i) − level|,
/// relevance the base's score and margin the unit's contribution (price now − cost), both scaled to 0…1 within the
/// pool, level the mean ln price of the shopper's latest items (no term without any). Of the `head_share` most popular
/// items (of the last training) at most max_head · (positions so far, rounded up) are placed, as long as others are
/// left. Ties go to the base's order. Slates place what may be shown; popularity fills the rest. Scores place the whole
/// pool: minus the position, behind it minus the base's rank. Randomness: that of the base. Cost: one Score; O(pool ·
/// k) values and, with diversity, as many cosines of about 40 ns. Source: Carbonell & Goldstein 1998, "The use of MMR,
/// diversity-based reranking for reordering documents and producing summaries". Tested by: Rerank.*, conformance suite.
class Rerank : public ScoringRecommender {
 public:
  Rerank(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Observe(const ShopEvent& event) override { base_->Observe(event); }
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;
  void Score(const RecommendRequest& request, std::span<float> scores) override;

 private:
  struct Candidate {
    std::int32_t item = -1;
    double value = 0;
    double nearest = 0;  ///< largest cosine to what is placed
    bool head = false;
    bool placed = false;
  };
  /// Values of the pool, which holds the base's scores.
  void Weigh(const RecommendRequest& request, std::span<const Scored> pool);
  /// The next candidate; nullptr when all are placed. `position` from 0.
  Candidate* Next(int position);
  void Place(Candidate& candidate);
  [[nodiscard]] double Cosine(std::int32_t a, std::int32_t b) const;
  void ReadPopularity(std::vector<float> scores);

  const ShopView* view_;
  InnerRecommender base_;
  int pool_;
  double diversity_;
  double margin_weight_;
  double price_weight_;
  double head_share_;
  double max_head_;
  bool repeat_viewed_;
  SparseRows content_;  ///< unit vectors; empty without diversity
  PopularityRanking popularity_;
  std::vector<std::uint8_t> is_head_;  ///< per item
  LatestItems latest_;
  std::vector<float> scores_;  ///< scratch, per item
  std::vector<Scored> sorted_;
  std::vector<Candidate> candidates_;
  std::vector<float> relevance_;
  std::vector<float> margin_;
  int heads_placed_ = 0;
};

const StrategyInfo& RerankInfo();
std::unique_ptr<Strategy> MakeRerank(const Params& params, const StrategyContext& context);

}  // namespace souk
