#include "strategies/recommender/ease/ease.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
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
using testing::Saved;
using testing::TestShop;
using testing::TrainOn;

std::unique_ptr<Ease> Make(const TestShop& shop, ParamList given = {}) {
  auto ease = MakeRecommender<Ease>(EaseInfo(), MakeEase, shop, given);
  TrainOn(*ease, shop);
  return ease;
}

/// X of the log with the default weights: 1 where a shopper met an item.
Eigen::MatrixXd Interactions(const TestShop& shop) {
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(shop.view.shoppers(), shop.catalogue.items());
  for (const ShopEvent& e : shop.records.log.events)
    if (e.item.valid()) x(e.shopper.value, e.item.value) = 1;
  return x;
}

/// weight(h, i), both by catalogue id.
double WeightOf(const ItemWeights& w, int h, int i) {
  const auto at = [&w](int id) {
    return static_cast<std::size_t>(std::lower_bound(w.items.begin(), w.items.end(), id) - w.items.begin());
  };
  if (!w.dense.empty()) return w.dense[at(h) * w.items.size() + at(i)];
  for (const Entry& e : w.sparse.row(static_cast<int>(at(h))))
    if (static_cast<std::size_t>(e.column) == at(i)) return e.value;
  return 0;
}

std::vector<float> ScoresOf(Ease& ease, int items, const std::vector<int>& session, int shopper) {
  const std::vector<ItemId> viewed = Items(session);
  RecommendRequest request;
  request.shopper = shopper < 0 ? ShopperId() : ShopperId(shopper);
  request.session_items = viewed;
  std::vector<float> scores(static_cast<std::size_t>(items), 99.0F);
  ease.Score(request, scores);
  return scores;
}

// Three shoppers, items 0 and 1: met by two each, together once. X'X + I = [[3, 1], [1, 3]], its inverse
// [[3, −1], [−1, 3]] / 8, so both weights are 1/3.
TEST(Ease, WeightsByHand) {
  TestShop shop(3, 1, 3);
  shop.LogSession(0, 0, {0, 1});
  shop.LogSession(1, 1, {0, 0});
  shop.LogSession(2, 2, {1});
  const auto ease = Make(shop, {{"lambda", 1.0}});
  EXPECT_EQ(ease->weights().items, (std::vector<std::int32_t>{0, 1}));  // nobody has met item 2
  EXPECT_EQ(ease->weights().dense, (std::vector<float>{0, 1.0F / 3, 1.0F / 3, 0}));
}

// The definition, column by column: B_j is the ridge regression of item j on all the others.
TEST(Ease, EachItemIsTheRidgeRegressionOnTheOthers) {
  TestShop shop(220, 6, 150);  // more items than one band of the inverse holds
  FillTestLog(shop, 1500, 6, 1);
  const double lambda = 7;
  const auto ease = Make(shop, {{"lambda", lambda}});
  const Eigen::MatrixXd x = Interactions(shop);
  for (const int j : {0, 3, 100, 219}) {
    Eigen::MatrixXd others = x;
    others.col(j).setZero();
    Eigen::MatrixXd gram = others.transpose() * others;
    gram.diagonal().array() += lambda;
    const Eigen::VectorXd expected = gram.llt().solve(others.transpose() * x.col(j));
    for (int i = 0; i < 220; ++i) {
      if (x.col(i).isZero() || x.col(j).isZero()) continue;
      EXPECT_NEAR(WeightOf(ease->weights(), i, j), i == j ? 0 : expected(i), 1e-6) << i << " for " << j;
    }
  }
}

