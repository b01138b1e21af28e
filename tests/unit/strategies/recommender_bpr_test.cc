// Recommenders from pairs: which vector answers, the regression that foretells it, and what a restart keeps. The steps
// themselves are tested in pair_sgd_test.cc.

#include "strategies/recommender/bpr/bpr.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <vector>

#include "strategies/recommender/warp/warp.h"
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

template <class R>
std::unique_ptr<PairRecommender> Make(const TestShop& shop, ParamList given = {});
template <>
std::unique_ptr<PairRecommender> Make<Bpr>(const TestShop& shop, ParamList given) {
  auto bpr = MakeRecommender<PairRecommender>(BprInfo(), MakeBpr, shop, given);
  TrainOn(*bpr, shop);
  return bpr;
}
template <>
std::unique_ptr<PairRecommender> Make<Warp>(const TestShop& shop, ParamList given) {
  auto warp = MakeRecommender<PairRecommender>(WarpInfo(), MakeWarp, shop, given);
  TrainOn(*warp, shop);
  return warp;
}

std::vector<float> ScoresOf(PairRecommender& model, int items, const std::vector<int>& session, int shopper) {
  const std::vector<ItemId> viewed = Items(session);
  RecommendRequest request;
  request.shopper = shopper < 0 ? ShopperId() : ShopperId(shopper);
  request.session_items = viewed;
  std::vector<float> scores(static_cast<std::size_t>(items), 99.0F);
  model.Score(request, scores);
  return scores;
}

Eigen::MatrixXd Dense(std::span<const float> table, int f) {
  const auto n = static_cast<Eigen::Index>(table.size()) / f;
  Eigen::MatrixXd m(n, f);
  for (Eigen::Index r = 0; r < n; ++r)
    for (Eigen::Index c = 0; c < f; ++c) m(r, c) = static_cast<double>(table[static_cast<std::size_t>(r * f + c)]);
  return m;
}

/// Means of the item vectors that each shopper has met, and how many these are.
Eigen::MatrixXd Means(const TestShop& shop, const Eigen::MatrixXd& y, std::vector<int>& met) {
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(shop.view.shoppers(), y.rows());
  for (const ShopEvent& e : shop.records.log.events)
    if (e.item.valid()) x(e.shopper.value, e.item.value) = 1;
  met.clear();
  for (Eigen::Index u = 0; u < x.rows(); ++u) {
    met.push_back(static_cast<int>(x.row(u).sum()));
    if (met.back() > 0) x.row(u) /= met.back();
  }
  return x * y;
}

void ExpectScores(const std::vector<float>& found, const Eigen::VectorXd& expected) {
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_NEAR(found[i], expected(static_cast<Eigen::Index>(i)), 1e-4) << i;
}

TEST(PairRecommender, ShoppersOfTheTrainingHaveTheirLearntVector) {
  TestShop shop(40, 4, 30);
  FillTestLog(shop, 300, 5, 1);
  for (const auto& model :
       {Make<Bpr>(shop, {{"factors", std::int64_t{16}}}), Make<Warp>(shop, {{"factors", std::int64_t{16}}})}) {
    const Factors& f = model->factors();
    const Eigen::MatrixXd scores = Dense(f.items, 16) * Dense(f.shoppers, 16).transpose();
    const Eigen::VectorXd bias = Dense(f.bias, 1);
    for (int u = 0; u < 30; ++u) ExpectScores(ScoresOf(*model, 40, {}, u), scores.col(u) + bias);
  }
}

// M by the normal equations in double precision; new rows, new shoppers and sessions go through it.
TEST(PairRecommender, OtherHistoriesGoThroughTheRegression) {
  TestShop shop(40, 4, 30);
  FillTestLog(shop, 300, 5, 2);
  const auto model = Make<Bpr>(shop, {{"factors", std::int64_t{16}}});
  const Factors& f = model->factors();
  const Eigen::MatrixXd y = Dense(f.items, 16);
  const Eigen::VectorXd bias = Dense(f.bias, 1);
  std::vector<int> met;
  const Eigen::MatrixXd means = Means(shop, y, met);
  Eigen::MatrixXd a = means.transpose() * means;
  a.diagonal().array() += 1e-3 * a.trace() / 16;
  const Eigen::MatrixXd map = a.ldlt().solve(means.transpose() * Dense(f.shoppers, 16)).transpose();
  EXPECT_LT((Dense(f.extra, 16) - map).norm(), 1e-3 * map.norm());

  ExpectScores(ScoresOf(*model, 40, {3, 8}, -1), y * (map * (y.row(3) + y.row(8)).transpose() / 2) + bias);
  TestShop later(40, 4, 1000);
  later.Log(ShopEventKind::kView, 900, 0, 4);
  model->Observe(later.records.log.events.back());
  EXPECT_EQ(ScoresOf(*model, 40, {}, 900), ScoresOf(*model, 40, {4}, -1));
  const int unseen = [&] {
    for (int i = 0; i < 40; ++i)
      if (std::none_of(shop.records.log.events.begin(), shop.records.log.events.end(),
                       [&](const ShopEvent& e) { return e.shopper.value == 5 && e.item.value == i; }))
        return i;
    return -1;
  }();
  ASSERT_GE(unseen, 0);
  const Eigen::VectorXd grown = (means.row(5) * met[5] + y.row(unseen)).transpose() / (met[5] + 1);
  ExpectScores(ScoresOf(*model, 40, {unseen}, 5), y * (map * grown) + bias);
  shop.Log(ShopEventKind::kView, 5, 9000, unseen);
  model->Observe(shop.records.log.events.back());
  ExpectScores(ScoresOf(*model, 40, {}, 5), y * (map * grown) + bias);

  const auto by_history = Make<Bpr>(shop, {{"factors", std::int64_t{16}}, {"vectors", std::string("history")}});
  std::vector<int> row;
  for (const ShopEvent& e : shop.records.log.events)
    if (e.shopper.value == 7 && e.item.valid()) row.push_back(e.item.value);
  EXPECT_EQ(ScoresOf(*by_history, 40, {}, 7), ScoresOf(*by_history, 40, row, -1));
}

