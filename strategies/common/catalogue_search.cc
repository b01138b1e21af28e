#include "strategies/common/catalogue_search.h"

#include "strategies/common/vector_lanes_internal.h"

namespace souk {
namespace {

SOUK_INLINE void AboveThresholdWideBody(const float* scores, float threshold, std::uint64_t* bits) {
  *bits = 0;
  Lanes highest;
  LoadTo(highest, scores);
  for (std::size_t s = 1; s < 4; ++s) {
    Lanes x;
    LoadTo(x, scores + s * kLanes);
    highest = x > highest ? x : highest;
  }
  HalfLanes half = __builtin_shufflevector(highest, highest, 0, 1, 2, 3, 4, 5, 6, 7);
  const HalfLanes upper = __builtin_shufflevector(highest, highest, 8, 9, 10, 11, 12, 13, 14, 15);
  half = upper > half ? upper : half;
  float lane[8];
  StoreTo(lane, half);
  bool any = false;
  for (const float x : lane) any = any || x > threshold;
  if (!any) return;
  for (std::size_t r = 0; r < 64; ++r) *bits |= static_cast<std::uint64_t>(scores[r] > threshold ? 1 : 0) << r;
}

}  // namespace

SOUK_BY_WIDTH(AboveThresholdWide, (const float* scores, float threshold, std::uint64_t* bits),
              (scores, threshold, bits))

std::uint64_t AboveThreshold(const float* scores, float threshold) {
  std::uint64_t bits;
  AboveThresholdWide(scores, threshold, &bits);
  return bits;
}

}  // namespace souk