TEST(Ease, EventsCountByTheirWeight) {
  TestShop shop(2, 1, 2);
  shop.Log(ShopEventKind::kView, 0, 0, 0);
  shop.Log(ShopEventKind::kPurchase, 0, 0, 0);
  shop.Log(ShopEventKind::kCart, 0, 0, 1);
  const auto ease = Make(shop, {{"lambda", 1.0}, {"view_weight", 1.0}, {"cart_weight", 2.0}, {"buy_weight", 3.0}});
  // X = (3, 2): X'X + I = [[10, 6], [6, 5]]; B_01 = 6/10, B_10 = 6/5.
  EXPECT_NEAR(WeightOf(ease->weights(), 0, 1), 0.6, 1e-6);
  EXPECT_NEAR(WeightOf(ease->weights(), 1, 0), 1.2, 1e-6);
}

// Row times weights: the shopper's past, items of this session that are in it, and ones that are not.
TEST(Ease, ScoreIsTheHistoryTimesTheWeights) {
  TestShop shop(60, 5, 40);
  FillTestLog(shop, 400, 5, 2);
  const auto ease = Make(shop, {{"lambda", 10.0}, {"earlier_weight", 0.25}});
  const Eigen::MatrixXd x = Interactions(shop);
  for (int u = 0; u < 40; ++u) {
    const std::vector<int> session = {u, (u * 7 + 1) % 60, u};
    const std::vector<float> scores = ScoresOf(*ease, 60, session, u);
    for (int i = 0; i < 60; ++i) {
      double expected = 0;
      for (int h = 0; h < 60; ++h) {
        const bool now = h == session[0] || h == session[1];
        const double weight = now ? 1 : 0.25 * x(u, h);
        expected += weight * WeightOf(ease->weights(), h, i);
      }
      EXPECT_NEAR(scores[static_cast<std::size_t>(i)], expected, 1e-5);
    }
  }
}

// Views, carts and purchases enter the score by their weights, those of before Train and those since; an item of the
// session that is not in the row counts as viewed. The weights of the items are exactly those that were learnt.
TEST(Ease, ScoreCountsEachKindOfEventByItsWeight) {
  TestShop shop(40, 4, 30);
  FillTestLog(shop, 300, 5, 12);
  shop.Log(ShopEventKind::kView, 29, 0, 3);
  shop.Log(ShopEventKind::kCart, 29, 0, 7);
  shop.Log(ShopEventKind::kPurchase, 29, 0, 11);
  const auto ease =
      Make(shop,
           {{"lambda", 5.0}, {"view_weight", 0.5}, {"cart_weight", 2.0}, {"buy_weight", 3.0}, {"earlier_weight", 1.0}});
  TestShop later(40, 4, 60);
  later.Log(ShopEventKind::kView, 50, 0, 3);
  later.Log(ShopEventKind::kCart, 50, 0, 7);
  later.Log(ShopEventKind::kPurchase, 50, 0, 11);
  for (const ShopEvent& e : later.records.log.events) ease->Observe(e);
  std::vector<double> row(40, 0);
  for (const ShopEvent& e : shop.records.log.events)
    if (e.shopper.value == 29 && e.item.valid()) {
      const double weight = e.kind == ShopEventKind::kView       ? 0.5
                            : e.kind == ShopEventKind::kCart     ? 2
                            : e.kind == ShopEventKind::kPurchase ? 3
                                                                 : 0;
      row[e.item.index()] = std::max(row[e.item.index()], weight);
    }
  const std::vector<float> known = ScoresOf(*ease, 40, {15}, 29);
  const std::vector<float> fresh = ScoresOf(*ease, 40, {15}, 50);
  for (int i = 0; i < 40; ++i) {
    const auto at = [&](int h) { return WeightOf(ease->weights(), h, i); };
    double expected = row[15] == 0 ? 0.5 * at(15) : 0;
    for (int h = 0; h < 40; ++h) expected += row[static_cast<std::size_t>(h)] * at(h);
    EXPECT_NEAR(known[static_cast<std::size_t>(i)], expected, 1e-5) << i;
    EXPECT_NEAR(fresh[static_cast<std::size_t>(i)], 0.5 * at(3) + 2 * at(7) + 3 * at(11) + 0.5 * at(15), 1e-5) << i;
  }
}

