// iALS against dense algebra in double precision: the equations of each row, the loss that every solver must lower, and
// the vector of who asks.

#include "strategies/recommender/ials/ials.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
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
using testing::TestRng;
using testing::TestShop;
using testing::TrainOn;

using Solver = AlsSettings::Solver;
using Weighting = AlsSettings::Weighting;

/// Shoppers × items with blocks of taste, entries 1 … 3; row 0 is empty, as is the last column.
SparseRows MadeUpRows(int shoppers, int items, std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  SparseRows rows;
  rows.columns = items;
  rows.EndRow();
  for (int u = 1; u < shoppers; ++u) {
    for (int i = 0; i + 1 < items; ++i)
      if (bits() % 12 == 0 || (i % 5 == u % 5 && bits() % 2 == 0))
        rows.entries.push_back({i, 1 + static_cast<float>(bits() % 3)});
    rows.EndRow();
  }
  return rows;
}

Eigen::MatrixXd Dense(std::span<const float> table, std::size_t f) {
  const auto n = static_cast<Eigen::Index>(table.size() / f);
  Eigen::MatrixXd m(n, static_cast<Eigen::Index>(f));
  for (Eigen::Index r = 0; r < n; ++r)
    for (Eigen::Index c = 0; c < m.cols(); ++c)
      m(r, c) = static_cast<double>(table[static_cast<std::size_t>(r) * f + static_cast<std::size_t>(c)]);
  return m;
}

int Seen(const SparseRows& rows) {
  int seen = 0;
  for (int r = 0; r < rows.rows(); ++r) seen += rows.row(r).empty() ? 0 : 1;
  return seen;
}

/// r(n) of the definition.
double Penalty(const AlsSettings& s, std::size_t n, int others) {
  return static_cast<double>(s.reg) *
         std::pow(static_cast<double>(n) + static_cast<double>(s.unseen) * others, static_cast<double>(s.nu));
}

/// The weight of (x·y)² and of the 1 of a seen pair.
std::pair<double, double> Weights(const AlsSettings& s, double entry) {
  const double c = static_cast<double>(s.alpha) * entry;
  return {s.weighting == Weighting::kHu ? c - static_cast<double>(s.unseen) : c, c};
}

/// The loss of the definition, pair by pair.
double Loss(const AlsSettings& s, const SparseRows& rows, const Eigen::MatrixXd& x, const Eigen::MatrixXd& y) {
  const SparseRows columns = rows.Transposed();
  double loss = 0;
  for (int u = 0; u < rows.rows(); ++u) {
    std::vector<double> entry(static_cast<std::size_t>(rows.columns), 0);
    for (const Entry& e : rows.row(u)) entry[static_cast<std::size_t>(e.column)] = static_cast<double>(e.value);
    for (int i = 0; i < rows.columns; ++i) {
      const double score = x.row(u).dot(y.row(i));
      const double c = static_cast<double>(s.alpha) * entry[static_cast<std::size_t>(i)];
      loss += c * (1 - score) * (1 - score);
      if (c == 0 || s.weighting == Weighting::kRendle) loss += static_cast<double>(s.unseen) * score * score;
    }
    loss += Penalty(s, rows.row(u).size(), Seen(columns)) * x.row(u).squaredNorm();
  }
  for (int i = 0; i < rows.columns; ++i) loss += Penalty(s, columns.row(i).size(), Seen(rows)) * y.row(i).squaredNorm();
  return loss;
}

/// The equations of one row, in double precision.
Eigen::VectorXd SolveDense(const AlsSettings& s, std::span<const Entry> entries, const Eigen::MatrixXd& y, int seen) {
  Eigen::MatrixXd a = static_cast<double>(s.unseen) * y.transpose() * y;
  Eigen::VectorXd b = Eigen::VectorXd::Zero(y.cols());
  a.diagonal().array() += Penalty(s, entries.size(), seen);
  for (const Entry& e : entries) {
    const auto [extra, target] = Weights(s, static_cast<double>(e.value));
    a += extra * y.row(e.column).transpose() * y.row(e.column);
    b += target * y.row(e.column).transpose();
  }
  return a.llt().solve(b);
}

