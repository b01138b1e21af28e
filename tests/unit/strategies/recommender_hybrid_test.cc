#include "strategies/recommender/hybrid/hybrid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "strategies/common/vector_math.h"
#include "tests/support/fixed_scores.h"
#include "tests/support/recommend.h"

namespace souk {
namespace {

using testing::Ask;
using testing::Ids;
using testing::MakeRecommender;
using testing::MakeTestCatalogue;
using testing::ParamList;
using testing::Saved;
using testing::ScoresOf;
using testing::TestShop;
using testing::TrainOn;
using Ints = std::vector<int>;

std::unique_ptr<Hybrid> Make(const TestShop& shop, ParamList given = {}) {
  auto hybrid = MakeRecommender<Hybrid>(HybridInfo(), MakeHybrid, shop, given);
  TrainOn(*hybrid, shop);
  return hybrid;
}

/// 60 items in 6 categories; every shopper but the last comes once and stays in one category; items 54…59, one of each
/// category, are never seen.
struct CategoryShop : TestShop {
  CategoryShop() : TestShop(60, 6, 601) {
    std::mt19937 bits(1);
    for (int s = 0; s < 600; ++s) {
      const int category = s % 6;
      Ints items;
      for (int v = 0; v < 4; ++v) items.push_back(category + 6 * static_cast<int>(bits() % 9));
      LogSession(s, s, items);
    }
    records.profiles.Forget();
  }
};

// Rule: who looks at one category is shown that category, the item that nobody has seen included.
TEST(Hybrid, NewItemsAreServedByWhatTheyAre) {
  CategoryShop shop;
  for (const char* loss : {"warp", "bpr"}) {
    const auto hybrid = Make(shop, {{"loss", loss}, {"epochs", std::int64_t{30}}});
    for (int category = 0; category < 6; ++category) {
      const auto scores = ScoresOf(*hybrid, {category, category + 6}, 60, 600);
      const float unseen = scores[static_cast<std::size_t>(54 + category)];
      for (int other = 0; other < 60; ++other) {
        if (other % 6 == category) continue;
        EXPECT_GT(unseen, scores[static_cast<std::size_t>(other)]) << loss << other;
      }
      const Ints slate = Ids(Ask(*hybrid, {category, category + 6}, 6, 600));
      for (const int item : slate) EXPECT_EQ(item % 6, category) << loss;
    }
  }
}

// Without content a new item is nobody: all new items have one vector, that of nothing.
TEST(Hybrid, WithoutContentNewItemsAreAlike) {
  CategoryShop shop;
  const auto hybrid = Make(shop, {{"content_weight", 0.0}, {"id_weight", 1.0}});
  const auto scores = ScoresOf(*hybrid, {0, 6}, 60, 600);
  for (int i = 54; i < 60; ++i) EXPECT_EQ(scores[static_cast<std::size_t>(i)], 0) << i;
  EXPECT_GT(scores[12], scores[13]);
}

// Items of the same tokens share all but their own vector, and those without events share that too.
TEST(Hybrid, OnlyItemsWithEventsHaveAVectorOfTheirOwn) {
  PublicCatalogue catalogue = MakeTestCatalogue(12, 1);
  catalogue.words.clear();
  catalogue.word_begin.assign(13, 0);
  catalogue.brand.assign(12, BrandId(0));
  for (std::size_t i = 6; i < 12; ++i) catalogue.brand[i] = BrandId(1);
  TestShop shop(catalogue);
  for (int s = 0; s < 60; ++s) shop.LogSession(s % 5, s, {s % 3, (s + 1) % 3, 6});
  const auto hybrid = Make(shop);
  const HybridModel& m = hybrid->model();
  const auto vector = [&](std::size_t i) { return std::span(m.items).subspan(i * m.width, m.width); };
  const auto same = [&](std::size_t a, std::size_t b) {
    return std::equal(vector(a).begin(), vector(a).end(), vector(b).begin());
  };
  EXPECT_TRUE(same(3, 4));
  EXPECT_TRUE(same(7, 8));
  EXPECT_FALSE(same(0, 3));
  EXPECT_FALSE(same(0, 1));
  EXPECT_FALSE(same(3, 7));
}

// The brute-force twin of serving: the header's sum in double, for known and unknown shoppers.
TEST(Hybrid, ScoresAreTheSumsOfTheHeader) {
  TestShop shop(50, 5, 10);
  testing::FillTestLog(shop, 300, 4, 3);
  const auto hybrid = Make(shop, {{"history", std::int64_t{3}}, {"decay", 0.5}, {"earlier_weight", 0.25}});
  const HybridModel& m = hybrid->model();
  for (const int shopper : {0, 4, 9}) {
    const Ints session = {7, 12};
    // The latest three: 12, 7 and the latest earlier one that is neither.
    std::vector<std::pair<int, double>> history = {{12, 1.0}, {7, 0.5}};
    const ShopperProfile& profile = shop.view.profile(ShopperId(shopper));
    for (int n = 0; n < profile.recent_size && history.size() < 3; ++n)
      if (const int item = profile.RecentItem(n).value; item != 12 && item != 7) history.push_back({item, 0.25 * 0.25});
    double sum = 0;
    for (const auto& h : history) sum += h.second;
    std::vector<double> x(m.width, 0.0);
    const auto add = [&](double factor, std::span<const float> row) {
      for (std::size_t c = 0; c < m.width; ++c) x[c] += factor * static_cast<double>(row[c]);
    };
    for (const auto& [item, weight] : history)
      add(weight / sum, std::span(m.context).subspan(static_cast<std::size_t>(item) * m.width, m.width));
    ASSERT_FALSE(m.ShopperVector(ShopperId(shopper)).empty());
    add(1, m.ShopperVector(ShopperId(shopper)));
    const FactPair facts = FactsOf(profile.sessions, profile.orders);
    add(1, std::span(m.facts).subspan(static_cast<std::size_t>(facts.visits) * m.width, m.width));
    add(1, std::span(m.facts).subspan(static_cast<std::size_t>(facts.orders) * m.width, m.width));
    x[47] = 1;
    const auto scores = ScoresOf(*hybrid, session, 50, shopper);
    for (std::size_t i = 0; i < 50; ++i) {
      double expected = 0;
      for (std::size_t c = 0; c < m.width; ++c) expected += x[c] * static_cast<double>(m.items[i * m.width + c]);
      EXPECT_NEAR(scores[i], expected, 1e-4 * (1 + std::abs(expected))) << shopper << ' ' << i;
    }
  }
  EXPECT_TRUE(m.ShopperVector(ShopperId(99)).empty());
}

// The bias is an item's own: no shopper has a number at its place.
TEST(Hybrid, ShoppersHaveNoBias) {
  TestShop shop(30, 3, 10);
  testing::FillTestLog(shop, 200, 4, 3);
  const auto hybrid = Make(shop);
  const HybridModel& m = hybrid->model();
  for (const auto* table : {&m.context, &m.shoppers, &m.facts})
    for (std::size_t at = 47; at < table->size(); at += m.width) EXPECT_EQ((*table)[at], 0);
}

// With rivals drawn by sales an item is pushed down as often as up; with all alike best-sellers rise.
TEST(Hybrid, RivalsBySalesKeepSalesOutOfTheBias) {
  TestShop shop(30, 1, 900);
  std::mt19937 bits(5);
  for (int s = 0; s < 900; ++s)  // one view each: item 0 in every third, any other in one of 44
    shop.LogSession(s, s, {s % 3 == 0 ? 0 : 1 + static_cast<int>(bits() % 29)});
  const auto lead = [&](double share) {
    const auto hybrid = Make(shop, {{"popular_rivals", share}, {"loss", "bpr"}, {"shopper_ids", false}});
    const HybridModel& m = hybrid->model();
    double others = 0;
    for (std::size_t i = 1; i < 30; ++i) others += static_cast<double>(m.items[i * m.width + 47]) / 29;
    return static_cast<double>(m.items[47]) - others;
  };
  EXPECT_GT(lead(0), 2 * std::abs(lead(1)));
}

TEST(Hybrid, TheSameDiceLearnTheSame) {
  TestShop shop(40, 4, 10);
  testing::FillTestLog(shop, 200, 4, 3);
  EXPECT_EQ(Saved(*Make(shop)), Saved(*Make(shop)));
  const auto other = MakeRecommender<Hybrid>(HybridInfo(), MakeHybrid, shop);
  Rng rng = testing::TestRng(2);
  other->Train(shop.records.log, rng);
  EXPECT_NE(Saved(*other), Saved(*Make(shop)));
}

TEST(Hybrid, StepsAreLimited) {
  TestShop shop(40, 4, 10);
  testing::FillTestLog(shop, 200, 4, 3);
  const auto steps = [&](std::int64_t most, std::int64_t epochs) {
    return Saved(*Make(shop, {{"max_steps", most}, {"epochs", epochs}}));
  };
  EXPECT_EQ(steps(100, 1), steps(100, 50));
  EXPECT_NE(steps(100, 1), steps(101, 1));
}

// Numbers stay numbers at the ends of the ranges.
TEST(Hybrid, LongStepsStayFinite) {
  TestShop shop(40, 4, 10);
  testing::FillTestLog(shop, 200, 4, 3);
  const auto hybrid = Make(shop, {{"learning_rate", 1.0},
                                  {"epochs", std::int64_t{200}},
                                  {"id_weight", 10.0},
                                  {"content_weight", 10.0},
                                  {"buy_weight", 10.0},
                                  {"l2", 1.0}});
  for (const float v : hybrid->model().items) ASSERT_TRUE(std::isfinite(v));
}

TEST(Hybrid, FactsByHand) {
  EXPECT_EQ(FactsOf(0, 0).visits, 0);
  EXPECT_EQ(FactsOf(1, 0).visits, 0);
  EXPECT_EQ(FactsOf(2, 0).visits, 1);
  EXPECT_EQ(FactsOf(4, 0).visits, 1);
  EXPECT_EQ(FactsOf(5, 0).visits, 2);
  EXPECT_EQ(FactsOf(5, 0).orders, 3);
  EXPECT_EQ(FactsOf(5, 1).orders, 4);
  EXPECT_EQ(FactsOf(5, 2).orders, 5);
}

TEST(Hybrid, WithoutALogThereAreNoScores) {
  TestShop shop(20, 2);
  const auto hybrid = Make(shop);
  for (const float s : ScoresOf(*hybrid, {3}, 20)) EXPECT_EQ(s, -std::numeric_limits<float>::infinity());
  EXPECT_EQ(Ask(*hybrid, {3}, 8).size, 8);
}

}  // namespace
}  // namespace souk
