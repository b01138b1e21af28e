#include "strategies/recommender/blend/blend.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "strategies/common/score_ranks.h"
#include "strategies/common/slate_filter.h"

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr float kNothing = -std::numeric_limits<float>::infinity();

}  // namespace

const StrategyInfo& BlendInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "blend",
      .summary = "Two recommenders as one: their scores or their ranks, weighed.",
      .source = "Cormack, Clarke & Buettcher 2009",
      .status = "tested",
      .params = {
          {"first", "content-cosine", 0, 0, {}, "", "one of the two, by name or with its parameters", true},
          {"second", "sequential-rules", 0, 0, {}, "", "the other", true},
          {"weight", 0.5, 0, 1, {}, "", "of the first; the second has the rest"},
          {"by", "rank", 0, 0, {"rank", "score"}, "", "rank: reciprocal ranks; score: scores, scaled to 0 … 1"},
          {"rank_constant", 60.0, 0, 1e6, {}, "", "added to ranks: larger makes the first ones less special"},
          {"depth", std::int64_t{200}, 1, 1000000, {}, "items", "rank: of each model that count"},
          {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"},
      }};
  return info;
}

std::unique_ptr<Strategy> MakeBlend(const Params& params, const StrategyContext& context) {
  return std::make_unique<Blend>(params, context);
}

Blend::Blend(const Params& params, const StrategyContext& context)
    : view_(context.view),
      first_(params.Strategy("first"), context),
      second_(params.Strategy("second"), context),
      weight_(params.Real("weight")),
      by_rank_(params.String("by") == "rank"),
      rank_constant_(params.Real("rank_constant")),
      depth_(static_cast<int>(params.Int("depth"))),
      repeat_viewed_(params.Bool("repeat_viewed")) {
  const auto n = static_cast<std::size_t>(view_->catalogue().items());
  scores_.resize(n);
  inner_.resize(n);
  ranks_.resize(n);
  sorted_.reserve(n);
  popularity_.Rank(std::vector<float>(n, 0.0F), view_->catalogue());
}

void Blend::Train(const ShopLog& log, Rng& rng) {
  first_->Train(log, rng);
  second_->Train(log, rng);
  const PublicCatalogue& catalogue = view_->catalogue();
  popularity_.Rank(FallbackPopularity(log, catalogue.items()), catalogue);
}

void Blend::Observe(const ShopEvent& event) {
  first_->Observe(event);
  second_->Observe(event);
}

void Blend::AddRanks(std::span<const float> scores, double weight, std::span<float> sums) {
  RankScores(scores, depth_, sorted_, ranks_);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (!std::isfinite(scores[i])) continue;
    const double share = ranks_[i] < 0 ? 0.0 : weight / (rank_constant_ + 1 + ranks_[i]);
    sums[i] = static_cast<float>(share) + (std::isfinite(sums[i]) ? sums[i] : 0.0F);
  }
}

void Blend::Score(const RecommendRequest& request, std::span<float> scores) {
  std::fill(scores.begin(), scores.end(), kNothing);
  for (const bool first : {true, false}) {
    const double weight = first ? weight_ : 1 - weight_;
    (first ? first_ : second_)->Score(request, inner_);
    if (by_rank_) {
      AddRanks(inner_, weight, scores);
      continue;
    }
    ScaleToUnit(inner_);
    for (std::size_t i = 0; i < scores.size(); ++i)
      if (std::isfinite(inner_[i]))
        scores[i] =
            static_cast<float>(weight * static_cast<double>(inner_[i])) + (std::isfinite(scores[i]) ? scores[i] : 0.0F);
  }
}

Slate Blend::Recommend(const RecommendRequest& request, Rng&) {
  Slate slate;
  const int limit = SlateLimit(request);
  const SlateFilter filter(request, *view_, repeat_viewed_);
  Score(request, scores_);
  AddBestOfAll(slate, limit, scores_, filter, best_);
  if (slate.size < limit) popularity_.Fill(slate, limit, PageCategory(request, view_->catalogue()), filter);
  return slate;
}

void Blend::Save(std::ostream& out) const {
  StateWriter writer(out, BlendInfo().name, kVersion, view_->catalogue().items());
  first_.Save(writer);
  second_.Save(writer);
  popularity_.Save(writer);
  writer.Finish();
}

void Blend::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, BlendInfo().name, kVersion, items);
  const std::string first = reader.GetString();
  const std::string second = reader.GetString();
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  InnerRecommender new_first = first_.Restored(first);
  second_ = second_.Restored(second);
  first_ = std::move(new_first);
  popularity_.Rank(std::move(scores), view_->catalogue());
}

}  // namespace souk
