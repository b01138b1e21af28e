// Rules under test (ledger_internal.h): a stopping rule's answer depends on the replications in their order, never on
// who finishes when; what an earlier run finished counts; what ran ahead of the look that stopped is dropped.
#include "bench/experiment/ledger_internal.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "sim/base/random.h"
#include "sim/outcome/metrics.h"

namespace souk {
namespace {

using ::testing::ElementsAre;

ExperimentResult Header() {
  ExperimentResult header;
  header.incumbent = "base";
  header.arms = {"base", "other"};
  header.segments = {"all"};
  return header;
}

/// Noisy conversions with a true uplift of 7 %: the number of replications that a rule needs depends on all of them.
std::vector<CellResult> Cells(int replication) {
  const Dice dice(11, static_cast<std::uint64_t>(replication));
  Rng rng(dice, Purpose::kTest, 0);
  std::vector<CellResult> cells(2);
  for (int arm = 0; arm < 2; ++arm) {
    CellResult& cell = cells[static_cast<std::size_t>(arm)];
    cell.replication = replication;
    cell.arm = arm;
    cell.by_segment.resize(1);
    At(cell.by_segment[0], Sum::kVisitors) = 1000;
    At(cell.by_segment[0], Sum::kBuyers) = (arm == 0 ? 100 : 107) + rng.Below(61) - 30;
  }
  return cells;
}

StopSpec Decide() {
  StopSpec stop;
  stop.mode = StopMode::kDecide;
  return stop;
}

std::vector<int> Numbers(int n) {
  std::vector<int> numbers(static_cast<std::size_t>(n));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

/// The number at which the rule stops, by the definition: every prefix is asked in turn.
int StopByDefinition(const StoppingRule& rule) {
  ExperimentResult so_far = Header();
  for (int n = 1; n <= rule.most(); ++n) {
    for (CellResult& cell : Cells(n - 1)) so_far.cells.push_back(std::move(cell));
    if (rule.LookDue(n) && rule.Enough(so_far)) return n;
  }
  return rule.most();
}

std::set<std::int32_t> ReplicationsOf(const ExperimentResult& result) {
  std::set<std::int32_t> replications;
  for (const CellResult& cell : result.cells) replications.insert(cell.replication);
  return replications;
}

TEST(Ledger, TheOrderOfFinishingChangesNothing) {
  const StoppingRule rule(Decide(), 3);
  const int expected = StopByDefinition(rule);
  ASSERT_GT(expected, 20) << "the first look must not be the last, or the test shows nothing";
  ASSERT_LT(expected, 150);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Rng rng(Dice(seed, 0), Purpose::kTest, 1);
    Ledger ledger(Header(), Numbers(rule.most()), &rule);
    std::vector<int> under_way;
    while (true) {
      while (under_way.size() < 7) {
        const auto next = ledger.Claim();
        if (!next) break;
        under_way.push_back(*next);
      }
      if (under_way.empty()) break;
      const auto at = under_way.begin() + static_cast<std::ptrdiff_t>(rng.Below(std::ssize(under_way)));
      ledger.Finish(Cells(*at));
      under_way.erase(at);
    }
    EXPECT_TRUE(ledger.Complete());
    const ExperimentResult result = ledger.TakeResult();
    EXPECT_EQ(result.planned_replications, expected);
    EXPECT_EQ(std::ssize(result.cells), 2 * expected);
    EXPECT_EQ(*ReplicationsOf(result).rbegin(), expected - 1);
  }
}

TEST(Ledger, WhatAnEarlierRunFinishedCounts) {
  const StoppingRule rule(Decide(), 3);
  const int expected = StopByDefinition(rule);
  for (const int kept : {1, 19, 20, expected - 1, expected, expected + 5}) {
    std::vector<CellResult> done;
    for (int r = 0; r < kept; ++r)
      if (r != 3)
        for (CellResult& cell : Cells(r)) done.push_back(std::move(cell));
    Ledger ledger(Header(), Numbers(rule.most()), &rule, done);
    std::vector<int> run;
    while (const auto next = ledger.Claim()) {
      run.push_back(*next);
      ledger.Finish(Cells(*next));
    }
    EXPECT_EQ(std::ssize(run), std::max(expected - kept, 0) + (kept > 3 ? 1 : 0)) << kept;
    EXPECT_EQ(ledger.TakeResult().planned_replications, expected) << kept;
  }
}

TEST(Ledger, StoppedEarlyItKeepsWhatThereIsAndTheMostThatMayBeNeeded) {
  ExperimentResult header = Header();
  const StoppingRule rule(Decide(), 3);
  header.planned_replications = rule.most();
  Ledger ledger(header, Numbers(rule.most()), &rule);
  for (const int r : {0, 1, 2, 3}) EXPECT_EQ(ledger.Claim(), r);
  ledger.Finish(Cells(3));
  ledger.Finish(Cells(0));
  ledger.Close();
  EXPECT_EQ(ledger.Claim(), std::nullopt);
  EXPECT_FALSE(ledger.Complete());
  const ExperimentResult result = ledger.TakeResult();
  EXPECT_THAT(ReplicationsOf(result), ElementsAre(0, 3));
  EXPECT_EQ(result.planned_replications, 200);
}

TEST(Ledger, WithoutARuleEveryReplicationOfTheListIsRun) {
  Ledger ledger(Header(), {2, 5, 30}, nullptr, Cells(5));
  EXPECT_EQ(ledger.to_run(), 2);
  EXPECT_EQ(ledger.Claim(), 2);
  EXPECT_EQ(ledger.Claim(), 30);
  EXPECT_EQ(ledger.Claim(), std::nullopt);
  ledger.Finish(Cells(30));
  EXPECT_FALSE(ledger.Complete());
  ledger.Finish(Cells(2));
  EXPECT_TRUE(ledger.Complete());
  EXPECT_THAT(ReplicationsOf(ledger.TakeResult()), ElementsAre(2, 5, 30));
}

TEST(StopsAt, AgreesWithTheDefinition) {
  Scenario scenario;
  scenario.stop = Decide();
  const int expected = StopByDefinition(StoppingRule(scenario.stop, 3));
  ExperimentResult result = Header();
  for (int r = 0; r < expected - 1; ++r)
    for (CellResult& cell : Cells(r)) result.cells.push_back(std::move(cell));
  EXPECT_EQ(StopsAt(scenario, result), std::nullopt);
  for (int r = expected - 1; r < expected + 9; ++r)
    for (CellResult& cell : Cells(r)) result.cells.push_back(std::move(cell));
  EXPECT_EQ(StopsAt(scenario, result), expected);
  scenario.stop.mode = StopMode::kFixed;
  EXPECT_EQ(StopsAt(scenario, result), std::nullopt);
}

}  // namespace
}  // namespace souk
