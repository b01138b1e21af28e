// Walks by hand and against dense matrices; scores against plain sums.

#include "strategies/recommender/rp3beta/rp3beta.h"

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
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

std::unique_ptr<Rp3Beta> Make(const TestShop& shop, ParamList given = {}) {
  auto walks = MakeRecommender<Rp3Beta>(Rp3BetaInfo(), MakeRp3Beta, shop, given);
  TrainOn(*walks, shop);
  return walks;
}

/// weight(h, i) by catalogue id.
double WeightOf(const ItemWeights& w, int h, int i) {
  const auto at = [&w](int id) {
    return static_cast<int>(std::lower_bound(w.items.begin(), w.items.end(), id) - w.items.begin());
  };
  for (const Entry& e : w.sparse.row(at(h)))
    if (w.items[static_cast<std::size_t>(e.column)] == i) return static_cast<double>(e.value);
  return 0;
}

// Shopper 0 took 0 and 1, shopper 1 took 0, 1 and 3, shopper 2 took 3. From 0: each shopper with ½; from there ½ to 1
// by shopper 0 and ⅓ by shopper 1: 5/12, and ⅓ · ½ = 1/6 to 3. Both 1 and 3 were taken twice.
TEST(Rp3Beta, WalksByHand) {
  TestShop shop(5, 1, 3);
  shop.LogSession(0, 0, {0, 1});
  shop.LogSession(1, 1, {0, 1, 3});
  shop.LogSession(2, 2, {3});
  const auto plain = Make(shop, {{"beta", 0.0}});
  EXPECT_EQ(plain->weights().items, (std::vector<std::int32_t>{0, 1, 3}));
  EXPECT_NEAR(WeightOf(plain->weights(), 0, 1), 5.0 / 12, 1e-6);
  EXPECT_NEAR(WeightOf(plain->weights(), 0, 3), 1.0 / 6, 1e-6);
  EXPECT_EQ(WeightOf(plain->weights(), 0, 0), 0);
  const auto held = Make(shop, {{"beta", 1.0}});
  EXPECT_NEAR(WeightOf(held->weights(), 0, 1), 5.0 / 24, 1e-6);
  const auto one = Make(shop, {{"keep", std::int64_t{1}}});
  EXPECT_GT(WeightOf(one->weights(), 0, 1), 0);
  EXPECT_EQ(WeightOf(one->weights(), 0, 3), 0);
}

// The formula on dense matrices, with events of different weights.
TEST(Rp3Beta, WeightsAreTheFormula) {
  TestShop shop(60, 5, 40);
  FillTestLog(shop, 300, 6, 3);
  const double alpha = 0.7;
  const double beta = 0.4;
  const auto walks = Make(
      shop, {{"alpha", alpha}, {"beta", beta}, {"keep", std::int64_t{60}}, {"buy_weight", 4.0}, {"cart_weight", 2.0}});
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(40, 60);
  for (const ShopEvent& e : shop.records.log.events) {
    const double w = e.kind == ShopEventKind::kView ? 1 : e.kind == ShopEventKind::kCart ? 2 : 4;
    if (e.item.valid()) x(e.shopper.value, e.item.value) = std::max(x(e.shopper.value, e.item.value), w);
  }
  const Eigen::VectorXd of_shopper = x.rowwise().sum();
  const Eigen::VectorXd of_item = x.colwise().sum().transpose();
  for (int i = 0; i < 60; ++i)
    for (int j = 0; j < 60; ++j) {
      double expected = 0;
      for (int u = 0; u < 40; ++u)
        if (x(u, i) > 0 && x(u, j) > 0)
          expected += std::pow(x(u, i) / of_item(i), alpha) * std::pow(x(u, j) / of_shopper(u), alpha);
      if (i == j || of_item(i) == 0 || of_item(j) == 0) expected = 0;
      else expected /= std::pow(of_item(j), beta);
      if (of_item(i) > 0) {
        EXPECT_NEAR(WeightOf(walks->weights(), i, j), expected, 1e-5 * expected) << i << ' ' << j;
      }
    }
}

// Row times weights, for a shopper whom Train did not know, and the slate in that order.
TEST(Rp3Beta, ShoppersFoldInAtOnce) {
  TestShop shop(60, 5, 40);
  FillTestLog(shop, 300, 6, 4);
  shop.records.profiles.resize(50);
  const auto walks = Make(shop);
  ShopEvent event;
  event.shopper = ShopperId(45);
  event.kind = ShopEventKind::kView;
  for (const int item : {3, 8}) {
    event.item = ItemId(item);
    walks->Observe(event);
  }
  const std::vector<ItemId> session = Items({20});
  RecommendRequest request;
  request.shopper = ShopperId(45);
  request.session_items = session;
  std::vector<float> scores(60);
  walks->Score(request, scores);
  std::vector<Scored> order;
  for (int i = 0; i < 60; ++i) {
    double expected = 0;
    for (const int h : {3, 8, 20}) expected += WeightOf(walks->weights(), h, i);
    EXPECT_NEAR(scores[static_cast<std::size_t>(i)], expected, 1e-6);
    if (i != 20) order.push_back({scores[static_cast<std::size_t>(i)], i});
  }
  std::sort(order.begin(), order.end(), Before);
  std::vector<int> best;
  for (int r = 0; r < 6; ++r) best.push_back(order[static_cast<std::size_t>(r)].id);
  EXPECT_EQ(Ids(Ask(*walks, {20}, 6, 45)), best);
}

}  // namespace
}  // namespace souk
