// The laws of draws, and that streams of different keys share no block.
// Random tests use a fixed seed and never retry; each states its false-alarm rate for a fresh seed.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "sim/base/random.h"

namespace souk {
namespace {

struct Law {
  const char* name;
  std::function<double(Rng&)> draw;
  std::function<double(double)> below;  ///< its distribution function
  double mean, variance, fourth;        ///< the last: fourth central moment over squared variance
};

// Values: textbook moments. Gumbel: mean γ, variance π²/6, kurtosis 27/5; exponential 1, 1, 9; normal 0, 1, 3; uniform
// 1/2, 1/12, 9/5.
const std::vector<Law>& Laws() {
  static const boost::math::normal normal;
  static const std::vector<Law> laws = {
      {"uniform", [](Rng& r) { return r.Uniform(); }, [](double x) { return x; }, 0.5, 1.0 / 12, 9.0 / 5},
      {"normal", [](Rng& r) { return r.Normal(); }, [](double x) { return cdf(normal, x); }, 0, 1, 3},
      {"exponential", [](Rng& r) { return r.Exponential(); }, [](double x) { return -std::expm1(-x); }, 1, 1, 9},
      {"gumbel", [](Rng& r) { return r.Gumbel(); }, [](double x) { return std::exp(-std::exp(-x)); },
       0.57721566490153286, M_PI * M_PI / 6, 27.0 / 5},
  };
  return laws;
}

// Rule: each law passes Kolmogorov–Smirnov on three streams. n = 200,000: P(D > 2.18/√n) = 2 e^(−2 · 2.18²) = 1.5e-4 a
// test, twelve tests: false alarm 2e-3.
TEST(RandomLaws, PassKolmogorovSmirnov) {
  const int n = 200'000;
  for (const Law& law : Laws()) {
    for (const std::uint32_t stream : {0U, 1U, 0xFFFFFFFFU}) {
      Rng rng(Dice(101, 3), Purpose::kTest, stream);
      std::vector<double> x;
      for (int i = 0; i < n; ++i) x.push_back(law.draw(rng));
      std::sort(x.begin(), x.end());
      double d = 0;
      for (int i = 0; i < n; ++i) {
        const double f = law.below(x[static_cast<std::size_t>(i)]);
        d = std::max({d, f - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - f});
      }
      EXPECT_LT(d, 2.18 / std::sqrt(n)) << law.name << " " << stream;
    }
  }
}

// Rule: mean and variance are those of the law. Four standard errors (the variance's: σ² √((κ − 1)/n)) of 10⁶ draws,
// eight figures: false alarm 5e-4.
TEST(RandomLaws, HaveTheirMeansAndVariances) {
  const int n = 1'000'000;
  for (const Law& law : Laws()) {
    Rng rng(Dice(102, 0), Purpose::kTest, 5);
    double sum = 0, squares = 0;
    for (int i = 0; i < n; ++i) {
      const double x = law.draw(rng) - law.mean;
      sum += x;
      squares += x * x;
    }
    EXPECT_NEAR(sum / n, 0, 4 * std::sqrt(law.variance / n)) << law.name;
    EXPECT_NEAR(squares / n, law.variance, 4 * law.variance * std::sqrt((law.fourth - 1) / n)) << law.name;
  }
}

// Rule: neighbouring keys are uncorrelated, in whichever part of the key they are neighbours. Correlation of 200,000
// pairs of uniforms, four standard errors (1/√n), four pairings: false alarm 3e-4.
TEST(RandomLaws, NeighbouringKeysAreUncorrelated) {
  const int n = 200'000;
  const Dice dice(103, 0), next(103, 1);
  double sums[4] = {};
  for (std::uint32_t i = 0; i < n; ++i) {
    const auto centred = [](Dice::Block b) { return ToUniform(b.lo) - 0.5; };
    const double x = centred(dice.Draw(Purpose::kTest, i, 0));
    sums[0] += x * centred(dice.Draw(Purpose::kTest, i + 1, 0));
    sums[1] += x * centred(dice.Draw(Purpose::kTest, i, 1));
    sums[2] += x * centred(dice.Draw(Purpose::kStatistics, i, 0));
    sums[3] += x * centred(next.Draw(Purpose::kTest, i, 0));
  }
  for (const double sum : sums) EXPECT_NEAR(12 * sum / n, 0, 4 / std::sqrt(n));
}

// Rule: the counter holds (index low, index high, entity, purpose) side by side, so different keys are different
// counters; Philox under one key is a bijection, so their 128-bit blocks differ: here among 2.9 million keys at the
// edges of every field, without exception. Over seeds, replications and arms the key of the generator differs instead.
TEST(RandomLaws, StreamsOfDifferentKeysShareNoBlock) {
  const Dice dice(104, 7);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> blocks;
  std::vector<std::uint64_t> words(2 * 200);
  for (std::uint32_t purpose = 1; purpose <= 24; ++purpose)
    for (std::uint32_t entity = 0; entity < 200; ++entity)
      for (const std::uint64_t first : {0ULL, 0xFFFFFF38ULL, 0xFFFFFFFFFFFFFF38ULL}) {  // 200 below 2^32 and 2^64
        const std::uint32_t spread = entity % 2 == 0 ? entity : ~entity;
        dice.DrawRun(static_cast<Purpose>(purpose), spread, first, 200, words.data());
        for (std::size_t i = 0; i < 200; ++i) blocks.emplace_back(words[2 * i], words[2 * i + 1]);
      }
  std::sort(blocks.begin(), blocks.end());
  EXPECT_EQ(std::adjacent_find(blocks.begin(), blocks.end()), blocks.end());
  EXPECT_EQ(blocks.size(), 24U * 200 * 3 * 200);
}

// Rule: two streams of one Rng each never run into one another: a stream is 2^32 blocks below its own index.
TEST(RandomLaws, TheLastBlockOfAStreamIsNotTheFirstOfTheNext) {
  const Dice dice(105, 0);
  Rng next(dice, Purpose::kTest, 0, 1);
  EXPECT_EQ(next(), dice.Draw(Purpose::kTest, 0, Index(1, 0)).lo);
  EXPECT_NE(dice.Draw(Purpose::kTest, 0, Index(0, 0xFFFFFFFF)).lo, dice.Draw(Purpose::kTest, 0, Index(1, 0)).lo);
}

// Values: Random123's kat_vectors, philox4x32 10 rounds, all three lines and all four words; the third's input is
// digits of π. The order of words in a draw follows: index, entity, purpose and key as below.
TEST(RandomLaws, DrawsAreThePublishedAnswersForTheirCounter) {
  r123::Philox4x32 philox;
  const r123::Philox4x32::ctr_type zero = {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}};
  const r123::Philox4x32::ctr_type ones = {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}};
  const r123::Philox4x32::ctr_type pi = {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}};
  EXPECT_EQ(philox({{0, 0, 0, 0}}, {{0, 0}}), zero);
  EXPECT_EQ(philox({{~0U, ~0U, ~0U, ~0U}}, {{~0U, ~0U}}), ones);
  EXPECT_EQ(philox({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, {{0xa4093822, 0x299f31d0}}), pi);
  const Dice dice(106, 1);
  const auto key = static_cast<std::uint32_t>(dice.key()), high = static_cast<std::uint32_t>(dice.key() >> 32);
  const auto raw = philox({{0x89ABCDEF, 0x01234567, 77, static_cast<std::uint32_t>(Purpose::kBuy)}}, {{key, high}});
  const Dice::Block block = dice.Draw(Purpose::kBuy, 77, 0x0123456789ABCDEFULL);
  EXPECT_EQ(block.lo, static_cast<std::uint64_t>(raw[1]) << 32 | raw[0]);
  EXPECT_EQ(block.hi, static_cast<std::uint64_t>(raw[3]) << 32 | raw[2]);
}

}  // namespace
}  // namespace souk
