#include "strategies/recommender/blend/blend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/fixed_scores.h"

namespace souk {
namespace {

using namespace testing;
using ::testing::ElementsAre;
constexpr float kNothing = -std::numeric_limits<float>::infinity();

std::unique_ptr<Blend> Make(const TestShop& shop, const std::string& first, const std::string& second,
                            ParamMap more = {}) {
  more["first"] = Fixed("one", first);
  more["second"] = Fixed("two", second);
  return MakeAround<Blend>(BlendInfo(), MakeBlend, shop, more);
}

// By hand: ranks of the first 1, 2, 3 and none, of the second 2, 2, none and 1 (ties share the better one).
TEST(Blend, AddsReciprocalRanks) {
  TestShop shop(5, 1);
  const auto blend =
      Make(shop, "9 8 7 - -", "4 4 - 5 -", {{"weight", {0.25, {}, {}}}, {"rank_constant", {60.0, {}, {}}}});
  const auto scores = ScoresOf(*blend, {}, 5);
  EXPECT_FLOAT_EQ(scores[0], static_cast<float>(0.25 / 61 + 0.75 / 62));
  EXPECT_FLOAT_EQ(scores[1], static_cast<float>(0.25 / 62 + 0.75 / 62));
  EXPECT_FLOAT_EQ(scores[2], static_cast<float>(0.25 / 63));
  EXPECT_FLOAT_EQ(scores[3], static_cast<float>(0.75 / 61));
  EXPECT_EQ(scores[4], kNothing);
}

TEST(Blend, AddsScaledScores) {
  TestShop shop(5, 1);
  const auto blend = Make(shop, "10 20 15 - -", "-4 0 - -2 -", {{"weight", {0.25, {}, {}}}, {"by", {"score", {}, {}}}});
  EXPECT_THAT(ScoresOf(*blend, {}, 5), ElementsAre(0.0F, 1.0F, 0.125F, 0.375F, kNothing));
}

TEST(Blend, RanksBehindTheDepthCountNothing) {
  TestShop shop(4, 1);
  const auto blend =
      Make(shop, "4 3 2 1", "- - - -", {{"weight", {1.0, {}, {}}}, {"depth", {std::int64_t{2}, {}, {}}}});
  const auto scores = ScoresOf(*blend, {}, 4);
  EXPECT_GT(scores[1], 0);
  EXPECT_EQ(scores[2], 0);
  EXPECT_EQ(scores[3], 0);
}

// With all weight on one model the order is that model's.
TEST(Blend, WeightsOfOneAndZeroAreTheModelsThemselves) {
  TestShop shop(6, 1);
  for (const char* by : {"rank", "score"}) {
    const auto one = Make(shop, "1 6 2 5 3 4", "6 5 4 3 2 1", {{"weight", {1.0, {}, {}}}, {"by", {by, {}, {}}}});
    EXPECT_THAT(Ids(Ask(*one, {}, 6)), ElementsAre(1, 3, 5, 4, 2, 0)) << by;
    const auto two = Make(shop, "1 6 2 5 3 4", "6 5 4 3 2 1", {{"weight", {0.0, {}, {}}}, {"by", {by, {}, {}}}});
    EXPECT_THAT(Ids(Ask(*two, {}, 6)), ElementsAre(0, 1, 2, 3, 4, 5)) << by;
  }
}

TEST(Blend, TellsBothModelsAndSavesThem) {
  TestShop shop(3, 1);
  const auto blend = Make(shop, "3 2 1", "3 2 1", {{"by", {"score", {}, {}}}});
  TrainOn(*blend, shop);
  ShopEvent event;
  event.kind = ShopEventKind::kView;
  event.item = ItemId(2);
  for (int n = 0; n < 5; ++n) blend->Observe(event);
  EXPECT_THAT(Ids(Ask(*blend, {}, 3)), ElementsAre(2, 0, 1));
  const auto other = Make(shop, "3 2 1", "3 2 1", {{"by", {"score", {}, {}}}});
  std::istringstream in(Saved(*blend));
  other->Load(in);
  EXPECT_THAT(Ids(Ask(*other, {}, 3)), ElementsAre(2, 0, 1));
  EXPECT_EQ(Saved(*other), Saved(*blend));
}

TEST(Blend, AStateOfOtherModelsIsRefusedAndChangesNothing) {
  TestShop shop(3, 1);
  const auto blend = Make(shop, "3 2 1", "3 2 1");
  ParamMap given = {{"first", Fixed("one", "1 2 3")}, {"second", Fixed("three", "1 2 3")}};
  const auto foreign = MakeAround<Blend>(BlendInfo(), MakeBlend, shop, given);
  const std::string before = Saved(*blend);
  std::istringstream in(Saved(*foreign));
  EXPECT_THROW(blend->Load(in), Error);
  EXPECT_EQ(Saved(*blend), before);
}

TEST(InnerRecommender, MustScoreTheCatalogue) {
  TestShop shop(3, 1);
  EXPECT_THROW(MakeAround<Blend>(BlendInfo(), MakeBlend, shop, {{"first", {"mute", {}, {}}}}), Error);
  const Params params(BlendInfo());
  EXPECT_THROW(MakeBlend(params, {&shop.view}), Error) << "nobody can build inner strategies";
}

}  // namespace
}  // namespace souk
