#pragma once
// Which items the slates of a cell showed, week by week: how narrow a recommender's view of the catalogue is, and
// whether learning from its own clicks narrows it further.

#include <cstdint>
#include <vector>

namespace souk {

/// One week of slates. NaN where nothing was shown.
struct WeekExposure {
  std::int64_t impressions = 0;
  double coverage = 0;  ///< share of the catalogue shown at least once
  double gini = 0;      ///< of impressions over the catalogue: 0 = all alike, near 1 = all on one item
};

/// Counts impressions per item and week. Randomness: none. Memory: 4 bytes per item and week.
/// Tested by: Exposure.*.
class Exposure {
 public:
  static constexpr int kDaysPerWeek = 7;

  Exposure(int items, int days);
  void Add(std::size_t day, std::size_t item) { ++shown_[day / kDaysPerWeek * items_ + item]; }

  /// Per week of the period from its first day on; the last one may be short. Cost: O(weeks · items log items).
  [[nodiscard]] std::vector<WeekExposure> Weeks() const;
  /// Over the whole period.
  [[nodiscard]] WeekExposure Total() const;

 private:
  std::size_t items_;
  std::vector<std::int32_t> shown_;  ///< weeks × items
};

/// Weeks that a period of `days` touches.
constexpr int WeeksOf(int days) { return (days + Exposure::kDaysPerWeek - 1) / Exposure::kDaysPerWeek; }

}  // namespace souk
