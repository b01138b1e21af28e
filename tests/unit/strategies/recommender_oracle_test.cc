#include "strategies/recommender/oracle/oracle.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <vector>

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

struct TableTruth : Truth {
  std::map<std::pair<int, int>, double> view;  // (shopper, item)
  std::map<int, double> buy;                   // item
  std::map<int, int> next;                     // shopper
  mutable int asked = 0;
  double ViewUtility(ShopperId u, ItemId i) const override {
    ++asked;
    const auto it = view.find({u.value, i.value});
    return it == view.end() ? 0 : it->second;
  }
  double PurchaseLogit(ShopperId, ItemId i) const override { return buy.count(i.value) != 0 ? buy.at(i.value) : -4; }
  CategoryId NextCategory(ShopperId u) const override {
    return next.count(u.value) != 0 ? CategoryId(next.at(u.value)) : CategoryId();
  }
};

std::unique_ptr<Recommender> Make(const TestShop& shop, const Truth& truth, ParamList given = {}) {
  auto recommender = MakeRecommender(OracleRecommenderInfo(), MakeOracleRecommender, shop, given, &truth);
  TrainOn(*recommender, shop);
  return recommender;
}

TEST(OracleRecommender, RanksByChanceOfPickingAndBuyingInTheCategoryInMind) {
  TestShop shop(40, 4);
  TableTruth truth;
  truth.next[0] = 1;         // items 1, 5, 9, …
  truth.view[{0, 9}] = 1.5;  // e^1.5 = 4.5
  truth.buy[13] = -1;        // logistic(−1) ÷ logistic(−4) = 15
  truth.view[{0, 8}] = 2.0;  // another category: e^(2 − 2.5)
  EXPECT_EQ(Ids(Ask(*Make(shop, truth), {2}, 3)), (Ints{13, 9, 1}));
  truth.view[{0, 8}] = 3.5;  // e^(3.5 − 2.5) = 2.7: worth leaving the category for
  EXPECT_EQ(Ids(Ask(*Make(shop, truth), {2}, 3)), (Ints{13, 9, 8}));
}

TEST(OracleRecommender, ObjectivesValueAPurchaseDifferently) {
  TestShop shop(8, 1);
  TableTruth truth;
  for (int i = 0; i < 8; ++i) {
    shop.records.price[static_cast<std::size_t>(i)] = {1000};
    shop.catalogue.unit_cost[static_cast<std::size_t>(i)] = {500};
  }
  shop.records.price[2] = {9000};  // dear, but hardly any margin
  shop.catalogue.unit_cost[2] = {8900};
  shop.catalogue.unit_cost[3] = {10};  // the best margin
  truth.view[{0, 4}] = 0.1;            // a little more likely than the others
  EXPECT_EQ(Ids(Ask(*Make(shop, truth), {0}, 1)), Ints{4});
  EXPECT_EQ(Ids(Ask(*Make(shop, truth, {{"objective", "revenue"}}), {0}, 1)), Ints{2});
  EXPECT_EQ(Ids(Ask(*Make(shop, truth, {{"objective", "margin"}}), {0}, 1)), Ints{3});
}

TEST(OracleRecommender, AsksTheTruthOncePerSessionAndCategory) {
  TestShop shop(40, 4);
  TableTruth truth;
  truth.next[0] = 1;
  const auto oracle = Make(shop, truth);
  truth.asked = 0;
  Ask(*oracle, {2}, 3);
  const int first = truth.asked;
  EXPECT_GT(first, 0);
  Ask(*oracle, {2, 6}, 3);
  Ask(*oracle, {2, 6, 10}, 3);
  EXPECT_EQ(truth.asked, first);
  truth.next[0] = 3;
  Ask(*oracle, {2, 6, 10, 1}, 3);
  const int second = truth.asked;
  EXPECT_EQ(second, first + 10);  // one category of ten items
  ShopEvent start;
  start.shopper = ShopperId(0);
  start.kind = ShopEventKind::kSessionStart;
  oracle->Observe(start);
  Ask(*oracle, {2, 6, 10, 1}, 3);
  EXPECT_EQ(truth.asked, second + first);  // both lists anew
  Ask(*oracle, {7}, 3);
  EXPECT_EQ(truth.asked,
            second + 2 * first);  // a session that begins anew, though no start was observed
}

TEST(OracleRecommender, WithoutACategoryInMindThePageAndTheShopCount) {
  TestShop shop(40, 4);
  TableTruth truth;
  truth.view[{0, 6}] = 3;  // the page's category
  truth.view[{0, 7}] = 5;
  // Item 7 must be among the shop-wide candidates, which are chosen for the average shopper.
  for (int u = 1; u < 10; ++u) truth.view[{u, 7}] = 1;
  const Ints found = Ids(Ask(*Make(shop, truth), {2}, 2));
  EXPECT_EQ(found, (Ints{6, 7}));  // 5 − 2.5 < 3
  EXPECT_EQ(Ids(Ask(*Make(shop, truth), {}, 2)), (Ints{7, 6}));
}

}  // namespace
}  // namespace souk
