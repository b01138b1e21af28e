#pragma once
// Which items may still enter a slate.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

#include "sim/decision/strategy.h"
#include "strategies/common/sparse.h"
#include "strategies/common/top_k.h"

namespace souk {

/// Refuses the anchor, excluded and unavailable items and, unless repeats are wanted, what this
/// session has seen. Valid during one Recommend call. Cost: about 2 ns per item; a one-word sketch answers most
/// calls.
class SlateFilter {
 public:
  SlateFilter(const RecommendRequest& request, const ShopView& view, bool repeat_viewed)
      : view_(&view), anchor_(request.anchor), excluded_(request.exclude) {
    if (!repeat_viewed) seen_ = request.session_items;
    for (const ItemId item : seen_) sketch_ |= Bit(item);
    for (const ItemId item : excluded_) sketch_ |= Bit(item);
  }
  /// True if `item` may be shown, as far as it is not in the slate already.
  [[nodiscard]] bool Allows(ItemId item) const { return view_->available(item) && item != anchor_ && !Refused(item); }

 private:
  static std::uint64_t Bit(ItemId item) { return std::uint64_t{1} << (static_cast<std::uint32_t>(item.value) & 63U); }
  [[nodiscard]] bool Refused(ItemId item) const {
    if ((sketch_ & Bit(item)) == 0) return false;
    for (const ItemId s : seen_)
      if (s == item) return true;
    for (const ItemId e : excluded_)
      if (e == item) return true;
    return false;
  }

  const ShopView* view_;
  ItemId anchor_;
  std::span<const ItemId> excluded_;
  std::span<const ItemId> seen_;
  std::uint64_t sketch_ = 0;
};

/// Adds the best `limit` allowed items to an empty slate, by score_of(item, sum) of every touched
/// item. Scores must be finite. `best` is scratch. Cost: about 2 ns per touched item.
template <class ScoreOf>
void AddBest(Slate& slate, int limit, const Accumulator& sums, const SlateFilter& filter, TopK& best,
             ScoreOf score_of) {
  best.Reset(limit);
  float threshold = best.Threshold();  // a local: nearly every item fails this one comparison
  for (const std::int32_t item : sums.touched()) {
    const float score = score_of(item, sums[item]);
    if (score < threshold || !filter.Allows(ItemId(item))) continue;
    best.Offer(score, item);
    threshold = best.Threshold();
  }
  for (const Scored& s : best.sorted()) slate.Add(ItemId(s.id));
}

/// Adds the best `limit` allowed items of a score above `floor` to an empty slate by a score of every item. `best` is
/// scratch.
/// Cost: about 0.5 ns per item, for nearly every one fails one comparison. Tested by: AddBestOfAll.*.
inline void AddBestOfAll(Slate& slate, int limit, std::span<const float> scores, const SlateFilter& filter, TopK& best,
                         float floor = -std::numeric_limits<float>::infinity()) {
  best.Reset(limit);
  float threshold = std::max(floor, best.Threshold());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!(scores[i] > threshold)) continue;  // equal scores: the lower id is there already
    const ItemId item(static_cast<std::int32_t>(i));
    if (!filter.Allows(item)) continue;
    best.Offer(scores[i], item.value);
    threshold = std::max(floor, best.Threshold());
  }
  for (const Scored& s : best.sorted()) slate.Add(ItemId(s.id));
}

/// The number of items that a slate may hold for this request.
inline int SlateLimit(const RecommendRequest& request) {
  return request.k < 0 ? 0 : request.k < Slate::kMax ? request.k : Slate::kMax;
}

}  // namespace souk
