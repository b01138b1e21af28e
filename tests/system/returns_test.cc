// Rules under test: deliveries and returns belong to their order. Those of orders from the warm-up count for no arm,
// those of the period's orders all count, on the day of the order, however late they come (tally.h, market.h: Drain).
// Oracles: a scenario in which everything comes back, and a hand count that links returns to order lines by shopper,
// session and item, without the order's time.

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "bench/experiment/experiment.h"
#include "designs.h"
#include "sim/base/error.h"
#include "sim/outcome/metrics.h"

namespace souk {
namespace {

using LineKey = std::tuple<std::int32_t, std::int32_t, std::int32_t>;

LineKey KeyOf(const Outcome& o) { return {o.shopper.value, o.session, o.item.value}; }

// Everything comes back: refunds are the revenue to the cent, coupons included, and all goods are on the shelf again.
TEST(Returns, WhereAllComesBackRefundsAreTheRevenue) {
  const Scenario s = Read("tiny/shop.yaml", {{"after.return_rate", "1"}});
  const ExperimentResult r = RunExperiment(s, {});
  std::int64_t coupons = 0;
  for (const CellResult& cell : r.cells) {
    ASSERT_EQ(cell.error, "");
    const Sums sums = cell.Total();
    ASSERT_GT(At(sums, Sum::kOrders), 20);
    EXPECT_EQ(Value(*FindMetric("return_rate"), sums), 1.0);
    EXPECT_EQ(At(sums, Sum::kRefundCents), At(sums, Sum::kRevenueCents));
    EXPECT_EQ(At(sums, Sum::kUnitCostCents), 0);
    for (const Sums& day : cell.by_day) EXPECT_EQ(At(day, Sum::kRefundCents), At(day, Sum::kRevenueCents));
    coupons += At(sums, Sum::kCouponCents);
  }
  EXPECT_GT(coupons, 0) << "no coupon had to be shared out among lines";
}

TEST(Returns, EqualAHandCountOfTheStream) {
  const Scenario s = Read("tiny/shop.yaml", {{"after.return_rate", "0.3"}});
  const SimTime begin = StartOfDay(s.time.warmup_days);
  const SimTime end = StartOfDay(s.time.warmup_days + s.time.days);
  std::int64_t of_warmup = 0, after_end = 0;
  for (const char* arm : {"incumbent", "blanket"}) {
    std::map<LineKey, std::int64_t> day_of_line;
    std::vector<std::int64_t> lines_back(static_cast<std::size_t>(s.time.days)), refunds = lines_back,
                                                                                 arrived = lines_back;
    double satisfaction = 0;
    const CellResult cell = TraceCell(s, {.arm = arm}, [&](const Outcome& o) {
      if (o.kind == OutcomeKind::kOrderLine) day_of_line[KeyOf(o)] = (o.time - begin).us / SimTime::kDayUs;
      if (o.kind == OutcomeKind::kReturn || o.kind == OutcomeKind::kDelivered) {
        const auto line = day_of_line.find(KeyOf(o));
        if (line == day_of_line.end()) return void(++of_warmup);
        const auto day = static_cast<std::size_t>(line->second);
        after_end += o.time >= end;
        if (o.kind == OutcomeKind::kDelivered) ++arrived[day], satisfaction += std::nearbyint(1000 * o.value);
        else ++lines_back[day], refunds[day] += o.amount.cents;
      } else {
        ASSERT_LT(o.time, end) << OutcomeName(o.kind);
      }
    });
    std::int64_t total = 0;
    for (std::size_t d = 0; d < lines_back.size(); ++d) {
      EXPECT_EQ(At(cell.by_day[d], Sum::kReturnedLines), lines_back[d]) << arm << " day " << d;
      EXPECT_EQ(At(cell.by_day[d], Sum::kRefundCents), refunds[d]) << arm << " day " << d;
      EXPECT_EQ(At(cell.by_day[d], Sum::kDeliveries), arrived[d]) << arm << " day " << d;
      EXPECT_EQ(arrived[d], At(cell.by_day[d], Sum::kOrderLines)) << "every line arrives";
      total += lines_back[d];
    }
    EXPECT_EQ(At(cell.Total(), Sum::kReturnedLines), total);
    EXPECT_EQ(static_cast<double>(At(cell.Total(), Sum::kSatisfactionMilli)), satisfaction);
    EXPECT_GT(total, 10);
  }
  EXPECT_GT(of_warmup, 10) << "returns of the warm-up were there to be mistaken";
  EXPECT_GT(after_end, 10) << "and returns after the end to be missed";
}

// Where arms share a shop, each sees the after-sales of its own orders and of no others.
TEST(Returns, BelongToTheArmThatSoldInEveryDesign) {
  const std::vector<std::vector<Override>> designs = {{{"design", "{kind: ab-test}"}},
                                                      {{"design", "{kind: switchback, block_h: 8, washout_h: 2}"}}};
  for (const auto& design : designs) {
    std::vector<Override> overrides = design;
    overrides.push_back(
        {"arms", Arms({"name: incumbent, recommender: popularity, coupons: blanket, pricing: list, assistant: none, "
                       "outreach: none",
                       "name: random, recommender: random"})});
    overrides.push_back({"after.return_rate", "1"});
    overrides.push_back({"record.events", "true"});
    const ExperimentResult r = RunExperiment(Read("tiny/shop.yaml", overrides), {});
    for (const CellResult& cell : r.cells) {
      ASSERT_EQ(cell.error, "");
      ASSERT_GT(At(cell.Total(), Sum::kOrderLines), 20);
      for (const Sums& day : cell.by_day) {
        EXPECT_EQ(At(day, Sum::kDeliveries), At(day, Sum::kOrderLines));
        EXPECT_EQ(At(day, Sum::kReturnedLines), At(day, Sum::kOrderLines));
        EXPECT_EQ(At(day, Sum::kRefundCents), At(day, Sum::kRevenueCents));
      }
      std::int64_t recorded = 0;
      for (const Outcome& o : cell.events) recorded += o.kind == OutcomeKind::kReturn;
      EXPECT_EQ(recorded, At(cell.Total(), Sum::kReturnedLines)) << "the log holds what was counted";
    }
  }
}

}  // namespace
}  // namespace souk
