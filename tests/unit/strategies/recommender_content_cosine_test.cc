#include "strategies/recommender/content_cosine/content_cosine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "tests/support/recommend.h"

namespace souk {
namespace {

using testing::Ask;
using testing::Ids;
using testing::MakeRecommender;
using testing::ParamList;
using testing::TestShop;
using testing::TrainOn;
using Ints = std::vector<int>;

std::unique_ptr<Recommender> Make(const TestShop& shop, ParamList given = {}) {
  auto recommender = MakeRecommender(ContentCosineInfo(), MakeContentCosine, shop, given);
  TrainOn(*recommender, shop);
  return recommender;
}

/// Dense TF-IDF from the definition in the header.
std::vector<std::vector<double>> DenseVectors(const PublicCatalogue& c, double word, double category, double department,
                                              double brand) {
  const auto n = static_cast<std::size_t>(c.items());
  const auto columns = static_cast<std::size_t>(c.vocabulary + c.categories + c.departments + c.brands);
  std::vector<std::vector<double>> x(n, std::vector<double>(columns, 0.0));
  for (std::size_t i = 0; i < n; ++i) {
    std::map<int, int> counts;
    for (const int w : c.description(ItemId(i))) ++counts[w];
    for (const auto& [w, count] : counts) x[i][static_cast<std::size_t>(w)] = word * (1 + std::log(count));
    x[i][static_cast<std::size_t>(c.vocabulary + c.category[i].value)] = category;
    const int branch = c.department_of[c.category[i].index()];
    x[i][static_cast<std::size_t>(c.vocabulary + c.categories + branch)] = department;
    x[i][static_cast<std::size_t>(c.vocabulary + c.categories + c.departments + c.brand[i].value)] = brand;
  }
  for (std::size_t t = 0; t < columns; ++t) {
    int df = 0;
    for (std::size_t i = 0; i < n; ++i) df += x[i][t] != 0 ? 1 : 0;
    for (std::size_t i = 0; i < n && df > 0; ++i)
      x[i][t] *= df == static_cast<int>(n) ? 0.0 : std::log((1.0 + static_cast<double>(n)) / df);
  }
  for (auto& row : x) {
    double sum = 0;
    for (const double v : row) sum += v * v;
    for (double& v : row) v /= std::sqrt(sum);
  }
  return x;
}

/// The cosine of every item to the weighted sum of unit vectors, the latest item last; its norm is left out, for it is
/// the same for all.
std::vector<double> BruteScores(const std::vector<std::vector<double>>& x, const Ints& session, double decay) {
  std::vector<double> scores(x.size(), 0.0);
  double weight = 1;
  for (std::size_t h = session.size(); h-- > 0; weight *= decay)
    for (std::size_t j = 0; j < x.size(); ++j)
      for (std::size_t t = 0; t < x[j].size(); ++t)
        scores[j] += weight * x[static_cast<std::size_t>(session[h])][t] * x[j][t];
  return scores;
}

std::vector<float> ScoresOf(ScoringRecommender& recommender, const Ints& session, std::size_t items, int shopper = 0) {
  const std::vector<ItemId> viewed = testing::Items(session);
  RecommendRequest request;
  request.shopper = ShopperId(shopper);
  request.session_items = viewed;
  std::vector<float> scores(items, 99.0F);
  recommender.Score(request, scores);
  return scores;
}

/// With lists as long as the catalogue, and without lists.
class ContentCosineRanking : public ::testing::TestWithParam<std::int64_t> {};

TEST_P(ContentCosineRanking, MatchesBruteForce) {
  TestShop shop(80, 6);
  const auto x = DenseVectors(shop.catalogue, 1.0, 0.7, 0.9, 0.5);
  const auto content =
      Make(shop, {{"neighbours", GetParam()}, {"category_weight", 0.7}, {"department_weight", 0.9}, {"decay", 0.6}});
  auto& scorer = dynamic_cast<ScoringRecommender&>(*content);
  for (int i = 0; i < 80; ++i) {
    const Ints session = {(i * 7 + 3) % 80, (i + 40) % 80, i};
    const std::vector<double> brute = BruteScores(x, session, 0.6);
    const std::vector<float> scored = ScoresOf(scorer, session, 80);
    std::vector<Scored> others;
    for (std::size_t j = 0; j < 80; ++j) {
      const bool seen = std::find(session.begin(), session.end(), static_cast<int>(j)) != session.end();
      if (!seen) others.push_back({static_cast<float>(brute[j]), static_cast<std::int32_t>(j)});
      // An item is not in its own list: without lists it meets itself too.
      if (seen && GetParam() != 0) continue;
      EXPECT_NEAR(std::max(0.0F, scored[j]), brute[j], 2e-6) << i << ' ' << j;
    }
    std::sort(others.begin(), others.end(), Before);
    const Ints found = Ids(Ask(*content, session, 10));
    ASSERT_EQ(found.size(), 10U);
    for (std::size_t r = 0; r < 10; ++r)  // same order but for rounding ties
      EXPECT_NEAR(brute[static_cast<std::size_t>(found[r])], static_cast<double>(others[r].score), 1e-5)
          << i << ' ' << r;
  }
}

INSTANTIATE_TEST_SUITE_P(Lists, ContentCosineRanking, ::testing::Values(80, 0));

TEST(ContentCosine, WithoutAHistoryThereAreNoScores) {
  TestShop shop(20, 2);
  for (const std::int64_t neighbours : {0, 5}) {
    const auto content = Make(shop, {{"neighbours", neighbours}});
    for (const float s : ScoresOf(dynamic_cast<ScoringRecommender&>(*content), {}, 20))
      EXPECT_EQ(s, -std::numeric_limits<float>::infinity());
  }
}

// Lists of n say something of n items per item of the history, and of no other.
TEST(ContentCosine, ShortListsKnowFewItems) {
  TestShop shop(60, 6);
  const auto content = Make(shop, {{"neighbours", std::int64_t{4}}});
  const auto scores = ScoresOf(dynamic_cast<ScoringRecommender&>(*content), {12}, 60);
  EXPECT_EQ(std::count_if(scores.begin(), scores.end(), [](float s) { return std::isfinite(s); }), 4);
}

// A question leaves nothing behind that the next one could see.
TEST(ContentCosine, QuestionsDoNotMix) {
  TestShop shop(60, 6);
  const auto content = Make(shop, {{"neighbours", std::int64_t{0}}});
  auto& scorer = dynamic_cast<ScoringRecommender&>(*content);
  const auto before = ScoresOf(scorer, {12, 3}, 60);
  ScoresOf(scorer, {40, 41, 42}, 60);
  EXPECT_EQ(ScoresOf(scorer, {12, 3}, 60), before);
}

TEST(ContentCosine, ServesItemsThatNobodyHasSeen) {
  TestShop shop(60, 6);
  for (int s = 0; s < 20; ++s) shop.LogSession(0, s, {0, 1, 2});
  const Slate slate = Ask(*Make(shop), {12}, 5);
  for (const ItemId item : slate.view()) EXPECT_EQ(shop.catalogue.category[item.index()].value, 0);
  EXPECT_EQ(slate.size, 5);
}

TEST(ContentCosine, IgnoresTheLogExceptForPopularity) {
  TestShop shop(60, 6);
  const auto content = Make(shop);
  const Ints before = Ids(Ask(*content, {12}, 5, 9));
  for (int s = 0; s < 20; ++s) shop.LogSession(0, s, {12, 1, 2});
  TrainOn(*content, shop);
  EXPECT_EQ(Ids(Ask(*content, {12}, 5, 9)), before);
}

TEST(ContentCosine, WeightsOfZeroSilenceATokenKind) {
  TestShop shop(60, 6);
  const SparseRows rows = ContentVectors(shop.catalogue, {0, 1, 0, 0});
  for (int i = 0; i < rows.rows(); ++i)
    for (const Entry& e : rows.row(i)) EXPECT_EQ(e.value, e.column == shop.catalogue.vocabulary + i % 6 ? 1.0F : 0.0F);
}

TEST(ContentCosine, ALonelyItemHasAFiniteVector) {
  TestShop shop(1, 1);
  const SparseRows rows = ContentVectors(shop.catalogue, {});
  for (const Entry& e : rows.row(0)) EXPECT_TRUE(std::isfinite(e.value));
}

}  // namespace
}  // namespace souk
