// Strategies as parameters of strategies: reading, layers, writing.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario/problems.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/strategy_list.h"

namespace souk {
namespace {

using ::testing::HasSubstr;

ScenarioReading Read(const std::string& recommender,
                     const std::vector<std::pair<std::string, std::string>>& sets = {}) {
  const std::string text =
      "name: shop\nquestion: Does it work?\nincumbent: base\narms:\n  - name: base\n    recommender: " + recommender +
      "\n    coupons: none\n    pricing: list\n    assistant: none\n    outreach: none\n";
  std::vector<Override> settings;
  for (const auto& [path, value] : sets) settings.push_back({path, value});
  return ReadScenarioText(text, "shop.yaml", settings);
}
StrategySpec SpecOf(const ScenarioReading& r) {
  EXPECT_TRUE(r.problems.empty()) << (r.problems.empty() ? "" : Format(r.problems[0]));
  return r.scenario.arms[0].slots[0];
}

TEST(InnerStrategy, IsReadWithItsPlace) {
  const StrategySpec spec =
      SpecOf(Read("{ name: blend, first: { name: ease, lambda: 200 }, second: popularity, weight: 0.3 }"));
  const ParamValue& first = spec.params.at("first");
  EXPECT_EQ(std::get<std::string>(first.value), "ease");
  ASSERT_EQ(first.strategy.size(), 1U);
  EXPECT_EQ(std::get<std::int64_t>(first.strategy[0].params.at("lambda").value), 200);
  EXPECT_EQ(first.strategy[0].params.at("lambda").mark.line, 6);
  EXPECT_EQ(first.strategy[0].params.at("lambda").mark.column, 62);
  EXPECT_EQ(std::get<std::string>(spec.params.at("second").value), "popularity");
  EXPECT_TRUE(spec.params.at("second").strategy.empty());
}

TEST(InnerStrategy, ANameAloneIsTheSameInBothSpellings) {
  EXPECT_TRUE(SameParams(SpecOf(Read("{ name: blend, first: ease }")).params,
                         SpecOf(Read("{ name: blend, first: { name: ease } }")).params));
  EXPECT_FALSE(SameParams(SpecOf(Read("{ name: blend, first: ease }")).params,
                          SpecOf(Read("{ name: blend, first: { name: ease, lambda: 3 } }")).params));
  EXPECT_TRUE(SameParams(SpecOf(Read("{ name: blend, first: { name: ease, lambda: 3 } }")).params,
                         SpecOf(Read("{ first:   { lambda: 3, name: ease }, name: blend }")).params));
}

TEST(InnerStrategy, GoesAsDeepAsOneLikes) {
  const StrategySpec spec = SpecOf(
      Read("{ name: rerank, base: { name: blend, first: { name: cold-start, content: { name: ease, lambda: 2 } } } }"));
  const StrategySpec& blend = spec.params.at("base").strategy.at(0);
  const StrategySpec& cold = blend.params.at("first").strategy.at(0);
  EXPECT_EQ(cold.params.at("content").strategy.at(0).name, "ease");
}

TEST(InnerStrategy, IsWrittenAsItReads) {
  const ScenarioReading once = Read(
      "{ name: blend, first: { name: ease, lambda: 200.0, keep: 5 }, second: { name: rerank, base: popularity } }");
  const std::string text = WriteScenario(once.scenario);
  EXPECT_THAT(text, HasSubstr("first: { name: ease, keep: 5, lambda: 200.0 }"));
  const ScenarioReading again = ReadScenarioText(text, "again.yaml", {});
  EXPECT_TRUE(SameParams(SpecOf(once).params, SpecOf(again).params));
}

TEST(InnerStrategy, SettingsReachInside) {
  const StrategySpec over_name =
      SpecOf(Read("{ name: blend, first: ease }", {{"arms.base.recommender.first.lambda", "7"}}));
  EXPECT_EQ(over_name.params.at("first").strategy.at(0).name, "ease");
  EXPECT_EQ(std::get<std::int64_t>(over_name.params.at("first").strategy.at(0).params.at("lambda").value), 7);
  const StrategySpec replaced =
      SpecOf(Read("{ name: blend, first: { name: ease, lambda: 2 } }", {{"arms.base.recommender.first", "slim"}}));
  EXPECT_EQ(std::get<std::string>(replaced.params.at("first").value), "slim");
  EXPECT_TRUE(replaced.params.at("first").strategy.empty());
}

std::string OnlyProblem(const std::string& recommender) {
  const ScenarioReading r = Read(recommender);
  EXPECT_EQ(r.problems.size(), 1U) << recommender;
  return r.problems.empty() ? "" : Format(r.problems[0]);
}

TEST(InnerStrategy, MistakesAreToldAtTheirPlace) {
  EXPECT_THAT(
      OnlyProblem("{ name: blend, first: { name: ease, pretrained: m.h5 } }"),
      HasSubstr("6:54: arms.base.recommender.first.pretrained: found a model file of an inner strategy; allowed "
                "beside the name of the outer one, for both"));
  EXPECT_THAT(OnlyProblem("{ name: blend, first: { lambda: 3 } }"),
              HasSubstr("arms.base.recommender.first: found a map; allowed true, false, a number, a text"));
  EXPECT_THAT(OnlyProblem("{ name: blend, first: { name: ease, lambda: [1] } }"),
              HasSubstr("arms.base.recommender.first.lambda: found a list"));
  EXPECT_THAT(OnlyProblem("{ name: blend, first: { name: [x] } }"), HasSubstr("arms.base.recommender.first.name"));
}

TEST(InnerStrategy, StandsInListsOfStrategiesToo) {
  const StrategyListReading r =
      ReadStrategyText("mix=blend{first: {name: ease, lambda: 200}, second: slim},popularity", "list");
  ASSERT_TRUE(r.problems.empty());
  ASSERT_EQ(r.strategies.size(), 2U);
  EXPECT_EQ(r.strategies[0].spec.params.at("first").strategy.at(0).name, "ease");
}

}  // namespace
}  // namespace souk
