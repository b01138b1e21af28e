#include "sim/decision/params.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace souk {
namespace {

using ::testing::HasSubstr;

const StrategyInfo& Info() {
  static const StrategyInfo info{.slot = Slot::kPricing,
                                 .name = "probe",
                                 .summary = "For tests.",
                                 .source = "none",
                                 .status = "tested",
                                 .sees_truth = false,
                                 .params = {{"rate", 0.5, 0, 1, {}, "per h", "a real"},
                                            {"count", std::int64_t{3}, 1, 9, {}, "", "an integer"},
                                            {"deep", false, 0, 0, {}, "", "a flag"},
                                            {"form", std::string("log"), 0, 0, {"log", "linear"}, "", "a choice"},
                                            {"label", std::string(""), 0, 0, {}, "", "any text"}}};
  return info;
}

using Value = decltype(ParamValue::value);

Params Read(const std::map<std::string, Value>& given, std::vector<Params::Issue>& issues) {
  ParamMap map;
  int line = 10;
  for (const auto& [name, value] : given) map[name] = {value, {"shop.yaml", line++, 5}};
  return Params(Info(), map, issues);
}
std::string OnlyIssue(const std::string& name, const Value& value) {
  std::vector<Params::Issue> issues;
  const Params params = Read({{name, value}}, issues);
  EXPECT_EQ(issues.size(), 1U);
  return issues.empty() ? "" : issues[0].message;
}

TEST(Params, DefaultsFillWhatIsNotGiven) {
  const Params params(Info());
  EXPECT_EQ(params.Real("rate"), 0.5);
  EXPECT_EQ(params.Int("count"), 3);
  EXPECT_FALSE(params.Bool("deep"));
  EXPECT_EQ(params.String("form"), "log");
}

TEST(Params, GivenValuesReplaceDefaults) {
  std::vector<Params::Issue> issues;
  const Params params = Read({{"rate", 0.25},
                              {"count", std::int64_t{9}},
                              {"deep", true},
                              {"form", std::string("linear")},
                              {"label", std::string("x")}},
                             issues);
  EXPECT_TRUE(issues.empty());
  EXPECT_EQ(params.Real("rate"), 0.25);
  EXPECT_EQ(params.Int("count"), 9);
  EXPECT_TRUE(params.Bool("deep"));
  EXPECT_EQ(params.String("form"), "linear");
  EXPECT_EQ(params.String("label"), "x");
}

TEST(Params, AWholeNumberIsAReal) {
  std::vector<Params::Issue> issues;
  EXPECT_EQ(Read({{"rate", std::int64_t{1}}}, issues).Real("rate"), 1.0);
  EXPECT_TRUE(issues.empty());
}

TEST(Params, ARealIsNoWholeNumber) {
  EXPECT_EQ(OnlyIssue("count", 2.0), "parameter 'count': found 2; allowed a whole number from 1 to 9");
  EXPECT_EQ(OnlyIssue("count", 2.5), "parameter 'count': found 2.5; allowed a whole number from 1 to 9");
}

TEST(Params, RangeEndsAreIncluded) {
  for (const double end : {0.0, 1.0}) {
    std::vector<Params::Issue> issues;
    EXPECT_EQ(Read({{"rate", end}}, issues).Real("rate"), end);
    EXPECT_TRUE(issues.empty());
  }
  EXPECT_EQ(OnlyIssue("rate", 1.5), "parameter 'rate': found 1.5; allowed a number from 0 to 1 per h");
  EXPECT_THAT(OnlyIssue("count", std::int64_t{10}), HasSubstr("found 10; allowed a whole number from 1 to 9"));
}

TEST(Params, NotANumberAndInfinityAreOutOfRange) {
  EXPECT_THAT(OnlyIssue("rate", std::nan("")), HasSubstr("allowed a number from 0 to 1"));
  EXPECT_THAT(OnlyIssue("rate", std::numeric_limits<double>::infinity()), HasSubstr("allowed a number from 0 to 1"));
}

TEST(Params, WrongTypesAreNamed) {
  EXPECT_EQ(OnlyIssue("rate", std::string("fast")),
            "parameter 'rate': found 'fast'; allowed a number from 0 to 1 per h");
  EXPECT_EQ(OnlyIssue("deep", std::int64_t{1}), "parameter 'deep': found 1; allowed true or false");
  EXPECT_EQ(OnlyIssue("label", true), "parameter 'label': found true; allowed text");
}

TEST(Params, AWrongChoiceGetsTheNearestOne) {
  EXPECT_EQ(OnlyIssue("form", std::string("liner")),
            "parameter 'form': found 'liner'; allowed one of log, linear; did you mean 'linear'?");
}

TEST(Params, AnUnknownNameGetsTheNearestOne) {
  EXPECT_EQ(OnlyIssue("cuont", std::int64_t{2}),
            "parameter 'cuont': found an unknown name; allowed rate, count, deep, form, label; did you mean 'count'?");
}

TEST(Params, AStrategyWithoutParametersSaysSo) {
  const StrategyInfo plain{
      .slot = Slot::kCoupons, .name = "none", .summary = "", .source = "", .status = "", .params = {}};
  std::vector<Params::Issue> issues;
  const Params params(plain, {{"x", {1.0, {}}}}, issues);
  ASSERT_EQ(issues.size(), 1U);
  EXPECT_EQ(issues[0].message, "parameter 'x': found an unknown name; allowed none, 'none' has no parameters");
}

TEST(Params, AllProblemsAreReportedAtTheirPlaceAndKeepDefaults) {
  std::vector<Params::Issue> issues;
  const Params params = Read({{"count", std::int64_t{0}}, {"rate", 7.0}, {"zzzzzz", true}}, issues);
  ASSERT_EQ(issues.size(), 3U);
  EXPECT_EQ(issues[0].param, "count");
  EXPECT_EQ(issues[0].mark.line, 10);
  EXPECT_EQ(issues[1].param, "rate");
  EXPECT_EQ(issues[1].mark.line, 11);
  EXPECT_EQ(issues[2].param, "zzzzzz");
  EXPECT_EQ(params.Int("count"), 3);
  EXPECT_EQ(params.Real("rate"), 0.5);
}

TEST(ParamsDeathTest, AskingForAnUndeclaredParameterIsABug) {
  const Params params(Info());
  EXPECT_DEATH((void)params.Real("speed"), "internal check failed");
  EXPECT_DEATH((void)params.Real("count"), "internal check failed");
}

const StrategyInfo& AroundInfo() {
  static const StrategyInfo info{.slot = Slot::kRecommender,
                                 .name = "around",
                                 .summary = "For tests.",
                                 .source = "none",
                                 .status = "tested",
                                 .sees_truth = false,
                                 .params = {{"inner", "plain", 0, 0, {}, "", "a strategy", true},
                                            {"label", std::string(""), 0, 0, {}, "", "any text"}}};
  return info;
}

TEST(Params, AStrategyIsAName) {
  EXPECT_EQ(Params(AroundInfo()).Strategy("inner").name, "plain");
  std::vector<Params::Issue> issues;
  const Params params(AroundInfo(), {{"inner", {"other", {"s.yaml", 3, 4}, {}}}}, issues);
  EXPECT_TRUE(issues.empty());
  EXPECT_EQ(params.Strategy("inner").name, "other");
  EXPECT_EQ(params.Strategy("inner").mark.line, 3);
  EXPECT_TRUE(params.Strategy("inner").params.empty());
}

TEST(Params, AStrategyMayHaveParametersOfItsOwn) {
  ParamValue given{"ease", {}, {}};
  given.strategy.push_back({"ease", {{"lambda", {200.0, {}, {}}}}, {}, {}});
  std::vector<Params::Issue> issues;
  const Params params(AroundInfo(), {{"inner", given}}, issues);
  EXPECT_TRUE(issues.empty());
  EXPECT_EQ(params.Strategy("inner"), given.strategy.front());
}

TEST(Params, AStrategyIsNoNumberAndATextNoStrategy) {
  std::vector<Params::Issue> issues;
  ParamValue strategy{"ease", {}, {}};
  strategy.strategy.push_back({"ease", {{"lambda", {200.0, {}, {}}}}, {}, {}});
  const Params params(AroundInfo(), {{"inner", {std::int64_t{5}, {}, {}}}, {"label", strategy}}, issues);
  ASSERT_EQ(issues.size(), 2U);
  EXPECT_EQ(issues[0].message, "parameter 'inner': found 5; allowed the name of a strategy or { name: …, parameters }");
  EXPECT_EQ(issues[1].message, "parameter 'label': found a strategy with parameters; allowed text");
  EXPECT_EQ(params.Strategy("inner").name, "plain");
}

}  // namespace
}  // namespace souk
