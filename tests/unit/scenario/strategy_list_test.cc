// Strategies outside a scenario: labels, parameters and the places of mistakes.
#include "sim/scenario/strategy_list.h"

#include <gmock/gmock.h>

#include "sim/base/error.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<NamedStrategy> Read(const std::string& text) {
  const StrategyListReading r = ReadStrategyText(text, "--strategies");
  for (const Problem& p : r.problems) ADD_FAILURE() << Format(p);
  return r.strategies;
}

std::vector<std::string> Labels(const std::vector<NamedStrategy>& strategies) {
  std::vector<std::string> labels;
  for (const NamedStrategy& s : strategies) labels.push_back(s.label);
  return labels;
}

std::string ProblemOf(const StrategyListReading& reading) {
  return reading.problems.empty() ? "no problem" : Format(reading.problems.front());
}
std::string ProblemOf(const std::string& text) { return ProblemOf(ReadStrategyText(text, "--strategies")); }

TEST(StrategyList, NamesAreLabels) {
  const auto list = Read("popularity, item-knn ,ease");
  EXPECT_THAT(Labels(list), ElementsAre("popularity", "item-knn", "ease"));
  EXPECT_EQ(list[1].spec.name, "item-knn");
  EXPECT_TRUE(list[1].spec.params.empty());
}

TEST(StrategyList, ParametersStandInBraces) {
  const auto list = Read("item-knn{neighbours: 20, shrink: 0.5}");
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(std::get<std::int64_t>(list[0].spec.params.at("neighbours").value), 20);
  EXPECT_EQ(std::get<double>(list[0].spec.params.at("shrink").value), 0.5);
}

TEST(StrategyList, CommasInBracesAndQuotesDoNotSeparate) {
  const auto list = Read("one=x{a: 1, b: 'p, q}'},two=y");
  EXPECT_THAT(Labels(list), ElementsAre("one", "two"));
  EXPECT_EQ(std::get<std::string>(list[0].spec.params.at("b").value), "p, q}");
  EXPECT_EQ(list[0].spec.name, "x");
}

TEST(StrategyList, SameNamesAreCalledAsTheyAreWritten) {
  EXPECT_THAT(Labels(Read("x{k: 1},x{k: 2},y")), ElementsAre("x{k: 1}", "x{k: 2}", "y"));
  EXPECT_THAT(Labels(Read("a=x{k: 1},x{k: 2}")), ElementsAre("a", "x{k: 2}"));
}

TEST(StrategyList, MistakesHaveAColumn) {
  EXPECT_THAT(ProblemOf("a,,b"), HasSubstr("--strategies:1:3: found nothing"));
  EXPECT_THAT(ProblemOf("a,"), HasSubstr("--strategies:1:3: found nothing"));
  EXPECT_THAT(ProblemOf(""), HasSubstr("--strategies:1:1: found nothing"));
  EXPECT_THAT(ProblemOf("a,B_"), HasSubstr("--strategies:1:3"));
  EXPECT_THAT(ProblemOf("a,b{k: 1"), HasSubstr("--strategies:1:4"));
  EXPECT_THAT(ProblemOf("a,b{k: [1]}"), HasSubstr("--strategies:1:8"));
  EXPECT_THAT(ProblemOf("a,b{k: 1, k: 2}"), HasSubstr("--strategies:1:11"));
  EXPECT_THAT(ProblemOf("l=a,l=b"), HasSubstr("found 'l' twice"));
  EXPECT_THAT(ProblemOf("a{k: 1},a{k: 1}"), HasSubstr("twice"));
}

TEST(StrategyList, AFileMapsLabelsToStrategies) {
  const StrategyListReading r =
      ReadStrategyFileText("fast: { name: ease, lambda: 50.0 }\nbase: popularity\n", "list.yaml");
  EXPECT_TRUE(r.problems.empty()) << ProblemOf(r);
  EXPECT_THAT(Labels(r.strategies), ElementsAre("fast", "base"));
  EXPECT_EQ(r.strategies[0].spec.name, "ease");
  EXPECT_EQ(std::get<double>(r.strategies[0].spec.params.at("lambda").value), 50);
  EXPECT_EQ(r.strategies[1].spec.mark.line, 2);
}

TEST(StrategyList, MistakesInAFileHaveAPlace) {
  const auto problem = [](const std::string& text) { return ProblemOf(ReadStrategyFileText(text, "list.yaml")); };
  EXPECT_THAT(problem(""), HasSubstr("allowed a map from labels to strategies"));
  EXPECT_THAT(problem("- a\n- b\n"), HasSubstr("list.yaml:1:1"));
  EXPECT_THAT(problem("a: { lambda: 3 }\n"), HasSubstr("list.yaml:1:4"));
  EXPECT_THAT(problem("a: x\na: y\n"), HasSubstr("list.yaml:2:1"));
  EXPECT_THROW(ReadStrategyFile("/nowhere/list.yaml"), Error);
}

}  // namespace
}  // namespace souk
