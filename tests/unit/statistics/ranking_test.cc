// Measures of rankings against hand-computed cases and against their definitions over whole orders.
#include "results/statistics/ranking.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

namespace souk {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kNothing = -std::numeric_limits<float>::infinity();

using Scores = std::vector<float>;
using Out = std::vector<std::int32_t>;
using Ranks = std::vector<double>;

TEST(Ranking, MidRankCountsTheBetterOnesAndHalfOfTheEqualOnes) {
  const Scores scores = {3, 1, 2, 2, 2, 0};
  EXPECT_EQ(MidRank(scores, 0, {}), 1);
  EXPECT_EQ(MidRank(scores, 2, {}), 3);  // places 2, 3, 4
  EXPECT_EQ(MidRank(scores, 4, {}), 3);
  EXPECT_EQ(MidRank(scores, 5, {}), 6);
  EXPECT_EQ(MidRank(Scores(7, 0.5F), 3, {}), 4);  // all alike: the middle
  EXPECT_EQ(MidRank(Scores(8, 0.5F), 3, {}), 4.5);
  EXPECT_EQ(MidRank(Scores{9}, 0, {}), 1);
}

TEST(Ranking, WhatIsLeftOutDoesNotCompete) {
  const Scores scores = {3, 1, 2, 2, 2, 0};
  EXPECT_EQ(MidRank(scores, 5, Out{0, 2}), 4);
  EXPECT_EQ(MidRank(scores, 2, Out{0, 3}), 1.5);  // with item 4 alone
  EXPECT_EQ(MidRank(scores, 2, Out{2}), 3) << "the target counts once, left out or not";
  EXPECT_EQ(MidRank(scores, 2, Out{2, 3, 4, 0}), 1);
}

TEST(Ranking, ItemsWithoutAScoreShareTheEnd) {
  const Scores scores = {kNothing, 1, kNothing, kNothing};
  EXPECT_EQ(MidRank(scores, 1, {}), 1);
  EXPECT_EQ(MidRank(scores, 2, {}), 3);  // places 2, 3, 4
}

TEST(Ranking, NanAnywhereIsNan) {
  EXPECT_TRUE(std::isnan(MidRank(Scores{1, kNan, 0}, 0, {})));
  EXPECT_TRUE(std::isnan(MidRank(Scores{1, kNan, 0}, 1, {})));
  EXPECT_TRUE(std::isnan(MidRank(Scores{1, kNan, 0}, 0, Out{1}))) << "also where it would not compete";
}

/// Brute force: the mean place of the target over all orders of the candidates that do not contradict the scores.
TEST(Ranking, MidRanksMatchAllOrdersOfTies) {
  std::mt19937_64 bits(5);
  for (int trial = 0; trial < 60; ++trial) {
    const int n = 2 + static_cast<int>(bits() % 6);
    Scores scores;
    for (int i = 0; i < n; ++i) scores.push_back(static_cast<float>(bits() % 3));
    const auto target = static_cast<std::int32_t>(bits() % static_cast<std::uint64_t>(n));
    Out out;
    std::vector<int> candidates;
    for (int i = 0; i < n; ++i) {
      const bool left_out = bits() % 4 == 0;
      if (left_out) out.push_back(i);
      if (!left_out || i == target) candidates.push_back(i);
    }
    double places = 0;
    double orders = 0;
    do {
      const auto score = [&](int i) { return scores[static_cast<std::size_t>(i)]; };
      if (!std::is_sorted(candidates.begin(), candidates.end(), [&](int a, int b) { return score(a) > score(b); }))
        continue;
      orders += 1;
      places += static_cast<double>(std::find(candidates.begin(), candidates.end(), target) - candidates.begin() + 1);
    } while (std::next_permutation(candidates.begin(), candidates.end()));
    EXPECT_DOUBLE_EQ(MidRank(scores, target, out), places / orders) << "trial " << trial;
  }
}

TEST(Ranking, OneWantedItemByHand) {
  const Ranks third = {3};
  EXPECT_EQ(HitAt(third, 2), 0);
  EXPECT_EQ(HitAt(third, 3), 1);
  EXPECT_EQ(RecallAt(third, 5), 1);
  EXPECT_EQ(PrecisionAt(third, 5), 0.2);
  EXPECT_EQ(NdcgAt(third, 5), 0.5);  // 1 ÷ log2(4)
  EXPECT_EQ(NdcgAt(third, 2), 0);
  EXPECT_DOUBLE_EQ(ReciprocalAt(third, 5), 1.0 / 3);
  EXPECT_EQ(ReciprocalAt(third, 2), 0);
}

TEST(Ranking, SeveralWantedItemsByHand) {
  const Ranks ranks = {7, 1, 4, kNotRanked};
  EXPECT_EQ(HitAt(ranks, 1), 1);
  EXPECT_EQ(RecallAt(ranks, 2), 0.5);    // 1 of the 2 that fit
  EXPECT_EQ(RecallAt(ranks, 5), 0.5);    // 2 of 4
  EXPECT_EQ(RecallAt(ranks, 10), 0.75);  // 3 of 4: the miss counts
  EXPECT_EQ(PrecisionAt(ranks, 10), 0.3);
  const double ideal4 = 1 + 1 / std::log2(3.0) + 0.5 + 1 / std::log2(5.0);
  EXPECT_DOUBLE_EQ(NdcgAt(ranks, 5), (1 + 1 / std::log2(5.0)) / ideal4);
  EXPECT_DOUBLE_EQ(NdcgAt(ranks, 10), (1 + 1 / std::log2(5.0) + 1.0 / 3) / ideal4);
  EXPECT_EQ(ReciprocalAt(ranks, 3), 1);
}

TEST(Ranking, MissesScoreNothing) {
  const Ranks misses = {kNotRanked, kNotRanked};
  for (int m = 0; m < kRankingMeasures; ++m)
    EXPECT_EQ(MeasureAt(static_cast<RankingMeasure>(m), misses, 1'000'000), 0) << m;
}

TEST(Ranking, AmongTheFirstMeansFewerThanThatManyAhead) {
  // A tie over places 10 and 11: each has 9.5 others ahead.
  EXPECT_EQ(HitAt(Ranks{10.5}, 10), 1);
  EXPECT_EQ(HitAt(Ranks{10.5}, 9), 0);
  EXPECT_EQ(HitAt(Ranks{11}, 10), 0);
  EXPECT_DOUBLE_EQ(NdcgAt(Ranks{10.5}, 10), 1 / std::log2(11.5));
  EXPECT_DOUBLE_EQ(ReciprocalAt(Ranks{10.5}, 10), 1 / 10.5);
}

TEST(Ranking, TiesOfWantedItemsAcrossTheCutOffCountAtMostKTimes) {
  const Ranks tied = {1.5, 1.5};  // both in front, one place
  EXPECT_EQ(RecallAt(tied, 1), 1);
  EXPECT_EQ(PrecisionAt(tied, 1), 1);
  EXPECT_DOUBLE_EQ(NdcgAt(tied, 1), 1 / std::log2(2.5));
  std::mt19937_64 bits(3);
  for (int trial = 0; trial < 300; ++trial) {  // any scores: never more than 1
    Scores scores;
    for (int i = 0; i < 9; ++i) scores.push_back(static_cast<float>(bits() % 3));
    Ranks ranks;
    for (std::int32_t i = 0; i < 5; ++i) ranks.push_back(MidRank(scores, i, {}));
    for (int k = 1; k <= 9; ++k)
      for (int m = 0; m < kRankingMeasures; ++m) {
        const double value = MeasureAt(static_cast<RankingMeasure>(m), ranks, k);
        EXPECT_GE(value, 0);
        EXPECT_LE(value, 1 + 1e-12) << "measure " << m << ", k " << k << ", trial " << trial;
      }
  }
}

/// Without ties, each measure by its definition over the list of items.
TEST(Ranking, MeasuresMatchTheirDefinitionsOverLists) {
  std::mt19937_64 bits(8);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<std::int32_t> list(12);
    std::iota(list.begin(), list.end(), 0);
    std::shuffle(list.begin(), list.end(), bits);
    const int wanted = 1 + static_cast<int>(bits() % 6);  // items 0 … wanted − 1
    Ranks ranks;
    for (int w = 0; w < wanted; ++w)
      ranks.push_back(static_cast<double>(std::find(list.begin(), list.end(), w) - list.begin() + 1));
    for (const int k : {1, 3, 12}) {
      double found = 0;
      double gain = 0;
      double ideal = 0;
      double first = 0;
      for (int place = 1; place <= k; ++place) {
        if (place <= wanted) ideal += std::log(2) / std::log(place + 1);
        if (list[static_cast<std::size_t>(place - 1)] >= wanted) continue;
        found += 1;
        gain += std::log(2) / std::log(place + 1);
        if (first == 0) first = 1.0 / place;
      }
      EXPECT_EQ(HitAt(ranks, k), found > 0 ? 1 : 0);
      EXPECT_DOUBLE_EQ(RecallAt(ranks, k), found / std::min(k, wanted));
      EXPECT_DOUBLE_EQ(PrecisionAt(ranks, k), found / k);
      EXPECT_NEAR(NdcgAt(ranks, k), gain / ideal, 1e-12);
      EXPECT_DOUBLE_EQ(ReciprocalAt(ranks, k), first);
    }
  }
}

