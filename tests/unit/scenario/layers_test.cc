#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sim/base/error.h"
#include "tests/unit/scenario/corpus.h"

namespace souk {
namespace {

namespace fs = std::filesystem;

constexpr const char* kShop = R"(name: shop
question: Does it work?
incumbent: base
arms:
  - { name: base, recommender: popularity, coupons: none, pricing: list-price, assistant: none, outreach: none }
  - { name: knn, recommender: { name: item-knn, neighbours: 50 } }
population: { patience_s: !LogNormal { median: 8, sigma: 0.6 } }
time: { days: 14 }
)";

std::vector<Override> Options(const std::vector<std::string>& texts) {
  std::vector<Override> options;
  for (const std::string& text : texts) options.push_back(ParseOverride(text));
  return options;
}

Scenario ReadWith(const std::vector<std::string>& options) {
  const ScenarioReading result = ReadScenarioText(kShop, "shop.yaml", Options(options));
  for (const Problem& problem : result.problems) ADD_FAILURE() << Format(problem);
  return result.scenario;
}

std::string ProblemOf(const std::string& option) {
  const ScenarioReading result = ReadScenarioText(kShop, "shop.yaml", Options({option}));
  EXPECT_EQ(result.problems.size(), 1U) << option;
  return result.problems.empty() ? "" : Format(result.problems[0]);
}

const StrategySpec& RecommenderOf(const Scenario& s, std::size_t arm) { return s.arms[arm].slots[0]; }

TEST(Override, SetsFieldsThatTheFileHasAndThatItHasNot) {
  const Scenario s = ReadWith({"time.days=7", "browse.slate_size=12", "seed=9", "seed=10"});
  EXPECT_EQ(s.time.days, 7);
  EXPECT_EQ(s.browse.slate_size, 12);
  EXPECT_EQ(s.seed, 10U) << "the last option wins";
}

TEST(Override, FindsArmsByIndexAndByName) {
  EXPECT_EQ(RecommenderOf(ReadWith({"arms.1.recommender=random"}), 1).name, "random");
  EXPECT_EQ(RecommenderOf(ReadWith({"arms.knn.recommender=random"}), 1).name, "random");
  EXPECT_EQ(ReadWith({"arms.knn.pricing=greedy"}).arms[1].slots[2].name, "greedy");
}

TEST(Override, ReachesAParameterOfAStrategy) {
  const Scenario s = ReadWith({"arms.knn.recommender.neighbours=9", "arms.base.recommender.window_days=3.5"});
  EXPECT_EQ(std::get<std::int64_t>(RecommenderOf(s, 1).params.at("neighbours").value), 9);
  EXPECT_EQ(RecommenderOf(s, 0).name, "popularity") << "a plain name stays when a parameter is added";
  EXPECT_EQ(std::get<double>(RecommenderOf(s, 0).params.at("window_days").value), 3.5);
}

TEST(Override, ChangesOneParameterOfALawOrTheWholeLaw) {
  EXPECT_EQ(ReadWith({"population.patience_s.sigma=0.1"}).population.patience_s, Distribution::LogNormal(8, 0.1));
  EXPECT_EQ(ReadWith({"population.budget_per_month.median=50"}).population.budget_per_month,
            Distribution::LogNormal(50, 0.9));
  EXPECT_EQ(ReadWith({"population.patience_s=!Gamma {shape: 2, rate: 3}"}).population.patience_s,
            Distribution::Gamma(2, 3));
  EXPECT_EQ(std::get<LogitNormalLeave>(ReadWith({"browse.leave.intercept=-2"}).browse.leave).intercept, -2);
}

TEST(Override, TakesThePathsThatDescribePrints) {
  // Every field with a default, set to it, is the field's default.
  const std::vector<std::string> shop = {"segments=[{name: all}]", "arrivals.campaigns=[{day: 1}]"};
  int set = 0;
  for (const FieldInfo& field : ScenarioFieldList()) {
    if (field.default_text.empty() || field.default_text == "[]" || field.default_text == "required") continue;
    // Another world than the shop has neither segments nor campaigns.
    std::vector<std::string> options = field.path.starts_with("world!") ? std::vector<std::string>{} : shop;
    options.push_back(field.path + "=" + field.default_text);
    const ScenarioReading result = ReadScenarioText(kShop, "shop.yaml", Options(options));
    for (const Problem& problem : result.problems) ADD_FAILURE() << options.back() << ": " << Format(problem);
    ++set;
  }
  EXPECT_GT(set, 150);
}

TEST(Override, ATagInThePathChoosesTheLaw) {
  const auto leave = [](const std::vector<std::string>& options) { return ReadWith(options).browse.leave; };
  EXPECT_EQ(std::get<BetaGeometricLeave>(leave({"browse.leave!BetaGeometric.a=3"})), (BetaGeometricLeave{3, 0.734}));
  EXPECT_EQ(std::get<BetaGeometricLeave>(leave({"browse.leave!BetaGeometric.a=3", "browse.leave!BetaGeometric.b=1"})),
            (BetaGeometricLeave{3, 1}))
      << "the law stays when it is chosen again";
  EXPECT_EQ(
      std::get<LogitNormalLeave>(leave({"browse.leave!BetaGeometric.a=3", "browse.leave!LogitNormal.sd_visitor=1"})),
      (LogitNormalLeave{-1.455, 1, 0.615}))
      << "another law starts from its own defaults";
  EXPECT_NE(ProblemOf("browse.leave!Logit.sd_visitor=1").find("--set:1:8: browse.leave: found the tag !Logit"),
            std::string::npos);
}

TEST(Override, BracketsMeanEveryElement) {
  const Scenario s = ReadWith({"arms[].share=3", "arms.knn.share=2"});
  EXPECT_EQ(s.arms[0].share, 3);
  EXPECT_EQ(s.arms[1].share, 2);
  EXPECT_NE(ProblemOf("segments[].share=3").find("--set:1:1: segments[].share: found no entries under 'segments'"),
            std::string::npos);
}

TEST(Override, ProblemsStandAtTheirPlaceInTheOption) {
  EXPECT_EQ(ProblemOf("broswe.slate_size=3"),
            "--set:1:1: broswe: found an unknown key; did you mean browse?\n"
            "  broswe.slate_size=3\n"
            "  ^");
  EXPECT_EQ(ProblemOf("browse.slat_size=3").substr(0, 74),
            "--set:1:8: browse.slat_size: found an unknown key; did you mean slate_size");
  EXPECT_EQ(ProblemOf("time.days=0"),
            "--set:1:11: time.days: found 0; allowed a whole number, 1 … 3650 (days)\n"
            "  time.days=0\n"
            "            ^");
  EXPECT_NE(ProblemOf("arms.kn.pricing=x")
                .find("--set:1:6: arms.kn.pricing: found 'kn' in a list of 2; allowed base, knn; did you mean knn?"),
            std::string::npos);
  EXPECT_NE(ProblemOf("arms.7.pricing=x").find("found '7' in a list of 2"), std::string::npos);
  EXPECT_NE(ProblemOf("time.days=").find("--set:1:11: time.days: found nothing"), std::string::npos);
  EXPECT_NE(ProblemOf("time..days=1").find("--set:1:6: time..days: found an empty name"), std::string::npos);
  EXPECT_NE(ProblemOf("time.days=[1").find("found broken YAML"), std::string::npos);
  EXPECT_NE(ProblemOf("time.days.hours=1").find("--set:1:6: time.days: found a map"), std::string::npos);
}

TEST(Override, OverAPlainNumberAParameterHasNoLawToChange) {
  const std::string found =
      Format(ReadScenarioText(kShop, "shop.yaml", Options({"population.patience_s=5", "population.patience_s.sigma=1"}))
                 .problems.at(0));
  EXPECT_NE(found.find("found a map without a tag"), std::string::npos) << found;
}

TEST(Override, NeedsAnEqualsSign) {
  EXPECT_THROW(ParseOverride("time.days"), Error);
  EXPECT_THROW(ParseOverride("=3"), Error);
  EXPECT_EQ(ParseOverride("a=b=c").value, "b=c");
}

class Extends : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("souk_extends_" + std::to_string(getpid()));
    fs::create_directories(folder_ / "deep");
    Write("base.yaml", kShop);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  fs::path folder_;
};

