#pragma once
// Several keyed draws at once, for loops that ask the same question about many things.

#include <Random123/philox.h>
#include <emmintrin.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/base/error.h"
#include "sim/base/random.h"

namespace souk {

/// lo[n] = dice.Draw(purpose, entity, index[n]).lo. Shapes: lo as long as index.
inline void DrawLow(const Dice& dice, Purpose purpose, std::uint32_t entity, std::span<const std::uint64_t> index,
                    std::span<std::uint64_t> lo) {
#ifndef NDEBUG
  SOUK_CHECK(lo.size() >= index.size());
  if (draw_watch != nullptr) {
    for (std::size_t n = 0; n < index.size(); ++n) lo[n] = dice.Draw(purpose, entity, index[n]).lo;
    return;
  }
#endif
  // Two counters in a register, each word in a lane of 64 bits whose upper half no multiplication reads.
  const __m128i factor0 = _mm_set1_epi32(static_cast<int>(PHILOX_M4x32_0));
  const __m128i factor1 = _mm_set1_epi32(static_cast<int>(PHILOX_M4x32_1));
  const __m128i low_half = _mm_set1_epi64x(0xFFFFFFFFLL);
  for (std::size_t n = 0; n < index.size(); n += 2) {
    const std::uint64_t other = index[n + 1 < index.size() ? n + 1 : n];
    __m128i x0 = _mm_set_epi64x(static_cast<long long>(other), static_cast<long long>(index[n]));
    __m128i x1 = _mm_srli_epi64(x0, 32);
    __m128i x2 = _mm_set1_epi32(static_cast<int>(entity));
    __m128i x3 = _mm_set1_epi32(static_cast<int>(purpose));
    auto key0 = static_cast<std::uint32_t>(dice.key());
    auto key1 = static_cast<std::uint32_t>(dice.key() >> 32);
    for (int round = 0; round < 10; ++round) {
      const __m128i product0 = _mm_mul_epu32(factor0, x0);
      const __m128i product1 = _mm_mul_epu32(factor1, x2);
      x0 = _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(product1, 32), x1), _mm_set1_epi32(static_cast<int>(key0)));
      x2 = _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(product0, 32), x3), _mm_set1_epi32(static_cast<int>(key1)));
      x1 = product1;
      x3 = product0;
      key0 += PHILOX_W32_0;
      key1 += PHILOX_W32_1;
    }
    const __m128i out = _mm_or_si128(_mm_and_si128(x0, low_half), _mm_slli_epi64(x1, 32));
    lo[n] = static_cast<std::uint64_t>(_mm_cvtsi128_si64(out));
    if (n + 1 < index.size()) lo[n + 1] = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(out, out)));
  }
}

}  // namespace souk