double LossAfter(AlsSettings s, const SparseRows& rows, int sweeps) {
  Rng rng = TestRng();
  Als als(rows, s, rng);
  for (int n = 0; n < sweeps; ++n) als.Sweep();
  return Loss(s, rows, Dense(als.shoppers(), s.Width()), Dense(als.items(), s.Width()));
}

std::vector<AlsSettings> AllKinds(int factors) {
  std::vector<AlsSettings> kinds;
  for (const Weighting weighting : {Weighting::kHu, Weighting::kRendle})
    for (const float nu : {0.0F, 1.0F})
      kinds.push_back({.factors = factors,
                       .weighting = weighting,
                       .alpha = 3,
                       .unseen = weighting == Weighting::kHu ? 1.0F : 0.3F,
                       .reg = nu == 0 ? 0.2F : 0.02F,
                       .nu = nu});
  return kinds;
}

// After a half of a sweep the side that was solved last stands at its minimum: the equations in double precision.
TEST(Als, EachRowSolvesItsEquations) {
  const SparseRows rows = MadeUpRows(70, 40, 1);
  const SparseRows columns = rows.Transposed();
  for (AlsSettings s : AllKinds(20)) {
    s.solver = Solver::kExact;
    Rng rng = TestRng();
    Als als(rows, s, rng);
    for (int n = 0; n < 3; ++n) als.Sweep();
    const Eigen::MatrixXd x = Dense(als.shoppers(), s.Width());
    const Eigen::MatrixXd y = Dense(als.items(), s.Width());
    for (int i = 0; i + 1 < rows.columns; ++i) {
      const Eigen::VectorXd expected = SolveDense(s, columns.row(i), x, Seen(rows));
      EXPECT_LT((y.row(i).transpose() - expected).norm(), 1e-4 * (1 + expected.norm())) << i;
    }
    EXPECT_EQ(y.row(rows.columns - 1).norm(), 0) << "nobody has met it";
    EXPECT_EQ(x.row(0).norm(), 0) << "met nothing";
  }
}

// Many steps or sweeps of each solver end where exact solutions do.
TEST(Als, SolversAgreeInTheEnd) {
  const SparseRows rows = MadeUpRows(60, 35, 2);
  for (AlsSettings s : AllKinds(16)) {
    s.solver = Solver::kExact;
    const double exact = LossAfter(s, rows, 1);
    s.solver = Solver::kCg;
    s.cg_steps = 60;
    EXPECT_NEAR(LossAfter(s, rows, 1), exact, 1e-4 * exact);
    s.solver = Solver::kBlock;
    s.block = 16;  // one block of all coordinates
    EXPECT_NEAR(LossAfter(s, rows, 1), exact, 1e-4 * exact);
  }
}

TEST(Als, EverySweepOfEverySolverLowersTheLoss) {
  const SparseRows rows = MadeUpRows(90, 50, 3);
  for (AlsSettings s : AllKinds(40))
    for (const Solver solver : {Solver::kCg, Solver::kBlock, Solver::kExact}) {
      s.solver = solver;
      double before = std::numeric_limits<double>::infinity();
      for (const int sweeps : {1, 2, 3, 5, 9}) {
        const double loss = LossAfter(s, rows, sweeps);
        EXPECT_LT(loss, before) << static_cast<int>(solver) << ", " << sweeps;
        before = loss;
      }
    }
}

