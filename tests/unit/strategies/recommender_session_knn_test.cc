#include "strategies/recommender/session_knn/session_knn.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>

#include "tests/support/recommend.h"

namespace souk {
namespace {

using testing::Ask;
using testing::FillTestLog;
using testing::Ids;
using testing::MakeRecommender;
using testing::ParamList;
using testing::ParamsOf;
using testing::TestShop;
using testing::TrainOn;
using Ints = std::vector<int>;

std::unique_ptr<Recommender> Make(const TestShop& shop, ParamList given = {}) {
  auto recommender = MakeRecommender(SessionKnnInfo(), MakeSessionKnn, shop, given);
  TrainOn(*recommender, shop);
  return recommender;
}

/// VS-kNN as published, over plain sets: no postings, no memo, no accumulator. Sessions oldest
/// first.
struct NaiveVsKnn {
  std::size_t sample;
  std::size_t neighbours;
  std::string weighting;
  std::string decay;
  double idf_weight;
  std::vector<std::set<int>> sessions;
  bool cosine = false;

  static double WeightOf(const std::string& law, double x) { return law == "same" ? 1 : law == "div" ? x : x * x; }

  std::map<int, double> Scores(const Ints& running) const {
    std::map<int, double> position_weight;  // the last position of an item counts
    const double length = static_cast<double>(running.size());
    for (std::size_t p = 0; p < running.size(); ++p)
      position_weight[running[p]] = WeightOf(weighting, static_cast<double>(p + 1) / length);
    std::map<int, int> df;
    for (const auto& s : sessions)
      for (const int i : s) ++df[i];

    struct Neighbour {
      double similarity;
      std::size_t recency;
      const std::set<int>* items;
    };
    std::vector<Neighbour> found;
    for (std::size_t s = sessions.size(); s-- > 0 && found.size() < sample;) {
      double similarity = 0;
      bool shares = false;
      for (const auto& [item, weight] : position_weight)
        if (sessions[s].count(item) != 0) {
          similarity += weight;
          shares = true;
        }
      if (cosine) similarity /= std::sqrt(static_cast<double>(sessions[s].size()));
      if (shares) found.push_back({similarity, found.size(), &sessions[s]});
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Neighbour& a, const Neighbour& b) { return a.similarity > b.similarity + 1e-12; });
    if (found.size() > neighbours) found.resize(neighbours);

