// Small helpers of coupon, pricing and outreach strategies.

#include <gtest/gtest.h>

#include "strategies/common/contact_cap.h"
#include "strategies/common/coupon_terms.h"
#include "strategies/common/price_bounds.h"
#include "strategies/common/shopper_history.h"
#include "tests/support/test_shop.h"

namespace souk {
namespace {

using testing::TestShop;

TEST(PriceBounds, AreRoundedInwards) {
  const PriceBounds bounds(Money{999}, 0.85, 1.15);  // 849.15 … 1148.85
  EXPECT_EQ(bounds.low.cents, 850);
  EXPECT_EQ(bounds.high.cents, 1148);
  EXPECT_EQ(bounds.Clamp(Money{1}).cents, 850);
  EXPECT_EQ(bounds.Clamp(Money{900}).cents, 900);
  EXPECT_EQ(bounds.Clamp(Money{9000}).cents, 1148);
}

TEST(PriceBounds, FallBackToListWhenNoCentLiesBetween) {
  const PriceBounds bounds(Money{3}, 0.9, 1.1);  // 2.7 … 3.3: only 3
  EXPECT_EQ(bounds.low.cents, 3);
  EXPECT_EQ(bounds.high.cents, 3);
  const PriceBounds none(Money{1}, 0.2, 0.9);
  EXPECT_EQ(none.low.cents, 1);
  EXPECT_EQ(none.high.cents, 1);
}

TEST(CouponTerms, CapIsInWholePerCentsOfTheMargin) {
  EXPECT_DOUBLE_EQ(CapByMargin(0.30, 0.40, 0.5), 0.20);
  EXPECT_DOUBLE_EQ(CapByMargin(0.10, 0.40, 0.5), 0.10);
  EXPECT_DOUBLE_EQ(CapByMargin(0.30, 0.14, 0.5), 0.07);  // exactly 7 %, not 6
  EXPECT_DOUBLE_EQ(CapByMargin(0.30, 0.139, 0.5), 0.06);
  EXPECT_EQ(CapByMargin(0.30, 0.01, 0.5), 0);
  EXPECT_EQ(CapByMargin(0.30, -0.20, 0.5), 0);
}

// By hand: 60 purchases at 10.00 with cost 6.00 have a margin of 40 %; at 8.00 of 25 %.
TEST(CouponTerms, MarginShareFollowsPurchasesOnceThereAreEnough) {
  TestShop shop(1, 1);
  shop.catalogue.list_price[0] = {1000};
  shop.catalogue.unit_cost[0] = {600};
  EXPECT_DOUBLE_EQ(MarginShare(shop.view, {}), 0.4);
  ShopLog log;
  for (int i = 0; i < 60; ++i)
    log.events.push_back({.time = {},
                          .shopper = ShopperId(0),
                          .session = SessionId(i),
                          .item = ItemId(0),
                          .kind = ShopEventKind::kPurchase,
                          .quantity = 2,
                          .price = {800}});
  EXPECT_DOUBLE_EQ(MarginShare(shop.view, log), 0.25);
  log.events.resize(49);
  EXPECT_DOUBLE_EQ(MarginShare(shop.view, log), 0.4);
}

TEST(CouponTerms, CartMarginUsesCurrentPrices) {
  TestShop shop(2, 1, 1);
  shop.catalogue.unit_cost = {{600}, {100}};
  shop.records.price = {{1000}, {200}};
  EXPECT_EQ(CartMarginShare(shop.view, shop.records.profiles[0], 0.33), 0.33);
  shop.Log(ShopEventKind::kCart, 0, 0, 0);
  shop.Log(ShopEventKind::kCart, 0, 0, 1);
  EXPECT_DOUBLE_EQ(CartMarginShare(shop.view, shop.records.profiles[0], 0.33), 500.0 / 1200);
}

TEST(ContactCap, CountsTheLastSevenDays) {
  TestShop shop(1, 1, 3);
  const auto sent = [&](double day, int shopper) {
    shop.records.log.messages.push_back(
        {.time = SimTime{} + Days(day), .shopper = ShopperId(shopper), .content = 0, .propensity = 1, .opened = false});
  };
  sent(2, 0);
  sent(3.0, 1);  // exactly seven days ago: no longer counted
  sent(3.1, 1);
  sent(9, 1);
  sent(9.5, 2);
  ContactCap cap;
  cap.Count(shop.view, SimTime{} + Days(10));
  EXPECT_EQ(cap.SentTo(ShopperId(0)), 0);
  EXPECT_EQ(cap.SentTo(ShopperId(1)), 2);
  EXPECT_EQ(cap.SentTo(ShopperId(2)), 1);
  cap.Count(shop.view, SimTime{} + Days(100));
  EXPECT_EQ(cap.SentTo(ShopperId(2)), 0);
}

TEST(ContactCap, UnknownAndOptedOutShoppersAreNotReachable) {
  ShopperProfile p;
  EXPECT_FALSE(Reachable(p));
  p.first_seen = SimTime{};
  EXPECT_TRUE(Reachable(p));
  p.opted_out = true;
  EXPECT_FALSE(Reachable(p));
}

TEST(ShopperHistory, AnOrderOfSeveralLinesIsOneOrder) {
  ShopperHistory h;
  const auto event = [&](ShopEventKind kind, int session, double day, std::int64_t cents = 0, int quantity = 1) {
    h.Apply({.time = SimTime{} + Days(day),
             .shopper = ShopperId(0),
             .session = SessionId(session),
             .item = ItemId(0),
             .kind = kind,
             .from_slate = false,
             .quantity = static_cast<std::int16_t>(quantity),
             .price = {cents}});
  };
  event(ShopEventKind::kSessionStart, 4, 1);
  event(ShopEventKind::kView, 4, 1);
  event(ShopEventKind::kCart, 4, 1.1, 500);
  EXPECT_TRUE(h.CartOpen(SimTime{} + Days(2), 14));
  EXPECT_FALSE(h.CartOpen(SimTime{} + Days(16), 14));
  event(ShopEventKind::kPurchase, 4, 1.2, 500, 2);
  event(ShopEventKind::kPurchase, 4, 1.2, 300);
  EXPECT_EQ(h.orders, 1);
  EXPECT_EQ(h.spent.cents, 1300);
  EXPECT_FALSE(h.CartOpen(SimTime{} + Days(2), 14));
  event(ShopEventKind::kSessionStart, 9, 5);
  EXPECT_EQ(h.previous_session, SimTime{} + Days(1));
  EXPECT_EQ(h.sessions, 2);
  event(ShopEventKind::kPurchase, 9, 5.1, 100);
  EXPECT_EQ(h.orders, 2);
}

}  // namespace
}  // namespace souk
