// Rules under test (split.h): a pure function of seed and replication; shares are met; rounds of a switchback give
// every arm one block each, in an order that is drawn.
#include "sim/market/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

namespace souk {
namespace {

TEST(Split, AloneServesEverybody) {
  EXPECT_EQ(Split().ArmOf(ShopperId(7), StartOfDay(3)), 0);
  EXPECT_GT(Split().SinceSwitch(SimTime{}), Days(10'000));
}

TEST(Split, AShopperBelongsToOneArmForGood) {
  const Split split = Split::ByShopper(Dice(5, 1), {1, 2, 1});
  const Split again = Split::ByShopper(Dice(5, 1), {1, 2, 1});
  const Split other = Split::ByShopper(Dice(5, 2), {1, 2, 1});
  int differ = 0;
  for (int u = 0; u < 1000; ++u) {
    const int arm = split.ArmOf(ShopperId(u), SimTime{});
    for (const double day : {0.5, 3.0, 99.0}) ASSERT_EQ(split.ArmOf(ShopperId(u), SimTime{} + Days(day)), arm);
    ASSERT_EQ(again.ArmOf(ShopperId(u), SimTime{}), arm);
    differ += other.ArmOf(ShopperId(u), SimTime{}) != arm;
  }
  // Two independent draws of shares .25, .5, .25 differ with probability 1 − .0625 − .25 − .0625 = .625; ± 5 sd.
  EXPECT_NEAR(differ, 625, 5 * std::sqrt(1000 * 0.625 * 0.375));
}

// Chi-squared with 3 degrees of freedom exceeds 16.27 once in 1,000 (NIST/SEMATECH 1.3.6.7.4); the seed is fixed.
TEST(Split, SharesAreMet) {
  const std::vector<double> shares = {0.1, 0.2, 0.3, 0.4};
  const Split split = Split::ByShopper(Dice(6, 0), {1, 2, 3, 4});
  std::vector<double> counts(4, 0);
  for (int u = 0; u < 20'000; ++u) ++counts[static_cast<std::size_t>(split.ArmOf(ShopperId(u), SimTime{}))];
  double chi = 0;
  for (std::size_t arm = 0; arm < 4; ++arm)
    chi += std::pow(counts[arm] - 20'000 * shares[arm], 2) / (20'000 * shares[arm]);
  EXPECT_LT(chi, 16.27);
  EXPECT_GT(chi, 0) << "drawn, not dealt";
}

TEST(Split, EveryRoundOfASwitchbackGivesEachArmOneBlock) {
  const SimTime begin = StartOfDay(7);
  const Split split = Split::ByTime(Dice(7, 0), 3, begin, Hours(12));
  std::set<std::vector<int>> orders;
  for (int round = 0; round < 60; ++round) {
    std::vector<int> order;
    for (int block = 0; block < 3; ++block) {
      const SimTime start = begin + Hours(12.0 * (3 * round + block));
      order.push_back(split.ArmOf(ShopperId(0), start));
      // The same arm for everybody, to the end of the block.
      ASSERT_EQ(split.ArmOf(ShopperId(99), start + Hours(11.99)), order.back());
      EXPECT_EQ(split.SinceSwitch(start), SimDuration{0});
      EXPECT_EQ(split.SinceSwitch(start + Hours(5)), Hours(5));
    }
    orders.insert(order);
    std::sort(order.begin(), order.end());
    ASSERT_EQ(order, (std::vector<int>{0, 1, 2}));
  }
  EXPECT_EQ(orders.size(), 6U) << "all orders of three arms occur in 60 rounds";
  EXPECT_EQ(split.ArmOf(ShopperId(0), StartOfDay(3)), split.ArmOf(ShopperId(0), begin)) << "before: the first block";
  EXPECT_EQ(split.SinceSwitch(StartOfDay(3)), SimDuration{0});
}

}  // namespace
}  // namespace souk
