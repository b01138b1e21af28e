// Keyed random numbers and the elementary functions under them.
// Random tests use a fixed seed and never retry; each states its false-alarm rate for a fresh seed.

#include "sim/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <set>
#include <vector>

namespace souk {
namespace {

// Rule: the generator underneath is Philox4x32-10. Values: Random123's known-answer file (kat_vectors).
TEST(Random, PhiloxGivesThePublishedAnswers) {
  r123::Philox4x32 philox;
  const auto zero = philox({{0, 0, 0, 0}}, {{0, 0}});
  EXPECT_EQ(zero[0], 0x6627e8d5U);
  EXPECT_EQ(zero[1], 0xe169c58dU);
  EXPECT_EQ(zero[2], 0xbc57ac4cU);
  EXPECT_EQ(zero[3], 0x9b00dbd8U);
  const auto ones = philox({{~0U, ~0U, ~0U, ~0U}}, {{~0U, ~0U}});
  EXPECT_EQ(ones[0], 0x408f276dU);
  EXPECT_EQ(ones[3], 0x6d5451fdU);
}

// Rule: draw = Philox(counter = (index, entity, purpose), key), so keys that differ anywhere differ.
TEST(Random, DrawsDependOnEveryPartOfTheKey) {
  const Dice dice(1, 0);
  std::set<std::uint64_t> seen;
  for (const Purpose p : {Purpose::kVisit, Purpose::kLeave})
    for (std::uint32_t entity = 0; entity < 20; ++entity)
      for (std::uint64_t index = 0; index < 50; ++index) seen.insert(dice.Draw(p, entity, index).lo);
  for (std::uint64_t seed = 2; seed < 102; ++seed) seen.insert(Dice(seed, 0).Draw(Purpose::kVisit, 0, 0).lo);
  for (std::uint64_t replication = 1; replication < 101; ++replication)
    seen.insert(Dice(1, replication).Draw(Purpose::kVisit, 0, 0).lo);
  seen.insert(dice.ForArm(0).Draw(Purpose::kVisit, 0, 0).lo);
  EXPECT_EQ(seen.size(), 2U * 20 * 50 + 100 + 100 + 1);
}

TEST(Random, SameKeySameDrawWhateverElseIsDrawn) {
  const Dice dice(7, 3);
  const auto before = dice.Draw(Purpose::kBuy, 5, 9);
  Rng other(dice, Purpose::kRecommender, 0);
  for (int i = 0; i < 1000; ++i) (void)other();
  EXPECT_EQ(dice.Draw(Purpose::kBuy, 5, 9).lo, before.lo);
  EXPECT_EQ(dice.Draw(Purpose::kBuy, 5, 9).hi, before.hi);
}

// Rule: a batch holds the words and exponentials that single draws give, bit for bit, wherever it starts and ends.
TEST(Random, BatchesHaveTheBitsOfSingleDraws) {
  const Dice dice(0x9E3779B97F4A7C15ULL, 12);
  for (const std::uint32_t stream : {0U, 1U, ~0U}) {
    Rng one(dice, Purpose::kTest, 77, stream);
    Rng many = one, logs = one, walker = one;
    ExponentialStream batches(one);
    for (std::size_t size = 0; size < 300; ++size) {
      std::vector<std::uint64_t> words(size);
      std::vector<double> values(size);
      many.Fill(words);
      logs.FillExponential(values);
      for (std::size_t i = 0; i < size; ++i) {
        const std::uint64_t word = one();
        ASSERT_EQ(words[i], word) << size << " " << i;
        ASSERT_EQ(values[i], ToExponential(word)) << size << " " << i;
        ASSERT_EQ(batches.Next(), walker.Exponential());
      }
    }
  }
}

// Rule: a run of blocks carries from the low half of the index into the high half.
TEST(Random, RunsOfBlocksCrossTheWordOfTheIndex) {
  const Dice dice(5, 6);
  const std::uint64_t first = 0x1FFFFFFFDULL;
  std::vector<std::uint64_t> words(64);
  dice.DrawRun(Purpose::kBuy, 3, first, 32, words.data());
  for (std::uint64_t i = 0; i < 32; ++i) {
    const auto block = dice.Draw(Purpose::kBuy, 3, first + i);
    ASSERT_EQ(words[2 * i], block.lo) << i;
    ASSERT_EQ(words[2 * i + 1], block.hi) << i;
  }
}

// Rule: uniforms over keys are uniform. Kolmogorov–Smirnov, n = 100,000: P(D > 1.95/√n) = 0.001.
TEST(Random, UniformsOverKeysPassKolmogorovSmirnov) {
  const Dice dice(11, 0);
  std::vector<double> u;
  for (std::uint32_t e = 0; e < 100'000; ++e) u.push_back(ToUniform(dice.Draw(Purpose::kTest, e, 1).lo));
  std::sort(u.begin(), u.end());
  double d = 0;
  const auto n = static_cast<double>(u.size());
  for (std::size_t i = 0; i < u.size(); ++i)
    d = std::max({d, std::abs(u[i] - static_cast<double>(i) / n), std::abs(u[i] - static_cast<double>(i + 1) / n)});
  EXPECT_LT(d, 1.95 / std::sqrt(n));
}

// Rule: Gumbel has mean γ = 0.577216 and variance π²/6; exponential mean 1. n = 200,000, 4 standard errors: 6e-5 each.
TEST(Random, TransformsHaveTheirMoments) {
  const Dice dice(13, 0);
  Rng rng(dice, Purpose::kTest, 0);
  double gumbel = 0, exponential = 0, normal = 0, squares = 0;
  const int n = 200'000;
  for (int i = 0; i < n; ++i) {
    gumbel += rng.Gumbel();
    exponential += rng.Exponential();
    const double z = rng.Normal();
    normal += z;
    squares += z * z;
  }
  EXPECT_NEAR(gumbel / n, 0.5772156649, 4 * std::sqrt(M_PI * M_PI / 6 / n));
  EXPECT_NEAR(exponential / n, 1, 4 / std::sqrt(n));
  EXPECT_NEAR(normal / n, 0, 4 / std::sqrt(n));
  EXPECT_NEAR(squares / n, 1, 4 * std::sqrt(2.0 / n));
}

// Rule: whole numbers below n come equally often. χ² with 9 degrees of freedom, 99.9 % point 27.88.
TEST(Random, BelowIsUniform) {
  Rng rng(Dice(17, 0), Purpose::kTest, 1);
  std::vector<int> counts(10, 0);
  for (int i = 0; i < 100'000; ++i) ++counts[static_cast<std::size_t>(rng.Below(10))];
  double chi = 0;
  for (const int c : counts) chi += (c - 10'000.0) * (c - 10'000.0) / 10'000.0;
  EXPECT_LT(chi, 27.88);
}

// Rule: our logarithm agrees with the C library's long double to 4e-16 relative (1e-16 absolute near 1).
TEST(Math, LogAgreesWithLongDouble) {
  for (int e = -300; e <= 300; e += 7)
    for (double m = 1.0; m < 2; m += 0.0137) {
      const double x = std::ldexp(m, e);
      const auto exact = static_cast<double>(std::log(static_cast<long double>(x)));
      EXPECT_NEAR(Log(x), exact, 4e-16 * std::abs(exact) + 1e-16) << x;
    }
  EXPECT_EQ(Log(1.0), 0.0);
}

TEST(Math, ExpAgreesWithLongDouble) {
  for (double x = -700; x < 700; x += 0.377) {
    const auto exact = static_cast<double>(std::exp(static_cast<long double>(x)));
    EXPECT_NEAR(Exp(x) / exact, 1, 5e-16) << x;
  }
  EXPECT_EQ(Exp(0.0), 1.0);
  EXPECT_EQ(Exp(-800), 0.0);
  EXPECT_TRUE(std::isinf(Exp(800)));
}

TEST(Math, NormalQuantileAgreesWithBoost) {
  const boost::math::normal law;
  for (double p = 1e-12; p < 1; p += (p < 0.01 ? p * 0.5 : 0.00731)) {
    const double exact = boost::math::quantile(law, p);
    EXPECT_NEAR(NormalQuantile(p), exact, 3e-15 * std::max(1.0, std::abs(exact))) << p;
  }
}

TEST(Math, LogisticIsSymmetricAndSafe) {
  EXPECT_EQ(Logistic(0), 0.5);
  EXPECT_EQ(Logistic(-2000), 0.0);
  EXPECT_EQ(Logistic(2000), 1.0);
  EXPECT_NEAR(Logistic(1.3) + Logistic(-1.3), 1, 1e-15);
}

}  // namespace
}  // namespace souk
