// Rules under test: what a day and a day of age say (SCHEMA.md, /daily and /age). Oracle: sets of shoppers collected
// from the outcome stream.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "bench/experiment/experiment.h"
#include "designs.h"
#include "sim/outcome/metrics.h"

namespace souk {
namespace {

using PerShopper = std::map<std::int32_t, int>;  // shopper → how often

std::int64_t AtLeast(const PerShopper& counts, int n) {
  return std::count_if(counts.begin(), counts.end(), [n](const auto& entry) { return entry.second >= n; });
}

/// What happened in one day, of the calendar or of age.
struct Day {
  PerShopper sessions, carts, orders;
};

void ExpectSums(const Sums& sums, const Day& day, const std::string& where) {
  EXPECT_EQ(At(sums, Sum::kOne), 1) << where;
  EXPECT_EQ(At(sums, Sum::kVisitors), AtLeast(day.sessions, 1)) << where;
  EXPECT_EQ(At(sums, Sum::kReturningVisitors), AtLeast(day.sessions, 2)) << where;
  EXPECT_EQ(At(sums, Sum::kCartVisitors), AtLeast(day.carts, 1)) << where;
  EXPECT_EQ(At(sums, Sum::kBuyers), AtLeast(day.orders, 1)) << where;
  EXPECT_EQ(At(sums, Sum::kRepeatBuyers), AtLeast(day.orders, 2)) << where;
  EXPECT_EQ(At(sums, Sum::kRetained), 0) << where;
  EXPECT_EQ(At(sums, Sum::kFirstHalfVisitors), 0) << where;
}

TEST(Daily, DaysAndAgesEqualSetsOfShoppersFromTheStream) {
  const Scenario s = Read("tiny/shop.yaml", {{"purchase.buy_intercept", "-4"}});
  const auto days = static_cast<std::size_t>(s.time.days);
  const SimTime begin = StartOfDay(s.time.warmup_days);
  for (const char* arm : {"incumbent", "outreach"}) {
    std::vector<Day> by_day(days), by_age(days);
    std::map<std::int32_t, std::size_t> first_day;
    const CellResult cell = TraceCell(s, {.arm = arm}, [&](const Outcome& o) {
      PerShopper Day::*counts = o.kind == OutcomeKind::kSessionStart ? &Day::sessions
                                : o.kind == OutcomeKind::kCart       ? &Day::carts
                                : o.kind == OutcomeKind::kOrder      ? &Day::orders
                                                                     : nullptr;
      if (counts == nullptr) return;
      const auto day = static_cast<std::size_t>((o.time - begin).us / SimTime::kDayUs);
      const std::size_t first = first_day.emplace(o.shopper.value, day).first->second;
      ++(by_day[day].*counts)[o.shopper.value];
      ++(by_age[day - first].*counts)[o.shopper.value];
    });
    ASSERT_EQ(cell.by_day.size(), days);
    ASSERT_EQ(cell.by_age.size(), days);
    std::int64_t returning = 0, repeat = 0;
    for (std::size_t d = 0; d < days; ++d) {
      ExpectSums(cell.by_day[d], by_day[d], std::string(arm) + " day " + std::to_string(d));
      ExpectSums(cell.by_age[d], by_age[d], std::string(arm) + " age " + std::to_string(d));
      EXPECT_EQ(At(cell.by_day[d], Sum::kShoppers), s.population.shoppers);
      EXPECT_EQ(At(cell.by_age[d], Sum::kShoppers),
                std::count_if(first_day.begin(), first_day.end(), [&](const auto& f) { return f.second + d < days; }));
      returning += At(cell.by_day[d], Sum::kReturningVisitors);
      repeat += At(cell.by_day[d], Sum::kRepeatBuyers);
    }
    EXPECT_GT(returning, 20);
    EXPECT_GT(repeat, 0);
  }
}

// An arm of a split counts its own shoppers in every day.
TEST(Daily, ShoppersOfAnArmOfATestAreItsShare) {
  const ExperimentResult r = RunExperiment(Read("tiny/shop.yaml", {{"design", "{kind: ab-test}"}}), {});
  for (const std::int32_t n : r.CompleteReplications()) {
    std::int64_t all = 0;
    for (std::int32_t arm = 0; arm < static_cast<std::int32_t>(r.arms.size()); ++arm) {
      const CellResult& cell = *r.Cell(n, arm);
      for (const Sums& day : cell.by_day) EXPECT_EQ(At(day, Sum::kShoppers), At(cell.Total(), Sum::kShoppers));
      all += At(cell.by_day[0], Sum::kShoppers);
    }
    EXPECT_EQ(all, 400);
  }
}

}  // namespace
}  // namespace souk
