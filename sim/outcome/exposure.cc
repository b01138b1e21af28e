#include "sim/outcome/exposure.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace souk {
namespace {

double Gini(std::vector<std::int64_t> counts) {
  std::sort(counts.begin(), counts.end());
  double weighted = 0;
  double total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    weighted += static_cast<double>(i + 1) * static_cast<double>(counts[i]);
    total += static_cast<double>(counts[i]);
  }
  if (total == 0) return std::nan("");
  const auto n = static_cast<double>(counts.size());
  return 2 * weighted / (n * total) - (n + 1) / n;
}

WeekExposure Describe(std::vector<std::int64_t> counts) {
  WeekExposure week;
  const auto n = static_cast<double>(counts.size());
  const auto seen = std::count_if(counts.begin(), counts.end(), [](std::int64_t c) { return c > 0; });
  week.impressions = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  week.coverage = static_cast<double>(seen) / n;
  week.gini = Gini(std::move(counts));
  return week;
}

}  // namespace

Exposure::Exposure(int items, int days)
    : items_(static_cast<std::size_t>(items)), shown_(static_cast<std::size_t>(WeeksOf(days)) * items_, 0) {}

std::vector<WeekExposure> Exposure::Weeks() const {
  std::vector<WeekExposure> weeks;
  for (auto week = shown_.begin(); week != shown_.end(); week += static_cast<std::ptrdiff_t>(items_))
    weeks.push_back(Describe({week, week + static_cast<std::ptrdiff_t>(items_)}));
  return weeks;
}

WeekExposure Exposure::Total() const {
  std::vector<std::int64_t> counts(items_, 0);
  for (std::size_t i = 0; i < shown_.size(); ++i) counts[i % items_] += shown_[i];
  return Describe(std::move(counts));
}

}  // namespace souk
