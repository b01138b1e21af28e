#include "strategies/common/baskets.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/base/math.h"

namespace souk {
namespace {

constexpr double kLn2 = 0.69314718055994530942;

/// Maps group keys to 0…n−1 in ascending order of key; returns n. Running numbers are used as they
/// are, scattered ones are ranked.
int MakeDense(std::vector<std::int32_t>& keys) {
  std::int32_t largest = -1;
  for (const std::int32_t key : keys) largest = std::max(largest, key);
  if (static_cast<std::size_t>(largest) < 4 * keys.size() + 1024 || largest < 0) return largest + 1;
  std::vector<std::int32_t> distinct = keys;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  for (std::int32_t& key : keys)
    key = static_cast<std::int32_t>(std::lower_bound(distinct.begin(), distinct.end(), key) - distinct.begin());
  return static_cast<int>(distinct.size());
}

struct ItemEvent {
  std::int32_t item;
  float weight;
  SimTime time;
};

}  // namespace

HourlyDecay::HourlyDecay(SimTime now, double half_life_days)
    : now_(now),
      log_rate_per_hour_(half_life_days > 0 && std::isfinite(half_life_days) ? -kLn2 / (half_life_days * 24) : 0) {}

double HourlyDecay::At(SimTime time) {
  const std::int64_t age_us = (now_ - time).us;
  const std::int64_t hour = age_us > 0 ? age_us / SimTime::kHourUs : 0;
  if (hour != hour_) {
    hour_ = hour;
    factor_ = Exp(log_rate_per_hour_ * static_cast<double>(hour));
  }
  return factor_;
}

Baskets CollectBaskets(const ShopLog& log, int n_items, BasketOf by, const EventWeights& weights, int min_items,
                       int max_items) {
  std::vector<std::int32_t> keys;
  std::vector<ItemEvent> events;
  keys.reserve(log.events.size());
  events.reserve(log.events.size());
  for (const ShopEvent& e : log.events) {
    const auto weight = static_cast<float>(weights.Of(e.kind));
    const std::int32_t key = by == BasketOf::kSession ? e.session.value : e.shopper.value;
    if (!(weight > 0) || e.item.value < 0 || e.item.value >= n_items || key < 0) continue;
    keys.push_back(key);
    events.push_back({e.item.value, weight, e.time});
  }
  const int groups = MakeDense(keys);

  // Counting sort: the log is in time order, so each group comes out in time order.
  std::vector<std::int32_t> begin(static_cast<std::size_t>(groups) + 1, 0);
  for (const std::int32_t key : keys) ++begin[static_cast<std::size_t>(key) + 1];
  for (std::size_t g = 1; g < begin.size(); ++g) begin[g] += begin[g - 1];
  std::vector<ItemEvent> grouped(events.size());
  std::vector<std::int32_t> next(begin.begin(), begin.end() - 1);
  for (std::size_t e = 0; e < events.size(); ++e)
    grouped[static_cast<std::size_t>(next[static_cast<std::size_t>(keys[e])]++)] = events[e];

  std::vector<std::int32_t> order;
  for (int g = 0; g < groups; ++g)
    if (begin[static_cast<std::size_t>(g)] < begin[static_cast<std::size_t>(g) + 1]) order.push_back(g);
  const auto last_of = [&](std::int32_t g) {
    return grouped[static_cast<std::size_t>(begin[static_cast<std::size_t>(g) + 1]) - 1].time;
  };
  std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) { return last_of(a) < last_of(b); });

  Baskets baskets;
  baskets.items.columns = n_items;
  baskets.items.entries.reserve(events.size());
  std::vector<std::int32_t> place(static_cast<std::size_t>(n_items),
                                  -1);  // of an item in this basket
  for (const std::int32_t g : order) {
    auto& entries = baskets.items.entries;
    const auto first = static_cast<std::size_t>(baskets.items.begin.back());
    for (std::int32_t at = begin[static_cast<std::size_t>(g) + 1] - 1; at >= begin[static_cast<std::size_t>(g)]; --at) {
      const ItemEvent& e = grouped[static_cast<std::size_t>(at)];
      std::int32_t& seen = place[static_cast<std::size_t>(e.item)];
      if (seen >= 0) {
        float& weight = entries[static_cast<std::size_t>(seen)].value;
        weight = std::max(weight, e.weight);
      } else if (static_cast<int>(entries.size() - first) < max_items) {
        seen = static_cast<std::int32_t>(entries.size());
        entries.push_back({e.item, e.weight});
      }
    }
    for (std::size_t r = first; r < entries.size(); ++r) place[static_cast<std::size_t>(entries[r].column)] = -1;
    if (static_cast<int>(entries.size() - first) < min_items) {
      entries.resize(first);
      continue;
    }
    baskets.items.EndRow();
    baskets.last.push_back(last_of(g));
  }
  return baskets;
}

}  // namespace souk
