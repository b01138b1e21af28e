// One draw of the world: reproducible, and shaped as the scenario says.

#include "sim/world/world.h"
#include "sim/world/match.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

namespace souk {
namespace {

Scenario Small() {
  Scenario s;
  s.catalogue.items = 500;
  s.catalogue.categories = 25;
  s.population.shoppers = 2000;
  return s;
}

TEST(World, SameSeedSameWorldOtherReplicationAnother) {
  const World a = BuildWorld(Small(), 0), b = BuildWorld(Small(), 0), c = BuildWorld(Small(), 1);
  EXPECT_EQ(a.hidden.style, b.hidden.style);
  EXPECT_EQ(a.population.taste, b.population.taste);
  EXPECT_NE(a.hidden.style, c.hidden.style);
}

// Rule: taste · style has mean 0 and variance 1. 4,000 pairs are correlated through items and shoppers,
// so the band is wide: ±0.15.
TEST(World, MatchHasUnitVariance) {
  const World w = BuildWorld(Small(), 0);
  double sum = 0, squares = 0;
  int n = 0;
  for (int u = 0; u < 2000; u += 10)
    for (int i = 0; i < 500; i += 5) {
      const double m = w.Match(ShopperId(u), ItemId(i));
      sum += m;
      squares += m * m;
      ++n;
    }
  EXPECT_NEAR(sum / n, 0, 0.15);
  EXPECT_NEAR(squares / n, 1, 0.15);
}

/// Mean inner product of the mean styles of two categories: of one department, of two.
std::pair<double, double> Likeness(double department_style) {
  Scenario s = Small();
  s.catalogue.items = 4000;
  s.catalogue.categories = 100;
  s.catalogue.departments = 10;
  s.catalogue.style_dims = 64;
  s.catalogue.department_style = department_style;
  const World w = BuildWorld(s, 0);
  std::vector<std::vector<double>> centre(100, std::vector<double>(64, 0.0));
  for (std::size_t i = 0; i < 4000; ++i) {
    const std::size_t c = w.catalogue.category[i].index();
    for (std::size_t d = 0; d < 64; ++d)
      centre[c][d] +=
          static_cast<double>(w.hidden.style_of(ItemId(i))[d]) / static_cast<double>(w.catalogue.items_of[c].size());
  }
  double sum[2] = {0, 0};
  int pairs[2] = {0, 0};
  for (std::size_t a = 0; a < 100; ++a)
    for (std::size_t b = 0; b < a; ++b) {
      const int apart = w.catalogue.department_of[a] == w.catalogue.department_of[b] ? 0 : 1;
      sum[apart] += std::inner_product(centre[a].begin(), centre[a].end(), centre[b].begin(), 0.0);
      ++pairs[apart];
    }
  return {sum[0] / pairs[0], sum[1] / pairs[1]};
}

// Rule: two categories of one department share department_style of the variance of category styles, which is 1 minus
// style_spread² (here 0.36, as a style has unit length on average); two of different departments share nothing. The
// shared part is a mean of 10 · 64 squares, sd 6 %, beside the noise of about 450 pairs: bands of 0.08.
TEST(World, CategoriesOfADepartmentAreAlike) {
  for (const double share : {0.0, 0.3, 0.8}) {
    const auto [same, apart] = Likeness(share);
    EXPECT_NEAR(same, share * 0.36, 0.08) << share;
    EXPECT_NEAR(apart, 0, 0.08) << share;
  }
}

// Rule: what categories add to the odds of a purchase averages to nothing over what is looked at, and is nothing by
// default. Its sd over 25 categories: .8 with a standard error of .8/√50 = .11; three of them.
TEST(World, CategoriesDifferInPurchasesNotTheShop) {
  Scenario s = Small();
  for (const float x : BuildWorld(s, 0).hidden.purchase_logit) EXPECT_EQ(x, 0.0F);
  s.purchase.sd_category = 0.8;
  const World w = BuildWorld(s, 0);
  double odds = 0, sum = 0, squares = 0;
  for (std::size_t c = 0; c < 25; ++c) {
    const auto x = static_cast<double>(w.hidden.purchase_logit[c]);
    odds += static_cast<double>(w.hidden.category_share[c]) * std::exp(x);
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(odds, 1, 1e-5);
  EXPECT_NEAR(std::sqrt((squares - sum * sum / 25) / 24), 0.8, 0.33);
}

// Rule: four at a time or one by one, the same bits, whatever the length of the vectors and of the list.
TEST(World, MatchesOfManyAreThoseOfEach) {
  for (const int dims : {1, 3, 4, 7, 8, 9}) {
    Scenario s = Small();
    s.catalogue.style_dims = dims;
    const World w = BuildWorld(s, 0);
    for (std::size_t count = 0; count <= 9; ++count) {
      std::vector<ItemId> items;
      for (std::size_t n = 0; n < count; ++n) items.emplace_back(7 * n + count);
      std::vector<double> match(count);
      MatchAll(w, ShopperId(3), items, match);
      for (std::size_t n = 0; n < count; ++n) EXPECT_EQ(match[n], w.Match(ShopperId(3), items[n])) << dims << " " << n;
    }
  }
}

TEST(World, EveryItemHasAPlaceAndOrganicWeightsSumToOne) {
  const World w = BuildWorld(Small(), 0);
  std::size_t placed = 0;
  for (int c = 0; c < w.catalogue.categories; ++c) {
    double weight = 0;
    for (const ItemId i : w.catalogue.items_of[static_cast<std::size_t>(c)]) {
      EXPECT_EQ(w.catalogue.category[i.index()].value, c);
      weight += static_cast<double>(w.hidden.popularity[i.index()]);
    }
    placed += w.catalogue.items_of[static_cast<std::size_t>(c)].size();
    EXPECT_NEAR(weight, 1, 1e-5);
  }
  EXPECT_EQ(placed, 500U);
  for (std::size_t i = 0; i < 500; ++i) {
    EXPECT_GT(w.catalogue.unit_cost[i].cents, 0);
    EXPECT_LE(w.catalogue.unit_cost[i], w.catalogue.list_price[i]);
  }
}

// Rule: After inverts Operational: the mass of relative intensity between t and After(t, h) is h.
TEST(Calendar, AfterInvertsTheIntegratedIntensity) {
  Scenario s = Small();
  s.arrivals.campaigns.push_back({10, 3, 2.5, {}});
  const Calendar c(s.arrivals, s.time, Dice(1, 0));
  for (double hour = 0; hour < 1400; hour += 13.7)
    for (const double span : {0.01, 1.0, 30.0, 200.0}) {
      const SimTime t = SimTime{0} + Hours(hour);
      const SimTime after = c.After(t, span);
      EXPECT_GE(after, t);
      EXPECT_NEAR(c.Operational(after) - c.Operational(t), span, 1e-6);
    }
}

TEST(Calendar, AFlatProfileLeavesTimeAlone) {
  ArrivalSpec spec;
  spec.hour_profile.fill(1);
  spec.weekday_profile.fill(1);
  spec.month_profile.fill(1);
  spec.day_noise_sd = 0;
  const Calendar c(spec, TimeSpec{}, Dice(1, 0));
  EXPECT_EQ(c.After(SimTime{0}, 100.0).us, Hours(100).us);
}

// Rule: a table inverts its law. Expected: the closed forms of the exponential quantile.
TEST(QuantileTable, FollowsTheLaw) {
  const QuantileTable table(Distribution::Exponential(3));
  for (double u = 0.01; u < 0.99; u += 0.01) EXPECT_NEAR(table.At(u), -3 * std::log(1 - u), 0.005);
}

// Rule: frequencies of a discrete law sampled at a fine grid of u equal its weights.
TEST(DiscreteLaw, InvertsItsWeights) {
  const DiscreteLaw law({1, 0, 3, 4});
  std::vector<int> counts(4, 0);
  for (int i = 0; i < 8000; ++i) ++counts[static_cast<std::size_t>(law.Pick((i + 0.5) / 8000))];
  EXPECT_EQ(counts, (std::vector<int>{1000, 0, 3000, 4000}));
}

}  // namespace
}  // namespace souk
