// Rules under test (outcome_gate.h): equal outcomes are equal; what moved is named exactly; guarded metrics are judged
// by paired replications.
#include "results/statistics/outcome_gate.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/sample_result.h"

namespace souk {
namespace {

using testing::SampleResult;

std::vector<std::string> Names(const std::vector<MovedMetric>& moved) {
  std::vector<std::string> names;
  for (const MovedMetric& m : moved) names.push_back(m.arm + "/" + m.metric->name);
  return names;
}

TEST(OutcomeGate, TheSameResultIsTheSame) {
  const ExperimentResult base = SampleResult();
  const auto arms = CommonArms(base, base);
  EXPECT_EQ(arms.size(), 2U);
  EXPECT_TRUE(SameOutcomes(base, base, arms));
  EXPECT_TRUE(MovedMetrics(base, base, arms).empty());
  EXPECT_EQ(CommonReplications(base, base, arms), (std::vector<std::int32_t>{0, 1, 2}));
}

TEST(OutcomeGate, OneCentMovesExactlyTheMetricsMadeOfIt) {
  const ExperimentResult base = SampleResult();
  const auto arms = CommonArms(base, base);
  // One cent of revenue more in one replication of one arm, as a changed price would make it.
  ExperimentResult head = base;
  At(head.cells[3].by_segment[1], Sum::kRevenueCents) += 1;
  EXPECT_FALSE(SameOutcomes(base, head, arms)) << "the sums differ, whatever the fingerprint says";
  const auto moved = MovedMetrics(base, head, arms);
  EXPECT_EQ(Names(moved),
            (std::vector<std::string>{"arm-1/revenue_per_visitor", "arm-1/average_order_value", "arm-1/revenue"}));
  // Revenue per replication: one cent over three replications.
  EXPECT_NEAR(moved[2].head - moved[2].base, 0.01 / 3, 1e-9);

  // The price that an item was sold at, not what was paid for it after coupons.
  head = base;
  At(head.cells[0].by_segment[0], Sum::kPaidCents) -= 1;
  EXPECT_EQ(Names(MovedMetrics(base, head, arms)), (std::vector<std::string>{"today/price_index"}));
}

TEST(OutcomeGate, EveryMetricIsSeenWhenItsNumeratorMoves) {
  const ExperimentResult base = SampleResult();
  const auto arms = CommonArms(base, base);
  for (const MetricInfo& metric : Metrics()) {
    if (metric.denominator == Sum::kDeliveries) continue;  // made up to have none
    ExperimentResult head = base;
    At(head.cells[2].by_segment[0], metric.numerator) += 1;
    const auto names = Names(MovedMetrics(base, head, arms));
    EXPECT_NE(std::find(names.begin(), names.end(), std::string("today/") + metric.name), names.end()) << metric.name;
  }
}

TEST(OutcomeGate, AFingerprintAloneIsAChange) {
  const ExperimentResult base = SampleResult();
  ExperimentResult head = base;
  head.cells[1].fingerprint ^= 1;
  EXPECT_FALSE(SameOutcomes(base, head, CommonArms(base, head)));
  EXPECT_TRUE(MovedMetrics(base, head, CommonArms(base, head)).empty());
}

TEST(OutcomeGate, OnlyWhatBothFinishedIsCompared) {
  const ExperimentResult base = SampleResult();
  ExperimentResult head = base;
  head.cells[1].error = "out of luck";  // replication 0, arm 1
  head.cells[1].fingerprint = 1;
  EXPECT_TRUE(SameOutcomes(base, head, CommonArms(base, head)));
  EXPECT_EQ(CommonReplications(base, head, CommonArms(base, head)), (std::vector<std::int32_t>{1, 2}));
  for (CellResult& cell : head.cells) cell.error = "all";
  EXPECT_FALSE(SameOutcomes(base, head, CommonArms(base, head))) << "nothing in common is not the same";
  EXPECT_TRUE(CommonReplications(base, head, CommonArms(base, head)).empty());
}

TEST(OutcomeGate, ArmsAreFoundByName) {
  const ExperimentResult base = SampleResult({.arms = 3});
  ExperimentResult head = base;
  // Arms in another order, one renamed.
  std::swap(head.arms[0], head.arms[2]);
  head.arms[1] = "other";
  for (CellResult& cell : head.cells) cell.arm = 2 - cell.arm;
  std::sort(head.cells.begin(), head.cells.end(), [](const CellResult& a, const CellResult& b) {
    return std::pair(a.replication, a.arm) < std::pair(b.replication, b.arm);
  });
  const auto arms = CommonArms(base, head);
  ASSERT_EQ(arms.size(), 2U);
  EXPECT_EQ(arms[0].head, 2);
  EXPECT_TRUE(SameOutcomes(base, head, arms));
}

/// 20 replications; every visitor count 1000, buyers as given by `buyers` per replication.
ExperimentResult WithBuyers(const std::function<std::int64_t(int)>& buyers) {
  ExperimentResult result = SampleResult({.replications = 20, .arms = 1, .segments = 1});
  for (CellResult& cell : result.cells) {
    At(cell.by_segment[0], Sum::kVisitors) = 1000;
    At(cell.by_segment[0], Sum::kBuyers) = buyers(cell.replication);
  }
  return result;
}

OutcomeJudgement JudgeConversion(const ExperimentResult& base, const ExperimentResult& head, double margin) {
  const OutcomeCheck check{FindMetric("conversion"), {"today", 0, 0}, true, true, margin};
  return JudgeOutcomes(base, head, std::vector<OutcomeCheck>{check}, 0.01)[0];
}

TEST(OutcomeGate, JudgesByPairedReplications) {
  // The world moves all replications by ± 30 %; the change is a constant −4 of 100 buyers, visible only in pairs.
  const auto world = [](int r) { return 100 + (r * 7 % 13 - 6) * 5; };
  const ExperimentResult base = WithBuyers([&](int r) { return world(r); });
  const ExperimentResult head = WithBuyers([&](int r) { return world(r) - 4; });
  EXPECT_EQ(JudgeConversion(base, head, 0.01).harm.verdict, GateVerdict::kRegression);
  EXPECT_EQ(JudgeConversion(base, head, 0.10).harm.verdict, GateVerdict::kPass);
  EXPECT_EQ(JudgeConversion(head, base, 0.0).harm.verdict, GateVerdict::kPass);
  const OutcomeJudgement same = JudgeConversion(base, base, 0);
  EXPECT_TRUE(same.identical);
  EXPECT_EQ(same.harm.verdict, GateVerdict::kPass);
  EXPECT_EQ(same.replications, 20);
}

TEST(OutcomeGate, NoSampleIsNotANumber) {
  const ExperimentResult base = SampleResult();  // no deliveries
  const OutcomeCheck check{FindMetric("satisfaction"), {"today", 0, 0}, true, true, 0.01};
  EXPECT_TRUE(std::isnan(JudgeOutcomes(base, base, std::vector<OutcomeCheck>{check}, 0.01)[0].base));
}

}  // namespace
}  // namespace souk