    std::map<int, double> scores;
    for (const Neighbour& n : found) {
      double step = 1;
      for (auto it = running.rbegin(); n.items->count(*it) == 0; ++it) ++step;
      for (const int i : *n.items)
        scores[i] += n.similarity * WeightOf(decay, 1 / step) *
                     (1 + idf_weight * std::log(static_cast<double>(sessions.size()) / df[i]));
    }
    return scores;
  }
};

std::vector<std::set<int>> SessionsOf(const ShopLog& log) {  // FillTestLog numbers them in time order
  std::map<int, std::set<int>> grouped;
  for (const ShopEvent& e : log.events)
    if (e.item.valid()) grouped[e.session.value].insert(e.item.value);
  std::vector<std::set<int>> sessions;
  for (const auto& [id, items] : grouped)
    if (items.size() >= 2) sessions.push_back(items);
  return sessions;
}

void ExpectTheFormula(std::size_t sample, std::size_t k, const std::string& weighting, const std::string& decay,
                      const std::string& similarity = "dot") {
  TestShop shop(60, 4);
  FillTestLog(shop, 800, 5, 21);
  const NaiveVsKnn naive{sample, k, weighting, decay, 2.0, SessionsOf(shop.records.log), similarity == "cosine"};
  const auto fast = Make(shop, {{"sample", static_cast<std::int64_t>(sample)},
                                {"neighbours", static_cast<std::int64_t>(k)},
                                {"weighting", weighting},
                                {"decay", decay},
                                {"similarity", similarity},
                                {"idf_weight", 2.0}});
  std::mt19937 bits(3);
  for (int round = 0; round < 60; ++round) {
    Ints running;
    for (int v = 0; v < 9; ++v) {
      running.push_back(static_cast<int>(bits() % 60));
      if (v == 5) running.back() = running[2];                              // an item comes back
      if (round % 3 == 1 && v % 2 == 0) Ask(*fast, {running[0], 5}, 3, 0);  // another session of the same shopper
      const std::map<int, double> scores = naive.Scores(running);
      std::vector<double> best;
      for (const auto& [item, score] : scores)
        if (std::find(running.begin(), running.end(), item) == running.end()) best.push_back(score);
      std::sort(best.rbegin(), best.rend());
      const Ints found = Ids(Ask(*fast, running, 8));
      for (std::size_t r = 0; r < found.size() && r < best.size(); ++r) {
        ASSERT_EQ(scores.count(found[r]), 1U);
        // Equal up to rounding: the r-th shown has the r-th best score.
        EXPECT_NEAR(scores.at(found[r]), best[r], 2e-5 * best[r]) << round << ' ' << v << ' ' << r;
      }
    }
  }
}

TEST(SessionKnn, MatchesTheFormula) { ExpectTheFormula(1000, 1000, "quadratic", "div"); }
TEST(SessionKnn, MatchesTheFormulaWithFewNeighbours) { ExpectTheFormula(1000, 20, "quadratic", "div"); }
TEST(SessionKnn, MatchesTheFormulaWithASmallSample) { ExpectTheFormula(40, 12, "div", "quadratic"); }
TEST(SessionKnn, MatchesTheFormulaByCosine) { ExpectTheFormula(1000, 1000, "quadratic", "div", "cosine"); }
TEST(SessionKnn, MatchesTheFormulaWithoutPositions) { ExpectTheFormula(100, 30, "same", "same"); }

// Sessions {0, 5}, {0, 1, 2, 3, 6, 7, 8, 9, 10}: of 0, 1 the second shares more, but is long: 1 ÷ √2 > 2 ÷ √9.
TEST(SessionKnn, LongSessionsAreLessAlikeByCosine) {
  TestShop shop(20, 1, 3);
  shop.LogSession(1, 0, {0, 5});
  shop.LogSession(1, 1, {0, 1, 2, 3, 6, 7, 8, 9, 10});
  const auto best = [&](const char* similarity) {
    return Ids(Ask(*Make(shop, {{"idf_weight", 0.0},
                                {"weighting", "same"},
                                {"decay", "same"},
                                {"neighbours", std::int64_t{1}},
                                {"similarity", similarity}}),
                   {0, 1}, 1));
  };
  EXPECT_EQ(best("cosine"), Ints{5});
  EXPECT_EQ(best("dot"), Ints{2});
}

TEST(SessionKnn, ByHand) {
  // Running session 0, 1. Neighbours: {1, 5} similarity 1, s = 1; {0, 6} similarity ¼, s = 2; {0,
  // 1, 7} 1¼, s = 1. N = 4; without idf: 7 → 1.25, 5 → 1, 6 → ¼ · ½.
  TestShop shop(20, 1, 3);
  shop.LogSession(1, 0, {1, 5});
  shop.LogSession(1, 1, {0, 6});
  shop.LogSession(1, 2, {0, 1, 7});
  shop.LogSession(1, 3, {8, 9});
  EXPECT_EQ(Ids(Ask(*Make(shop, {{"idf_weight", 0.0}}), {0, 1}, 3)), (Ints{7, 5, 6}));
  // The two most recent sessions that share an item leave {1, 5} out.
  EXPECT_EQ(Ids(Ask(*Make(shop, {{"idf_weight", 0.0}, {"sample", std::int64_t{2}}}), {0, 1}, 2)), (Ints{7, 6}));
  // One neighbour: the most similar.
  EXPECT_EQ(Ids(Ask(*Make(shop, {{"idf_weight", 0.0}, {"neighbours", std::int64_t{1}}}), {0, 1}, 1)), Ints{7});
}

TEST(SessionKnn, EqualNeighboursPreferTheRecent) {
  TestShop shop(20, 1, 3);
  for (int s = 0; s < 5; ++s) shop.LogSession(1, s, {0, 10 + s});
  EXPECT_EQ(Ids(Ask(*Make(shop, {{"neighbours", std::int64_t{1}}}), {0}, 1)), Ints{14});
}

TEST(SessionKnn, RememberedSessionsDecideLikeFreshOnes) {
  TestShop shop(60, 4);
  FillTestLog(shop, 800, 5, 22);
  const auto remembering = Make(shop);
  Ints running;
  for (int v = 0; v < 150; ++v) {
    running.push_back((v * v + 3 * v) % 60);
    const auto fresh = Make(shop);
    EXPECT_EQ(Ids(Ask(*remembering, running, 8)), Ids(Ask(*fresh, running, 8))) << v;
  }
}

TEST(SessionKnn, EarlierItemsStandInForASessionThatHasNotBegun) {
  TestShop shop(20, 1, 3);
  shop.LogSession(1, 0, {4, 9});
  for (int s = 1; s < 9; ++s) shop.LogSession(2, s, {0, 1});
  shop.LogSession(0, 9, {4});
  EXPECT_EQ(Ids(Ask(*Make(shop), {}, 1, 0)), Ints{9});
  EXPECT_NE(Ids(Ask(*Make(shop, {{"history", std::int64_t{0}}}), {}, 1, 0)), Ints{9});
}

}  // namespace
}  // namespace souk
