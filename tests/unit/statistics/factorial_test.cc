// Rules under test (heterogeneity.h): two levers that add up have no extra effect, two that multiply have the product
// of their uplifts, only pairs of which all four arms exist are compared; twins are counted shopper by shopper.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "results/statistics/heterogeneity.h"
#include "tests/support/made_result.h"

namespace souk {
namespace {

using testing::MadeResult;
using testing::SetRatio;

const MetricInfo& Revenue() { return *FindMetric("revenue_per_visitor"); }

/// Arms none, a, b, a+b with the given revenue of 100 visitors; every replication the same share above or below.
ExperimentResult Levers(const std::vector<int>& revenue) {
  ExperimentResult r = MadeResult(5, 4, 1, 1);
  r.design = "factorial";
  r.levers = {"search", "coupons"};
  r.arm_levers = {0, 1, 2, 3};
  for (CellResult& cell : r.cells) {
    const int level = 90 + 5 * cell.replication;
    SetRatio(cell.by_segment[0], Revenue(), revenue[static_cast<std::size_t>(cell.arm)] * level, 100);
  }
  return r;
}

TEST(Interactions, LeversThatAddUpHaveNoExtra) {
  const auto found = Interactions(Levers({100, 120, 110, 130}), Revenue());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].lever_a, 0);
  EXPECT_EQ(found[0].lever_b, 1);
  EXPECT_NEAR(found[0].a.estimate, 0.2, 1e-12);
  EXPECT_NEAR(found[0].b.estimate, 0.1, 1e-12);
  EXPECT_NEAR(found[0].both.estimate, 0.3, 1e-12);
  EXPECT_NEAR(found[0].extra.estimate, 0, 1e-12);
}

TEST(Interactions, LeversThatMultiplyHaveTheProduct) {
  const auto found = Interactions(Levers({100, 120, 110, 132}), Revenue());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(found[0].extra.estimate, 0.2 * 0.1, 1e-12);
  EXPECT_EQ(found[0].extra.method, IntervalMethod::kPoint) << "every replication says the same";
}

TEST(Interactions, IntervalOfTheExtraIsThatOfTheContrast) {
  // The incumbent is always 100, so the extra is the mean of (both − a − b + none) ÷ 100: contrasts of 1, 2, 3 around
  // the product, mean 2, s = 1, symmetric: t(2, .975) = 4.302653.
  ExperimentResult r = MadeResult(3, 4, 1, 1);
  r.levers = {"search", "coupons"};
  r.arm_levers = {0, 1, 2, 3};
  for (CellResult& cell : r.cells) {
    const int i = cell.replication;
    const int revenue[] = {100, 120 + 7 * i, 110 - 3 * i, 131 + 5 * i};  // contrast 1 + i
    SetRatio(cell.by_segment[0], Revenue(), revenue[cell.arm], 100);
  }
  const auto found = Interactions(r, Revenue());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(found[0].extra.estimate, 0.02, 1e-12);
  EXPECT_NEAR(found[0].extra.low, 0.02 - 4.302653 * 0.01 / std::sqrt(3), 1e-8);
  EXPECT_NEAR(found[0].extra.high, 0.02 + 4.302653 * 0.01 / std::sqrt(3), 1e-8);
}

TEST(Interactions, CountReplicationsThatAllFourArmsFinished) {
  ExperimentResult r = Levers({100, 120, 110, 130});
  // Replication 2 would change the answer, had not arm "b" failed in it.
  SetRatio(r.cells[8].by_segment[0], Revenue(), 1'000'000, 100);
  r.cells[10].error = "failed";
  EXPECT_NEAR(Interactions(r, Revenue())[0].extra.estimate, 0, 1e-12);
  EXPECT_NEAR(Interactions(r, Revenue())[0].a.estimate, 0.2, 1e-12);
}

TEST(Interactions, NeedAllFourArms) {
  ExperimentResult r = Levers({100, 120, 110, 130});
  r.levers.push_back("prices");  // a third lever, never on
  EXPECT_EQ(Interactions(r, Revenue()).size(), 1U);
  r.arm_levers = {0, 1, 2, 4};  // singles only
  EXPECT_TRUE(Interactions(r, Revenue()).empty());
  r.arm_levers = {0, 1, 4, 5};  // levers 0 and 2
  const auto found = Interactions(r, Revenue());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].lever_a, 0);
  EXPECT_EQ(found[0].lever_b, 2);
  EXPECT_TRUE(Interactions(testing::SampleResult(), Revenue()).empty()) << "no factorial design";
}

