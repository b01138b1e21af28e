#include "sim/base/philox.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>

namespace souk {
namespace {

// A round multiplies words 0 and 2 of the counter by these, and a key word grows by Weyl steps.
constexpr std::uint32_t kMultiplier0 = 0xD2511F53;
constexpr std::uint32_t kMultiplier1 = 0xCD9E8D57;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9;
constexpr std::uint32_t kWeyl1 = 0xBB67AE85;
constexpr int kRounds = 10;
constexpr std::size_t kSideBySide = 8;

namespace plain {
struct Lanes {
  using V = std::uint64_t;
  static constexpr std::size_t kCount = 1;
  static V Each(std::uint64_t x) { return x; }
  static V Load(const std::uint64_t* p) { return *p; }
  static V Count(std::uint64_t x) { return x; }
  static V Multiply(V v, std::uint32_t m) { return (v & 0xFFFFFFFFULL) * m; }
  static V Upper(V v) { return v >> 32; }
  static V Xor(V a, V b) { return a ^ b; }
  static V Join(V low, V high) { return (low & 0xFFFFFFFFULL) | (high << 32); }
  static void Store(std::uint64_t* p, V v) { *p = v; }
  static void StorePairs(std::uint64_t* p, V a, V b) { p[0] = a, p[1] = b; }
};
#include "sim/base/philox_lanes.inc"
}  // namespace plain

#if defined(__x86_64__)
namespace sse2 {  // every x86-64 processor has it
struct Lanes {
  using V = __m128i;
  static constexpr std::size_t kCount = 2;
  static V Each(std::uint64_t x) { return _mm_set1_epi64x(static_cast<long long>(x)); }
  static V Load(const std::uint64_t* p) { return _mm_loadu_si128(reinterpret_cast<const V*>(p)); }
  static V Count(std::uint64_t x) { return _mm_add_epi64(Each(x), _mm_set_epi64x(1, 0)); }
  static V Multiply(V v, std::uint32_t m) { return _mm_mul_epu32(v, Each(m)); }
  static V Upper(V v) { return _mm_srli_epi64(v, 32); }
  static V Xor(V a, V b) { return _mm_xor_si128(a, b); }
  static V Join(V low, V high) { return _mm_or_si128(_mm_and_si128(low, Each(0xFFFFFFFF)), _mm_slli_epi64(high, 32)); }
  static void Store(std::uint64_t* p, V v) { _mm_storeu_si128(reinterpret_cast<V*>(p), v); }
  static void StorePairs(std::uint64_t* p, V a, V b) {
    Store(p, _mm_unpacklo_epi64(a, b));
    Store(p + 2, _mm_unpackhi_epi64(a, b));
  }
};
#include "sim/base/philox_lanes.inc"
}  // namespace sse2

#pragma GCC push_options
#pragma GCC target("avx2")
namespace avx2 {
struct Lanes {
  using V = __m256i;
  static constexpr std::size_t kCount = 4;
  static V Each(std::uint64_t x) { return _mm256_set1_epi64x(static_cast<long long>(x)); }
  static V Load(const std::uint64_t* p) { return _mm256_loadu_si256(reinterpret_cast<const V*>(p)); }
  static V Count(std::uint64_t x) { return _mm256_add_epi64(Each(x), _mm256_setr_epi64x(0, 1, 2, 3)); }
  static V Multiply(V v, std::uint32_t m) { return _mm256_mul_epu32(v, Each(m)); }
  static V Upper(V v) { return _mm256_srli_epi64(v, 32); }
  static V Xor(V a, V b) { return _mm256_xor_si256(a, b); }
  static V Join(V low, V high) { return _mm256_blend_epi32(low, _mm256_slli_epi64(high, 32), 0xAA); }
  static void Store(std::uint64_t* p, V v) { _mm256_storeu_si256(reinterpret_cast<V*>(p), v); }
  static void StorePairs(std::uint64_t* p, V a, V b) {
    const V even = _mm256_unpacklo_epi64(a, b), odd = _mm256_unpackhi_epi64(a, b);
    Store(p, _mm256_permute2x128_si256(even, odd, 0x20));
    Store(p + 4, _mm256_permute2x128_si256(even, odd, 0x31));
  }
};
#include "sim/base/philox_lanes.inc"
}  // namespace avx2
#pragma GCC pop_options

const bool kHasAvx2 = (__builtin_cpu_init(), __builtin_cpu_supports("avx2"));
#endif

constexpr PhiloxRoutine kRoutines[] = {
    {"plain", plain::Run, plain::Low, plain::Each<4>, plain::Each<8>},
#if defined(__x86_64__)
    {"sse2", sse2::Run, sse2::Low, sse2::Each<4>, sse2::Each<8>},
    {"avx2", avx2::Run, avx2::Low, avx2::Each<4>, avx2::Each<8>},
#endif
};

}  // namespace

std::span<const PhiloxRoutine> PhiloxRoutines() {
#if defined(__x86_64__)
  return std::span(kRoutines).first(kHasAvx2 ? 3 : 2);
#else
  return kRoutines;
#endif
}

// Branches rather than a pointer to call through: they are right even before kHasAvx2 is set.
void PhiloxRun(const PhiloxStream& stream, std::uint64_t first_index, std::size_t count, std::uint64_t* words) {
#if defined(__x86_64__)
  return kHasAvx2 ? avx2::Run(stream, first_index, count, words) : sse2::Run(stream, first_index, count, words);
#else
  plain::Run(stream, first_index, count, words);
#endif
}

void PhiloxLow(const PhiloxStream& stream, const std::uint64_t* index, std::size_t count, std::uint64_t* lo) {
#if defined(__x86_64__)
  return kHasAvx2 ? avx2::Low(stream, index, count, lo) : sse2::Low(stream, index, count, lo);
#else
  plain::Low(stream, index, count, lo);
#endif
}

void PhiloxFour(const PhiloxStream& stream, const std::uint64_t* index, const std::uint64_t* purpose,
                std::uint64_t* words) {
#if defined(__x86_64__)
  return kHasAvx2 ? avx2::Each<4>(stream, index, purpose, words) : sse2::Each<4>(stream, index, purpose, words);
#else
  plain::Each<4>(stream, index, purpose, words);
#endif
}

void PhiloxEight(const PhiloxStream& stream, const std::uint64_t* index, const std::uint64_t* purpose,
                 std::uint64_t* words) {
#if defined(__x86_64__)
  return kHasAvx2 ? avx2::Each<8>(stream, index, purpose, words) : sse2::Each<8>(stream, index, purpose, words);
#else
  plain::Each<8>(stream, index, purpose, words);
#endif
}

}  // namespace souk