TEST_F(Extends, MapsMergeDeeplyListsAndValuesReplace) {
  Write("deep/middle.yaml",
        "extends: ../base.yaml\ntime: { warmup_days: 3 }\npopulation: { patience_s: { sigma: 0.2 } }\n");
  const std::string file = Write(
      "top.yaml",
      "extends: deep/middle.yaml\nname: top\ntime: { start_month: 1 }\narms:\n"
      "  - { name: base, recommender: random, coupons: none, pricing: list-price, assistant: none, outreach: none }\n");
  const ScenarioReading result = ReadScenario(file);
  ThrowIfAny(result.problems);
  EXPECT_EQ(result.scenario.name, "top");
  EXPECT_EQ(result.scenario.question, "Does it work?");
  EXPECT_EQ(result.scenario.time.days, 14);
  EXPECT_EQ(result.scenario.time.warmup_days, 3);
  EXPECT_EQ(result.scenario.time.start_month, 1);
  EXPECT_EQ(result.scenario.population.patience_s, Distribution::LogNormal(8, 0.2));
  EXPECT_EQ(result.scenario.arms.size(), 1U);
}

TEST_F(Extends, ATagStartsAfresh) {
  const std::string file =
      Write("top.yaml", "extends: base.yaml\npopulation: { patience_s: !LogNormal { median: 4 } }\n");
  EXPECT_NE(Format(ReadScenario(file).problems.at(0)).find("patience_s.sigma: the key is missing"), std::string::npos);
}