TEST(Ranking, MeasuresByNameAreTheFunctions) {
  const Ranks ranks = {2, 5.5, 9};
  const int k = 6;
  EXPECT_EQ(MeasureAt(RankingMeasure::kHit, ranks, k), HitAt(ranks, k));
  EXPECT_EQ(MeasureAt(RankingMeasure::kRecall, ranks, k), RecallAt(ranks, k));
  EXPECT_EQ(MeasureAt(RankingMeasure::kPrecision, ranks, k), PrecisionAt(ranks, k));
  EXPECT_EQ(MeasureAt(RankingMeasure::kNdcg, ranks, k), NdcgAt(ranks, k));
  EXPECT_EQ(MeasureAt(RankingMeasure::kReciprocal, ranks, k), ReciprocalAt(ranks, k));
  EXPECT_STREQ(MeasureName(RankingMeasure::kHit), "HR");
  EXPECT_STREQ(MeasureName(RankingMeasure::kReciprocal), "MRR");
}

using Shown = std::vector<std::int64_t>;

TEST(Ranking, CoverageIsTheShareOfItemsEverShown) {
  EXPECT_EQ(CoverageOf(Shown{0, 3, 1, 0}), 0.5);
  EXPECT_EQ(CoverageOf(Shown{0, 0}), 0);
  EXPECT_EQ(CoverageOf(Shown{}), 0);
}