// What happened since Train, and shoppers whom Train did not know, score as if they stood in their rows.
TEST(Ease, EventsAndShoppersFoldInAtOnce) {
  TestShop shop(30, 3, 20);
  FillTestLog(shop, 200, 5, 3);
  const auto ease = Make(shop);
  TestShop later(30, 3, 1000);
  later.Log(ShopEventKind::kView, 900, 0, 4);
  later.Log(ShopEventKind::kView, 900, 0, 11);
  for (const ShopEvent& e : later.records.log.events) ease->Observe(e);
  EXPECT_EQ(ScoresOf(*ease, 30, {}, 900), ScoresOf(*ease, 30, {4, 11}, -1));
  EXPECT_EQ(ScoresOf(*ease, 30, {4}, 900), ScoresOf(*ease, 30, {4, 11}, -1));
}

// The slate against a plain sort of the scores.
TEST(Ease, SlateIsTheBestAllowedByScoreThenPopularity) {
  TestShop shop(60, 5, 40);
  FillTestLog(shop, 400, 5, 4);
  for (int i = 0; i < 60; i += 7) shop.SetAvailable(i, false);
  const auto ease = Make(shop);
  for (int u = 0; u < 40; ++u) {
    const std::vector<int> session = {(u * 3) % 60, (u * 11 + 5) % 60};
    const std::vector<float> scores = ScoresOf(*ease, 60, session, u);
    std::vector<std::pair<float, int>> order;
    for (int i = 0; i < 60; ++i)
      if (scores[static_cast<std::size_t>(i)] > 0 && i % 7 != 0 && i != session[0] && i != session[1])
        order.emplace_back(-scores[static_cast<std::size_t>(i)], i);
    std::sort(order.begin(), order.end());
    const std::vector<int> slate = Ids(Ask(*ease, session, 8, u));
    ASSERT_EQ(slate.size(), 8U);
    for (std::size_t r = 0; r < std::min<std::size_t>(8, order.size()); ++r) EXPECT_EQ(slate[r], order[r].second);
  }
}

TEST(Ease, WithoutAHistoryPopularityServes) {
  TestShop shop(30, 1, 20);
  FillTestLog(shop, 200, 5, 5);
  const auto ease = Make(shop);
  for (const float score : ScoresOf(*ease, 30, {}, 5000)) EXPECT_EQ(score, -std::numeric_limits<float>::infinity());
  std::vector<std::int64_t> met(30, 0);  // default weights: popularity counts events
  for (const ShopEvent& e : shop.records.log.events)
    if (e.item.valid()) ++met[e.item.index()];
  const std::vector<int> slate = Ids(Ask(*ease, {}, 5, 5000));
  ASSERT_EQ(slate.size(), 5U);
  EXPECT_EQ(met[static_cast<std::size_t>(slate[0])], *std::max_element(met.begin(), met.end()));
  for (std::size_t r = 1; r < 5; ++r)
    EXPECT_LE(met[static_cast<std::size_t>(slate[r])], met[static_cast<std::size_t>(slate[r - 1])]);
}

