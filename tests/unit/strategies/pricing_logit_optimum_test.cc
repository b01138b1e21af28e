#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>

#include "strategies/common/mnl_pricing.h"
#include "strategies/pricing/logit_optimum/demand_model.h"
#include "strategies/pricing/logit_optimum/logit_optimum.h"
#include "tests/support/test_shop.h"

namespace souk {
namespace {

using testing::TestShop;

ShopEvent Event(ShopEventKind kind, int shopper, int item, double day, std::int64_t cents) {
  return {.time = SimTime{} + Days(day),
          .shopper = ShopperId(shopper),
          .session = SessionId(0),
          .item = ItemId(item),
          .kind = kind,
          .from_slate = false,
          .quantity = 1,
          .price = {cents}};
}

std::unique_ptr<Strategy> MakeTrained(const TestShop& shop, const ParamMap& given, const ShopLog& log,
                                      std::uint32_t entity = 0) {
  std::vector<Params::Issue> issues;
  const Params params(LogitOptimumInfo(), given, issues);
  EXPECT_TRUE(issues.empty());
  auto strategy = MakeLogitOptimum(params, {&shop.view, nullptr});
  Rng rng(Dice(1, 1), Purpose::kTest, entity);
  strategy->Train(log, rng);
  return strategy;
}
PriceDecision Ask(Strategy& strategy, int item, double day) {
  Rng rng(Dice(9, 9), Purpose::kTest, 0);
  return dynamic_cast<PricingPolicy&>(strategy).Price({ItemId(item), SimTime{} + Days(day), {}}, rng);
}

// By hand: which views count as trials, which as successes.
TEST(DemandModel, CountsViewsAndPurchasesByHand) {
  TestShop shop(2, 2);
  shop.catalogue.list_price = {{1000}, {2000}};
  ShopLog log;
  log.events = {
      Event(ShopEventKind::kView, 0, 0, 0, 1000),  // bought two days later
      Event(ShopEventKind::kView, 1, 0, 0, 1000),  // viewed again, then bought: the later view gets it
      Event(ShopEventKind::kView, 1, 0, 1, 1100),
      Event(ShopEventKind::kPurchase, 0, 0, 2, 1000),
      Event(ShopEventKind::kPurchase, 0, 0, 2, 1000),  // a second unit of the same view counts once
      Event(ShopEventKind::kPurchase, 1, 0, 2, 1100),
      Event(ShopEventKind::kPurchase, 2, 0, 3, 1000),  // never viewed
      Event(ShopEventKind::kView, 3, 1, 0, 2000),
      Event(ShopEventKind::kPurchase, 3, 1, 15, 2000),  // more than 14 days later
  };
  std::map<std::pair<int, double>, std::pair<double, double>> cells;
  for (const GroupedRow& r : DemandCells(log, shop.catalogue, DemandForm::kLog))
    cells[{r.group, std::round(r.x * 1e6) / 1e6}] = {r.trials, r.successes};
  const std::map<std::pair<int, double>, std::pair<double, double>> expected = {
      {{0, 0.0}, {2, 1}}, {{0, std::round(std::log(1.1) * 1e6) / 1e6}, {1, 1}}, {{1, 0.0}, {1, 0}}};
  EXPECT_EQ(cells, expected);
}

TEST(DemandModel, LinearFormUsesTheRelativeGap) {
  TestShop shop(1, 1);
  shop.catalogue.list_price[0] = {1000};
  ShopLog log;
  log.events = {Event(ShopEventKind::kView, 0, 0, 0, 1200), Event(ShopEventKind::kView, 1, 0, 0, 800)};
  const auto rows = DemandCells(log, shop.catalogue, DemandForm::kLinear);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_NEAR(rows[0].x, -0.2, 1e-12);
  EXPECT_NEAR(rows[1].x, 0.2, 1e-12);
}

/// Views of random items at random prices within ± 15 % of list; a purchase with log odds
/// base(category) − slope · x, x by `form`.
ShopLog PlantedLog(const TestShop& shop, int views, double slope, DemandForm form, std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  const auto uniform = [&bits] { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53; };
  ShopLog log;
  for (int n = 0; n < views; ++n) {
    const int item = static_cast<int>(uniform() * shop.catalogue.items());
    const Money list = shop.catalogue.list_price[static_cast<std::size_t>(item)];
    const Money price = Scale(list, 0.85 + 0.3 * uniform());
    const double ratio = price.units() / list.units();
    const double x = form == DemandForm::kLog ? std::log(ratio) : ratio - 1;
    const double base = -3 + 0.3 * (shop.catalogue.category[static_cast<std::size_t>(item)].value % 4);
    // Every view by a shopper of its own, so that a purchase belongs to it alone.
    log.events.push_back(Event(ShopEventKind::kView, n, item, 0.001 * n, price.cents));
    if (uniform() < 1 / (1 + std::exp(-base + slope * x)))
      log.events.push_back(Event(ShopEventKind::kPurchase, n, item, 0.001 * n, price.cents));
  }
  return log;
}

// Planted truth in both forms. The estimate lies within 5 standard errors of it: false alarm 6e-7 each. The prior is
// nearly off; its standard error must be small enough (< 0.25) for the test to mean something.
TEST(DemandModel, RecoversPlantedElasticity) {
  TestShop shop(200, 8);
  for (const DemandForm form : {DemandForm::kLog, DemandForm::kLinear}) {
    for (const double slope : {1.5, 4.0}) {
      const ShopLog log = PlantedLog(shop, 60000, slope, form, 31);
      const DemandModel model = FitDemand(DemandCells(log, shop.catalogue, form), 8, form, 2.6, 1e-6);
      EXPECT_LT(model.slope_std_error, 0.25);
      EXPECT_NEAR(model.slope, slope, 5 * model.slope_std_error) << slope;
      for (std::size_t g = 0; g < 8; ++g) EXPECT_NEAR(model.intercept[g], -3 + 0.3 * static_cast<double>(g % 4), 0.35);
    }
  }
}

TEST(DemandModel, WithoutDataThePriorStands) {
  const DemandModel model = FitDemand({}, 3, DemandForm::kLog, 2.6, 1.2);
  EXPECT_NEAR(model.slope, 2.6, 1e-12);
  EXPECT_NEAR(model.slope_std_error, 1 / std::sqrt(1.2), 1e-5);
}

// Brute force: no price on a grid of 0.1 % steps earns more, in both forms.
TEST(DemandModel, OptimumBeatsEveryPriceOnAGrid) {
  for (const DemandForm form : {DemandForm::kLog, DemandForm::kLinear}) {
    const DemandModel model{form, {-3, -0.5}, 3.2, 0};
    for (const int category : {0, 1}) {
      const auto profit = [&](double p) {
        const double x = form == DemandForm::kLog ? std::log(p / 20) : p / 20 - 1;
        return (p - 12) / (1 + std::exp(-model.intercept[static_cast<std::size_t>(category)] + 3.2 * x));
      };
      const double best = OptimumPrice(model, CategoryId(category), 20, 12);
      for (double p = 12; p < 60; p *= 1.001) EXPECT_LE(profit(p), profit(best) + 1e-12);
    }
  }
}

TEST(DemandModel, DemandThatHardlyFallsHasNoOptimum) {
  EXPECT_TRUE(std::isinf(OptimumPrice({DemandForm::kLog, {-3}, 0.9, 0}, CategoryId(0), 20, 12)));
  EXPECT_TRUE(std::isinf(OptimumPrice({DemandForm::kLinear, {-3}, -1, 0}, CategoryId(0), 20, 12)));
}

// Rule: three prices around one optimum, a third each. 3,000 items: each count within 4.9 sd, false alarm 3e-6.
TEST(LogitOptimum, EachStepIsDrawnAThirdOfTheTime) {
  TestShop shop(3000, 4);
  for (std::size_t i = 0; i < 3000; ++i) {
    shop.catalogue.list_price[i] = {10000};
    shop.catalogue.unit_cost[i] = {6000};
  }
  const auto strategy = MakeTrained(shop, {}, {});
  std::map<std::int64_t, int> counts;
  for (int i = 0; i < 3000; ++i) {
    const PriceDecision d = Ask(*strategy, i, 0);
    EXPECT_NEAR(d.propensity, 1.0 / 3, 1e-12);
    EXPECT_EQ(d.eligible, 3);
    ++counts[d.price.cents];
  }
  ASSERT_EQ(counts.size(), 3U);
  for (const auto& [price, count] : counts) EXPECT_NEAR(count, 1000, 4.9 * std::sqrt(3000 * 2.0 / 9)) << price;
  // 5 % either side of the middle one, which is the prior's optimum (share e^-4, elasticity 2.6).
  const double centre = static_cast<double>(std::next(counts.begin())->first);
  EXPECT_NEAR(centre, 100 * LogLogitOptimumPrice(-4, 2.6, 60, 100), 1);
  EXPECT_NEAR(static_cast<double>(counts.begin()->first), 0.95 * centre, 1);
  EXPECT_NEAR(static_cast<double>(counts.rbegin()->first), 1.05 * centre, 1);
}

TEST(LogitOptimum, AnItemKeepsItsStepForThePeriodOnly) {
  TestShop shop(300, 4);
  const auto strategy = MakeTrained(shop, {}, {});
  int changed = 0;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(Ask(*strategy, i, 0).price, Ask(*strategy, i, 6.9).price);
    changed += Ask(*strategy, i, 0).price != Ask(*strategy, i, 7).price ? 1 : 0;
  }
  EXPECT_NEAR(changed, 200, 45);  // two in three; 5.5 sd
}

TEST(LogitOptimum, TrainingDealsAnew) {
  TestShop shop(300, 4);
  const auto one = MakeTrained(shop, {}, {}, 1);
  const auto two = MakeTrained(shop, {}, {}, 2);
  int changed = 0;
  for (int i = 0; i < 300; ++i) changed += Ask(*one, i, 0).price != Ask(*two, i, 0).price ? 1 : 0;
  EXPECT_NEAR(changed, 200, 45);
}

// Rule: all three prices keep within the deviation and stay different there.
TEST(LogitOptimum, DispersionSurvivesAtTheBound) {
  TestShop shop(200, 4);
  for (std::size_t i = 0; i < 200; ++i) {
    shop.catalogue.list_price[i] = {10000};
    shop.catalogue.unit_cost[i] = {9900};  // optimum far above list
  }
  const auto strategy = MakeTrained(shop, {{"max_deviation", {0.1, {}}}}, {});
  std::set<std::int64_t> prices;
  for (int i = 0; i < 200; ++i) {
    const PriceDecision d = Ask(*strategy, i, 0);
    prices.insert(d.price.cents);
    EXPECT_LE(d.price.cents, 11000);
    EXPECT_GE(d.price.cents, 9000);
  }
  EXPECT_EQ(prices.size(), 3U);
  EXPECT_EQ(*prices.rbegin(), 11000);
}

// By hand: at 0.10 the three prices are 0.09, 0.10, 0.10 or the like, so one has propensity 2/3.
TEST(LogitOptimum, PropensityCountsEqualPrices) {
  TestShop shop(300, 4);
  for (std::size_t i = 0; i < 300; ++i) {
    shop.catalogue.list_price[i] = {11};
    shop.catalogue.unit_cost[i] = {7};
  }
  const auto strategy = MakeTrained(shop, {{"explore", {0.05, {}}}}, {});
  std::map<std::int64_t, int> counts;
  std::map<std::int64_t, double> propensity;
  for (int i = 0; i < 300; ++i) {
    const PriceDecision d = Ask(*strategy, i, 0);
    ++counts[d.price.cents];
    propensity[d.price.cents] = d.propensity;
    EXPECT_EQ(d.eligible, static_cast<int>(std::lround(1 / d.propensity)) == 1 ? 1 : d.eligible);
  }
  double sum = 0;
  for (const auto& [price, p] : propensity) {
    sum += p;
    EXPECT_NEAR(counts[price], 300 * p, 4.9 * std::sqrt(300 * 0.25));
  }
  EXPECT_NEAR(sum, 1, 1e-12);
  EXPECT_LT(counts.size(), 3U);
}

TEST(LogitOptimum, WithoutExplorationThereIsOnePrice) {
  TestShop shop(50, 4);
  const auto strategy = MakeTrained(shop, {{"explore", {0.0, {}}}}, {});
  for (int i = 0; i < 50; ++i) {
    const PriceDecision d = Ask(*strategy, i, 3.0 * i);
    EXPECT_EQ(d.propensity, 1);
    EXPECT_EQ(d.eligible, 1);
  }
}

TEST(LogitOptimum, TheStepShrinksWhenAskedTo) {
  TestShop shop(200, 4);
  for (std::size_t i = 0; i < 200; ++i) {
    shop.catalogue.list_price[i] = {100000};
    shop.catalogue.unit_cost[i] = {60000};
  }
  const auto strategy = MakeTrained(shop, {{"explore_decay", {0.5, {}}}}, {});
  const auto spread = [&](double day) {
    std::int64_t low = INT64_MAX, high = 0;
    for (int i = 0; i < 200; ++i) {
      low = std::min(low, Ask(*strategy, i, day).price.cents);
      high = std::max(high, Ask(*strategy, i, day).price.cents);
    }
    return static_cast<double>(high - low) / static_cast<double>(high + low);
  };
  EXPECT_NEAR(spread(0), 0.05, 1e-4);
  EXPECT_NEAR(spread(7.0 * 99), 0.005, 1e-4);  // period 100: 0.05 / √100
}

}  // namespace
}  // namespace souk
