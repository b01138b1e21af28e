#include <gtest/gtest.h>

#include "tests/unit/scenario/corpus.h"

namespace souk {
namespace {

class Corpus : public testing::TestWithParam<std::string> {};

TEST_P(Corpus, EveryProblemIsReportedAtItsPlaceAndNoOther) {
  const ReadResult result = ReadScenario(GetParam());
  std::vector<std::string> expected = Expectations(GetParam());
  for (const Problem& problem : result.problems) {
    const std::string headline = Headline(problem);
    const auto found = std::find_if(expected.begin(), expected.end(), [&](const auto& e) { return Fulfils(headline, e); });
    if (found == expected.end()) ADD_FAILURE() << "not expected: " << headline;
    else expected.erase(found);
  }
  for (const std::string& missing : expected) ADD_FAILURE() << "not reported: " << missing;
}

TEST_P(Corpus, GoodFilesReadBackAsTheyWereWritten) {
  const ReadResult first = ReadScenario(GetParam());
  if (!first.problems.empty()) GTEST_SKIP() << "broken on purpose";
  const std::string text = WriteScenario(first.scenario);
  const ReadResult second = ReadScenarioText(text, "written");
  EXPECT_TRUE(second.problems.empty()) << Format(second.problems[0]);
  EXPECT_EQ(WriteScenario(second.scenario), text);
  EXPECT_EQ(ScenarioHash(second.scenario), ScenarioHash(first.scenario));
}

std::string TestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, Corpus, testing::ValuesIn(CorpusFiles()), TestName);

TEST(CorpusSize, IsLargeEnoughToMeanSomething) {
  std::size_t broken = 0;
  for (const std::string& file : CorpusFiles()) broken += Expectations(file).empty() ? 0 : 1;
  EXPECT_GE(broken, 45U);
}

}  // namespace
}  // namespace souk
