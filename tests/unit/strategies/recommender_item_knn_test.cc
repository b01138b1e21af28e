#include "strategies/recommender/item_knn/item_knn.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "tests/support/recommend.h"

namespace souk {
namespace {

using testing::Ask;
using testing::FillTestLog;
using testing::Ids;
using testing::MakeRecommender;
using testing::ParamList;
using testing::TestShop;
using testing::TrainOn;
using Ints = std::vector<int>;

std::unique_ptr<ItemKnn> Make(const TestShop& shop, ParamList given = {}) {
  auto recommender = MakeRecommender<ItemKnn>(ItemKnnInfo(), MakeItemKnn, shop, given);
  TrainOn(*recommender, shop);
  return recommender;
}

TEST(ItemKnn, CosineByHand) {
  // Sessions {0,1}, {0,1}, {0,2}: |0| = √3, |1| = √2, |2| = 1.
  TestShop shop(4, 1);
  shop.LogSession(0, 0, {0, 1});
  shop.LogSession(1, 1, {0, 1, 0});
  shop.LogSession(2, 2, {0, 2});
  const auto plain = Make(shop, {{"half_life_days", 0.0}, {"shrink", 0.0}});
  const auto of0 = plain->neighbours().of(ItemId(0));
  ASSERT_EQ(of0.size(), 2U);
  EXPECT_EQ(of0[0].id, 1);
  EXPECT_FLOAT_EQ(of0[0].score, 2.0F / std::sqrt(6.0F));
  EXPECT_EQ(of0[1].id, 2);
  EXPECT_FLOAT_EQ(of0[1].score, 1.0F / std::sqrt(3.0F));
  EXPECT_TRUE(plain->neighbours().of(ItemId(3)).empty());
  const auto shrunk = Make(shop, {{"half_life_days", 0.0}, {"shrink", 2.0}});
  EXPECT_FLOAT_EQ(shrunk->neighbours().of(ItemId(0))[0].score, 2.0F / (std::sqrt(6.0F) + 2));
}

TEST(ItemKnn, OldBasketsCountLess) {
  TestShop shop(3, 1);
  shop.LogSession(0, 0, {0, 1});
  shop.records.now = shop.records.now + Days(60);
  shop.LogSession(0, 1, {0, 2});
  const auto knn = Make(shop, {{"half_life_days", 30.0}, {"shrink", 0.0}});
  // With weight ¼ of the old basket: |0|² = 1¼, |1|² = ¼, |2|² = 1.
  const auto of0 = knn->neighbours().of(ItemId(0));
  ASSERT_EQ(of0.size(), 2U);
  EXPECT_EQ(of0[0].id, 2);
  EXPECT_NEAR(of0[0].score, 1 / std::sqrt(1.25), 1e-4);
  EXPECT_NEAR(of0[1].score, 0.25 / (std::sqrt(1.25) * 0.5), 1e-4);
}

TEST(ItemKnn, ShoppersHistoriesJoinWhatSessionsDoNot) {
  TestShop shop(3, 1);
  shop.LogSession(0, 0, {0});
  shop.LogSession(0, 1, {1});
  EXPECT_TRUE(Make(shop)->neighbours().of(ItemId(0)).empty());
  EXPECT_EQ(Make(shop, {{"basket", "shopper"}})->neighbours().of(ItemId(0)).size(), 1U);
}

/// The published formula, without any of the fast kernels: dense vectors, every pair, a full sort.
Ints NaiveRanking(const TestShop& shop, const Ints& session, int k, double decay, double shrink) {
  const int n = shop.catalogue.items();
  std::map<int, std::map<int, double>> baskets;
  for (const ShopEvent& e : shop.records.log.events) {
    const double w = e.kind == ShopEventKind::kView       ? 1
                     : e.kind == ShopEventKind::kCart     ? 2
                     : e.kind == ShopEventKind::kPurchase ? 3
                                                          : 0;
    if (w > 0) baskets[e.session.value][e.item.value] = std::max(baskets[e.session.value][e.item.value], w);
  }
  std::vector<std::vector<double>> dot(static_cast<std::size_t>(n),
                                       std::vector<double>(static_cast<std::size_t>(n), 0.0));
  for (const auto& [id, items] : baskets)
    for (const auto& [i, x] : items)
      for (const auto& [j, y] : items) dot[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] += x * y;
  std::vector<Scored> scores;
  for (int j = 0; j < n; ++j) scores.push_back({0, j});
  double weight = 1;
  std::set<int> used;
  for (auto it = session.rbegin(); it != session.rend(); ++it) {
    if (!used.insert(*it).second) continue;
    const auto i = static_cast<std::size_t>(*it);
    for (std::size_t j = 0; j < static_cast<std::size_t>(n); ++j)
      if (j != i && dot[i][j] > 0)
        scores[j].score += static_cast<float>(weight * dot[i][j] / (std::sqrt(dot[i][i] * dot[j][j]) + shrink));
    weight *= decay;
  }
  std::sort(scores.begin(), scores.end(), Before);
  Ints ranking;
  for (const Scored& s : scores)
    if (s.score > 0 && used.count(s.id) == 0 && static_cast<int>(ranking.size()) < k) ranking.push_back(s.id);
  return ranking;
}

TEST(ItemKnn, MatchesBruteForce) {
  TestShop shop(50, 5);
  FillTestLog(shop, 600, 4, 11);
  const auto knn = Make(shop, {{"half_life_days", 0.0}, {"neighbours", std::int64_t{50}}, {"earlier_weight", 0.0}});
  int compared = 0;
  for (int i = 0; i < 50; ++i) {
    const Ints session = {i, (i * 7) % 50, (i * 3 + 1) % 50, i};
    const Ints expected = NaiveRanking(shop, session, 6, 0.8, 5.0);
    if (expected.size() < 6) continue;  // the rest would be popularity
    ++compared;
    EXPECT_EQ(Ids(Ask(*knn, session, 6)), expected) << i;
  }
  EXPECT_GT(compared, 40);
}

// Scores rank as slates do, and are the sums that the formula says; other items are not ranked at all.
TEST(ItemKnn, ScoresRankLikeSlates) {
  TestShop shop(50, 5);
  FillTestLog(shop, 600, 4, 12);
  const auto knn = Make(shop, {{"neighbours", std::int64_t{50}}, {"earlier_weight", 0.0}, {"decay", 0.5}});
  for (int i = 0; i < 50; ++i) {
    const std::vector<ItemId> session = testing::Items({(i * 7 + 1) % 50, i});
    RecommendRequest request;
    request.session_items = session;
    std::vector<float> scores(50);
    knn->Score(request, scores);
    std::vector<float> expected(50, 0);
    for (const Scored& n : knn->neighbours().of(session[1])) expected[static_cast<std::size_t>(n.id)] += n.score;
    if (session[0] != session[1])
      for (const Scored& n : knn->neighbours().of(session[0])) expected[static_cast<std::size_t>(n.id)] += n.score / 2;
    for (int j = 0; j < 50; ++j) {
      const auto at = static_cast<std::size_t>(j);
      if (expected[at] > 0) EXPECT_FLOAT_EQ(scores[at], expected[at]);
      else EXPECT_EQ(scores[at], -std::numeric_limits<float>::infinity());
    }
    std::vector<Scored> best;
    for (int j = 0; j < 50; ++j)
      if (expected[static_cast<std::size_t>(j)] > 0 && ItemId(j) != session[0] && ItemId(j) != session[1])
        best.push_back({scores[static_cast<std::size_t>(j)], j});
    if (best.size() < 6) continue;
    std::sort(best.begin(), best.end(), Before);
    Ints ids;
    for (std::size_t r = 0; r < 6; ++r) ids.push_back(best[r].id);
    EXPECT_EQ(Ids(Ask(*knn, {session[0].value, session[1].value}, 6)), ids);
  }
}

// Two sessions {0, 1}, one {0, 2}, one {3}: idf(baskets) over 4 items is ln 4 − ln 3 for pairs. Likeness of 0 and 1
// is 2 ÷ √(3 · 2) under tf-idf too, all baskets of 0 and 1 weighing the same; as plain dot product 2 idf².
TEST(ItemKnn, WeightingAndSimilarityAreParameters) {
  TestShop shop(4, 1);
  shop.LogSession(0, 0, {0, 1});
  shop.LogSession(1, 1, {0, 1});
  shop.LogSession(2, 2, {0, 2});
  shop.LogSession(3, 3, {3});
  const auto best = [&](ParamList given) { return Make(shop, given)->neighbours().of(ItemId(0))[0].score; };
  const double idf = std::log(4.0 / 3);
  EXPECT_NEAR(best({{"half_life_days", 0.0}, {"shrink", 0.0}, {"weighting", "tf-idf"}}), 2 / std::sqrt(6.0), 1e-6);
  EXPECT_NEAR(best({{"half_life_days", 0.0}, {"weighting", "tf-idf"}, {"similarity", "dot"}}), 2 * idf * idf, 1e-6);
  // Pearson over 4 baskets: (2 − 3 · 2 / 4) ÷ √((3 − 9/4) (2 − 4/4)).
  EXPECT_NEAR(best({{"half_life_days", 0.0}, {"shrink", 0.0}, {"similarity", "pearson"}}), 0.5 / std::sqrt(0.75), 1e-6);
}

TEST(ItemKnn, EarlierSessionsVoteOnTheHomePage) {
  TestShop shop(20, 1, 3);
  for (int s = 0; s < 10; ++s) shop.LogSession(1, s, {4, 9});
  for (int s = 10; s < 40; ++s) shop.LogSession(2, s, {0, 1});
  shop.LogSession(0, 40, {4});
  EXPECT_EQ(Ids(Ask(*Make(shop), {}, 1, 0)), Ints{9});
  EXPECT_EQ(Ids(Ask(*Make(shop, {{"earlier_weight", 0.0}}), {}, 1, 0)), Ints{1});  // popularity, the latest of a tie
}

TEST(ItemKnn, FillsUpWithTheCategorysBestSellers) {
  TestShop shop(20, 2, 3);
  for (int s = 0; s < 5; ++s) shop.LogSession(1, s, {7, 7, 7});
  for (int s = 5; s < 20; ++s) shop.LogSession(1, s, {8});
  EXPECT_EQ(Ids(Ask(*Make(shop), {3}, 2)), (Ints{7, 1}));
}

}  // namespace
}  // namespace souk
