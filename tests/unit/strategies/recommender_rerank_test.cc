#include "strategies/recommender/rerank/rerank.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "tests/support/fixed_scores.h"

namespace souk {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using Ints = std::vector<int>;

ParamValue Number(double v) { return {v, {}, {}}; }
ParamValue Whole(std::int64_t v) { return {v, {}, {}}; }

std::unique_ptr<Rerank> Make(const TestShop& shop, const std::string& scores, ParamMap more = {}) {
  more["base"] = Fixed("base", scores);
  if (!more.contains("diversity")) more["diversity"] = Number(0);
  auto rerank = MakeAround<Rerank>(RerankInfo(), MakeRerank, shop, more);
  TrainOn(*rerank, shop);
  return rerank;
}

TEST(Rerank, WithoutTermsItIsTheBase) {
  TestShop shop(6, 2);
  shop.SetAvailable(3, false);
  const auto rerank = Make(shop, "1 5 2 9 - 4");
  EXPECT_THAT(Ids(Ask(*rerank, {}, 4)), ElementsAre(1, 5, 2, 0));
  EXPECT_THAT(ScoresOf(*rerank, {}, 6), ElementsAre(-4, -1, -3, 0, -std::numeric_limits<float>::infinity(), -2));
}

// Two items of the same text: the second one waits for an item of another.
TEST(Rerank, DiversityPartsTwins) {
  PublicCatalogue catalogue = MakeTestCatalogue(4, 4);
  catalogue.words = {1, 2, 1, 2, 3, 4};
  catalogue.word_begin = {0, 2, 4, 5, 6};
  catalogue.category[1] = catalogue.category[0];
  catalogue.brand.assign(4, BrandId());
  TestShop shop(catalogue);
  EXPECT_THAT(Ids(Ask(*Make(shop, "9 8 7 6"), {}, 4)), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(Ids(Ask(*Make(shop, "9 8 7 6", {{"diversity", Number(0.5)}}), {}, 4)), ElementsAre(0, 2, 3, 1));
}

TEST(Rerank, MarginLiftsWhatEarnsMore) {
  TestShop shop(3, 1);
  for (std::size_t i = 0; i < 3; ++i) {
    shop.records.price[i] = Money{1000};
    shop.catalogue.unit_cost[i] = Money{i == 2 ? 100 : 900};
  }
  EXPECT_THAT(Ids(Ask(*Make(shop, "3 2 1"), {}, 3)), ElementsAre(0, 1, 2));
  EXPECT_THAT(Ids(Ask(*Make(shop, "3 2 1", {{"margin_weight", Number(0.9)}}), {}, 3)), ElementsAre(0, 2, 1));
  EXPECT_THAT(Ids(Ask(*Make(shop, "3 2 1", {{"margin_weight", Number(1.1)}}), {}, 3)), ElementsAre(2, 0, 1));
}

TEST(Rerank, PricesNearTheShoppersComeFirst) {
  TestShop shop(4, 1);
  shop.records.price = {Money{10000}, Money{1000}, Money{1100}, Money{1000}};
  const auto rerank = Make(shop, "9 8 7 6", {{"price_weight", Number(1)}});
  EXPECT_THAT(Ids(Ask(*rerank, {3}, 3)), ElementsAre(1, 2, 0));
  EXPECT_THAT(Ids(Ask(*rerank, {}, 3, 5)), ElementsAre(0, 1, 2)) << "no history, no level";
}

// Best-sellers 0 and 1 may take half: the first position, then every other one, until nothing else is left.
TEST(Rerank, BestSellersTakeTheirShareOnly) {
  TestShop shop(20, 1);
  for (int n = 0; n < 9; ++n) shop.LogSession(0, n, {0, 1});
  shop.records.profiles.Forget();
  const std::string scores = "20 19 18 17 16 - - - - - - - - - - - - - - -";
  const auto open = Make(shop, scores);
  EXPECT_THAT(Ids(Ask(*open, {}, 5)), ElementsAre(0, 1, 2, 3, 4));
  const auto half = Make(shop, scores, {{"max_head", Number(0.5)}});
  EXPECT_THAT(Ids(Ask(*half, {}, 5)), ElementsAre(0, 2, 1, 3, 4));
  const auto none = Make(shop, scores, {{"max_head", Number(0)}});
  EXPECT_THAT(Ids(Ask(*none, {}, 5)), ElementsAre(2, 3, 4, 0, 1));
}

/// The definition in the header, each value anew for each position.
Ints Brute(const TestShop& shop, const std::vector<double>& base, const Ints& history, double diversity, double margin,
           double price, int k) {
  const SparseRows x = ContentVectors(shop.catalogue, {});
  const auto n = base.size();
  std::vector<int> pool;
  for (std::size_t i = 0; i < n; ++i)
    if (std::find(history.begin(), history.end(), static_cast<int>(i)) == history.end())
      pool.push_back(static_cast<int>(i));
  std::sort(pool.begin(), pool.end(),
            [&](int a, int b) { return base[static_cast<std::size_t>(a)] > base[static_cast<std::size_t>(b)]; });
  pool.resize(12);
  const auto cents = [&](int i) { return static_cast<double>(shop.records.price[static_cast<std::size_t>(i)].cents); };
  const auto margin_of = [&](int i) {
    return cents(i) - static_cast<double>(shop.catalogue.unit_cost[static_cast<std::size_t>(i)].cents);
  };
  const auto scaled = [&](auto f, int i) {
    double low = 1e300;
    double high = -1e300;
    for (const int p : pool) {
      low = std::min(low, f(p));
      high = std::max(high, f(p));
    }
    return (f(i) - low) / (high - low);
  };
  double level = 0;
  for (const int h : history) level += std::log(cents(h)) / static_cast<double>(history.size());
  Ints placed;
  while (static_cast<int>(placed.size()) < k) {
    int best = -1;
    double best_value = -1e300;
    for (const int i : pool) {
      if (std::find(placed.begin(), placed.end(), i) != placed.end()) continue;
      double nearest = 0;
      for (const int p : placed) {
        double cosine = 0;
        for (const Entry& a : x.row(i))
          for (const Entry& b : x.row(p))
            if (a.column == b.column) cosine += static_cast<double>(a.value) * static_cast<double>(b.value);
        nearest = std::max(nearest, cosine);
      }
      const double value =
          (1 - diversity) * (scaled([&](int p) { return base[static_cast<std::size_t>(p)]; }, i) +
                             margin * scaled(margin_of, i) - price * std::abs(std::log(cents(i)) - level)) -
          diversity * nearest;
      if (value > best_value + 1e-9) {
        best = i;
        best_value = value;
      }
    }
    placed.push_back(best);
  }
  return placed;
}

TEST(Rerank, MatchesBruteForce) {
  TestShop shop(40, 4);
  std::mt19937 bits(3);
  for (int round = 0; round < 20; ++round) {
    std::string text;
    std::vector<double> base;
    for (int i = 0; i < 40; ++i) {
      base.push_back(static_cast<double>(bits() % 1000000) / 100);
      text += std::to_string(base.back()) + " ";
    }
    const double diversity = 0.1 * (round % 8);
    const double margin = 0.2 * (round % 3);
    const double price = 0.1 * (round % 4);
    const auto rerank = Make(shop, text,
                             {{"diversity", Number(diversity)},
                              {"margin_weight", Number(margin)},
                              {"price_weight", Number(price)},
                              {"pool", Whole(12)}});
    const Ints history = {round, (round + 7) % 40};
    const Ints expected = Brute(shop, base, history, diversity, margin, price, 8);
    EXPECT_EQ(Ids(Ask(*rerank, history, 8)), expected) << round;
  }
}

// All scores differ, and the pool stands in the order of a slate that nothing is kept out of.
TEST(Rerank, ScoresFollowThePlaces) {
  TestShop shop(10, 2);
  const auto rerank = Make(shop, "1 2 3 4 5 6 7 8 9 10", {{"diversity", Number(0.6)}, {"pool", Whole(6)}});
  const auto scores = ScoresOf(*rerank, {}, 10, 5);
  const Ints slate = Ids(Ask(*rerank, {}, 6, 5));
  for (std::size_t r = 0; r < 6; ++r) EXPECT_EQ(scores[static_cast<std::size_t>(slate[r])], -static_cast<float>(r));
  EXPECT_THAT((Ints{static_cast<int>(scores[3]), static_cast<int>(scores[2]), static_cast<int>(scores[0])}),
              ElementsAre(-6, -7, -9));
}

}  // namespace
}  // namespace souk