// Rows longer than what is gathered at a time, and tables that are fetched ahead.
TEST(Als, LongRowsAreAddedUpInPieces) {
  const SparseRows rows = MadeUpRows(2500, 30, 4);
  const SparseRows columns = rows.Transposed();
  for (const Solver solver : {Solver::kExact, Solver::kBlock}) {
    AlsSettings s{.factors = 32, .solver = solver, .block = 32, .alpha = 3};
    Rng rng = TestRng();
    Als als(rows, s, rng);
    als.Sweep();
    const Eigen::MatrixXd x = Dense(als.shoppers(), s.Width());
    const Eigen::MatrixXd y = Dense(als.items(), s.Width());
    for (const int i : {0, 7, 28}) {
      EXPECT_GT(columns.row(i).size(), 256U);
      const Eigen::VectorXd expected = SolveDense(s, columns.row(i), x, Seen(rows));
      EXPECT_LT((y.row(i).transpose() - expected).norm(), 1e-3 * expected.norm());
    }
  }
}

TEST(AlsRow, TurningKeepsProductsAndMakesSquaresDiagonal) {
  std::mt19937_64 bits(5);
  FactorTable y(200 * 32);
  FactorTable x(50 * 32);
  for (FactorTable* v : {&y, &x})
    for (float& value : *v) value = static_cast<float>(static_cast<double>(bits() >> 11) * 0x1p-53 - 0.3);
  const Eigen::MatrixXd before = Dense(x, 32) * Dense(y, 32).transpose();
  const std::vector<double> squares = TurnToAxes(32, y, &x);
  EXPECT_LT((Dense(x, 32) * Dense(y, 32).transpose() - before).cwiseAbs().maxCoeff(), 1e-5);
  const Eigen::MatrixXd gram = Dense(y, 32).transpose() * Dense(y, 32);
  for (int r = 0; r < 32; ++r)
    for (int c = 0; c < 32; ++c)
      EXPECT_NEAR(gram(r, c), r == c ? squares[static_cast<std::size_t>(r)] : 0.0, 1e-3) << r << ", " << c;
}

// By entries where they are few, by factors where they are many or an entry weighs no more than an unseen pair.
TEST(AlsRow, MatchesDoublePrecisionForAnyNumberOfEntries) {
  std::mt19937_64 bits(6);
  for (AlsSettings s : AllKinds(48)) {
    FactorTable y(300 * s.Width());
    for (float& value : y) value = static_cast<float>(static_cast<double>(bits() >> 11) * 0x1p-53 - 0.4);
    const std::vector<double> squares = TurnToAxes(s.Width(), y, nullptr);
    AlsRow row(s);
    row.Learn(y, squares, 250);
    std::vector<float> x(s.Width());
    for (const int n : {1, 2, 15, 16, 17, 35, 36, 37, 60, 300})
      for (const bool light : {false, true}) {
        std::vector<Entry> entries;
        for (int e = 0; e < n; ++e) entries.push_back({e * 300 / n, 1 + static_cast<float>(bits() % 3)});
        if (light) entries[0].value = 1.0F / 3;  // weighs 1
        ASSERT_TRUE(row.Solve(entries, x));
        const Eigen::VectorXd expected = SolveDense(s, entries, Dense(y, s.Width()), 250);
        for (std::size_t k = 0; k < x.size(); ++k)
          EXPECT_NEAR(x[k], expected(static_cast<Eigen::Index>(k)), 2e-4 * (0.01 + expected.norm())) << n;
      }
  }
}

std::unique_ptr<Ials> Make(const TestShop& shop, ParamList given = {}) {
  auto ials = MakeRecommender<Ials>(IalsInfo(), MakeIals, shop, given);
  TrainOn(*ials, shop);
  return ials;
}

std::vector<float> ScoresOf(Ials& ials, int items, const std::vector<int>& session, int shopper) {
  const std::vector<ItemId> viewed = Items(session);
  RecommendRequest request;
  request.shopper = shopper < 0 ? ShopperId() : ShopperId(shopper);
  request.session_items = viewed;
  std::vector<float> scores(static_cast<std::size_t>(items), 99.0F);
  ials.Score(request, scores);
  return scores;
}

