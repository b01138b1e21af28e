#include "sim/base/random.h"

#include <algorithm>
#include <bit>

#include "sim/base/error.h"
#include "sim/base/philox.h"

namespace souk {
namespace {

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
#ifndef NDEBUG
  if (draw_watch != nullptr) {
    for (std::size_t n = 0; n < count; ++n) {
      const Block block = Draw(purpose, entity, first_index + n);
      words[2 * n] = block.lo;
      words[2 * n + 1] = block.hi;
    }
    return;
  }
#endif
  PhiloxRun({key_, entity, static_cast<std::uint32_t>(purpose)}, first_index, count, words);
}

void Dice::DrawLow(Purpose purpose, std::uint32_t entity, std::span<const std::uint64_t> index,
                   std::span<std::uint64_t> lo) const {
#ifndef NDEBUG
  SOUK_CHECK(lo.size() >= index.size());
  if (draw_watch != nullptr) {
    for (std::size_t n = 0; n < index.size(); ++n) lo[n] = Draw(purpose, entity, index[n]).lo;
    return;
  }
#endif
  PhiloxLow({key_, entity, static_cast<std::uint32_t>(purpose)}, index.data(), index.size(), lo.data());
}

namespace {

template <std::size_t kCount, auto kPhilox>
void DrawAll(const Dice& dice, std::uint32_t entity, const std::array<Purpose, kCount>& purpose,
             const std::array<std::uint64_t, kCount>& index, std::array<Dice::Block, kCount>& block) {
#ifndef NDEBUG
  if (draw_watch != nullptr) {
    for (std::size_t n = 0; n < kCount; ++n) block[n] = dice.Draw(purpose[n], entity, index[n]);
    return;
  }
#endif
  std::array<std::uint64_t, kCount> purposes;
  for (std::size_t n = 0; n < kCount; ++n) purposes[n] = static_cast<std::uint32_t>(purpose[n]);
  static_assert(sizeof(Dice::Block) == 2 * sizeof(std::uint64_t));
  kPhilox({dice.key(), entity, 0}, index.data(), purposes.data(), &block[0].lo);
}

}  // namespace

void Dice::DrawFour(std::uint32_t entity, const std::array<Purpose, 4>& purpose,
                    const std::array<std::uint64_t, 4>& index, std::array<Block, 4>& block) const {
  DrawAll<4, PhiloxFour>(*this, entity, purpose, index, block);
}

void Dice::DrawEight(std::uint32_t entity, const std::array<Purpose, 8>& purpose,
                     const std::array<std::uint64_t, 8>& index, std::array<Block, 8>& block) const {
  DrawAll<8, PhiloxEight>(*this, entity, purpose, index, block);
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