// Rule: a history counts its items by the weights of what was done with them: by hand, one view and one purchase of
// weight 3, through the map that was learnt.
TEST(PairRecommender, HistoriesAreWeighted) {
  TestShop shop(40, 4, 30);
  FillTestLog(shop, 300, 5, 2);
  const auto model = Make<Bpr>(shop, {{"factors", std::int64_t{16}}, {"buy_weight", 3.0}});
  const Factors& f = model->factors();
  const Eigen::MatrixXd y = Dense(f.items, 16);
  TestShop later(40, 4, 1000);
  later.Log(ShopEventKind::kView, 900, 0, 4);
  later.Log(ShopEventKind::kPurchase, 900, 1, 8);
  for (const ShopEvent& e : later.records.log.events) model->Observe(e);
  const Eigen::VectorXd mean = (y.row(4) + 3 * y.row(8)).transpose() / 4;
  ExpectScores(ScoresOf(*model, 40, {}, 900), y * (Dense(f.extra, 16) * mean) + Eigen::VectorXd(Dense(f.bias, 1)));
}

template <class R>
class FromPairs : public ::testing::Test {};
using Both = ::testing::Types<Bpr, Warp>;
TYPED_TEST_SUITE(FromPairs, Both);

TYPED_TEST(FromPairs, TastesAreLearnt) {
  TestShop shop(20, 1, 40);
  for (int u = 0; u < 40; ++u)
    for (int n = 0; n < 4; ++n) shop.Log(ShopEventKind::kView, u, u, (u % 2) * 10 + (u / 2 + n * n) % 10);
  const auto model = Make<TypeParam>(shop, {{"factors", std::int64_t{8}}});
  for (int u = 0; u < 40; ++u) {
    const std::vector<float> scores = ScoresOf(*model, 20, {}, u);
    double lead = 0;
    for (int i = 0; i < 20; ++i)
      lead += (i / 10 == u % 2 ? 1 : -1) * static_cast<double>(scores[static_cast<std::size_t>(i)]);
    EXPECT_GT(lead, 1) << u;
  }
}

TYPED_TEST(FromPairs, SlatesAreTheBestByScoreThatMayBeShown) {
  TestShop shop(150, 5, 60);
  FillTestLog(shop, 800, 5, 8);
  const auto model = Make<TypeParam>(shop, {{"factors", std::int64_t{8}}, {"epochs", std::int64_t{10}}});
  shop.SetAvailable(3, false);
  for (int u = 0; u < 60; ++u) {
    const std::vector<float> scores = ScoresOf(*model, 150, {u, u + 1}, u);
    std::vector<Scored> order;
    for (int i = 0; i < 150; ++i)
      if (i != 3 && i != u && i != u + 1 && i != 7) order.push_back({scores[static_cast<std::size_t>(i)], i});
    SelectTop(order, 10);
    std::vector<int> expected;
    for (int r = 0; r < 10; ++r) expected.push_back(order[static_cast<std::size_t>(r)].id);
    EXPECT_EQ(Ids(Ask(*model, {u, u + 1}, 10, u, false, 1, {7})), expected) << u;
  }
}

// Entries of different weight: what was bought pulls harder than what was looked at.
TYPED_TEST(FromPairs, HeavierEntriesCountMore) {
  TestShop shop(12, 1, 60);
  for (int u = 0; u < 60; ++u) {
    shop.Log(ShopEventKind::kView, u, u, 0);
    shop.Log(ShopEventKind::kPurchase, u, u, 1);
    shop.Log(ShopEventKind::kView, u, u, 2 + u % 10);
  }
  const auto model = Make<TypeParam>(
      shop, {{"factors", std::int64_t{4}}, {"view_weight", 0.1}, {"buy_weight", 1.0}, {"epochs", std::int64_t{5}}});
  EXPECT_GT(model->factors().bias[1], model->factors().bias[0] + 0.1F);
}

TYPED_TEST(FromPairs, AStepSizeThatBreaksTheModelLeavesPopularity) {
  TestShop shop(30, 3, 20);
  FillTestLog(shop, 200, 5, 6);
  const auto model = Make<TypeParam>(shop, {{"rate", 1.0}, {"reg", 1.0}, {"factors", std::int64_t{4}}});
  EXPECT_EQ(Ask(*model, {2, 3}, 8, 0).size, 8);
}

}  // namespace
}  // namespace souk
