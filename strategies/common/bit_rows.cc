#include "strategies/common/bit_rows.h"

#include <immintrin.h>

#include <algorithm>
#include <bit>

namespace souk {
namespace {

const bool kHasVectorCounts = (__builtin_cpu_init(), __builtin_cpu_supports("avx512vpopcntdq"));
constexpr std::size_t kVector = 8;  ///< words

std::size_t WordsOf(const SparseRows& rows) {
  const auto words = (static_cast<std::size_t>(rows.columns) + 63) / 64;
  return (words + kVector - 1) / kVector * kVector;
}

__attribute__((target("avx512f,avx512vpopcntdq"))) void Shared512(const std::uint64_t* row, const std::uint64_t* others,
                                                                  std::size_t words, int count, float* out) {
  for (int n = 0; n < count; ++n, others += words) {
    __m512i sum = _mm512_setzero_si512();
    for (std::size_t w = 0; w < words; w += kVector)
      sum = _mm512_add_epi64(
          sum, _mm512_popcnt_epi64(_mm512_and_si512(_mm512_loadu_si512(row + w), _mm512_loadu_si512(others + w))));
    out[n] = static_cast<float>(_mm512_reduce_add_epi64(sum));
  }
}

void SharedPlain(const std::uint64_t* row, const std::uint64_t* others, std::size_t words, int count, float* out) {
  for (int n = 0; n < count; ++n, others += words) {
    int sum = 0;
    for (std::size_t w = 0; w < words; ++w) sum += std::popcount(row[w] & others[w]);
    out[n] = static_cast<float>(sum);
  }
}

}  // namespace

BitRows::BitRows(const SparseRows& rows)
    : words_(WordsOf(rows)), bits_(words_ * static_cast<std::size_t>(rows.rows()), 0) {
  for (int r = 0; r < rows.rows(); ++r)
    for (const Entry& e : rows.row(r)) {
      const auto c = static_cast<std::size_t>(e.column);
      bits_[static_cast<std::size_t>(r) * words_ + c / 64] |= std::uint64_t{1} << (c % 64);
    }
}

bool BitRows::Pays(const SparseRows& rows, double additions) {
  // Measured, in nanoseconds: an addition .75, a vector of words .35, a pair 4 in either way.
  const auto n = static_cast<double>(rows.rows());
  const double by_bits = n * n / 2 * 0.35 * static_cast<double>(WordsOf(rows) / kVector);
  if (!kHasVectorCounts || by_bits > 0.75 * additions) return false;
  return std::all_of(rows.entries.begin(), rows.entries.end(), [](const Entry& e) { return e.value == 1.0F; });
}

void BitRows::Shared(int row, int first, int count, float* out) const {
  const std::uint64_t* const bits = bits_.data();
  (kHasVectorCounts ? Shared512 : SharedPlain)(bits + static_cast<std::size_t>(row) * words_,
                                               bits + static_cast<std::size_t>(first) * words_, words_, count, out);
}

}  // namespace souk
