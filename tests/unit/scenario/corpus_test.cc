#include <gtest/gtest.h>

#include "tests/unit/scenario/corpus.h"

namespace souk {
namespace {

class Corpus : public testing::TestWithParam<std::string> {};

TEST_P(Corpus, EveryProblemIsReportedAtItsPlaceAndNoOther) {
  for (const std::string& mismatch : Mismatches(GetParam(), ReadScenario(GetParam()).problems)) {
    ADD_FAILURE() << mismatch;
  }
}

class GoodFiles : public testing::TestWithParam<std::string> {};

TEST_P(GoodFiles, ReadBackAsTheyWereWritten) {
  const ScenarioReading first = ReadScenario(GetParam());
  ASSERT_TRUE(first.problems.empty()) << Format(first.problems[0]);
  const std::string text = WriteScenario(first.scenario);
  const ScenarioReading second = ReadScenarioText(text, "written");
  EXPECT_TRUE(second.problems.empty()) << Format(second.problems[0]);
  EXPECT_EQ(WriteScenario(second.scenario), text);
  EXPECT_EQ(ScenarioHash(second.scenario), ScenarioHash(first.scenario));
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::vector<std::string> FilesThatExpectNothing() {
  std::vector<std::string> files = CorpusFiles();
  std::erase_if(files, [](const std::string& file) { return !Expectations(file).empty(); });
  return files;
}

INSTANTIATE_TEST_SUITE_P(Files, Corpus, testing::ValuesIn(CorpusFiles()), TestName);
INSTANTIATE_TEST_SUITE_P(Files, GoodFiles, testing::ValuesIn(FilesThatExpectNothing()), TestName);

TEST(CorpusSize, IsLargeEnoughToMeanSomething) {
  std::size_t broken = 0;
  for (const std::string& file : CorpusFiles()) broken += Expectations(file).empty() ? 0 : 1;
  EXPECT_GE(broken, 45U);
}

}  // namespace
}  // namespace souk
