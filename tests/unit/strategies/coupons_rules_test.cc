// coupons/none, coupons/blanket, coupons/rfm-rule.

#include <gtest/gtest.h>

#include "sim/base/error.h"
#include "strategies/coupons/blanket/blanket.h"
#include "strategies/coupons/none/none.h"
#include "strategies/coupons/rfm_rule/rfm_rule.h"
#include "tests/support/test_shop.h"

namespace souk {
namespace {

using testing::TestShop;

std::unique_ptr<Strategy> MakeWith(const StrategyEntry& entry, const TestShop& shop, const ParamMap& given) {
  std::vector<Params::Issue> issues;
  const Params params(entry.info(), given, issues);
  EXPECT_TRUE(issues.empty());
  auto strategy = entry.make(params, {&shop.view, nullptr});
  Rng rng(Dice(1, 1), Purpose::kTest, 0);
  strategy->Train(shop.view.log(), rng);
  return strategy;
}
CouponDecision Ask(Strategy& strategy, int shopper, double day) {
  Rng rng(Dice(1, 1), Purpose::kTest, 1);
  return dynamic_cast<CouponPolicy&>(strategy).Offer({ShopperId(shopper), SimTime{} + Days(day), {}, false}, rng);
}
constexpr StrategyEntry kRfmRule{RfmRuleInfo, MakeRfmRule};

TEST(NoCoupons, OffersNothing) {
  TestShop shop(3, 1);
  EXPECT_FALSE(Ask(*MakeWith({NoCouponsInfo, MakeNoCoupons}, shop, {}), 0, 1).coupon);
}

TEST(Blanket, OffersTheSameToEverybody) {
  TestShop shop(3, 1);
  const auto strategy = MakeWith(
      {BlanketInfo, MakeBlanket}, shop,
      {{"discount", {0.15, {}}}, {"min_basket", {20.0, {}}}, {"valid_days", {3.0, {}}}, {"issue_cost", {0.05, {}}}});
  for (int u = 0; u < shop.view.shoppers(); ++u) {
    const CouponDecision d = Ask(*strategy, u, u);
    ASSERT_TRUE(d.coupon);
    EXPECT_EQ(d.coupon->percent, 0.15);
    EXPECT_EQ(d.coupon->min_basket.cents, 2000);
    EXPECT_EQ(d.coupon->valid_for, Days(3));
    EXPECT_EQ(d.coupon->issue_cost.cents, 5);
    EXPECT_EQ(d.propensity, 1);
    EXPECT_EQ(d.coupon->ValueFor(Money{1999}).cents, 0);
    EXPECT_EQ(d.coupon->ValueFor(Money{2000}).cents, 300);
  }
}

// A coupon's cost is whole cents: what would be rounded away, or by a fifth, is refused rather than free.
TEST(Blanket, RefusesIssueCostsBelowACent) {
  TestShop shop(3, 1);
  for (const double cost : {0.002, 0.004999, 0.012})
    EXPECT_THROW(MakeWith({BlanketInfo, MakeBlanket}, shop, {{"issue_cost", {cost, {}}}}), Error) << cost;
  for (const double cost : {0.0, 0.01, 0.29, 999.99})
    EXPECT_NO_THROW(MakeWith({BlanketInfo, MakeBlanket}, shop, {{"issue_cost", {cost, {}}}})) << cost;
}

/// A shopper with `orders` orders of 40.00 each, the last on day 0.
void GoodCustomer(TestShop& shop, int shopper, int orders) {
  ShopperProfile& p = shop.records.profiles[static_cast<std::size_t>(shopper)];
  p.first_seen = p.last_order = SimTime{};
  p.orders = orders;
  p.spent = Money{4000} * orders;
}

// Rule: recency at least 21 days, frequency at least 2, spent at least 50 – all three, at their edges.
TEST(RfmRule, LapsedGoodCustomersGetTheCoupon) {
  TestShop shop(3, 1, 4);
  GoodCustomer(shop, 0, 2);
  GoodCustomer(shop, 1, 1);
  const auto strategy = MakeWith(kRfmRule, shop, {});
  EXPECT_FALSE(Ask(*strategy, 0, 20.9).coupon);
  ASSERT_TRUE(Ask(*strategy, 0, 21).coupon);
  EXPECT_EQ(Ask(*strategy, 0, 21).coupon->percent, 0.10);
  EXPECT_FALSE(Ask(*strategy, 1, 30).coupon) << "too few orders";
  EXPECT_FALSE(Ask(*strategy, 2, 30).coupon) << "never ordered";
  shop.records.profiles[0].spent = {4999};
  EXPECT_FALSE(Ask(*strategy, 0, 30).coupon) << "spent too little";
}

TEST(RfmRule, HoldersOfAnOlderCartGetTheCartCoupon) {
  TestShop shop(3, 1, 2);
  shop.Log(ShopEventKind::kCart, 0, 0, 1);
  const auto strategy = MakeWith(kRfmRule, shop, {});
  EXPECT_FALSE(Ask(*strategy, 0, 0.49).coupon);
  ASSERT_TRUE(Ask(*strategy, 0, 0.5).coupon);
  EXPECT_EQ(Ask(*strategy, 0, 0.5).coupon->percent, 0.05);
}

// By hand: an item bought at 94 % of its price leaves 6 %; half of it is 3 %, below the 5 % asked for.
TEST(RfmRule, TheCartsOwnMarginCapsTheCoupon) {
  TestShop shop(1, 1, 1);
  shop.catalogue.list_price[0] = shop.records.price[0] = {1000};
  shop.catalogue.unit_cost[0] = {940};
  shop.Log(ShopEventKind::kCart, 0, 0, 0);
  const auto strategy = MakeWith(kRfmRule, shop, {});
  ASSERT_TRUE(Ask(*strategy, 0, 2).coupon);
  EXPECT_DOUBLE_EQ(Ask(*strategy, 0, 2).coupon->percent, 0.03);
  shop.records.price[0] = {940};
  EXPECT_FALSE(Ask(*strategy, 0, 2).coupon) << "no margin left";
}

}  // namespace
}  // namespace souk
