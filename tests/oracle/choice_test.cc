// With the extras off the shopper is a multinomial logit, whose shares and best prices are known.

#include "sim/market/choice.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "sim/world/world.h"

namespace souk {
namespace {

constexpr std::array<double, 3> kAttraction = {1, 2, 0.5};
constexpr std::array<double, 3> kCost = {1, 2, 0.5};
constexpr double kSlope = 1.5;

/// Three products and an outside option (product 3, free and of utility 0) for shoppers who are all alike.
World LogitWorld(int shoppers) {
  Scenario s;
  s.catalogue.items = 10;
  s.catalogue.categories = 1;
  s.catalogue.departments = 1;
  s.population.shoppers = shoppers;
  s.population.brand_loyalty = 0;
  s.choice.match_weight = 0;
  s.choice.price_form = PriceForm::kLinear;
  s.choice.price_per_unit = kSlope;
  s.choice.elasticity_sd = 0;
  s.competitor.weight = 0;
  World w = BuildWorld(s, 0);
  for (std::size_t j = 0; j < 3; ++j) w.hidden.quality[j] = static_cast<float>(kAttraction[j]);
  w.hidden.quality[3] = 0;
  return w;
}

struct Sales {
  std::array<double, 4> share{};
  double profit = 0;
};

double NoiseOf(const ChoiceModel& choice, ShopperId u, ItemId item) {
  const std::uint64_t index = ChoiceModel::NoiseIndex(item, 0);
  std::uint64_t bits = 0;
  choice.NoiseBits(u, {&index, 1}, {&bits, 1});
  return choice.Noise(bits);
}

Sales Sell(const World& w, const std::array<double, 3>& prices) {
  const ChoiceModel choice(w);
  Sales sales;
  const auto n = static_cast<double>(w.population.shoppers.size());
  for (std::size_t u = 0; u < w.population.shoppers.size(); ++u) {
    int best = 0;
    double best_utility = -1e9;
    for (int j = 0; j < 4; ++j) {
      PriceContext price;
      // Prices in whole cents, times 100 to keep the closed form's digits: the slope is per unit.
      price.price = j < 3 ? MoneyFromUnits(prices[static_cast<std::size_t>(j)]) : Money{};
      const double utility =
          choice.ViewUtility(ShopperId(u), ItemId(j), price) + NoiseOf(choice, ShopperId(u), ItemId(j));
      if (utility > best_utility) best_utility = utility, best = j;
    }
    sales.share[static_cast<std::size_t>(best)] += 1 / n;
    if (best < 3) sales.profit += (prices[static_cast<std::size_t>(best)] - kCost[static_cast<std::size_t>(best)]) / n;
  }
  return sales;
}

// Rule: shares are e^V / Σ e^V. 300,000 shoppers; 4 standard errors: false alarm 6e-5 per share.
TEST(Choice, SharesAreMultinomialLogit) {
  const World w = LogitWorld(300'000);
  const std::array<double, 3> prices = {1.5, 2.25, 0.8};
  const Sales sales = Sell(w, prices);
  std::array<double, 4> v{};
  double sum = 0;
  for (std::size_t j = 0; j < 4; ++j) {
    v[j] = std::exp(j < 3 ? kAttraction[j] - kSlope * prices[j] : 0.0);
    sum += v[j];
  }
  for (std::size_t j = 0; j < 4; ++j) {
    const double p = v[j] / sum;
    EXPECT_NEAR(sales.share[j], p, 4 * std::sqrt(p * (1 - p) / 300'000)) << j;
  }
}

// Values: p = c + (1 + W)/b = (1.948435, 2.948435, 1.448435), profit .281769 (published closed form, equal mark-up).
// The simulated profit there must meet it (4 standard errors; sd of profit per shopper < 0.46), and the same
// shoppers must yield less at mark-ups 30 % lower and higher.
TEST(Choice, TheClosedFormMarkUpIsBest) {
  const World w = LogitWorld(300'000);
  const double mark_up = 0.948435;
  const auto at = [&](double factor) {
    std::array<double, 3> prices{};
    for (std::size_t j = 0; j < 3; ++j) prices[j] = kCost[j] + factor * mark_up;
    return Sell(w, prices).profit;
  };
  const double best = at(1);
  EXPECT_NEAR(best, 0.281769, 4 * 0.46 / std::sqrt(300'000.0));
  EXPECT_LT(at(0.7), best - 0.005);
  EXPECT_LT(at(1.3), best - 0.005);
}

// Rule: the response to price is steeper above the reference by the loss aversion, and 0 at it.
TEST(Choice, LossesLoomLargerThanGains) {
  Scenario s;
  s.catalogue.items = 10;
  s.catalogue.categories = 1;
  s.catalogue.departments = 1;
  s.population.shoppers = 1;
  s.choice.elasticity_sd = 0;
  s.segments.emplace_back();
  const World w = BuildWorld(s, 0);
  const ChoiceModel choice(w);
  const auto at = [&](double relative) { return choice.PriceUtility(ShopperId(0), {Money{100}, relative, 0, 0}); };
  EXPECT_DOUBLE_EQ(at(0), 0);
  EXPECT_NEAR(at(-0.1), 2.6 * 0.1, 1e-6);
  EXPECT_NEAR(at(0.1), -2.6 * 1.5 * 0.1, 1e-6);
}

}  // namespace
}  // namespace souk