// Two items that everybody met together and two others: the model must tell the pairs apart.
TEST(Ials, WhatIsMetTogetherScoresTogether) {
  TestShop shop(5, 1, 20);
  for (int u = 0; u < 20; ++u) shop.LogSession(u, u, u < 10 ? std::vector<int>{0, 1} : std::vector<int>{2, 3});
  const auto ials = Make(shop, {{"factors", std::int64_t{2}}});
  const std::vector<float> scores = ScoresOf(*ials, 5, {0}, -1);
  EXPECT_GT(scores[1], 0.5F);
  EXPECT_NEAR(scores[2], 0, 0.05);
  EXPECT_NEAR(scores[3], 0, 0.05);
  EXPECT_EQ(scores[4], -std::numeric_limits<float>::infinity()) << "nobody has met item 4";
}

// Scores of shoppers old and new, of sessions and of rows that grew, by dense algebra from the items' vectors.
TEST(Ials, ScoresAreThoseOfTheExactVector) {
  TestShop shop(60, 5, 40);
  FillTestLog(shop, 400, 5, 7);
  const auto ials = Make(shop, {{"factors", std::int64_t{20}}, {"buy_weight", 4.0}});
  const AlsSettings s{.factors = 20};
  const Eigen::MatrixXd y = Dense(ials->factors().items, s.Width());
  shop.Log(ShopEventKind::kPurchase, 3, 9000, 11);
  ials->Observe(shop.records.log.events.back());
  for (int u = 0; u < 40; ++u) {
    std::vector<double> weight(60, 0);
    for (const ShopEvent& e : shop.records.log.events)
      if (e.shopper.value == u && e.item.valid())
        weight[e.item.index()] = std::max(weight[e.item.index()], e.kind == ShopEventKind::kPurchase ? 4.0 : 1.0);
    const int extra = u % 3 == 0 ? 59 - u : -1;
    std::vector<int> session;
    if (extra >= 0) {
      session.push_back(extra);
      weight[static_cast<std::size_t>(extra)] = std::max(weight[static_cast<std::size_t>(extra)], 1.0);
    }
    std::vector<Entry> entries;
    for (int i = 0; i < 60; ++i)
      if (weight[static_cast<std::size_t>(i)] > 0)
        entries.push_back({i, static_cast<float>(weight[static_cast<std::size_t>(i)])});
    const Eigen::VectorXd expected = y * SolveDense(s, entries, y, 60);
    for (int round = 0; round < 2; ++round) {  // the second time it is kept
      const std::vector<float> scores = ScoresOf(*ials, 60, session, u);
      for (int i = 0; i < 60; ++i)
        EXPECT_NEAR(scores[static_cast<std::size_t>(i)], expected(i), 1e-4) << u << ", " << i;
    }
  }
}

TEST(Ials, SlatesAreTheBestByScoreThatMayBeShown) {
  TestShop shop(120, 5, 60);
  FillTestLog(shop, 600, 5, 8);
  const auto ials = Make(shop, {{"factors", std::int64_t{8}}});
  shop.SetAvailable(3, false);
  for (int u = 0; u < 60; ++u) {
    const std::vector<float> scores = ScoresOf(*ials, 120, {u, u + 1}, u);
    std::vector<Scored> order;
    for (int i = 0; i < 120; ++i)
      if (i != 3 && i != u && i != u + 1 && i != 7) order.push_back({scores[static_cast<std::size_t>(i)], i});
    SelectTop(order, 10);
    std::vector<int> expected;
    for (int r = 0; r < 10; ++r) expected.push_back(order[static_cast<std::size_t>(r)].id);
    EXPECT_EQ(Ids(Ask(*ials, {u, u + 1}, 10, u, false, 1, {7})), expected) << u;
  }
}

