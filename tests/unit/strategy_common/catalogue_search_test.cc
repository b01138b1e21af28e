// Exact search and the inner loops of factor models against plain loops: bit by bit, for widths on both sides of the
// lanes and of every unrolled case.

#include "strategies/common/catalogue_search.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "strategies/common/factor_math.h"
#include "strategies/common/vector_math.h"

namespace souk {
namespace {

constexpr std::size_t kWidths[] = {1, 2, 7, 15, 16, 17, 31, 32, 40, 48, 64, 80, 96, 100, 128, 144};

std::vector<float> Random(std::size_t n, std::mt19937_64& bits) {
  std::vector<float> x(n);
  for (float& v : x) v = static_cast<float>(static_cast<double>(bits() >> 11) * 0x1p-53 - 0.5);
  return x;
}

std::span<const float> Row(const std::vector<float>& table, std::size_t f, std::size_t r) {
  return std::span(table).subspan(r * f, f);
}

TEST(FactorMath, DotRowsEqualsDot) {
  std::mt19937_64 bits(1);
  for (const std::size_t f : kWidths)
    for (const std::size_t count : {0, 1, 3, 4, 9, 64}) {
      const std::vector<float> table = Random(f * count, bits);
      const std::vector<float> query = Random(f, bits);
      std::vector<float> found(count);
      DotRows(query, table.data(), count, found.data());
      for (std::size_t r = 0; r < count; ++r) EXPECT_EQ(found[r], Dot(query, Row(table, f, r))) << f << ": " << r;
    }
}

TEST(FactorMath, AddGramTimesEqualsPlainCalls) {
  std::mt19937_64 bits(2);
  for (const std::size_t f : kWidths)
    for (const std::size_t count : {0, 1, 3, 4, 9, 30})
      for (const bool with_base : {false, true}) {
        const std::vector<float> table = Random(f * 20, bits);
        std::vector<std::int32_t> entries(count);
        for (std::int32_t& e : entries) e = static_cast<std::int32_t>(bits() % 20);
        const std::vector<float> base = Random(count, bits);
        const std::vector<float> weight = Random(count, bits);
        const std::vector<float> p = Random(f, bits);
        std::vector<float> found = Random(f, bits);
        std::vector<float> expected = found;
        for (std::size_t e = 0; e < count; ++e) {
          const auto y = Row(table, f, static_cast<std::size_t>(entries[e]));
          AddScaled((with_base ? base[e] : 0.0F) + weight[e] * Dot(y, p), y, expected);
        }
        AddGramTimes(table.data(), entries, with_base ? base.data() : nullptr, weight.data(), p, found, count > 9);
        EXPECT_EQ(found, expected) << f << ": " << count;
      }
}

TEST(FactorMath, OuterProductsEqualPlainCalls) {
  std::mt19937_64 bits(3);
  for (const std::size_t f : kWidths)
    for (const std::size_t count : {0, 1, 5}) {
      const std::vector<float> left = Random(f * count, bits);
      const std::vector<float> right = Random(f * count, bits);
      std::vector<float> found = Random(f * f, bits);
      std::vector<float> expected = found;
      for (std::size_t n = 0; n < count; ++n)
        for (std::size_t i = 0; i < f; ++i)
          AddScaled(left[n * f + i], Row(right, f, n), std::span(expected).subspan(i * f, f));
      AddOuterProducts(left.data(), right.data(), count, f, found.data());
      EXPECT_EQ(found, expected) << f;
    }
}

TEST(FactorMath, UpperOuterProductsEqualThose) {
  std::mt19937_64 bits(8);
  for (const std::size_t f : kWidths) {
    const std::vector<float> left = Random(f * 5, bits);
    const std::vector<float> right = Random(f * 5, bits);
    std::vector<float> found = Random(f * f, bits);
    std::vector<float> expected = found;
    AddUpperOuterProducts(left.data(), right.data(), 5, f, found.data());
    AddOuterProducts(left.data(), right.data(), 5, f, expected.data());
    for (std::size_t i = 0; i < f; ++i)
      for (std::size_t j = i / 16 * 16; j < f; ++j) EXPECT_EQ(found[i * f + j], expected[i * f + j]) << f;
  }
}

TEST(FactorMath, WeightedSquaresEqualPlainCalls) {
  std::mt19937_64 bits(9);
  for (const std::size_t f : kWidths)
    for (const std::size_t count : {0, 1, 3, 4, 9, 30}) {
      const std::vector<float> table = Random(f * 20, bits);
      std::vector<std::int32_t> entries(count);
      for (std::int32_t& e : entries) e = static_cast<std::int32_t>(bits() % 20);
      const std::vector<float> weight = Random(count, bits);
      const std::vector<float> p = Random(f, bits);
      float expected = 0;
      for (std::size_t e = 0; e < count; ++e) {
        const float dot = Dot(Row(table, f, static_cast<std::size_t>(entries[e])), p);
        expected += weight[e] * (dot * dot);
      }
      EXPECT_EQ(WeightedSquares(table.data(), entries, weight.data(), p), expected) << f << ": " << count;
    }
}

// 1,000 rows: the tolerance is that of 256 single-precision additions of numbers below 1/4.
TEST(FactorMath, GramMatchesDoublePrecision) {
  std::mt19937_64 bits(4);
  for (const std::size_t f : {7, 32}) {
    const std::vector<float> table = Random(f * 1000, bits);
    std::vector<double> gram(f * f, 5.0);
    GramOfRows(table.data(), 1000, f, gram);
    for (std::size_t i = 0; i < f; ++i)
      for (std::size_t j = 0; j < f; ++j) {
        double sum = 0;
        for (std::size_t n = 0; n < 1000; ++n) sum += static_cast<double>(table[n * f + i]) * table[n * f + j];
        EXPECT_NEAR(gram[i * f + j], sum, 1e-3) << i << ", " << j;
      }
  }
}

TEST(FactorMath, SolvesLikeEigen) {
  std::mt19937_64 bits(5);
  for (const int n : {1, 2, 5, 16, 33, 64}) {
    Eigen::MatrixXd m(n + 4, n);
    for (int r = 0; r < m.rows(); ++r)
      for (int c = 0; c < n; ++c) m(r, c) = static_cast<double>(bits() >> 11) * 0x1p-53 - 0.5;
    const Eigen::MatrixXd a = m.transpose() * m + 0.1 * Eigen::MatrixXd::Identity(n, n);
    const Eigen::VectorXd b = m.row(0).transpose();
    const Eigen::VectorXd x = a.llt().solve(b);
    std::vector<float> square(static_cast<std::size_t>(n) * static_cast<std::size_t>(n));
    std::vector<float> vector(static_cast<std::size_t>(n));
    for (int r = 0; r < n; ++r) {
      vector[static_cast<std::size_t>(r)] = static_cast<float>(b(r));
      for (int c = 0; c < n; ++c) square[static_cast<std::size_t>(r * n + c)] = static_cast<float>(a(r, c));
    }
    ASSERT_TRUE(SolvePositive(square, vector));
    for (int r = 0; r < n; ++r) EXPECT_NEAR(vector[static_cast<std::size_t>(r)], x(r), 1e-4) << n << ": " << r;
  }
  std::vector<float> indefinite = {1, 2, 2, 1};
  std::vector<float> b = {1, 1};
  EXPECT_FALSE(SolvePositive(indefinite, b));
  std::vector<float> broken = {std::nanf(""), 0, 0, 1};
  EXPECT_FALSE(SolvePositive(broken, b));
}

// Rows longer than the matrix, with garbage where nothing is read: below the diagonal and behind the last column.
TEST(FactorMath, PaddedRowsSolveToTheSameBits) {
  std::mt19937_64 bits(10);
  for (const std::size_t n : {1, 2, 7, 15, 17, 30, 39, 53}) {
    const std::vector<float> table = Random(n * n, bits);
    std::vector<float> plain(n * n, 0.0F);
    AddOuterProducts(table.data(), table.data(), n, n, plain.data());
    for (std::size_t i = 0; i < n; ++i) plain[i * n + i] += 1;
    const std::size_t stride = (n + 15) / 16 * 16;
    std::vector<float> padded = Random(n * stride, bits);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = i; j < n; ++j) padded[i * stride + j] = plain[i * n + j];
    std::vector<float> found = Random(n, bits);
    std::vector<float> expected = found;
    ASSERT_TRUE(SolvePositive(plain, expected));
    ASSERT_TRUE(SolvePositive(padded, found));
    EXPECT_EQ(found, expected) << n;
  }
}

TEST(CatalogueSearch, MarksTheScoresAboveTheThreshold) {
  std::mt19937_64 bits(6);
  for (int round = 0; round < 200; ++round) {
    std::vector<float> scores(64);
    for (float& s : scores) s = static_cast<float>(bits() % 50);
    if (round % 5 == 0) scores[bits() % 64] = std::nanf("");
    const auto threshold = static_cast<float>(40 + bits() % 12);
    std::uint64_t expected = 0;
    for (std::size_t r = 0; r < 64; ++r)
      if (scores[r] > threshold) expected |= std::uint64_t{1} << r;
    EXPECT_EQ(AboveThreshold(scores.data(), threshold), expected);
  }
}

/// All allowed rows, sorted by the order of all rankings.
std::vector<Scored> BruteForce(const std::vector<float>& table, const std::vector<float>& query, std::size_t k,
                               int skipped) {
  std::vector<Scored> all;
  for (std::size_t r = 0; r * query.size() < table.size(); ++r)
    if (static_cast<int>(r) % 5 != skipped)
      all.push_back({Dot(query, Row(table, query.size(), r)), static_cast<std::int32_t>(r)});
  std::sort(all.begin(), all.end(), Before);
  all.resize(std::min(k, all.size()));
  return all;
}

// Small whole numbers give many ties, which go to the lower id; sizes lie on both sides of a block's edge.
TEST(CatalogueSearch, MatchesBruteForce) {
  std::mt19937_64 bits(7);
  TopK best(24);
  for (const std::size_t f : {1, 3, 16, 64, 70})
    for (const std::size_t n : {0, 1, 5, 63, 64, 65, 200, 1000})
      for (const std::size_t k : {0, 1, 10, 24}) {
        std::vector<float> table = Random(f * n, bits);
        std::vector<float> query = Random(f, bits);
        if (n % 2 == 0)
          for (float& x : table) x = std::floor(x * 4);
        if (n % 2 == 0)
          for (float& x : query) x = std::floor(x * 4);
        const int skipped = static_cast<int>(bits() % 6);  // 5: none
        best.Reset(static_cast<int>(k));
        SearchCatalogue(
            table, query, [&](std::int32_t row) { return row % 5 != skipped; }, best);
        const std::vector<Scored> expected = BruteForce(table, query, k, skipped);
        EXPECT_EQ(std::vector<Scored>(best.sorted().begin(), best.sorted().end()), expected) << f << ", " << n;
      }
}

// A bias is one more factor, of which the query has 1.
TEST(CatalogueSearch, ABiasAddsToTheProduct) {
  std::mt19937_64 bits(11);
  const std::size_t n = 150;
  std::vector<float> table = Random(4 * n, bits);
  for (float& x : table) x = std::floor(x * 8);
  const std::vector<float> query = {1, -2, 3, 1};
  std::vector<float> narrow;
  std::vector<float> bias;
  for (std::size_t r = 0; r < n; ++r) {
    narrow.insert(narrow.end(), table.begin() + static_cast<std::ptrdiff_t>(4 * r),
                  table.begin() + static_cast<std::ptrdiff_t>(4 * r + 3));
    bias.push_back(table[4 * r + 3]);
  }
  TopK best(24);
  best.Reset(24);
  SearchCatalogue(
      narrow, bias, std::span(query).first(3), [](std::int32_t row) { return row % 5 != 1; }, best);
  EXPECT_EQ(std::vector<Scored>(best.sorted().begin(), best.sorted().end()), BruteForce(table, query, 24, 1));
}

TEST(CatalogueSearch, AddsToWhatIsThere) {
  const std::vector<float> table = {3, 1, 2};
  const std::vector<float> query = {1};
  TopK best(4);
  best.Reset(3);
  best.Offer(2.5F, 7);
  SearchCatalogue(
      table, query, [](std::int32_t) { return true; }, best);
  const std::vector<Scored> expected = {{3, 0}, {2.5F, 7}, {2, 2}};
  EXPECT_EQ(std::vector<Scored>(best.sorted().begin(), best.sorted().end()), expected);
}

}  // namespace
}  // namespace souk
