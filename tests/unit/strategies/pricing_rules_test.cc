// pricing/list, pricing/cost-plus, pricing/competitor, pricing/loyalty.

#include <gtest/gtest.h>

#include "strategies/pricing/competitor/competitor.h"
#include "strategies/pricing/cost_plus/cost_plus.h"
#include "strategies/pricing/list/list.h"
#include "strategies/pricing/loyalty/loyalty.h"
#include "tests/support/test_shop.h"

namespace souk {
namespace {

using testing::TestShop;

/// One item: list 10.00, cost 6.00, competitor at 9.00 unless changed.
struct OneItem : TestShop {
  OneItem() : TestShop(1, 1) {
    catalogue.list_price[0] = records.price[0] = {1000};
    catalogue.unit_cost[0] = {600};
    records.competitor_price[0] = {900};
  }
  std::int64_t Price(const StrategyEntry& entry, const ParamMap& given = {}, ShopperId shopper = {}) {
    std::vector<Params::Issue> issues;
    const Params params(entry.info(), given, issues);
    EXPECT_TRUE(issues.empty());
    auto strategy = entry.make(params, {&view, nullptr});
    Rng rng(Dice(1, 1), Purpose::kTest, 0);
    strategy->Train({}, rng);
    return dynamic_cast<PricingPolicy&>(*strategy).Price({ItemId(0), {}, shopper}, rng).price.cents;
  }
};
constexpr StrategyEntry kList{ListPriceInfo, MakeListPrice};
constexpr StrategyEntry kCostPlus{CostPlusInfo, MakeCostPlus};
constexpr StrategyEntry kCompetitor{CompetitorPriceInfo, MakeCompetitorPrice};

constexpr StrategyEntry kLoyalty{LoyaltyPriceInfo, MakeLoyaltyPrice};

TEST(LoyaltyPrice, TakesTheDiscountOffForThoseWithEnoughOrders) {
  OneItem shop;
  const ParamMap given = {{"discount", {0.1, {}}}, {"orders", {std::int64_t{2}, {}}}};
  shop.records.profiles[4].orders = 1;
  shop.records.profiles[5].orders = 2;
  EXPECT_EQ(shop.Price(kLoyalty, given), 1000);  // shop-wide
  EXPECT_EQ(shop.Price(kLoyalty, given, ShopperId(4)), 1000);
  EXPECT_EQ(shop.Price(kLoyalty, given, ShopperId(5)), 900);
}

TEST(ListPrice, ChargesList) { EXPECT_EQ(OneItem().Price(kList), 1000); }

TEST(CostPlus, AddsTheMarkupWithinTheShopsBounds) {
  OneItem shop;
  EXPECT_EQ(shop.Price(kCostPlus, {{"markup", {0.5, {}}}}), 900);
  EXPECT_EQ(shop.Price(kCostPlus, {{"markup", {0.0, {}}}}), 600);
  shop.catalogue.unit_cost[0] = {100};
  EXPECT_EQ(shop.Price(kCostPlus, {{"markup", {0.0, {}}}}), 200) << "not below 0.2 × list";
  shop.catalogue.unit_cost[0] = {2000};
  EXPECT_EQ(shop.Price(kCostPlus, {{"markup", {4.0, {}}}}), 5000) << "not above 5 × list";
}

TEST(CompetitorPrice, MatchesAndUndercuts) {
  OneItem shop;
  EXPECT_EQ(shop.Price(kCompetitor), 900);
  EXPECT_EQ(shop.Price(kCompetitor, {{"undercut", {0.1, {}}}}), 810);
  EXPECT_EQ(shop.Price(kCompetitor, {{"undercut", {-0.1, {}}}}), 990);
}

TEST(CompetitorPrice, StaysNearListAndAboveCost) {
  OneItem shop;
  shop.records.competitor_price[0] = {500};
  EXPECT_EQ(shop.Price(kCompetitor, {{"min_markup", {0.0, {}}}}), 750) << "at most 25 % below list";
  EXPECT_EQ(shop.Price(kCompetitor, {{"min_markup", {0.3, {}}}}), 780) << "the margin floor is higher";
  EXPECT_EQ(shop.Price(kCompetitor, {{"min_markup", {1.0, {}}}}), 1200) << "and wins over the deviation cap";
  shop.records.competitor_price[0] = {5000};
  EXPECT_EQ(shop.Price(kCompetitor), 1250) << "at most 25 % above list";
}

TEST(CompetitorPrice, ChargesListWhileNothingWasObserved) {
  OneItem shop;
  shop.records.competitor_price[0] = {};
  EXPECT_EQ(shop.Price(kCompetitor), 1000);
}

}  // namespace
}  // namespace souk
