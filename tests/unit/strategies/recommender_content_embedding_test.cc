#include "strategies/recommender/content_embedding/content_embedding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "strategies/common/vector_math.h"
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

std::unique_ptr<ContentEmbedding> Make(const TestShop& shop, ParamList given = {}) {
  auto recommender = MakeRecommender<ContentEmbedding>(ContentEmbeddingInfo(), MakeContentEmbedding, shop, given);
  TrainOn(*recommender, shop);
  return recommender;
}

std::vector<float> ScoresOf(ScoringRecommender& recommender, const Ints& session, std::size_t items) {
  const std::vector<ItemId> viewed = testing::Items(session);
  RecommendRequest request;
  request.shopper = ShopperId(0);
  request.session_items = viewed;
  std::vector<float> scores(items, 99.0F);
  recommender.Score(request, scores);
  return scores;
}

// As many dimensions as tokens: the cosine of the long vectors, summed in double here.
TEST(ContentEmbedding, WithAllDimensionsItIsTheCosine) {
  TestShop shop(60, 4);
  const SparseRows x = ContentVectors(shop.catalogue, {1, 1, 0.5F, 0.5F});
  const auto embedding = Make(shop, {{"dims", std::int64_t{128}}, {"decay", 0.5}});
  const auto dot = [&](int a, int b) {
    std::vector<double> dense(static_cast<std::size_t>(x.columns), 0.0);
    for (const Entry& e : x.row(a)) dense[static_cast<std::size_t>(e.column)] += static_cast<double>(e.value);
    double sum = 0;
    for (const Entry& e : x.row(b)) sum += dense[static_cast<std::size_t>(e.column)] * static_cast<double>(e.value);
    return sum;
  };
  for (int i = 0; i < 60; ++i) {
    const Ints session = {(i + 17) % 60, i};
    const auto scores = ScoresOf(*embedding, session, 60);
    for (int j = 0; j < 60; ++j)
      EXPECT_NEAR(scores[static_cast<std::size_t>(j)], dot(i, j) + 0.5 * dot((i + 17) % 60, j), 1e-5) << i << ' ' << j;
  }
}

TEST(ContentEmbedding, VectorsHaveLengthOneOrNone) {
  PublicCatalogue catalogue = testing::MakeTestCatalogue(40, 1);
  catalogue.brand.assign(40, BrandId());
  catalogue.words.clear();  // only item 3 has words left
  catalogue.words = {1, 2};
  for (int i = 0; i <= 40; ++i) catalogue.word_begin[static_cast<std::size_t>(i)] = i <= 3 ? 0 : 2;
  TestShop shop(catalogue);
  for (const char* method : {"svd", "random"}) {
    const auto embedding = Make(shop, {{"method", method}, {"category_weight", 0.0}, {"department_weight", 0.0}});
    for (int i = 0; i < 40; ++i)
      EXPECT_NEAR(Dot(embedding->vector(ItemId(i)), embedding->vector(ItemId(i))), i == 3 ? 1.0 : 0.0, 1e-5) << i;
    EXPECT_EQ(Ask(*embedding, {7}, 8).size, 8);  // by popularity
  }
}

// The slate is the scores in order, without what may not be shown.
TEST(ContentEmbedding, SlatesFollowScores) {
  TestShop shop(90, 6);
  shop.SetAvailable(12, false);
  for (const char* method : {"svd", "random"}) {
    const auto embedding = Make(shop, {{"dims", std::int64_t{20}}, {"method", method}});
    for (int i = 0; i < 90; i += 7) {
      const Ints session = {(i + 5) % 90, i};
      const auto scores = ScoresOf(*embedding, session, 90);
      std::vector<Scored> all;
      for (int j = 0; j < 90; ++j)
        if (j != 12 && j != session[0] && j != session[1]) all.push_back({scores[static_cast<std::size_t>(j)], j});
      std::sort(all.begin(), all.end(), Before);
      const Ints slate = Ids(Ask(*embedding, session, 10));
      ASSERT_EQ(slate.size(), 10U);
      for (std::size_t r = 0; r < 10; ++r) EXPECT_EQ(slate[r], all[r].id) << method << ' ' << i << ' ' << r;
    }
  }
}

// Words that occur together stand for each other: items 0 and 1 share no word, but their words meet in others.
TEST(ContentEmbedding, WordsOfOneSubjectMeet) {
  PublicCatalogue catalogue = testing::MakeTestCatalogue(40, 1);
  catalogue.words.clear();
  for (int i = 0; i < 40; ++i) {
    const int subject = i % 2;
    // Item 0: word 0; item 2: word 2; the others of the even ones: 0, 2 and 4. The odd ones likewise.
    if (i < 2) catalogue.words.push_back(subject);
    else if (i < 4) catalogue.words.push_back(2 + subject);
    else
      for (const int word : {0, 2, 4}) catalogue.words.push_back(word + subject);
    catalogue.word_begin[static_cast<std::size_t>(i) + 1] = static_cast<std::int32_t>(catalogue.words.size());
  }
  TestShop shop(catalogue);
  const ParamList words_only = {
      {"dims", std::int64_t{2}}, {"category_weight", 0.0}, {"department_weight", 0.0}, {"brand_weight", 0.0}};
  const auto scores = ScoresOf(*Make(shop, words_only), {0}, 40);
  EXPECT_GT(scores[2], 0.9F);
  EXPECT_LT(scores[1], 0.1F);
  EXPECT_LT(scores[3], 0.1F);
}

TEST(ContentEmbedding, WithoutAHistoryThereAreNoScores) {
  TestShop shop(20, 2);
  for (const float s : ScoresOf(*Make(shop), {}, 20)) EXPECT_EQ(s, -std::numeric_limits<float>::infinity());
}

}  // namespace
}  // namespace souk
