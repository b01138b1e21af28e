#include "strategies/common/popularity_ranking.h"

#include <algorithm>
#include <utility>

namespace souk {

std::vector<float> PopularityScores(const ShopLog& log, int n_items, const EventWeights& weights,
                                    double half_life_days) {
  std::vector<double> sum(static_cast<std::size_t>(n_items), 0.0);
  if (!log.events.empty()) {
    HourlyDecay decay(log.events.back().time, half_life_days);
    for (const ShopEvent& e : log.events) {
      const double weight = weights.Of(e.kind);
      if (weight > 0 && e.item.value >= 0 && e.item.value < n_items) sum[e.item.index()] += weight * decay.At(e.time);
    }
  }
  return {sum.begin(), sum.end()};
}

std::vector<float> FallbackPopularity(const ShopLog& log, int n_items, double half_life_days) {
  return PopularityScores(log, n_items, {1, 3, 8}, half_life_days);
}

void PopularityRanking::Rank(std::vector<float> scores, const PublicCatalogue& catalogue) {
  scores_ = std::move(scores);
  const int n = catalogue.items();
  shop_.clear();
  for (int i = 0; i < n; ++i) shop_.emplace_back(i);
  std::sort(shop_.begin(), shop_.end(), [this](ItemId a, ItemId b) {
    const float x = scores_[a.index()];
    const float y = scores_[b.index()];
    return x > y || (x == y && a < b);
  });
  category_begin_.assign(static_cast<std::size_t>(catalogue.categories) + 1, 0);
  for (const CategoryId c : catalogue.category) ++category_begin_[c.index() + 1];
  for (std::size_t c = 1; c < category_begin_.size(); ++c) category_begin_[c] += category_begin_[c - 1];
  std::vector<std::int32_t> next(category_begin_.begin(), category_begin_.end() - 1);
  category_.assign(static_cast<std::size_t>(n), {});
  for (const ItemId item : shop_)
    category_[static_cast<std::size_t>(next[catalogue.category[item.index()].index()]++)] = item;
}

void PopularityRanking::Fill(Slate& slate, int limit, CategoryId first, const SlateFilter& filter) const {
  const int before = slate.size;
  if (first.valid()) {
    const auto end = static_cast<std::size_t>(category_begin_[first.index() + 1]);
    for (auto at = static_cast<std::size_t>(category_begin_[first.index()]); at < end && slate.size < limit; ++at) {
      const ItemId item = category_[at];
      if (filter.Allows(item) && !(before > 0 && slate.Contains(item))) slate.Add(item);
    }
  }
  const bool may_repeat = slate.size > 0;
  for (std::size_t at = 0; at < shop_.size() && slate.size < limit; ++at) {
    const ItemId item = shop_[at];
    if (filter.Allows(item) && !(may_repeat && slate.Contains(item))) slate.Add(item);
  }
}

void PopularityRanking::Score(CategoryId first, std::span<float> scores) const {
  if (!first.valid()) {
    std::copy(scores_.begin(), scores_.end(), scores.begin());
    return;
  }
  // Levels instead of scores: whole numbers, so that nothing is lost when a category moves to the front.
  const auto begin = static_cast<std::size_t>(category_begin_[first.index()]);
  const auto end = static_cast<std::size_t>(category_begin_[first.index() + 1]);
  const auto levels = [&](std::span<const ItemId> ranked, float base) {
    float level = base + static_cast<float>(ranked.size());
    for (std::size_t at = 0; at < ranked.size(); ++at) {
      const std::size_t i = ranked[at].index();
      if (at > 0 && scores_[i] != scores_[ranked[at - 1].index()]) level -= 1;
      scores[i] = level;
    }
  };
  levels(shop_, 0);
  levels(std::span(category_).subspan(begin, end - begin), static_cast<float>(shop_.size()));
}

CategoryId PageCategory(const RecommendRequest& request, const PublicCatalogue& catalogue) {
  if (request.anchor.valid()) return catalogue.category[request.anchor.index()];
  if (!request.session_items.empty()) return catalogue.category[request.session_items.back().index()];
  return {};
}

}  // namespace souk
