#include "results/statistics/recommendations.h"

#include <limits>
#include <vector>

namespace souk {

Interval ShareOfClicksWithoutGain(const ExperimentResult& result, int arm) {
  const auto index = static_cast<std::size_t>(arm);
  const std::int32_t bare = index < result.without_recommender.size() ? result.without_recommender[index] : -1;
  std::vector<RatioPair> pairs;
  double all_clicks = 0;
  for (const CellResult& cell : result.cells) {
    if (cell.arm != arm || !cell.error.empty() || bare < 0) continue;
    const CellResult* twin = result.Cell(cell.replication, bare);
    if (twin == nullptr || !twin->error.empty()) continue;
    const auto clicks = static_cast<double>(At(cell.Total(), Sum::kClicks));
    pairs.push_back({static_cast<double>(At(cell.Total(), Sum::kViews)), clicks,
                     static_cast<double>(At(twin->Total(), Sum::kViews)), clicks});
    all_clicks += clicks;
  }
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  if (all_clicks == 0) return {kNan, kNan, kNan};
  const Interval gain = AbsoluteDifference(pairs, 1);
  return {1 - gain.estimate, 1 - gain.high, 1 - gain.low, gain.method};
}

}  // namespace souk
