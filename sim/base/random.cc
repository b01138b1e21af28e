#include "sim/base/random.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <bit>

namespace souk {
namespace {

// Philox4x32-10: a round multiplies words 0 and 2 of the counter by these, a key word grows by Weyl steps.
constexpr std::uint32_t kMultiplier0 = 0xD2511F53;
constexpr std::uint32_t kMultiplier1 = 0xCD9E8D57;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9;
constexpr std::uint32_t kWeyl1 = 0xBB67AE85;
constexpr int kRounds = 10;

/// What the counters of a run of blocks share.
struct Run {
  std::uint64_t key, first_index;
  std::uint32_t entity, purpose;
};

#if defined(__x86_64__)
constexpr std::size_t kSideBySide = 8;

/// Eight blocks in the lanes of four-wide registers, a 32-bit word in the low half of each lane: what the high halves
/// hold is never read, for the multiplication takes low halves only.
__attribute__((target("avx2"))) void EightBlocksAvx2(const Run& run, std::uint64_t index, std::uint64_t* words) {
  __m256i c0[2], c1[2], c2[2], c3[2];
  for (int h = 0; h < 2; ++h) {
    c0[h] = _mm256_add_epi64(_mm256_set1_epi64x(static_cast<long long>(index) + 4 * h), _mm256_setr_epi64x(0, 1, 2, 3));
    c1[h] = _mm256_srli_epi64(c0[h], 32);
    c2[h] = _mm256_set1_epi64x(run.entity);
    c3[h] = _mm256_set1_epi64x(run.purpose);
  }
  auto k0 = static_cast<std::uint32_t>(run.key), k1 = static_cast<std::uint32_t>(run.key >> 32);
  for (int round = 0; round < kRounds; ++round, k0 += kWeyl0, k1 += kWeyl1) {
    for (int h = 0; h < 2; ++h) {
      const __m256i p0 = _mm256_mul_epu32(c0[h], _mm256_set1_epi64x(kMultiplier0)),
                    p1 = _mm256_mul_epu32(c2[h], _mm256_set1_epi64x(kMultiplier1));
      c0[h] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), c1[h]), _mm256_set1_epi64x(k0));
      c2[h] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), c3[h]), _mm256_set1_epi64x(k1));
      c1[h] = p1;
      c3[h] = p0;
    }
  }
  for (int h = 0; h < 2; ++h) {
    const __m256i lo = _mm256_blend_epi32(c0[h], _mm256_slli_epi64(c1[h], 32), 0xAA);
    const __m256i hi = _mm256_blend_epi32(c2[h], _mm256_slli_epi64(c3[h], 32), 0xAA);
    const __m256i even = _mm256_unpacklo_epi64(lo, hi), odd = _mm256_unpackhi_epi64(lo, hi);
    auto* const out = reinterpret_cast<__m256i*>(words + 8 * h);
    _mm256_storeu_si256(out, _mm256_permute2x128_si256(even, odd, 0x20));
    _mm256_storeu_si256(out + 1, _mm256_permute2x128_si256(even, odd, 0x31));
  }
}

/// The same two blocks at a time, which every x86-64 processor can.
void EightBlocksSse2(const Run& run, std::uint64_t index, std::uint64_t* words) {
  const auto wide = [](std::uint64_t x) { return _mm_set1_epi64x(static_cast<long long>(x)); };
  __m128i c0[4], c1[4], c2[4], c3[4];
  for (int h = 0; h < 4; ++h) {
    c0[h] = _mm_add_epi64(wide(index + 2U * static_cast<unsigned>(h)), _mm_set_epi64x(1, 0));
    c1[h] = _mm_srli_epi64(c0[h], 32);
    c2[h] = wide(run.entity);
    c3[h] = wide(run.purpose);
  }
  auto k0 = static_cast<std::uint32_t>(run.key), k1 = static_cast<std::uint32_t>(run.key >> 32);
  for (int round = 0; round < kRounds; ++round, k0 += kWeyl0, k1 += kWeyl1) {
    for (int h = 0; h < 4; ++h) {
      const __m128i p0 = _mm_mul_epu32(c0[h], wide(kMultiplier0)), p1 = _mm_mul_epu32(c2[h], wide(kMultiplier1));
      c0[h] = _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(p1, 32), c1[h]), wide(k0));
      c2[h] = _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(p0, 32), c3[h]), wide(k1));
      c1[h] = p1;
      c3[h] = p0;
    }
  }
  for (int h = 0; h < 4; ++h) {
    const __m128i low = wide(0xFFFFFFFF);
    const __m128i lo = _mm_or_si128(_mm_and_si128(c0[h], low), _mm_slli_epi64(c1[h], 32));
    const __m128i hi = _mm_or_si128(_mm_and_si128(c2[h], low), _mm_slli_epi64(c3[h], 32));
    auto* const out = reinterpret_cast<__m128i*>(words + 4 * h);
    _mm_storeu_si128(out, _mm_unpacklo_epi64(lo, hi));
    _mm_storeu_si128(out + 1, _mm_unpackhi_epi64(lo, hi));
  }
}
#endif

