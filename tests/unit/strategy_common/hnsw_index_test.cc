// Approximate search against sorted products.

#include "strategies/common/hnsw_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <set>
#include <vector>

#include "strategies/common/top_k.h"
#include "strategies/common/vector_math.h"

namespace souk {
namespace {

std::vector<float> Random(std::size_t n, std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  std::vector<float> x(n);
  for (float& v : x)  // a sum of four: lengths differ, as those of learnt vectors do
    for (int k = 0; k < 4; ++k) v += static_cast<float>(static_cast<double>(bits() >> 11) * 0x1p-53 - 0.5);
  return x;
}

std::vector<std::int32_t> Rows(std::int32_t n) {
  std::vector<std::int32_t> rows(static_cast<std::size_t>(n));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

std::vector<std::int32_t> Best(const std::vector<float>& table, const std::vector<float>& bias, std::size_t f,
                               std::span<const float> query, int k) {
  std::vector<Scored> all;
  for (std::size_t i = 0; i < table.size() / f; ++i)
    all.push_back({Dot(query, std::span(table).subspan(i * f, f)) + (bias.empty() ? 0.0F : bias[i]),
                   static_cast<std::int32_t>(i)});
  SelectTop(all, k);
  std::vector<std::int32_t> best;
  for (int r = 0; r < k; ++r) best.push_back(all[static_cast<std::size_t>(r)].id);
  return best;
}

double Recall(HnswIndex& index, int breadth, const std::vector<float>& table, const std::vector<float>& bias,
              std::size_t f) {
  const std::vector<float> queries = Random(100 * f, 99);
  std::vector<std::int32_t> rows;
  int found = 0;
  for (std::size_t q = 0; q < 100; ++q) {
    const auto query = std::span(queries).subspan(q * f, f);
    index.Search(query, breadth, rows);
    for (const std::int32_t row : Best(table, bias, f, query, 10))
      found += std::find(rows.begin(), rows.end(), row) != rows.end() ? 1 : 0;
  }
  return found / 1000.0;
}

// As broad as the table, a search finds all that the graph connects: everything, here.
TEST(HnswIndex, ABroadSearchIsExact) {
  for (const bool biased : {false, true}) {
    const std::vector<float> table = Random(std::size_t{500} * 16, 1);
    const std::vector<float> bias = biased ? Random(500, 2) : std::vector<float>();
    HnswIndex index(table, bias, 16, Rows(500), {});
    EXPECT_EQ(Recall(index, 500, table, bias, 16), 1.0);
    std::vector<std::int32_t> rows;
    index.Search(std::span(table).first(16), 500, rows);
    EXPECT_EQ(std::set<std::int32_t>(rows.begin(), rows.end()).size(), 500U);
  }
}

TEST(HnswIndex, BreadthBuysRecall) {
  const std::vector<float> table = Random(std::size_t{5000} * 16, 3);
  const std::vector<float> bias = Random(5000, 4);
  HnswIndex narrow(table, bias, 16, Rows(5000), {.links = 8});
  HnswIndex broad(table, bias, 16, Rows(5000), {.links = 16});
  EXPECT_GT(Recall(broad, 200, table, bias, 16), 0.97);
  EXPECT_GT(Recall(narrow, 10, table, bias, 16), 0.3);
  EXPECT_LT(Recall(narrow, 10, table, bias, 16), Recall(broad, 200, table, bias, 16));
}

TEST(HnswIndex, OnlyListedRowsAreFound) {
  const std::vector<float> table = Random(std::size_t{300} * 8, 5);
  std::vector<std::int32_t> listed;
  for (std::int32_t i = 0; i < 300; i += 3) listed.push_back(i);
  HnswIndex index(table, {}, 8, listed, {});
  std::vector<std::int32_t> rows;
  index.Search(std::span(table).first(8), 300, rows);
  std::sort(rows.begin(), rows.end());
  EXPECT_EQ(rows, listed);
  HnswIndex empty(table, {}, 8, {}, {});
  empty.Search(std::span(table).first(8), 10, rows);
  EXPECT_TRUE(rows.empty());
}

TEST(HnswIndex, TwoBuildsFindTheSame) {
  const std::vector<float> table = Random(std::size_t{2000} * 16, 6);
  HnswIndex one(table, {}, 16, Rows(2000), {});
  HnswIndex two(table, {}, 16, Rows(2000), {});
  std::vector<std::int32_t> a;
  std::vector<std::int32_t> b;
  for (std::size_t q = 0; q < 50; ++q) {
    one.Search(std::span(table).subspan(q * 16, 16), 20, a);
    two.Search(std::span(table).subspan(q * 16, 16), 20, b);
    EXPECT_EQ(a, b);
  }
}

}  // namespace
}  // namespace souk