TEST(Ranking, GiniByHand) {
  EXPECT_EQ(GiniOf(Shown{5, 5, 5}), 0);
  EXPECT_DOUBLE_EQ(GiniOf(Shown{0, 0, 0, 8}), 0.75);  // one has everything: 1 − 1/n
  EXPECT_DOUBLE_EQ(GiniOf(Shown{1, 3}), 0.25);
  EXPECT_EQ(GiniOf(Shown{0, 0}), 0);
  EXPECT_EQ(GiniOf(Shown{}), 0);
}

/// Gini is half the mean absolute difference of all pairs ÷ the mean.
TEST(Ranking, GiniMatchesAllPairs) {
  std::mt19937_64 bits(4);
  for (int trial = 0; trial < 50; ++trial) {
    Shown shown;
    for (int i = 0; i < 40; ++i) shown.push_back(static_cast<std::int64_t>(bits() % 30));
    double differences = 0;
    double total = 0;
    for (const std::int64_t a : shown) {
      total += static_cast<double>(a);
      for (const std::int64_t b : shown) differences += std::abs(static_cast<double>(a - b));
    }
    const auto n = static_cast<double>(shown.size());
    EXPECT_NEAR(GiniOf(shown), differences / (2 * n * n) / (total / n), 1e-12);
  }
}

TEST(Ranking, NoveltyIsInBits) {
  EXPECT_EQ(SelfInformation(8, 8), 0);
  EXPECT_EQ(SelfInformation(1, 8), 3);
  EXPECT_EQ(SelfInformation(0, 8), 4) << "as half a user";
}

}  // namespace
}  // namespace souk
