#pragma once
// Matches of one shopper with several items: what World::Match answers item by item, four at a time.

#include <xmmintrin.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "sim/world/world.h"

namespace souk {

/// match[n] = world.Match(u, items[n]), to the last bit: each sum is taken in the same order.
/// Shapes: match as long as items.
inline void MatchAll(const World& world, ShopperId u, std::span<const ItemId> items, std::span<double> match) {
  const float* taste = world.population.taste_of(u);
  const int dims = world.hidden.dims;
  for (std::size_t begin = 0; begin < items.size(); begin += 4) {
    const std::size_t count = std::min<std::size_t>(4, items.size() - begin);
    std::array<const float*, 4> style;  // the last ones may repeat
    for (std::size_t n = 0; n < 4; ++n) style[n] = world.hidden.style_of(items[begin + std::min(n, count - 1)]);
    __m128 sum = _mm_setzero_ps();
    int d = 0;
    for (; d + 4 <= dims; d += 4) {
      const __m128 t = _mm_loadu_ps(taste + d);
      __m128 p0 = _mm_mul_ps(t, _mm_loadu_ps(style[0] + d));
      __m128 p1 = _mm_mul_ps(t, _mm_loadu_ps(style[1] + d));
      __m128 p2 = _mm_mul_ps(t, _mm_loadu_ps(style[2] + d));
      __m128 p3 = _mm_mul_ps(t, _mm_loadu_ps(style[3] + d));
      _MM_TRANSPOSE4_PS(p0, p1, p2, p3);
      sum = _mm_add_ps(_mm_add_ps(_mm_add_ps(_mm_add_ps(sum, p0), p1), p2), p3);
    }
    std::array<float, 4> sums;
    _mm_storeu_ps(sums.data(), sum);
    for (std::size_t n = 0; n < count; ++n) {
      for (int rest = d; rest < dims; ++rest) sums[n] += taste[rest] * style[n][rest];
      match[begin + n] = static_cast<double>(sums[n]);
    }
  }
}

}  // namespace souk
