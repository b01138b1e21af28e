#include "strategies/recommender/popularity/popularity.h"

#include <gtest/gtest.h>

#include "tests/support/recommend.h"

namespace souk {
namespace {

using testing::Ask;
using testing::Ids;
using testing::MakeRecommender;
using testing::ParamList;
using testing::TestShop;
using testing::TrainOn;
using Ints = std::vector<int>;

std::unique_ptr<Recommender> Make(const TestShop& shop, ParamList given = {}) {
  auto recommender = MakeRecommender(PopularityInfo(), MakePopularity, shop, given);
  TrainOn(*recommender, shop);
  return recommender;
}

/// Ten items, item i in category i mod 2. On day 0: 1 viewed four times, 2 put in a cart, 3 bought.
/// On day 14: 4 viewed three times, 6 viewed once.
struct CountedShop : TestShop {
  CountedShop() : TestShop(10, 2) {
    for (int v = 0; v < 4; ++v) Log(ShopEventKind::kView, 0, 0, 1);
    Log(ShopEventKind::kCart, 0, 0, 2);
    Log(ShopEventKind::kPurchase, 0, 0, 3);
    records.now = records.now + Days(14);
    for (int v = 0; v < 3; ++v) Log(ShopEventKind::kView, 0, 1, 4);
    Log(ShopEventKind::kView, 0, 1, 6);
  }
};

TEST(Popularity, CountsByHand) {
  const CountedShop shop;
  const EventWeights weights{1, 3, 8};
  EXPECT_EQ(PopularityScores(shop.records.log, 10, weights, 0), (std::vector<float>{0, 4, 3, 8, 3, 0, 1, 0, 0, 0}));
  const std::vector<float> decayed = PopularityScores(shop.records.log, 10, weights, 14);
  const std::vector<float> expected = {0, 2, 1.5, 4, 3, 0, 1, 0, 0, 0};
  for (std::size_t i = 0; i < 10; ++i) EXPECT_FLOAT_EQ(decayed[i], expected[i]) << i;
}

TEST(Popularity, TheHomePageShowsTheWholeShop) {
  const CountedShop shop;
  EXPECT_EQ(Ids(Ask(*Make(shop), {}, 5)), (Ints{3, 4, 1, 2, 6}));
}

TEST(Popularity, AProductPageShowsItsCategoryFirst) {
  const CountedShop shop;
  // Category 1 less the anchor: 3, 1, then the unseen 7, 9; then the shop.
  EXPECT_EQ(Ids(Ask(*Make(shop), {5}, 6)), (Ints{3, 1, 7, 9, 4, 2}));
  EXPECT_EQ(Ids(Ask(*Make(shop, {{"scope", "shop"}}), {5}, 4)), (Ints{3, 4, 1, 2}));
}

TEST(Popularity, LeavesOutWhatTheSessionSawUnlessToldOtherwise) {
  const CountedShop shop;
  EXPECT_EQ(Ids(Ask(*Make(shop), {3, 4, 5}, 3)), (Ints{1, 7, 9}));
  EXPECT_EQ(Ids(Ask(*Make(shop, {{"repeat_viewed", true}}), {3, 4, 5}, 3)), (Ints{3, 1, 7}));
}

TEST(Popularity, SkipsWhatIsSoldOut) {
  CountedShop shop;
  shop.SetAvailable(3, false);
  EXPECT_EQ(Ids(Ask(*Make(shop), {}, 2)), (Ints{4, 1}));
}

TEST(Popularity, WeightsChangeTheOrder) {
  const CountedShop shop;
  EXPECT_EQ(Ids(Ask(*Make(shop, {{"buy_weight", 0.0}, {"cart_weight", 0.0}, {"half_life_days", 0.0}}), {}, 3)),
            (Ints{1, 4, 6}));
}

}  // namespace
}  // namespace souk
