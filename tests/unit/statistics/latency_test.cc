// Rules under test (latency.h): quantiles of each replication are paired with those of the incumbent; replications
// without decisions, buyers or an end are left out.
#include "results/statistics/latency.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/made_result.h"

namespace souk {
namespace {

using testing::MadeResult;

CellResult& CellOf(ExperimentResult& r, int replication, int arm) {
  return r.cells[static_cast<std::size_t>(replication) * r.arms.size() + static_cast<std::size_t>(arm)];
}

// Latencies below 256 ns are kept exactly.
ExperimentResult Measured() {
  ExperimentResult r = MadeResult(3, 2, 1, 1);
  for (CellResult& cell : r.cells)
    for (int i = 1; i <= 10; ++i) cell.latency[0].Add((cell.arm == 1 ? 10 : 5) * i + cell.replication);
  return r;
}

TEST(LatencyPairs, AreQuantilesByReplication) {
  const ExperimentResult r = Measured();
  const auto median = LatencyPairs(r, 1, r, 0, 0, 0.5);
  const auto top = LatencyPairs(r, 1, r, 0, 0, 0.99);
  ASSERT_EQ(median.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto shift = static_cast<double>(i);
    EXPECT_EQ(median[i].arm_numerator, 50 + shift);  // the fifth of ten
    EXPECT_EQ(median[i].base_numerator, 25 + shift);
    EXPECT_EQ(top[i].arm_numerator, 100 + shift);
    EXPECT_EQ(top[i].base_numerator, 50 + shift);
    EXPECT_EQ(median[i].arm_denominator, 1);
    EXPECT_EQ(median[i].base_denominator, 1);
  }
  // (50 + 51 + 52) ÷ (25 + 26 + 27) − 1
  EXPECT_NEAR(RelativeUplift(median).estimate, 153.0 / 78 - 1, 1e-12);
}

TEST(LatencyPairs, LeaveOutReplicationsWithoutDecisionsOrEnd) {
  ExperimentResult r = Measured();
  CellOf(r, 0, 0).latency[0] = LatencyHistogram();
  EXPECT_EQ(LatencyPairs(r, 1, r, 0, 0, 0.5).size(), 2U);
  CellOf(r, 1, 1).latency[0] = LatencyHistogram();
  ASSERT_EQ(LatencyPairs(r, 1, r, 0, 0, 0.5).size(), 1U);
  EXPECT_EQ(LatencyPairs(r, 1, r, 0, 0, 0.5)[0].arm_numerator, 52) << "replication 2";
  CellOf(r, 2, 0).error = "failed";
  EXPECT_TRUE(LatencyPairs(r, 1, r, 0, 0, 0.5).empty());
  EXPECT_TRUE(LatencyPairs(Measured(), 1, Measured(), 0, 1, 0.5).empty()) << "a slot never asked";
}

TEST(MergedLatency, IsOfFinishedCellsOfTheArm) {
  ExperimentResult r = Measured();
  EXPECT_EQ(MergedLatency(r, 1, 0).total(), 30);
  EXPECT_EQ(MergedLatency(r, 1, 0).max_ns(), 102);
  EXPECT_EQ(MergedLatency(r, 0, 0).max_ns(), 52);
  CellOf(r, 2, 1).error = "failed";
  EXPECT_EQ(MergedLatency(r, 1, 0).total(), 20);
  EXPECT_EQ(MergedLatency(r, 1, 0).max_ns(), 101);
}

TEST(SlowestSlot, HasTheHighestP99) {
  ExperimentResult r = MadeResult(2, 2, 1, 1);
  EXPECT_EQ(SlowestSlot(r, 1), -1);
  CellOf(r, 0, 1).latency[2].Add(0);
  EXPECT_EQ(SlowestSlot(r, 1), 2) << "asked, if in no time at all";
  for (int i = 0; i < 1000; ++i) CellOf(r, 0, 1).latency[1].Add(i == 0 ? 250 : 20);
  for (int i = 0; i < 1000; ++i) CellOf(r, 1, 1).latency[3].Add(30);
  EXPECT_EQ(SlowestSlot(r, 1), 3) << "one slow decision in a thousand does not make a slow slot";
  EXPECT_EQ(SlowestSlot(r, 0), -1) << "of this arm only";
}

/// Buyers of the given revenue among shoppers who bought nothing.
void SetBuyers(CellResult& cell, const std::vector<std::int64_t>& cents) {
  cell.shoppers.clear();
  for (const std::int64_t c : cents) {
    ShopperOutcome buyer;
    buyer.sessions = 1;
    buyer.orders = 1;
    buyer.revenue_cents = c;
    cell.shoppers.push_back(buyer);
    cell.shoppers.push_back({0, 1, 0, 0, 0});
  }
}

TEST(RevenueQuantilePairs, ByNearestRank) {
  ExperimentResult r = MadeResult(1, 2, 1, 1);
  SetBuyers(CellOf(r, 0, 0), {400, 100, 300, 200});
  SetBuyers(CellOf(r, 0, 1), {1000, 50, 20, 70, 60});
  const auto arm_and_base = [&r](double q) {
    const auto pairs = RevenueQuantilePairs(r, 1, q);
    return pairs.size() == 1 ? std::pair(pairs[0].arm_numerator, pairs[0].base_numerator) : std::pair(-1.0, -1.0);
  };
  EXPECT_EQ(arm_and_base(0.5), std::pair(0.6, 2.0));  // third of five, second of four; units, not cents
  EXPECT_EQ(arm_and_base(0.9), std::pair(10.0, 4.0));
  EXPECT_EQ(arm_and_base(0), std::pair(0.2, 1.0));
  EXPECT_EQ(arm_and_base(1), std::pair(10.0, 4.0));
  EXPECT_EQ(RevenueQuantilePairs(r, 1, 0.5)[0].arm_denominator, 1);
}

TEST(RevenueQuantilePairs, RanksAreNotRoundedUp) {
  // .07 · 100 is 7.000000000000001 in floating point; the quantile is the seventh of 1, 2 … 100.
  ExperimentResult r = MadeResult(1, 2, 1, 1);
  std::vector<std::int64_t> cents;
  for (int i = 100; i >= 1; --i) cents.push_back(100 * i);
  SetBuyers(r.cells[0], cents);
  SetBuyers(r.cells[1], cents);
  for (int percent = 1; percent <= 100; ++percent)
    EXPECT_EQ(RevenueQuantilePairs(r, 1, percent / 100.0)[0].arm_numerator, percent);
}

TEST(RevenueQuantilePairs, LeaveOutReplicationsWithoutBuyersOrEnd) {
  ExperimentResult r = MadeResult(4, 2, 1, 1);
  EXPECT_TRUE(RevenueQuantilePairs(r, 1, 0.5).empty()) << "not recorded";
  for (CellResult& cell : r.cells) SetBuyers(cell, {100 * (1 + cell.replication)});
  EXPECT_EQ(RevenueQuantilePairs(r, 1, 0.5).size(), 4U);
  SetBuyers(CellOf(r, 0, 0), {});
  CellOf(r, 1, 0).error = "failed";
  CellOf(r, 2, 1).error = "failed";
  const auto pairs = RevenueQuantilePairs(r, 1, 0.5);
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_EQ(pairs[0].arm_numerator, 4);
}

}  // namespace
}  // namespace souk
