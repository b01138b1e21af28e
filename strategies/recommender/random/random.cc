#include "strategies/recommender/random/random.h"

#include <algorithm>

#include "strategies/common/serial.h"

namespace souk {
namespace {
constexpr std::int64_t kVersion = 1;
}  // namespace

const StrategyInfo& RandomRecommenderInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "random",
      .summary = "Available items drawn uniformly without replacement: the floor, and unbiased logging.",
      .source = "folklore",
      .status = "floor",
      .params = {
          {"repeat_viewed",
           true,
           0,
           0,
           {},
           "",
           "may show items that this session has already seen; true keeps the eligible set the "
           "same on every page"},
      }};
  return info;
}

std::unique_ptr<Strategy> MakeRandomRecommender(const Params& params, const StrategyContext& context) {
  return std::make_unique<RandomRecommender>(params, context);
}

RandomRecommender::RandomRecommender(const Params& params, const StrategyContext& context)
    : view_(context.view),
      repeat_viewed_(params.Bool("repeat_viewed")),
      pool_(static_cast<std::size_t>(view_->catalogue().items())) {}

int RandomRecommender::CountEligible(const RecommendRequest& request) const {
  int eligible = view_->available_count();
  if (request.anchor.valid() && view_->available(request.anchor)) --eligible;
  const auto out = request.exclude;
  const auto seen = repeat_viewed_ ? std::span<const ItemId>() : request.session_items;
  const auto take = [&](ItemId item, bool counted) {
    if (!counted && item != request.anchor && view_->available(item)) --eligible;
  };
  for (auto it = out.begin(); it != out.end(); ++it) take(*it, std::find(out.begin(), it, *it) != it);
  for (auto it = seen.begin(); it != seen.end(); ++it)
    take(*it, std::find(seen.begin(), it, *it) != it || std::find(out.begin(), out.end(), *it) != out.end());
  return eligible;
}

Slate RandomRecommender::Recommend(const RecommendRequest& request, Rng& rng) {
  Slate slate;
  const int eligible = CountEligible(request);
  const int limit = std::min(SlateLimit(request), eligible);
  if (limit <= 0) return slate;
  const SlateFilter filter(request, *view_, repeat_viewed_);
  const float p = 1.0F / static_cast<float>(eligible);
  const int items = view_->catalogue().items();
  // Rejection is exact and quick while most items are eligible. When its budget of draws runs out
  // (few items left, or few in stock), the rest comes from a list: given what was accepted, each
  // remaining item is equally likely in both ways, so the mixture stays uniform.
  for (int draws = 16 * limit; draws > 0 && slate.size < limit; --draws) {
    const ItemId item(static_cast<std::int32_t>(rng.Below(items)));
    if (filter.Allows(item) && !slate.Contains(item)) slate.Add(item, p);
  }
  if (slate.size < limit) FillByListing(slate, limit, p, filter, rng);
  return slate;
}

void RandomRecommender::FillByListing(Slate& slate, int limit, float p, const SlateFilter& filter, Rng& rng) {
  std::size_t size = 0;
  for (int i = 0; i < view_->catalogue().items(); ++i)
    if (filter.Allows(ItemId(i)) && !slate.Contains(ItemId(i))) pool_[size++] = ItemId(i);
  for (; slate.size < limit && size > 0; --size) {
    const auto pick = static_cast<std::size_t>(rng.Below(static_cast<std::int64_t>(size)));
    slate.Add(pool_[pick], p);
    pool_[pick] = pool_[size - 1];
  }
}

void RandomRecommender::Save(std::ostream& out) const {
  StateWriter(out, RandomRecommenderInfo().name, kVersion, view_->catalogue().items()).Finish();
}

void RandomRecommender::Load(std::istream& in) {
  StateReader(in, RandomRecommenderInfo().name, kVersion, view_->catalogue().items()).Finish();
}

}  // namespace souk