TEST(Ials, NewShoppersAndLoadedModelsFoldInAlike) {
  TestShop shop(30, 3, 20);
  FillTestLog(shop, 200, 5, 6);
  const auto ials = Make(shop);
  TestShop later(30, 3, 1000);
  later.Log(ShopEventKind::kView, 900, 0, 4);
  ials->Observe(later.records.log.events.back());
  EXPECT_EQ(ScoresOf(*ials, 30, {}, 900), ScoresOf(*ials, 30, {4}, -1));
  later.Log(ShopEventKind::kView, 900, 0, 9);
  ials->Observe(later.records.log.events.back());
  EXPECT_EQ(ScoresOf(*ials, 30, {}, 900), ScoresOf(*ials, 30, {4, 9}, -1));
  const auto loaded = MakeRecommender<Ials>(IalsInfo(), MakeIals, shop);
  std::istringstream in(Saved(*ials));
  loaded->Load(in);
  EXPECT_EQ(ScoresOf(*loaded, 30, {}, 900), ScoresOf(*ials, 30, {}, 900));
}

// Two shoppers whose vectors share a place among those kept.
TEST(Ials, KeptVectorsBelongToTheirShopper) {
  TestShop shop(30, 3, 8200);
  shop.LogSession(1, 0, {0, 3, 6});
  shop.LogSession(1 + 8192, 1, {1, 4, 7});
  const auto ials = Make(shop, {{"factors", std::int64_t{4}}});
  const std::vector<float> first = ScoresOf(*ials, 30, {}, 1);
  const std::vector<float> second = ScoresOf(*ials, 30, {}, 1 + 8192);
  EXPECT_NE(first, second);
  EXPECT_EQ(ScoresOf(*ials, 30, {}, 1), first);
  EXPECT_EQ(ScoresOf(*ials, 30, {0, 3, 6}, -1), first);
}

TEST(Ials, WithoutAHistoryPopularityRanks) {
  TestShop shop(30, 3, 20);
  FillTestLog(shop, 200, 5, 6);
  const auto ials = Make(shop);
  EXPECT_EQ(ScoresOf(*ials, 30, {}, -1), std::vector<float>(30, -std::numeric_limits<float>::infinity()));
  EXPECT_EQ(Ask(*ials, {}, 8, 0, true).size, 8);
}

// The graph offers candidates, the slate is made as ever: same scores, same filters, and the whole catalogue where too
// few candidates may be shown.
TEST(Ials, SlatesByGraphAreNearlyThoseOfAllItems) {
  TestShop shop(600, 6, 100);
  FillTestLog(shop, 3000, 6, 9);
  const auto exact = Make(shop, {{"factors", std::int64_t{16}}});
  const auto graph = Make(shop, {{"factors", std::int64_t{16}}, {"search", std::string("hnsw")}});
  int same = 0;
  for (int u = 0; u < 100; ++u) {
    const std::vector<int> wanted = Ids(Ask(*exact, {u}, 10, u, false, 1, {7, 8}));
    const std::vector<int> found = Ids(Ask(*graph, {u}, 10, u, false, 1, {7, 8}));
    EXPECT_EQ(found.size(), 10U);
    for (const int item : found) {
      EXPECT_TRUE(item != u && item != 7 && item != 8);
      same += std::find(wanted.begin(), wanted.end(), item) != wanted.end() ? 1 : 0;
    }
  }
  EXPECT_GT(same, 970);
  std::istringstream in(Saved(*graph));
  const auto loaded = MakeRecommender<Ials>(IalsInfo(), MakeIals, shop,
                                            {{"factors", std::int64_t{16}}, {"search", std::string("hnsw")}});
  loaded->Load(in);
  for (int u = 0; u < 20; ++u) EXPECT_EQ(Ids(Ask(*loaded, {}, 10, u)), Ids(Ask(*graph, {}, 10, u)));
  for (int item = 0; item < 590; ++item) shop.SetAvailable(item, false);
  for (int u = 0; u < 20; ++u) EXPECT_EQ(Ids(Ask(*graph, {}, 5, u)), Ids(Ask(*exact, {}, 5, u)));
}

}  // namespace
}  // namespace souk
