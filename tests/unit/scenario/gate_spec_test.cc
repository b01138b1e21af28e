// Rules under test (gate_spec.h): a specification is read as strictly as a scenario; names keep their places.
#include "sim/scenario/gate_spec.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/scenario/corpus.h"

namespace souk {
namespace {

constexpr const char* kFolder = "tests/unit/scenario/gate_corpus";

class GateCorpus : public testing::TestWithParam<std::string> {};

TEST_P(GateCorpus, EveryProblemIsReportedAtItsPlaceAndNoOther) {
  for (const std::string& mismatch : Mismatches(GetParam(), ReadGateSpec(GetParam()).problems)) {
    ADD_FAILURE() << mismatch;
  }
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, GateCorpus, testing::ValuesIn(CorpusFiles(kFolder)), TestName);

TEST(GateSpec, ReadsEveryField) {
  const GateReading reading = ReadGateSpec(std::string(kFolder) + "/good-all.yaml");
  ASSERT_TRUE(reading.problems.empty());
  const GateSpec& spec = reading.spec;
  EXPECT_EQ(spec.alpha, 0.05);
  EXPECT_EQ(spec.margin, 0.02);
  EXPECT_EQ(spec.measured_margin, 0.05);
  EXPECT_EQ(spec.arms, (std::vector<std::string>{"base", "item-knn"}));
  EXPECT_TRUE(spec.inconclusive_passes);
  EXPECT_EQ(spec.budget.pairs, 40);
  EXPECT_EQ(spec.budget.seconds, 60);
  ASSERT_EQ(spec.metrics.size(), 4U);
  EXPECT_TRUE(std::isnan(spec.metrics[0].margin));
  EXPECT_EQ(spec.metrics[0].slot, 0);
  const GateMetric& wait = spec.metrics[1];
  EXPECT_EQ(wait.metric, "agent_wait_s");
  EXPECT_EQ(wait.margin, 2);
  EXPECT_EQ(wait.scale, MarginScale::kAbsolute);
  EXPECT_EQ(wait.direction, GateDirection::kLower);
  EXPECT_EQ(wait.arms, (std::vector<std::string>{"base"}));
  EXPECT_EQ(wait.mark.line, 9);
  EXPECT_EQ(wait.metric_mark, (SourceMark{std::string(kFolder) + "/good-all.yaml", 9, 15}));
  EXPECT_EQ(wait.arms_mark.column, 81);
  EXPECT_EQ(spec.metrics[2].slot, 1 + static_cast<int>(Slot::kRecommender));
}

TEST(GateSpec, DefaultsAreThoseOfThePlainStruct) {
  const GateSpec defaults;
  const GateReading reading = ReadGateSpecText("alpha: 0.01\n", "x");
  EXPECT_TRUE(reading.problems.empty());
  EXPECT_EQ(reading.spec.margin, defaults.margin);
  EXPECT_EQ(reading.spec.budget.pairs, defaults.budget.pairs);
  EXPECT_TRUE(reading.spec.metrics.empty());
  EXPECT_FALSE(reading.spec.inconclusive_passes);
}

std::string Manual() {
  std::ifstream stream("bench/cli/GATE.md");
  std::ostringstream manual;
  manual << stream.rdbuf();
  return manual.str();
}

TEST(GateSpec, TheManualNamesEveryField) {
  const std::string manual = Manual();
  for (const FieldInfo& field : GateFieldList()) {
    const std::string name = field.path.substr(field.path.rfind('.') + 1);
    EXPECT_NE(manual.find("`" + name + "`"), std::string::npos) << field.path;
  }
}

TEST(GateSpec, TheManualsExampleIsRead) {
  const std::string manual = Manual();
  const std::size_t begin = manual.find("# gate.yaml\n# yaml-language-server");
  ASSERT_NE(begin, std::string::npos);
  const GateReading reading = ReadGateSpecText(manual.substr(begin, manual.find("```", begin) - begin), "GATE.md");
  EXPECT_TRUE(reading.problems.empty()) << Format(reading.problems.front());
  EXPECT_EQ(reading.spec.metrics.size(), 6U);
  const GateSpec defaults;  // the example states them
  EXPECT_EQ(reading.spec.alpha, defaults.alpha);
  EXPECT_EQ(reading.spec.margin, defaults.margin);
  EXPECT_EQ(reading.spec.measured_margin, defaults.measured_margin);
  EXPECT_EQ(reading.spec.budget.pairs, defaults.budget.pairs);
  EXPECT_EQ(reading.spec.budget.seconds, defaults.budget.seconds);
}

TEST(CorpusOfGates, IsLargeEnoughToMeanSomething) {
  std::size_t broken = 0;
  for (const std::string& file : CorpusFiles(kFolder)) broken += Expectations(file).empty() ? 0 : 1;
  EXPECT_GE(broken, 20U);
}

}  // namespace
}  // namespace souk
