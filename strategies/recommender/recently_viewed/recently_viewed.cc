#include "strategies/recommender/recently_viewed/recently_viewed.h"

#include <algorithm>

#include "strategies/common/serial.h"
#include "strategies/common/slate_filter.h"

namespace souk {
namespace {
constexpr std::int64_t kVersion = 1;
}  // namespace

const StrategyInfo& RecentlyViewedInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "recently-viewed",
      .summary = "The shopper's own views again: the most viewed items, or a draw in proportion to their views.",
      .source = "Rohde et al. 2018 (RecoGym's OrganicUserEventCounter)",
      .status = "baseline",
      .params = {
          {"sampled", false, 0, 0, {}, "", "draw items in proportion to their views instead of the most viewed first"},
          {"memory", std::int64_t{200}, 1, 100000, {}, "views", "latest views of a shopper that count"},
      }};
  return info;
}

std::unique_ptr<Strategy> MakeRecentlyViewed(const Params& params, const StrategyContext& context) {
  return std::make_unique<RecentlyViewed>(params, context);
}

RecentlyViewed::RecentlyViewed(const Params& params, const StrategyContext& context)
    : view_(context.view),
      sampled_(params.Bool("sampled")),
      memory_(static_cast<std::size_t>(params.Int("memory"))),
      views_(static_cast<std::size_t>(view_->shoppers())),
      at_(static_cast<std::size_t>(view_->catalogue().items()), 0) {}

void RecentlyViewed::Train(const ShopLog& log, Rng&) {
  for (auto& views : views_) views.clear();
  for (const ShopEvent& event : log.events) Observe(event);
}

void RecentlyViewed::Observe(const ShopEvent& event) {
  if (event.kind == ShopEventKind::kView) Remember(event.shopper, event.item);
}

void RecentlyViewed::Remember(ShopperId shopper, ItemId item) {
  if (shopper.index() >= views_.size()) return;
  auto& views = views_[shopper.index()];
  // Twice the memory at most, cut by half at a time: the oldest need not move at every view.
  if (views.size() >= 2 * memory_) views.erase(views.begin(), views.end() - static_cast<std::ptrdiff_t>(memory_));
  views.push_back(item);
}

void RecentlyViewed::Count(const RecommendRequest& request) {
  counted_.clear();
  if (!request.shopper.valid() || request.shopper.index() >= views_.size()) return;
  const auto& views = views_[request.shopper.index()];
  const SlateFilter filter(request, *view_, true);
  for (std::size_t n = views.size() > memory_ ? views.size() - memory_ : 0; n < views.size(); ++n) {
    const ItemId item = views[n];
    std::int32_t& row = at_[item.index()];
    if (row > 0) {
      ++counted_[static_cast<std::size_t>(row - 1)].views;
    } else if (filter.Allows(item)) {
      counted_.push_back({item, 1});
      row = static_cast<std::int32_t>(counted_.size());
    }
  }
  for (const Counted& c : counted_) at_[c.item.index()] = 0;
}

void RecentlyViewed::Draw(Slate& slate, int limit, Rng& rng) {
  std::int64_t all = 0;
  for (const Counted& c : counted_) all += c.views;
  while (slate.size < limit && all > 0) {
    std::int64_t rest = rng.Below(all);
    const auto picked = std::find_if(counted_.begin(), counted_.end(), [&](const Counted& c) {
      rest -= c.views;
      return rest < 0;
    });
    // Exact for the first position, given the ones before it for the others.
    slate.Add(picked->item, static_cast<float>(picked->views) / static_cast<float>(all));
    all -= std::exchange(picked->views, 0);
  }
}

Slate RecentlyViewed::Recommend(const RecommendRequest& request, Rng& rng) {
  Slate slate;
  const int limit = SlateLimit(request);
  Count(request);
  if (sampled_) {
    Draw(slate, limit, rng);
    return slate;
  }
  const auto before = [](const Counted& a, const Counted& b) {
    return a.views > b.views || (a.views == b.views && a.item < b.item);
  };
  const auto top = std::min(counted_.end(), counted_.begin() + limit);
  if (limit == 1 && !counted_.empty()) {
    slate.Add(std::min_element(counted_.begin(), counted_.end(), before)->item);
    return slate;
  }
  std::partial_sort(counted_.begin(), top, counted_.end(), before);
  for (auto it = counted_.begin(); it != top; ++it) slate.Add(it->item);
  return slate;
}

void RecentlyViewed::Save(std::ostream& out) const {
  StateWriter writer(out, RecentlyViewedInfo().name, kVersion, view_->catalogue().items());
  writer.Put(static_cast<std::int64_t>(views_.size()));
  for (const auto& views : views_) writer.PutColumn(views);
  writer.Finish();
}

void RecentlyViewed::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, RecentlyViewedInfo().name, kVersion, items);
  const auto shoppers = reader.Get<std::int64_t>();
  if (shoppers != static_cast<std::int64_t>(views_.size())) reader.Refuse("it is of a shop with other shoppers");
  std::vector<std::vector<ItemId>> views;
  for (std::int64_t u = 0; u < shoppers; ++u) {
    views.push_back(reader.GetColumn<ItemId>());
    for (const ItemId item : views.back())
      if (item.value < 0 || item.value >= items) reader.Refuse("found an item outside the catalogue");
  }
  reader.Finish();
  views_ = std::move(views);
}

}  // namespace souk
