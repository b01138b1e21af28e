#pragma once
// Matches of one shopper with several items: what World::Match answers item by item, four at a time.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>

#include "sim/world/world.h"

namespace souk {

/// match[n] = world.Match(u, items[n]), to the last bit: each sum is taken in the same order.
/// Shapes: match as long as items.
inline void MatchAll(const World& world, ShopperId u, std::span<const ItemId> items, std::span<double> match) {
  // Four floats in a register where the processor has such; where not, the compiler takes them one by one.
  using Four [[gnu::vector_size(16)]] = float;
  const auto load = [](const float* p) {
    Four v;
    std::memcpy(&v, p, sizeof v);
    return v;
  };
  const float* taste = world.population.taste_of(u);
  const int dims = world.hidden.dims;
  for (std::size_t begin = 0; begin < items.size(); begin += 4) {
    const std::size_t count = std::min<std::size_t>(4, items.size() - begin);
    std::array<const float*, 4> style;  // the last ones may repeat
    for (std::size_t n = 0; n < 4; ++n) style[n] = world.hidden.style_of(items[begin + std::min(n, count - 1)]);
    Four sum = {};
    int d = 0;
    for (; d + 4 <= dims; d += 4) {
      const Four t = load(taste + d);
      const Four p0 = t * load(style[0] + d), p1 = t * load(style[1] + d);
      const Four p2 = t * load(style[2] + d), p3 = t * load(style[3] + d);
      // Transposed: of each item its first product, its second, third and fourth.
      const Four a = __builtin_shufflevector(p0, p1, 0, 4, 1, 5), b = __builtin_shufflevector(p2, p3, 0, 4, 1, 5);
      const Four c = __builtin_shufflevector(p0, p1, 2, 6, 3, 7), e = __builtin_shufflevector(p2, p3, 2, 6, 3, 7);
      sum += __builtin_shufflevector(a, b, 0, 1, 4, 5);
      sum += __builtin_shufflevector(a, b, 2, 3, 6, 7);
      sum += __builtin_shufflevector(c, e, 0, 1, 4, 5);
      sum += __builtin_shufflevector(c, e, 2, 3, 6, 7);
    }
    std::array<float, 4> sums;
    std::memcpy(sums.data(), &sum, sizeof sum);
    for (std::size_t n = 0; n < count; ++n) {
      for (int rest = d; rest < dims; ++rest) sums[n] += taste[rest] * style[n][rest];
      match[begin + n] = static_cast<double>(sums[n]);
    }
  }
}

}  // namespace souk
