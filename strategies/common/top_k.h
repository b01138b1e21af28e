#pragma once
// Selecting the best k of many scored things, with one total order everywhere: higher score first,
// ties to the lower id, so that results never depend on the order of arrival.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace souk {

/// A score and the dense index (item, session, …) that it belongs to.
struct Scored {
  float score = 0;
  std::int32_t id = -1;
  friend bool operator==(const Scored&, const Scored&) = default;
};

/// The total order of all rankings: true when `a` comes before `b`. Scores must not be NaN.
constexpr bool Before(const Scored& a, const Scored& b) {
  return a.score > b.score || (a.score == b.score && a.id < b.id);
}

/// The same order as an object, which sorts can compile in place.
struct BestFirst {
  constexpr bool operator()(const Scored& a, const Scored& b) const { return Before(a, b); }
};

/// Keeps the k best offers in sorted order by insertion. Made for small k (slates, tens) and long
/// streams, where nearly every offer fails one comparison.
/// Cost: Offer O(1) when refused, O(k) when accepted. No allocation after construction.
/// Tested by: TopK.MatchesASort.
class TopK {
 public:
  explicit TopK(int capacity) : items_(static_cast<std::size_t>(capacity) + 1) {}

  /// Starts anew, keeping the best `k` ≤ capacity.
  void Reset(int k) {
    k_ = k;
    size_ = 0;
  }
  /// True when an offer of this score and id would be kept.
  [[nodiscard]] bool Admits(float score, std::int32_t id) const {
    return size_ < k_ || (k_ > 0 && Before({score, id}, items_[static_cast<std::size_t>(size_ - 1)]));
  }
  void Offer(float score, std::int32_t id) {
    if (!Admits(score, id)) return;
    const Scored offer{score, id};
    int at = size_ < k_ ? size_++ : k_ - 1;
    for (; at > 0 && Before(offer, items_[static_cast<std::size_t>(at - 1)]); --at)
      items_[static_cast<std::size_t>(at)] = items_[static_cast<std::size_t>(at - 1)];
    items_[static_cast<std::size_t>(at)] = offer;
  }
  /// Offers of a lower score than this are refused: the k-th best score, or −∞ while there is room.
  [[nodiscard]] float Threshold() const {
    if (size_ < k_) return -std::numeric_limits<float>::infinity();
    return k_ > 0 ? items_[static_cast<std::size_t>(size_ - 1)].score : std::numeric_limits<float>::infinity();
  }
  /// Best first.
  [[nodiscard]] std::span<const Scored> sorted() const { return {items_.data(), static_cast<std::size_t>(size_)}; }

 private:
  std::vector<Scored> items_;
  int k_ = 0;
  int size_ = 0;
};

/// Moves the best min(k, size) to the front of `all`, sorted best first; the rest stays in no
/// particular order. Returns how many. Cost: O(n + k log k).
inline int SelectTop(std::span<Scored> all, int k) {
  const auto n = static_cast<std::ptrdiff_t>(all.size());
  const auto kept = std::min<std::ptrdiff_t>(k, n);
  if (kept <= 0) return 0;
  if (kept < n) std::nth_element(all.begin(), all.begin() + kept, all.end(), BestFirst{});
  std::sort(all.begin(), all.begin() + kept, BestFirst{});
  return static_cast<int>(kept);
}

}  // namespace souk
