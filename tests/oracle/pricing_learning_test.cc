// Closed loop: the pricer charges, a logit market answers, the pricer retrains on its own log. The market's
// optimum is known in closed form.

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "strategies/common/mnl_pricing.h"
#include "strategies/pricing/logit_optimum/logit_optimum.h"
#include "tests/support/test_shop.h"

namespace souk {
namespace {

constexpr double kBase = -3;       // log odds of a purchase per view at list price
constexpr double kElasticity = 4;  // far from the prior's 2.6

/// Mean price ÷ list of the whole catalogue after `weeks` weeks of `views` views, retraining every week.
double LearntPriceLevel(double explore, int weeks, int views, std::uint64_t seed) {
  testing::TestShop shop(240, 6, 1, seed);
  for (std::size_t i = 0; i < 240; ++i) {  // dear enough that rounding to cents is no dispersion of its own
    shop.catalogue.list_price[i] = {100000};
    shop.catalogue.unit_cost[i] = {60000};
  }
  std::vector<Params::Issue> issues;
  const Params params(LogitOptimumInfo(), {{"explore", {explore, {}}}, {"max_deviation", {0.3, {}}}}, issues);
  EXPECT_TRUE(issues.empty());
  const auto strategy = MakeLogitOptimum(params, {&shop.view, nullptr});
  auto& policy = dynamic_cast<PricingPolicy&>(*strategy);
  std::mt19937_64 bits(seed);
  const auto uniform = [&bits] { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53; };
  ShopLog log;
  int shopper = 0;
  double level = 0;
  for (int week = 0; week <= weeks; ++week) {
    Rng rng(Dice(seed, 1), Purpose::kTest, static_cast<std::uint32_t>(week));
    policy.Train(log, rng);
    std::vector<Money> price;
    for (int i = 0; i < 240; ++i)
      price.push_back(policy.Price({ItemId(i), SimTime{} + Days(7.0 * week), {}}, rng).price);
    level = 0;
    for (const Money p : price) level += p.units() / 1000 / 240;
    for (int n = 0; n < views; ++n, ++shopper) {
      const int item = static_cast<int>(uniform() * 240);
      const Money p = price[static_cast<std::size_t>(item)];
      ShopEvent e{.time = SimTime{} + Days(7.0 * week),
                  .shopper = ShopperId(shopper),
                  .session = SessionId(shopper),
                  .item = ItemId(item),
                  .kind = ShopEventKind::kView,
                  .from_slate = false,
                  .quantity = 1,
                  .price = p};
      log.events.push_back(e);
      e.kind = ShopEventKind::kPurchase;
      if (uniform() < 1 / (1 + std::exp(-kBase + kElasticity * std::log(p.units() / 1000)))) log.events.push_back(e);
    }
  }
  return level;
}

// After 8 weeks of 15,000 views the slope's standard error is about 0.15, its prior pulls it by 0.05 and a unit of
// slope moves the price by 0.07, so the centre is within 0.02 of the optimum; the mean of 240 random steps of ± 10 %
// adds an sd of 0.8 × 0.005. Allowed 0.035: false alarm below 1e-6.
TEST(LogitOptimumLoop, FindsTheOptimumOfAMarketUnlikeItsPrior) {
  const double optimum = LogLogitOptimumPrice(kBase, kElasticity, 0.6, 1);
  const double prior = LogLogitOptimumPrice(kBase, 2.6, 0.6, 1);
  ASSERT_GT(prior - optimum, 0.1);  // staying at the prior would not pass
  EXPECT_NEAR(LearntPriceLevel(0.10, 8, 15000, 41), optimum, 0.035);
}

}  // namespace
}  // namespace souk
