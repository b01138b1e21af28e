// Rules under test (relation.h): what pairs two results is the seed and the scenario or, where that differs, the world
// that both describe; a test inside one shop and the truth of the same world are told apart in either order.
#include "results/report/relation.h"

#include <gtest/gtest.h>

#include "sim/scenario/reader.h"
#include "tests/support/sample_result.h"

namespace souk {
namespace {

/// A result of the tiny shop under these changes, as `souk run` would describe it.
ExperimentResult ResultOf(const std::vector<Override>& overrides) {
  const ScenarioReading reading = ReadScenario(std::string(SOUK_SOURCE_DIR) + "/scenarios/tiny/shop.yaml", overrides);
  EXPECT_TRUE(reading.problems.empty());
  ExperimentResult r = testing::SampleHeader({});
  r.provenance.resolved_yaml = WriteScenario(reading.scenario);
  r.provenance.scenario_hash = ScenarioHash(reading.scenario);
  r.provenance.seed = reading.scenario.seed;
  if (reading.scenario.design.kind == DesignKind::kAbTest) r.shares = {1, 1};
  return r;
}

TEST(Relate, TheSameScenarioAndSeedAreTheSameExperiment) {
  EXPECT_EQ(Relate(ResultOf({}), ResultOf({})), Relation::kSameScenario);
  EXPECT_EQ(Relate(ResultOf({}), ResultOf({{"seed", "8"}})), Relation::kUnrelated) << "other dice";
}

TEST(Relate, OtherArmsOrDesignsMeetTheSameShoppers) {
  const ExperimentResult base = ResultOf({});
  EXPECT_EQ(Relate(base, ResultOf({{"arms.item-knn.recommender", "random"}})), Relation::kSameWorld);
  EXPECT_EQ(Relate(base, ResultOf({{"design", "{kind: ab-test}"}})), Relation::kSameWorld);
  EXPECT_TRUE(Pairs(Relation::kSameWorld));
  EXPECT_TRUE(Pairs(Relation::kSameScenario));
  EXPECT_FALSE(Pairs(Relation::kUnrelated));
}

TEST(Relate, AnotherWorldPairsWithNothing) {
  const ExperimentResult base = ResultOf({});
  EXPECT_EQ(Relate(base, ResultOf({{"catalogue.items", "201"}})), Relation::kUnrelated);
  EXPECT_EQ(Relate(base, ResultOf({{"after.return_rate", "0.2"}})), Relation::kUnrelated);
}

TEST(Relate, AScenarioThatCannotBeReadPairsWithItselfOnly) {
  ExperimentResult unread = ResultOf({});
  unread.provenance.resolved_yaml = "of: another souk\n";
  EXPECT_EQ(Relate(unread, unread), Relation::kSameScenario) << "the hash says so";
  ExperimentResult other = unread;
  other.provenance.scenario_hash = "0000000000000000";
  EXPECT_EQ(Relate(unread, other), Relation::kUnrelated) << "two that cannot be read are not alike for that";
}

TEST(FindTestAndTruth, KnowsWhichIsWhichInEitherOrder) {
  const ExperimentResult truth = ResultOf({}), test = ResultOf({{"design", "{kind: ab-test}"}});
  for (const TestAndTruth& found : {FindTestAndTruth(truth, test), FindTestAndTruth(test, truth)}) {
    ASSERT_TRUE(found);
    EXPECT_EQ(found.truth, &truth);
    EXPECT_EQ(found.test, &test);
  }
  EXPECT_FALSE(FindTestAndTruth(truth, truth));
  EXPECT_FALSE(FindTestAndTruth(test, test));
  EXPECT_FALSE(FindTestAndTruth(truth, ResultOf({{"design", "{kind: ab-test}"}, {"seed", "8"}})));
}

TEST(SameOutcomes, ComparesTheCellsThatBothFinished) {
  const testing::SampleShape shape{3, 2, 1, 1};
  const ExperimentResult a = testing::SampleResult(shape);
  ExperimentResult b = a;
  EXPECT_TRUE(SameOutcomes(a, 1, b, 1));
  EXPECT_FALSE(SameOutcomes(a, 0, b, 1));
  b.cells[3].fingerprint ^= 1;  // replication 1, arm 1
  EXPECT_FALSE(SameOutcomes(a, 1, b, 1));
  b.cells[3].error = "gone";
  EXPECT_TRUE(SameOutcomes(a, 1, b, 1)) << "the other two agree";
  for (CellResult& cell : b.cells) cell.error = "gone";
  EXPECT_FALSE(SameOutcomes(a, 1, b, 1)) << "nothing agrees with nothing";
}

}  // namespace
}  // namespace souk