ShopperOutcome Shopper(int segment, int sessions, int orders, std::int64_t revenue_cents, std::int64_t margin_cents) {
  ShopperOutcome s;
  s.segment = segment;
  s.sessions = sessions;
  s.orders = orders;
  s.revenue_cents = revenue_cents;
  s.margin_cents = margin_cents;
  return s;
}

/// One replication of five shoppers, of whom the last never comes, and a second of the same shoppers in which nothing
/// differs.
ExperimentResult Twins() {
  ExperimentResult r = MadeResult(2, 2, 3, 1);
  const std::vector<ShopperOutcome> today = {Shopper(0, 1, 0, 0, 0), Shopper(0, 2, 2, 5000, 900),
                                             Shopper(1, 0, 0, 0, 0), Shopper(1, 3, 1, 1000, 100),
                                             Shopper(1, 0, 0, 0, 0)};
  for (CellResult& cell : r.cells) cell.shoppers = today;
  r.cells[1].shoppers = {Shopper(0, 1, 1, 3000, 600),   // helped, +30 and +6
                         Shopper(0, 2, 1, 2000, 1000),  // harmed, −30 and +1
                         Shopper(1, 1, 0, 0, -50),      // came in the arm only: neither, −.5
                         Shopper(1, 3, 1, 1800, 300),   // as many orders: neither, +8 and +2
                         Shopper(1, 0, 0, 0, 0)};
  return r;
}

TEST(TwinEffects, AreCountedByHand) {
  const auto effects = TwinEffects(Twins(), 1);
  ASSERT_EQ(effects.size(), 4U);
  // Four twins in the first replication, three (0, 1 and 3) in the second.
  EXPECT_EQ(effects[0].segment, "all");
  EXPECT_EQ(effects[0].shoppers, 7);
  EXPECT_NEAR(effects[0].helped, 1.0 / 7, 1e-12);
  EXPECT_NEAR(effects[0].harmed, 1.0 / 7, 1e-12);
  EXPECT_NEAR(effects[0].revenue_gain, 8.0 / 7, 1e-12);  // 30 − 30 + 0 + 8
  EXPECT_NEAR(effects[0].margin_gain, 8.5 / 7, 1e-12);   // 6 + 1 − .5 + 2
  EXPECT_EQ(effects[1].segment, "fidèles");
  EXPECT_EQ(effects[1].shoppers, 4);
  EXPECT_NEAR(effects[1].helped, 0.25, 1e-12);
  EXPECT_NEAR(effects[1].harmed, 0.25, 1e-12);
  EXPECT_NEAR(effects[1].revenue_gain, 0, 1e-12);
  EXPECT_NEAR(effects[1].margin_gain, 7.0 / 4, 1e-12);
  EXPECT_EQ(effects[2].shoppers, 3);
  EXPECT_EQ(effects[2].helped, 0);
  EXPECT_NEAR(effects[2].revenue_gain, 8.0 / 3, 1e-12);
  EXPECT_NEAR(effects[2].margin_gain, 1.5 / 3, 1e-12);
  EXPECT_EQ(effects[3].shoppers, 0);
  EXPECT_TRUE(std::isnan(effects[3].helped)) << "a segment without shoppers";
}

TEST(TwinEffects, LeaveOutFailedReplications) {
  ExperimentResult r = Twins();
  r.cells[2].error = "the incumbent failed in replication 1";
  EXPECT_EQ(TwinEffects(r, 1)[0].shoppers, 4);
}

TEST(TwinEffects, OfUnknownSegmentsAreOfAllOnly) {
  ExperimentResult r = Twins();
  for (CellResult& cell : r.cells)
    for (ShopperOutcome& shopper : cell.shoppers) shopper.segment = -1;  // as an older file is read
  const auto effects = TwinEffects(r, 1);
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(effects[0].shoppers, 7);
  EXPECT_NEAR(effects[0].revenue_gain, 8.0 / 7, 1e-12);
}

TEST(TwinEffects, NeedRecordedShoppersOfParallelWorlds) {
  ExperimentResult split = Twins();
  split.design = "ab-test";
  split.shares = {1, 1};
  EXPECT_TRUE(TwinEffects(split, 1).empty());
  ExperimentResult unrecorded = Twins();
  unrecorded.cells[3].shoppers.clear();
  EXPECT_TRUE(TwinEffects(unrecorded, 1).empty()) << "one replication without";
  EXPECT_TRUE(TwinEffects(MadeResult(2, 2, 3, 1), 1).empty());
}

}  // namespace
}  // namespace souk
