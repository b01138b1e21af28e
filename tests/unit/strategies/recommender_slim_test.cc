#include "strategies/recommender/slim/slim.h"

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "tests/support/recommend.h"

namespace souk {
namespace {

using testing::FillTestLog;
using testing::Items;
using testing::MakeRecommender;
using testing::ParamList;
using testing::Saved;
using testing::TestShop;
using testing::TrainOn;

/// Row-major floats, as ElasticNet wants them.
std::vector<float> GramOfDense(const Eigen::MatrixXd& x) {
  const Eigen::MatrixXd gram = x.transpose() * x;
  std::vector<float> flat;
  for (Eigen::Index r = 0; r < gram.rows(); ++r)
    for (Eigen::Index c = 0; c < gram.cols(); ++c) flat.push_back(static_cast<float>(gram(r, c)));
  return flat;
}

Eigen::MatrixXd SparseCounts(int rows, int columns, std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(rows, columns);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c)
      if (bits() % 6 == 0 || (c % 7 == r % 7 && bits() % 2 == 0)) x(r, c) = 1 + static_cast<double>(bits() % 2);
  return x;
}

Eigen::VectorXd Dense(std::span<const Entry> entries, int m) {
  Eigen::VectorXd w = Eigen::VectorXd::Zero(m);
  for (const Entry& e : entries) w(e.column) = e.value;
  return w;
}

double Objective(const Eigen::MatrixXd& x, int j, const Eigen::VectorXd& w, double l1, double l2) {
  return 0.5 * (x.col(j) - x * w).squaredNorm() + 0.5 * l2 * w.squaredNorm() + l1 * w.lpNorm<1>();
}

// One other item: w = (x_0·x_1 − l1) ÷ (x_1·x_1 + l2) = (6 − 1) ÷ (9 + 1), and 0 when l1 passes x_0·x_1.
TEST(ElasticNet, TwoItemsByHand) {
  const std::vector<float> gram = {8, 6, 6, 9};
  ElasticNet net(gram, 2, {.l1 = 1, .l2 = 1});
  ASSERT_EQ(net.Solve(0).size(), 1U);
  EXPECT_EQ(net.Solve(0)[0].column, 1);
  EXPECT_FLOAT_EQ(net.Solve(0)[0].value, 0.5F);
  EXPECT_FLOAT_EQ(net.Solve(1)[0].value, 5.0F / 9);
  ElasticNet strict(gram, 2, {.l1 = 6, .l2 = 1});
  EXPECT_TRUE(strict.Solve(0).empty());
}

TEST(ElasticNet, NegativeWeightsOnlyWhereTheyAreAllowed) {
  const std::vector<float> gram = {8, -6, -6, 9};
  ElasticNet free(gram, 2, {.l1 = 1, .l2 = 1, .non_negative = false});
  ASSERT_EQ(free.Solve(0).size(), 1U);
  EXPECT_FLOAT_EQ(free.Solve(0)[0].value, -0.5F);
  ElasticNet bound(gram, 2, {.l1 = 1, .l2 = 1});
  EXPECT_TRUE(bound.Solve(0).empty());
}

// The optimality conditions, which a convex problem meets at its minimum only: with g_i = x_i · (x_j − X w) − l2 w_i,
// g_i = l1 sign(w_i) where w_i ≠ 0; else |g_i| ≤ l1 (non-negative: g_i ≤ l1).
TEST(ElasticNet, MeetsTheOptimalityConditions) {
  const int m = 60;
  const Eigen::MatrixXd x = SparseCounts(120, m, 1);
  const std::vector<float> gram = GramOfDense(x);
  for (const bool non_negative : {true, false})
    for (const float l1 : {0.0F, 1.0F, 10.0F, 40.0F}) {
      const ElasticNetSettings settings{
          .l1 = l1, .l2 = 3, .non_negative = non_negative, .max_sweeps = 10000, .tolerance = 1e-6F};
      ElasticNet net(gram, m, settings);
      int kept = 0;
      for (int j = 0; j < m; ++j) {
        const Eigen::VectorXd w = Dense(net.Solve(j), m);
        EXPECT_EQ(w(j), 0);
        const Eigen::VectorXd g = x.transpose() * (x.col(j) - x * w) - 3 * w;
        for (int i = 0; i < m; ++i) {
          if (i == j) continue;
          if (w(i) != 0) {
            EXPECT_NEAR(g(i), w(i) > 0 ? l1 : -l1, 0.01) << i;
            ++kept;
          } else {
            EXPECT_LE(non_negative ? g(i) : std::abs(g(i)), l1 + 0.01) << i;
          }
          EXPECT_TRUE(w(i) >= 0 || !non_negative);
        }
      }
      EXPECT_GT(kept, 0) << l1;
    }
}

// A minimum: no move of one or two weights lowers the objective.
TEST(ElasticNet, NoMoveOfTwoWeightsIsBetter) {
  const int m = 12;
  const Eigen::MatrixXd x = SparseCounts(40, m, 2);
  const std::vector<float> gram = GramOfDense(x);
  ElasticNet net(gram, m, {.l1 = 2, .l2 = 4, .non_negative = false, .max_sweeps = 10000, .tolerance = 1e-6F});
  const Eigen::VectorXd w = Dense(net.Solve(5), m);
  const double best = Objective(x, 5, w, 2, 4);
  for (int a = 0; a < m; ++a)
    for (int b = 0; b < m; ++b)
      for (const double da : {-0.01, 0.01})
        for (const double db : {-0.01, 0.0, 0.01}) {
          Eigen::VectorXd moved = w;
          moved(a) += da;
          moved(b) += db;
          moved(5) = 0;
          if (moved == w) continue;
          EXPECT_GT(Objective(x, 5, moved, 2, 4), best - 1e-4);
        }
}

TEST(ElasticNet, OneProblemLeavesNoTraceInTheNext) {
  const int m = 40;
  const std::vector<float> gram = GramOfDense(SparseCounts(80, m, 3));
  const ElasticNetSettings settings{.l1 = 1, .l2 = 2};
  ElasticNet used(gram, m, settings);
  for (int j = 0; j < m; ++j) {
    const Eigen::VectorXd again = Dense(used.Solve(j), m);
    ElasticNet fresh(gram, m, settings);
    EXPECT_EQ(again, Dense(fresh.Solve(j), m)) << j;
  }
}

std::unique_ptr<Slim> Make(const TestShop& shop, ParamList given = {}) {
  auto slim = MakeRecommender<Slim>(SlimInfo(), MakeSlim, shop, given);
  TrainOn(*slim, shop);
  return slim;
}

double WeightOf(const ItemWeights& w, int h, int i) {
  const auto at = [&w](int id) {
    return static_cast<int>(std::lower_bound(w.items.begin(), w.items.end(), id) - w.items.begin());
  };
  for (const Entry& e : w.sparse.row(at(h)))
    if (e.column == at(i)) return e.value;
  return 0;
}

std::vector<float> ScoresOf(Slim& slim, int items, const std::vector<int>& session, int shopper) {
  const std::vector<ItemId> viewed = Items(session);
  RecommendRequest request;
  request.shopper = shopper < 0 ? ShopperId() : ShopperId(shopper);
  request.session_items = viewed;
  std::vector<float> scores(static_cast<std::size_t>(items), 99.0F);
  slim.Score(request, scores);
  return scores;
}

// Three shoppers, items 0 and 1: X'X = [[2, 1], [1, 2]]. With l1 = ½ and l2 = 1 both weights are (1 − ½) ÷ (2 + 1).
TEST(Slim, WeightsByHand) {
  TestShop shop(3, 1, 3);
  shop.LogSession(0, 0, {0, 1});
  shop.LogSession(1, 1, {0, 0});
  shop.LogSession(2, 2, {1});
  const auto slim = Make(shop, {{"l1", 0.5}, {"l2", 1.0}});
  EXPECT_EQ(slim->weights().items, (std::vector<std::int32_t>{0, 1}));
  EXPECT_FLOAT_EQ(static_cast<float>(WeightOf(slim->weights(), 0, 1)), 0.5F / 3);
  EXPECT_FLOAT_EQ(static_cast<float>(WeightOf(slim->weights(), 1, 0)), 0.5F / 3);
}

// Items that stand for each other unequally: who predicts whom must not be swapped.
TEST(Slim, AWeightLeadsFromTheHistoryToTheItem) {
  TestShop shop(2, 1, 4);
  for (int u = 0; u < 4; ++u) shop.Log(ShopEventKind::kView, u, u, 0);
  shop.Log(ShopEventKind::kView, 0, 0, 1);
  const auto slim = Make(shop, {{"l1", 0.0}, {"l2", 1.0}});
  // X'X = [[4, 1], [1, 1]]: item 1 is 1 ÷ (4 + 1) of item 0, item 0 is 1 ÷ (1 + 1) of item 1.
  EXPECT_FLOAT_EQ(ScoresOf(*slim, 2, {0}, -1)[1], 0.2F);
  EXPECT_FLOAT_EQ(ScoresOf(*slim, 2, {1}, -1)[0], 0.5F);
}

TEST(Slim, EachItemKeepsItsLargestWeights) {
  TestShop shop(40, 4, 60);
  FillTestLog(shop, 500, 5, 4);
  const auto full = Make(shop, {{"l1", 0.1}});
  const auto cut = Make(shop, {{"l1", 0.1}, {"keep", std::int64_t{4}}});
  int cuts = 0;
  for (const int i : full->weights().items) {
    std::vector<double> all;
    std::vector<double> left;
    for (const int h : full->weights().items) {
      if (const double w = WeightOf(full->weights(), h, i); w != 0) all.push_back(w);
      if (const double w = WeightOf(cut->weights(), h, i); w != 0) left.push_back(w);
    }
    std::sort(all.rbegin(), all.rend());
    std::sort(left.rbegin(), left.rend());
    cuts += all.size() > 4 ? 1 : 0;
    all.resize(std::min<std::size_t>(all.size(), 4));
    EXPECT_EQ(left, all) << i;
  }
  EXPECT_GT(cuts, 10);
}

TEST(Slim, ScoreIsTheHistoryTimesTheWeights) {
  TestShop shop(50, 5, 40);
  FillTestLog(shop, 500, 5, 5);
  const auto slim = Make(shop, {{"l1", 0.5}, {"l2", 3.0}});
  for (int u = 0; u < 40; ++u) {
    std::vector<double> x(50, 0);
    for (const ShopEvent& e : shop.records.log.events)
      if (e.shopper.value == u && e.item.valid()) x[e.item.index()] = 1;
    x[static_cast<std::size_t>(u)] = 1;
    const std::vector<float> scores = ScoresOf(*slim, 50, {u}, u);
    for (int i = 0; i < 50; ++i) {
      double expected = 0;
      for (int h = 0; h < 50; ++h) expected += x[static_cast<std::size_t>(h)] * WeightOf(slim->weights(), h, i);
      EXPECT_NEAR(scores[static_cast<std::size_t>(i)], expected, 1e-5);
    }
  }
}

// Views, carts and purchases enter the score by their weights, those of before Train and those since; an item of the
// session that is not in the row counts as viewed. The weights of the items are exactly those that were learnt.
TEST(Slim, ScoreCountsEachKindOfEventByItsWeight) {
  TestShop shop(40, 4, 30);
  FillTestLog(shop, 300, 5, 12);
  shop.Log(ShopEventKind::kView, 29, 0, 3);
  shop.Log(ShopEventKind::kCart, 29, 0, 7);
  shop.Log(ShopEventKind::kPurchase, 29, 0, 11);
  const auto slim = Make(
      shop, {{"l1", 0.2}, {"view_weight", 0.5}, {"cart_weight", 2.0}, {"buy_weight", 3.0}, {"earlier_weight", 1.0}});
  TestShop later(40, 4, 60);
  later.Log(ShopEventKind::kView, 50, 0, 3);
  later.Log(ShopEventKind::kCart, 50, 0, 7);
  later.Log(ShopEventKind::kPurchase, 50, 0, 11);
  for (const ShopEvent& e : later.records.log.events) slim->Observe(e);
  std::vector<double> row(40, 0);
  for (const ShopEvent& e : shop.records.log.events)
    if (e.shopper.value == 29 && e.item.valid()) {
      const double weight = e.kind == ShopEventKind::kView       ? 0.5
                            : e.kind == ShopEventKind::kCart     ? 2
                            : e.kind == ShopEventKind::kPurchase ? 3
                                                                 : 0;
      row[e.item.index()] = std::max(row[e.item.index()], weight);
    }
  const std::vector<float> known = ScoresOf(*slim, 40, {15}, 29);
  const std::vector<float> fresh = ScoresOf(*slim, 40, {15}, 50);
  for (int i = 0; i < 40; ++i) {
    const auto at = [&](int h) { return WeightOf(slim->weights(), h, i); };
    double expected = row[15] == 0 ? 0.5 * at(15) : 0;
    for (int h = 0; h < 40; ++h) expected += row[static_cast<std::size_t>(h)] * at(h);
    EXPECT_NEAR(known[static_cast<std::size_t>(i)], expected, 1e-5) << i;
    EXPECT_NEAR(fresh[static_cast<std::size_t>(i)], 0.5 * at(3) + 2 * at(7) + 3 * at(11) + 0.5 * at(15), 1e-5) << i;
  }
}

TEST(Slim, EventsAndShoppersFoldInAtOnce) {
  TestShop shop(30, 3, 20);
  FillTestLog(shop, 200, 5, 6);
  const auto slim = Make(shop);
  TestShop later(30, 3, 1000);
  later.Log(ShopEventKind::kView, 900, 0, 4);
  slim->Observe(later.records.log.events.back());
  EXPECT_EQ(ScoresOf(*slim, 30, {}, 900), ScoresOf(*slim, 30, {4}, -1));
  const auto loaded = MakeRecommender<Slim>(SlimInfo(), MakeSlim, shop);
  std::istringstream in(Saved(*slim));
  loaded->Load(in);
  EXPECT_EQ(ScoresOf(*loaded, 30, {}, 900), ScoresOf(*slim, 30, {}, 900));
}

}  // namespace
}  // namespace souk
