// Strategies as parameters of strategies: what the registry checks and builds.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strategies/registry.h"
#include "tests/support/test_shop.h"

namespace souk {
namespace {

using ::testing::HasSubstr;

/// `blend` of `first` and popularity.
StrategySpec Blend(const StrategySpec& first) {
  ParamValue value{first.name, {"s.yaml", 4, 9}, {}};
  if (!first.params.empty()) value.strategy.push_back(first);
  return {"blend", {{"first", value}, {"second", {"popularity", {}, {}}}}, {"s.yaml", 3, 3}, {}};
}

std::vector<StrategyProblem> Check(const StrategySpec& spec) {
  return ValidateStrategy(Slot::kRecommender, spec, "arms.a.recommender");
}

TEST(InnerStrategy, GoodOnesAreAccepted) {
  EXPECT_TRUE(Check(Blend({"ease", {}, {}, {}})).empty());
  EXPECT_TRUE(Check(Blend({"ease", {{"lambda", {200.0, {}, {}}}}, {}, {}})).empty());
  EXPECT_TRUE(Check(Blend(Blend({"slim", {}, {}, {}}))).empty());
}

TEST(InnerStrategy, MistakesInsideAreToldWithTheirPath) {
  const auto problems = Check(Blend(Blend({"ease", {{"lambdo", {200.0, {"s.yaml", 5, 7}, {}}}}, {}, {}})));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "arms.a.recommender.first.first.lambdo");
  EXPECT_EQ(problems[0].mark.line, 5);
  EXPECT_THAT(problems[0].message, HasSubstr("did you mean 'lambda'?"));
}

TEST(InnerStrategy, MustExistAndScoreTheCatalogueAndNotSeeTheTruth) {
  for (const auto& [name, hint] : {std::pair("eese", "did you mean 'ease'?"), std::pair("random", "allowed"),
                                   std::pair("oracle", "allowed"), std::pair("list", "allowed")}) {
    const auto problems = Check(Blend({name, {}, {}, {}}));
    ASSERT_EQ(problems.size(), 1U) << name;
    EXPECT_EQ(problems[0].path, "arms.a.recommender.first");
    EXPECT_EQ(problems[0].mark.line, 4);
    EXPECT_THAT(problems[0].message, HasSubstr(std::string("found '") + name + "'; allowed a strategy that scores"));
    EXPECT_THAT(problems[0].message, HasSubstr(hint));
  }
}

TEST(InnerStrategy, IsBuiltWithItsParameters) {
  testing::TestShop shop(10, 2);
  const StrategySpec spec = Blend({"blend", {{"weight", {1.0, {}, {}}}}, {}, {}});
  const auto strategy = MakeStrategy(Slot::kRecommender, spec, {&shop.view});
  ASSERT_NE(dynamic_cast<ScoringRecommender*>(strategy.get()), nullptr);
}

TEST(InnerStrategy, ScoringIsKnownOfEveryRecommender) {
  EXPECT_TRUE(ScoresCatalogue(*FindStrategy(Slot::kRecommender, "ease")));
  EXPECT_TRUE(ScoresCatalogue(*FindStrategy(Slot::kRecommender, "blend")));
  EXPECT_FALSE(ScoresCatalogue(*FindStrategy(Slot::kRecommender, "random")));
  EXPECT_FALSE(ScoresCatalogue(*FindStrategy(Slot::kRecommender, "oracle")));
  EXPECT_FALSE(ScoresCatalogue(*FindStrategy(Slot::kPricing, "list")));
}

}  // namespace
}  // namespace souk