// Beyond max_items the items in most rows are modelled as if there were no others.
TEST(Ease, LargeCataloguesAreCutToTheMostTaken) {
  TestShop shop(50, 5, 80);
  FillTestLog(shop, 500, 5, 6);
  const auto ease = Make(shop, {{"max_items", std::int64_t{12}}, {"lambda", 5.0}});
  const Eigen::MatrixXd x = Interactions(shop);
  const std::vector<std::int32_t>& items = ease->weights().items;
  ASSERT_EQ(items.size(), 12U);
  const std::set<int> modelled(items.begin(), items.end());
  double least = 1e9;
  for (const int i : modelled) least = std::min(least, x.col(i).sum());
  Eigen::MatrixXd some(80, 12);
  for (int n = 0; n < 12; ++n) some.col(n) = x.col(items[static_cast<std::size_t>(n)]);
  Eigen::MatrixXd gram = some.transpose() * some;
  gram.diagonal().array() += 5;
  const Eigen::MatrixXd inverse = gram.llt().solve(Eigen::MatrixXd::Identity(12, 12));
  EXPECT_NEAR(WeightOf(ease->weights(), items[2], items[7]), -inverse(2, 7) / inverse(7, 7), 1e-6);
  const std::vector<float> scores = ScoresOf(*ease, 50, {items[0]}, -1);
  for (int i = 0; i < 50; ++i) {
    if (modelled.count(i) == 0) {
      EXPECT_LE(x.col(i).sum(), least);
    }
    EXPECT_EQ(std::isfinite(scores[static_cast<std::size_t>(i)]), modelled.count(i) > 0) << i;
  }
}

TEST(Ease, KeepsTheLargestWeightsOfEachItem) {
  TestShop shop(40, 4, 60);
  FillTestLog(shop, 400, 5, 7);
  const auto full = Make(shop);
  const auto cut = Make(shop, {{"keep", std::int64_t{6}}});
  for (const int h : full->weights().items) {
    std::vector<double> sizes;
    for (const int i : full->weights().items) sizes.push_back(std::abs(WeightOf(full->weights(), h, i)));
    std::sort(sizes.rbegin(), sizes.rend());
    for (const int i : full->weights().items) {
      const double weight = WeightOf(full->weights(), h, i);
      const double kept = WeightOf(cut->weights(), h, i);
      if (std::abs(weight) > sizes[6]) {
        EXPECT_EQ(kept, weight);
      }
      if (std::abs(weight) < sizes[5]) {
        EXPECT_EQ(kept, 0);
      }
    }
    EXPECT_EQ(cut->weights().sparse.row(static_cast<int>(h - full->weights().items[0])).size(), 6U);
  }
  const std::vector<float> scores = ScoresOf(*cut, 40, {3, 8}, -1);
  for (int i = 0; i < 40; ++i)
    EXPECT_FLOAT_EQ(scores[static_cast<std::size_t>(i)],
                    static_cast<float>(WeightOf(cut->weights(), 3, i) + WeightOf(cut->weights(), 8, i)));
}

// Equal weights again, and the same row of every shopper, from a state saved after news.
TEST(Ease, ASavedStateKeepsTheNews) {
  TestShop shop(30, 3, 20);
  FillTestLog(shop, 200, 5, 8);
  for (const std::int64_t keep : {0, 5}) {
    const auto ease = Make(shop, {{"keep", keep}});
    shop.Log(ShopEventKind::kView, 3, 999, 17);
    ease->Observe(shop.records.log.events.back());
    const auto loaded = MakeRecommender<Ease>(EaseInfo(), MakeEase, shop, {{"keep", keep}});
    std::istringstream in(Saved(*ease));
    loaded->Load(in);
    for (int u = 0; u < 20; ++u) EXPECT_EQ(ScoresOf(*loaded, 30, {}, u), ScoresOf(*ease, 30, {}, u));
  }
}

// Weights of up to 1000 under the smallest lambda, met by everyone alike: one step from singular.
TEST(Ease, IdenticalItemsWithHugeWeightsStayFinite) {
  TestShop shop(20, 2, 200);
  for (int u = 0; u < 200; ++u)
    for (int i = 0; i < 20; ++i) shop.Log(ShopEventKind::kView, u, u, i);
  const auto ease = Make(shop, {{"lambda", 0.1}, {"view_weight", 1000.0}});
  for (const float w : ease->weights().dense) EXPECT_TRUE(std::isfinite(w));
  // By symmetry all weights are equal: 1/19 but for the ridge, as each item is the mean of the others.
  EXPECT_NEAR(WeightOf(ease->weights(), 3, 9), 1.0 / 19, 1e-4);
}

}  // namespace
}  // namespace souk
