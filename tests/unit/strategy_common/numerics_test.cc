// Top-k selection, sparse rows, the accumulator and item neighbours, each against its naive twin.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "strategies/common/item_neighbours.h"
#include "strategies/common/sparse.h"
#include "strategies/common/top_k.h"

namespace souk {
namespace {

std::vector<Scored> RandomScores(int n, std::mt19937& bits) {
  std::vector<Scored> all;
  for (int i = 0; i < n; ++i) all.push_back({static_cast<float>(bits() % 20), i});  // many ties
  std::shuffle(all.begin(), all.end(), bits);
  return all;
}

TEST(TopK, MatchesASort) {
  std::mt19937 bits(1);
  for (const int n : {0, 1, 5, 24, 300})
    for (const int k : {0, 1, 8, 24}) {
      const std::vector<Scored> all = RandomScores(n, bits);
      TopK top(24);
      top.Reset(k);
      for (const Scored& s : all) top.Offer(s.score, s.id);
      std::vector<Scored> sorted = all;
      std::sort(sorted.begin(), sorted.end(), Before);
      sorted.resize(static_cast<std::size_t>(std::min(n, k)));
      EXPECT_EQ(std::vector<Scored>(top.sorted().begin(), top.sorted().end()), sorted) << n << ' ' << k;

      std::vector<Scored> selected = all;
      EXPECT_EQ(SelectTop(selected, k), std::min(n, k));
      selected.resize(sorted.size());
      EXPECT_EQ(selected, sorted) << n << ' ' << k;
    }
}

TEST(TopK, TiesGoToTheLowerId) {
  TopK top(2);
  top.Reset(2);
  for (const int id : {7, 3, 5}) top.Offer(1, id);
  EXPECT_EQ(top.sorted()[0].id, 3);
  EXPECT_EQ(top.sorted()[1].id, 5);
  EXPECT_FALSE(top.Admits(1, 5));
  EXPECT_TRUE(top.Admits(1, 4));
}

TEST(Accumulator, AddsLikeAMapAndEmpties) {
  std::mt19937 bits(2);
  Accumulator sums(50);
  for (int round = 0; round < 20; ++round) {
    sums.Clear();
    std::map<int, float> expected;
    std::vector<int> order;
    for (int a = 0; a < 60; ++a) {
      const int place = static_cast<int>(bits() % 50);
      const auto amount = static_cast<float>(bits() % 4);  // zero at times: adds nothing, touches nothing
      sums.Add(place, amount);
      if (amount > 0 && expected[place] == 0) order.push_back(place);
      expected[place] += amount;
    }
    EXPECT_EQ(std::vector<int>(sums.touched().begin(), sums.touched().end()), order);
    for (const auto& [place, sum] : expected) EXPECT_EQ(sums[place], sum);
  }
}

SparseRows RandomRows(int rows, int columns, double density, std::mt19937& bits) {
  SparseRows m;
  m.columns = columns;
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c)
      if (bits() % 1000 < density * 1000) m.entries.push_back({c, 0.25F * static_cast<float>(1 + bits() % 8)});
    m.EndRow();
  }
  return m;
}

TEST(SparseRows, TransposingTwiceChangesNothing) {
  std::mt19937 bits(3);
  const SparseRows m = RandomRows(20, 30, 0.2, bits);
  const SparseRows t = m.Transposed();
  EXPECT_EQ(t.rows(), 30);
  const SparseRows back = t.Transposed();
  EXPECT_EQ(back.begin, m.begin);
  ASSERT_EQ(back.entries.size(), m.entries.size());
  for (std::size_t e = 0; e < m.entries.size(); ++e) {
    EXPECT_EQ(back.entries[e].column, m.entries[e].column);
    EXPECT_EQ(back.entries[e].value, m.entries[e].value);
  }
}

TEST(ItemNeighbours, MatchesBruteForce) {
  std::mt19937 bits(4);
  const int n = 40;
  const SparseRows m = RandomRows(n, 25, 0.15, bits);
  for (const float shrink : {0.0F, 3.0F}) {
    const ItemNeighbours found = CosineNeighbours(m, shrink, 6);
    std::vector<std::vector<double>> dense(n, std::vector<double>(25, 0.0));
    for (int i = 0; i < n; ++i)
      for (const Entry& e : m.row(i)) dense[static_cast<std::size_t>(i)][static_cast<std::size_t>(e.column)] = e.value;
    const auto dot = [&](int i, int j) {
      double sum = 0;
      for (std::size_t c = 0; c < 25; ++c)
        sum += dense[static_cast<std::size_t>(i)][c] * dense[static_cast<std::size_t>(j)][c];
      return sum;
    };
    for (int i = 0; i < n; ++i) {
      std::vector<double> similarity;
      for (int j = 0; j < n; ++j)
        if (j != i && dot(i, j) > 0)
          similarity.push_back(dot(i, j) / (std::sqrt(dot(i, i)) * std::sqrt(dot(j, j)) + static_cast<double>(shrink)));
      std::sort(similarity.rbegin(), similarity.rend());
      const auto list = found.of(ItemId(i));
      ASSERT_EQ(list.size(), std::min<std::size_t>(6, similarity.size()));
      for (std::size_t r = 0; r < list.size(); ++r) {
        EXPECT_NEAR(list[r].score, similarity[r], 1e-6);  // the r-th best value
        const int j = list[r].id;
        EXPECT_NEAR(list[r].score,
                    dot(i, j) / (std::sqrt(dot(i, i)) * std::sqrt(dot(j, j)) + static_cast<double>(shrink)), 1e-6);
      }
    }
  }
}

TEST(ItemNeighbours, LeavesOutTheCommonestFeaturesWhenTheWorkIsBounded) {
  // Feature 0 is everywhere (16 units of work), feature 1 joins items 0 and 1 only (4 units).
  SparseRows m;
  m.columns = 2;
  for (int i = 0; i < 4; ++i) {
    m.entries.push_back({0, 1});
    if (i < 2) m.entries.push_back({1, 1});
    m.EndRow();
  }
  EXPECT_EQ(CosineNeighbours(m, 0, 10, 20).of(ItemId(3)).size(), 3U);
  const ItemNeighbours bounded = CosineNeighbours(m, 0, 10, 19);
  EXPECT_TRUE(bounded.of(ItemId(3)).empty());
  ASSERT_EQ(bounded.of(ItemId(0)).size(), 1U);
  EXPECT_EQ(bounded.of(ItemId(0))[0].id, 1);
  EXPECT_NEAR(bounded.of(ItemId(0))[0].score, 0.5, 1e-6);  // the norms still know feature 0
}

}  // namespace
}  // namespace souk
