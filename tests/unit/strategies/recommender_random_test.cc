#include "strategies/recommender/random/random.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "tests/support/recommend.h"

namespace souk {
namespace {

using testing::Ask;
using testing::MakeRecommender;
using testing::ParamList;
using testing::TestShop;

/// Pearson's statistic of equal expected counts.
double ChiSquare(const std::vector<int>& counts, double expected) {
  double sum = 0;
  for (const int c : counts) sum += (c - expected) * (c - expected) / expected;
  return sum;
}

/// Slates of 3 from the items that remain when `hidden` are sold out; every ordered slate must be
/// equally likely. False alarm rate 1e-4 per call (quantiles of χ² with n·(n−1)·(n−2) − 1 degrees
/// of freedom); seed 1.
void ExpectUniformSlates(TestShop& shop, int eligible, double quantile) {
  const auto random = MakeRecommender(RandomRecommenderInfo(), MakeRandomRecommender, shop);
  std::map<std::vector<int>, int> index;
  std::vector<int> counts;
  const int slates = eligible * (eligible - 1) * (eligible - 2);
  const int draws = 400 * slates;
  Rng rng = testing::TestRng(1);
  RecommendRequest request;
  request.shopper = ShopperId(0);
  request.k = 3;
  for (int d = 0; d < draws; ++d) {
    const Slate slate = random->Recommend(request, rng);
    ASSERT_EQ(slate.size, 3);
    EXPECT_EQ(slate.propensity[0], 1.0F / static_cast<float>(eligible));
    const auto [it, fresh] = index.emplace(testing::Ids(slate), static_cast<int>(counts.size()));
    if (fresh) counts.push_back(0);
    ++counts[static_cast<std::size_t>(it->second)];
  }
  ASSERT_EQ(static_cast<int>(counts.size()), slates);
  EXPECT_LT(ChiSquare(counts, 400), quantile);
}

TEST(RandomRecommender, IsUniform) {
  TestShop shop(6, 2);
  ExpectUniformSlates(shop, 6, 184.1);  // 119 degrees of freedom
}

TEST(RandomRecommender, IsUniformWhenMostItemsAreSoldOut) {
  // 5 of 400 available: nearly every slate is completed from the list of eligible items.
  TestShop shop(400, 2);
  for (int i = 0; i < 400; ++i) shop.records.available[static_cast<std::size_t>(i)] = i % 80 == 7 ? 1 : 0;
  shop.CountAvailable();
  ExpectUniformSlates(shop, 5, 106.8);  // 59 degrees of freedom
}

TEST(RandomRecommender, PropensityIsOneOverEligible) {
  TestShop shop(20, 2);
  shop.SetAvailable(0, false);
  const auto random = MakeRecommender(RandomRecommenderInfo(), MakeRandomRecommender, shop);
  EXPECT_EQ(Ask(*random, {}, 8).propensity[7], 1.0F / 19);
  EXPECT_EQ(Ask(*random, {4}, 8).propensity[0], 1.0F / 18);
  EXPECT_EQ(Ask(*random, {0}, 8).propensity[0], 1.0F / 19);  // the anchor is sold out
  const auto fresh = MakeRecommender(RandomRecommenderInfo(), MakeRandomRecommender, shop, {{"repeat_viewed", false}});
  EXPECT_EQ(Ask(*fresh, {2, 3, 2, 0, 4}, 8).propensity[0], 1.0F / 16);
  const Slate all = Ask(*fresh, {2, 3, 2, 0, 4}, 24);
  EXPECT_EQ(all.size, 16);
  // Excluded: 5 and 6; also given twice, sold out (0), the anchor (4) or seen (2).
  EXPECT_EQ(Ask(*random, {4}, 8, 0, false, 1, {5, 6}).propensity[0], 1.0F / 16);
  EXPECT_EQ(Ask(*random, {4}, 8, 0, false, 1, {5, 5, 6, 0, 4}).propensity[0], 1.0F / 16);
  EXPECT_EQ(Ask(*fresh, {2, 3, 2, 0, 4}, 24, 0, false, 1, {5, 2}).size, 15);
}

TEST(RandomRecommender, DependsOnTheDiceOnly) {
  TestShop shop(50, 2);
  const auto random = MakeRecommender(RandomRecommenderInfo(), MakeRandomRecommender, shop);
  EXPECT_EQ(testing::Ids(Ask(*random, {1}, 8, 0, false, 5)), testing::Ids(Ask(*random, {1}, 8, 0, false, 5)));
  EXPECT_NE(testing::Ids(Ask(*random, {1}, 8, 0, false, 5)), testing::Ids(Ask(*random, {1}, 8, 0, false, 6)));
}

}  // namespace
}  // namespace souk