TEST_F(Extends, AProblemStandsInTheFileThatHoldsTheValue) {
  Write("bad.yaml", std::string(kShop) + "colour: red\n");
  const std::string file = Write("top.yaml", "extends: bad.yaml\nseed: x\n");
  const ScenarioReading result = ReadScenario(file);
  ASSERT_EQ(result.problems.size(), 2U);
  EXPECT_EQ(result.problems[0].mark, (SourceMark{(folder_ / "bad.yaml").string(), 9, 1}));
  EXPECT_EQ(result.problems[0].source_line, "colour: red");
  EXPECT_EQ(result.problems[1].mark, (SourceMark{file, 2, 7}));
}

TEST_F(Extends, ChainsAreLimited) {
  std::string last = "base.yaml";
  for (int i = 0; i < 8; ++i) {
    Write("f" + std::to_string(i) + ".yaml", "extends: " + last + "\n");
    last = "f" + std::to_string(i) + ".yaml";
  }
  EXPECT_TRUE(ReadScenario((folder_ / last).string()).problems.empty());
  const ScenarioReading result = ReadScenario(Write("top.yaml", "extends: " + last + "\n"));
  ASSERT_EQ(result.problems.size(), 1U);
  EXPECT_EQ(result.problems[0].mark.file, (folder_ / "f0.yaml").string());
  EXPECT_NE(result.problems[0].message.find("more than 8 files"), std::string::npos);
}

TEST_F(Extends, AnArmFillsItsSlotsFromTheArmThatItNames) {
  const std::string file = Write("top.yaml", R"(extends: base.yaml
incumbent: b
arms:
  - { name: c, extends: a, pricing: greedy }
  - { name: a, recommender: knn }
  - { name: b, recommender: popularity, coupons: none, pricing: list-price, assistant: none, outreach: none }
  - { name: d, extends: c, outreach: rfm }
)");
  const ScenarioReading result = ReadScenario(file);
  ThrowIfAny(result.problems);
  const auto slots = [&](std::size_t arm) {
    std::string out;
    for (const StrategySpec& slot : result.scenario.arms[arm].slots) out += slot.name + " ";
    return out;
  };
  EXPECT_EQ(slots(0), "knn none greedy none none ");
  EXPECT_EQ(slots(1), "knn none list-price none none ");
  EXPECT_EQ(slots(2), "popularity none list-price none none ");
  EXPECT_EQ(slots(3), "knn none greedy none rfm ");
  EXPECT_EQ(result.scenario.arms[3].slots[0].mark.line, 5) << "an inherited slot keeps its place";
}

TEST_F(Extends, TheIncumbentMayExtendAnotherArm) {
  const std::string file =
      Write("top.yaml",
            "extends: base.yaml\nincumbent: i\narms:\n"
            "  - { name: i, extends: a, recommender: random }\n"
            "  - { name: a, recommender: knn, coupons: none, pricing: list-price, assistant: none, outreach: none }\n");
  const ScenarioReading result = ReadScenario(file);
  ThrowIfAny(result.problems);
  EXPECT_EQ(result.scenario.arms[0].slots[1].name, "none");
}

}  // namespace
}  // namespace souk
