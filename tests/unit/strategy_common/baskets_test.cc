#include "strategies/common/baskets.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/support/test_shop.h"

namespace souk {
namespace {

using testing::TestShop;

std::vector<std::pair<int, float>> Row(const Baskets& b, int row) {
  std::vector<std::pair<int, float>> items;
  for (const Entry& e : b.items.row(row)) items.emplace_back(e.column, e.value);
  return items;
}

/// Two sessions of shopper 0 around one of shopper 1, which ends last.
TestShop& Shop() {
  static TestShop shop(10, 2);
  static const bool filled = [] {
    shop.LogSession(0, 0, {1, 2, 1});
    shop.Log(ShopEventKind::kView, 1, 1, 5);
    shop.LogSession(0, 2, {3});
    shop.Log(ShopEventKind::kCart, 0, 2, 3);
    shop.Log(ShopEventKind::kPurchase, 0, 2, 4);
    shop.Log(ShopEventKind::kCheckout, 0, 2);
    shop.records.now = shop.records.now + Seconds(1);
    shop.Log(ShopEventKind::kView, 1, 1, 6);
    return true;
  }();
  (void)filled;
  return shop;
}

TEST(Baskets, GroupsBySessionOldestFirstAndItemsLatestFirst) {
  const Baskets b = CollectBaskets(Shop().records.log, 10, BasketOf::kSession, {1, 2, 3}, 1, 100);
  ASSERT_EQ(b.items.rows(), 3);
  EXPECT_EQ(Row(b, 0), (std::vector<std::pair<int, float>>{{1, 1.0F}, {2, 1.0F}}));
  EXPECT_EQ(Row(b, 1), (std::vector<std::pair<int, float>>{{4, 3.0F}, {3, 2.0F}}));
  EXPECT_EQ(Row(b, 2), (std::vector<std::pair<int, float>>{{6, 1.0F}, {5, 1.0F}}));
  EXPECT_LT(b.last[0], b.last[1]);
  EXPECT_LT(b.last[1], b.last[2]);
}

TEST(Baskets, GroupsByShopper) {
  const Baskets b = CollectBaskets(Shop().records.log, 10, BasketOf::kShopper, {}, 1, 100);
  ASSERT_EQ(b.items.rows(), 2);
  EXPECT_EQ(b.items.row(0).size(), 4U);
}

TEST(Baskets, CutsToTheLatestItemsAndDropsTheSmall) {
  const Baskets cut = CollectBaskets(Shop().records.log, 10, BasketOf::kShopper, {}, 1, 3);
  EXPECT_EQ(Row(cut, 0), (std::vector<std::pair<int, float>>{{4, 1.0F}, {3, 1.0F}, {1, 1.0F}}));
  const Baskets large = CollectBaskets(Shop().records.log, 10, BasketOf::kShopper, {}, 3, 100);
  EXPECT_EQ(large.items.rows(), 1);
  EXPECT_EQ(large.last.size(), 1U);
}

TEST(Baskets, IgnoresKindsOfWeightZeroAndForeignItems) {
  const Baskets no_views = CollectBaskets(Shop().records.log, 10, BasketOf::kSession, {0, 1, 1}, 1, 100);
  ASSERT_EQ(no_views.items.rows(), 1);
  EXPECT_EQ(no_views.items.row(0).size(), 2U);
  EXPECT_EQ(CollectBaskets(Shop().records.log, 1, BasketOf::kSession, {}, 1, 100).items.rows(), 0);
}

TEST(Baskets, ScatteredSessionNumbersGroupAlike) {
  ShopLog scattered = Shop().records.log;
  for (ShopEvent& e : scattered.events) e.session = SessionId(e.session.value * 700'000'000);
  const Baskets a = CollectBaskets(Shop().records.log, 10, BasketOf::kSession, {}, 1, 100);
  const Baskets b = CollectBaskets(scattered, 10, BasketOf::kSession, {}, 1, 100);
  EXPECT_EQ(a.items.begin, b.items.begin);
  for (int r = 0; r < a.items.rows(); ++r) EXPECT_EQ(Row(a, r), Row(b, r));
}

TEST(Baskets, AnEmptyLogHasNone) { EXPECT_EQ(CollectBaskets({}, 10, BasketOf::kSession, {}, 1, 100).items.rows(), 0); }

TEST(HourlyDecay, HalvesPerHalfLifeInWholeHours) {
  HourlyDecay decay(SimTime{} + Days(10), 2);
  EXPECT_DOUBLE_EQ(decay.At(SimTime{} + Days(10)), 1.0);
  EXPECT_DOUBLE_EQ(decay.At(SimTime{} + Days(10) - Seconds(3599)), 1.0);
  EXPECT_NEAR(decay.At(SimTime{} + Days(8)), 0.5, 1e-12);
  EXPECT_NEAR(decay.At(SimTime{} + Days(4)), 0.125, 1e-12);
  EXPECT_DOUBLE_EQ(decay.At(SimTime{} + Days(11)), 1.0);  // never above 1
  EXPECT_DOUBLE_EQ(HourlyDecay(SimTime{} + Days(10), 0).At(SimTime{}), 1.0);
}

}  // namespace
}  // namespace souk
