#include "strategies/recommender/cold_start/cold_start.h"

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
/// Of each model, for a slate: what cannot be shown must leave enough.
constexpr int kSlateDepth = 200;

}  // namespace

const StrategyInfo& ColdStartInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "cold-start",
      .summary = "Content for new shoppers and new items, a collaborative model for those with enough events.",
      .source = "folklore",
      .status = "tested",
      .params = {
          {"content", "content-cosine", 0, 0, {}, "", "who serves the new ones, by name or with parameters", true},
          {"collaborative", "sequential-rules", 0, 0, {}, "", "who serves those with enough events", true},
          {"min_events", std::int64_t{5}, 0, 1000000000, {}, "events", "that make a shopper or an item known"},
          {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"},
      }};
  return info;
}

std::unique_ptr<Strategy> MakeColdStart(const Params& params, const StrategyContext& context) {
  return std::make_unique<ColdStart>(params, context);
}

ColdStart::ColdStart(const Params& params, const StrategyContext& context)
    : view_(context.view),
      content_(params.Strategy("content"), context),
      collaborative_(params.Strategy("collaborative"), context),
      min_events_(params.Int("min_events")),
      repeat_viewed_(params.Bool("repeat_viewed")) {
  const auto n = static_cast<std::size_t>(view_->catalogue().items());
  events_.assign(n, 0);
  scores_.resize(n);
  inner_.resize(n);
  ranks_.resize(n);
  sorted_.reserve(n);
  popularity_.Rank(std::vector<float>(n, 0.0F), view_->catalogue());
}

void ColdStart::Count(const ShopEvent& event) {
  if (EventWeights{}.Of(event.kind) > 0 && event.item.value >= 0 && event.item.index() < events_.size())
    ++events_[event.item.index()];
}

void ColdStart::Train(const ShopLog& log, Rng& rng) {
  content_->Train(log, rng);
  collaborative_->Train(log, rng);
  std::fill(events_.begin(), events_.end(), 0);
  for (const ShopEvent& event : log.events) Count(event);
  const PublicCatalogue& catalogue = view_->catalogue();
  popularity_.Rank(FallbackPopularity(log, catalogue.items()), catalogue);
}

void ColdStart::Observe(const ShopEvent& event) {
  content_->Observe(event);
  collaborative_->Observe(event);
  Count(event);
}

void ColdStart::ScoreTo(const RecommendRequest& request, int depth, std::span<float> scores) {
  auto views = static_cast<std::int64_t>(request.session_items.size());
  if (request.shopper.valid()) views = std::max<std::int64_t>(views, view_->profile(request.shopper).views);
  content_->Score(request, scores);
  if (views < min_events_) return;
  RankScores(scores, depth, sorted_, ranks_);
  collaborative_->Score(request, inner_);
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (events_[i] < min_events_) scores[i] = ranks_[i] < 0 ? kNothing : -static_cast<float>(ranks_[i]) - 0.5F;
  RankScores(inner_, depth, sorted_, ranks_);
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (events_[i] >= min_events_) scores[i] = ranks_[i] < 0 ? kNothing : -static_cast<float>(ranks_[i]);
}

void ColdStart::Score(const RecommendRequest& request, std::span<float> scores) {
  ScoreTo(request, static_cast<int>(scores.size()), scores);
}

Slate ColdStart::Recommend(const RecommendRequest& request, Rng&) {
  Slate slate;
  const int limit = SlateLimit(request);
  const SlateFilter filter(request, *view_, repeat_viewed_);
  ScoreTo(request, kSlateDepth, scores_);
  AddBestOfAll(slate, limit, scores_, filter, best_);
  if (slate.size < limit) popularity_.Fill(slate, limit, PageCategory(request, view_->catalogue()), filter);
  return slate;
}

void ColdStart::Save(std::ostream& out) const {
  StateWriter writer(out, ColdStartInfo().name, kVersion, view_->catalogue().items());
  content_.Save(writer);
  collaborative_.Save(writer);
  writer.PutColumn(events_);
  popularity_.Save(writer);
  writer.Finish();
}

void ColdStart::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, ColdStartInfo().name, kVersion, items);
  const std::string content = reader.GetString();
  const std::string collaborative = reader.GetString();
  auto events = reader.GetColumn<std::int32_t>(static_cast<std::size_t>(items));
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  InnerRecommender new_content = content_.Restored(content);
  collaborative_ = collaborative_.Restored(collaborative);
  content_ = std::move(new_content);
  events_ = std::move(events);
  popularity_.Rank(std::move(scores), view_->catalogue());
}

}  // namespace souk