/// ToExponential of each word. The conversions between integers and floating point are spelled so that vector units
/// have them: exact, hence the same bits.
[[gnu::always_inline]] inline void ToExponentials(const std::uint64_t* words, double* values, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t v = words[i] >> 11;  // below 2^53: a high part in units of 2^32 and a low part, added exactly
    const double high = std::bit_cast<double>((v >> 32) | 0x4530000000000000ULL) - 0x1p84;
    const double low = std::bit_cast<double>((v & 0xFFFFFFFFULL) | 0x4330000000000000ULL) - 0x1p52;
    const auto bits = std::bit_cast<std::uint64_t>(((high + low) + 0.5) * 0x1p-53);
    const std::uint64_t e = (bits - kSqrtHalfBits + (1024ULL << 52)) >> 52;  // the exponent, plus 1024
    const double m = std::bit_cast<double>(bits - ((e - 1024) << 52));
    values[i] = -LogOfParts(m, std::bit_cast<double>(e | 0x4330000000000000ULL) - (0x1p52 + 1024));
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void ToExponentialsAvx2(const std::uint64_t* words, double* values, std::size_t count) {
  ToExponentials(words, values, count);
}
const bool kHasAvx2 = (__builtin_cpu_init(), __builtin_cpu_supports("avx2"));
#endif

void ToExponentialsBest(const std::uint64_t* words, double* values, std::size_t count) {
#if defined(__x86_64__)
  if (kHasAvx2) return ToExponentialsAvx2(words, values, count);
#endif
  ToExponentials(words, values, count);
}

}  // namespace

void Dice::DrawRun(Purpose purpose, std::uint32_t entity, std::uint64_t first_index, std::size_t count,
                   std::uint64_t* words) const {
  std::size_t done = 0;
#if defined(__x86_64__)
  bool watched = false;
#ifndef NDEBUG
  watched = draw_watch != nullptr;
#endif
  const Run run{key_, first_index, entity, static_cast<std::uint32_t>(purpose)};
  for (; !watched && done + kSideBySide <= count; done += kSideBySide) {
    if (kHasAvx2) EightBlocksAvx2(run, first_index + done, words + 2 * done);
    else EightBlocksSse2(run, first_index + done, words + 2 * done);
  }
#endif
  for (; done < count; ++done) {
    const Block block = Draw(purpose, entity, first_index + done);
    words[2 * done] = block.lo;
    words[2 * done + 1] = block.hi;
  }
}

void Rng::Fill(std::span<std::uint64_t> words) {
  if (words.empty()) return;
  std::size_t done = 0;
  if (have_spare_) words[done++] = (*this)();
  const std::size_t blocks = (words.size() - done) / 2;
  dice_.DrawRun(purpose_, entity_, counter_, blocks, words.data() + done);
  counter_ += blocks;
  done += 2 * blocks;
  if (done < words.size()) words[done] = (*this)();
}

void Rng::FillExponential(std::span<double> values) {
  std::array<std::uint64_t, 128> words;
  for (std::size_t done = 0; done < values.size(); done += words.size()) {
    const std::size_t count = std::min(words.size(), values.size() - done);
    Fill(std::span(words).first(count));
    ToExponentialsBest(words.data(), values.data() + done, count);
  }
}

}  // namespace souk
