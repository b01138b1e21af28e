// Neighbours and scores against dense matrices; what came since training against training on it.

#include "strategies/recommender/user_knn/user_knn.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/support/recommend.h"

namespace souk {
namespace {

using testing::Ask;
using testing::FillTestLog;
using testing::Ids;
using testing::Items;
using testing::MakeRecommender;
using testing::ParamList;
using testing::TestShop;
using testing::TrainOn;

std::unique_ptr<UserKnn> Make(const TestShop& shop, ParamList given = {}) {
  auto knn = MakeRecommender<UserKnn>(UserKnnInfo(), MakeUserKnn, shop, given);
  TrainOn(*knn, shop);
  return knn;
}

using Dense = std::vector<std::vector<double>>;
double Dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
/// X of the log: 1 where a shopper met an item.
Dense Interactions(const TestShop& shop) {
  Dense x(static_cast<std::size_t>(shop.view.shoppers()),
          std::vector<double>(static_cast<std::size_t>(shop.catalogue.items()), 0.0));
  for (const ShopEvent& e : shop.records.log.events)
    if (e.item.valid()) x[e.shopper.index()][e.item.index()] = 1;
  return x;
}

RecommendRequest Question(int shopper, const std::vector<ItemId>& session) {
  RecommendRequest request;
  if (shopper >= 0) request.shopper = ShopperId(shopper);
  request.session_items = session;
  return request;
}

// Shopper 0 took {0, 1}, 1 took {0, 1, 2}, 2 took {1, 3}, 3 took {4}.
TEST(UserKnn, NeighboursByHand) {
  TestShop shop(6, 1, 5);
  shop.LogSession(0, 0, {0, 1});
  shop.LogSession(1, 1, {0, 1, 2});
  shop.LogSession(2, 2, {1, 3});
  shop.LogSession(3, 3, {4});
  const auto knn = Make(shop);
  const auto near = knn->NeighboursOf(Question(0, {}));
  ASSERT_EQ(near.size(), 2U);
  EXPECT_EQ(near[0].id, 1);
  EXPECT_FLOAT_EQ(near[0].score, 2 / std::sqrt(6.0F));
  EXPECT_EQ(near[1].id, 2);
  EXPECT_FLOAT_EQ(near[1].score, 0.5F);
  EXPECT_EQ(Ids(Ask(*knn, {0, 1}, 2)), (std::vector<int>{2, 3}));
  const auto shrunk = Make(shop, {{"shrink", 1.0}, {"neighbours", std::int64_t{1}}});
  ASSERT_EQ(shrunk->NeighboursOf(Question(0, {})).size(), 1U);
  EXPECT_FLOAT_EQ(shrunk->NeighboursOf(Question(0, {}))[0].score, 2 / (std::sqrt(6.0F) + 1));
}

// Every shopper, a session on top of the past, with weights of items that only the past knows: k neighbours by a full
// sort over dense rows, then the sum of their rows.
TEST(UserKnn, ScoresAreTheFormula) {
  TestShop shop(50, 5, 40);
  FillTestLog(shop, 200, 5, 8);
  const auto knn = Make(shop, {{"neighbours", std::int64_t{7}}, {"earlier_weight", 0.5}, {"shrink", 0.7}});
  const Dense x = Interactions(shop);
  for (int u = 0; u < 40; ++u) {
    const std::vector<ItemId> session = Items({u, (u * 3 + 1) % 50});
    std::vector<double> row = x[static_cast<std::size_t>(u)];
    for (double& r : row) r *= 0.5;
    for (const ItemId item : session) row[item.index()] = 1;
    std::vector<Scored> all;
    for (int v = 0; v < 40; ++v) {
      const auto& other = x[static_cast<std::size_t>(v)];
      const double likeness = Dot(row, other) / (std::sqrt(Dot(row, row) * Dot(other, other)) + 0.7);
      if (v != u && Dot(row, other) > 0) all.push_back({static_cast<float>(likeness), v});
    }
    std::sort(all.begin(), all.end(), Before);
    ASSERT_GT(all.size(), 8U);
    std::vector<float> scores(50);
    knn->Score(Question(u, session), scores);
    const auto near = knn->NeighboursOf(Question(u, session));
    ASSERT_EQ(near.size(), 7U);
    std::vector<double> expected(50, 0);
    for (std::size_t r = 0; r < 7; ++r) {
      EXPECT_NEAR(near[r].score, all[r].score, 1e-5);  // the r-th best; ties may differ by rounding
      for (std::size_t i = 0; i < 50; ++i)
        expected[i] += static_cast<double>(near[r].score) * x[static_cast<std::size_t>(near[r].id)][i];
    }
    for (std::size_t i = 0; i < 50; ++i) {
      if (expected[i] > 0) EXPECT_NEAR(scores[i], expected[i], 1e-5);
      else EXPECT_EQ(scores[i], -std::numeric_limits<float>::infinity());
    }
  }
}

// All weightings and similarities: a shopper whom Train did not know, told of the events of one whom it knew, has the
// likeness to others that the known one has, and the known one is found first.
TEST(UserKnn, NewShoppersFoldInLikeKnownOnes) {
  TestShop shop(50, 5, 40);
  FillTestLog(shop, 200, 5, 9);
  shop.records.profiles.resize(60);
  for (const char* weighting : {"none", "tf-idf", "bm25"})
    for (const char* similarity : {"cosine", "dot", "pearson", "adjusted-cosine"}) {
      const auto knn = Make(shop, {{"weighting", std::string(weighting)}, {"similarity", std::string(similarity)}});
      for (ShopEvent e : shop.records.log.events)
        if (e.shopper == ShopperId(5)) {
          e.shopper = ShopperId(55);
          knn->Observe(e);
        }
      const auto known = knn->NeighboursOf(Question(5, {}));
      const std::vector<Scored> expected(known.begin(), known.end());
      ASSERT_GT(expected.size(), 5U);
      std::vector<Scored> found;
      bool self = false;
      for (const Scored& s : knn->NeighboursOf(Question(55, {}))) {
        if (s.id == 5) self = true;
        else found.push_back(s);
      }
      EXPECT_TRUE(self);
      EXPECT_EQ(found, expected) << weighting << ' ' << similarity;
    }
}

}  // namespace
}  // namespace souk
