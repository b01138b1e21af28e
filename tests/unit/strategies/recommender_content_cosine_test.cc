#include "strategies/recommender/content_cosine/content_cosine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
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
    for (std::size_t i = 0; i < n && df > 0; ++i) x[i][t] *= std::log((1.0 + static_cast<double>(n)) / df);
  }
  for (auto& row : x) {
    double sum = 0;
    for (const double v : row) sum += v * v;
    for (double& v : row) v /= std::sqrt(sum);
  }
  return x;
}

TEST(ContentCosine, MatchesBruteForce) {
  TestShop shop(80, 6);
  const auto x = DenseVectors(shop.catalogue, 1.0, 0.7, 0.9, 0.5);
  const auto content = Make(
      shop, {{"neighbours", std::int64_t{80}}, {"category_weight", 0.7}, {"department_weight", 0.9}, {"decay", 0.6}});
  for (int i = 0; i < 80; ++i) {
    const Ints session = {(i * 7 + 3) % 80, (i + 40) % 80, i};
    // The cosine to the weighted sum of unit vectors; its norm is the same for all candidates.
    std::vector<Scored> scores;
    for (std::size_t j = 0; j < x.size(); ++j) {
      double score = 0;
      for (std::size_t h = 0; h < 3; ++h)
        for (std::size_t t = 0; t < x[j].size(); ++t)
          score += std::pow(0.6, 2.0 - static_cast<double>(h)) * x[static_cast<std::size_t>(session[h])][t] * x[j][t];
      if (std::find(session.begin(), session.end(), static_cast<int>(j)) == session.end())
        scores.push_back({static_cast<float>(score), static_cast<std::int32_t>(j)});
    }
    std::sort(scores.begin(), scores.end(), Before);
    const Ints found = Ids(Ask(*content, session, 10));
    ASSERT_EQ(found.size(), 10U);
    for (std::size_t r = 0; r < 10; ++r) {
      const auto it = std::find_if(scores.begin(), scores.end(), [&](const Scored& s) { return s.id == found[r]; });
      ASSERT_NE(it, scores.end());
      EXPECT_NEAR(it->score, scores[r].score, 1e-5) << i << ' ' << r;  // same order but for rounding ties
    }
  }
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
