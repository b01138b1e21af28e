#pragma once
// Scores of models side by side: what is on no common scale is compared by rank or by its place in the range.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "strategies/common/top_k.h"

namespace souk {

/// Writes to `ranks` how many scores are higher than each of the `depth` highest, ties included; −1 for lower ones and
/// for −∞. `scratch` keeps its memory. Shapes: scores and ranks (n). Cost: O(n + depth log depth).
/// Tested by: ScoreRanks.*.
inline void RankScores(std::span<const float> scores, int depth, std::vector<Scored>& scratch,
                       std::span<std::int32_t> ranks) {
  scratch.clear();
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (std::isfinite(scores[i])) scratch.push_back({scores[i], static_cast<std::int32_t>(i)});
  std::fill(ranks.begin(), ranks.end(), -1);
  const int kept = SelectTop(scratch, depth);
  std::int32_t rank = 0;
  for (std::int32_t at = 0; at < kept; ++at) {
    const Scored& s = scratch[static_cast<std::size_t>(at)];
    if (at > 0 && s.score < scratch[static_cast<std::size_t>(at) - 1].score) rank = at;
    ranks[static_cast<std::size_t>(s.id)] = rank;
  }
  if (kept == 0) return;
  // What ties with the last one kept has its rank too, on whichever side of the cut it fell.
  const float last = scratch[static_cast<std::size_t>(kept) - 1].score;
  for (std::size_t at = static_cast<std::size_t>(kept); at < scratch.size(); ++at)
    if (scratch[at].score == last) ranks[static_cast<std::size_t>(scratch[at].id)] = rank;
}

/// Moves finite scores to 0…1, the lowest to 0 and the highest to 1; equal ones to 0. −∞ stays. Cost: O(n).
inline void ScaleToUnit(std::span<float> scores) {
  float low = std::numeric_limits<float>::infinity();
  float high = -low;
  for (const float s : scores) {
    if (!std::isfinite(s)) continue;
    low = std::min(low, s);
    high = std::max(high, s);
  }
  const double range = static_cast<double>(high) - static_cast<double>(low);
  for (float& s : scores)
    if (std::isfinite(s)) s = range > 0 ? static_cast<float>((static_cast<double>(s) - low) / range) : 0.0F;
}

}  // namespace souk
