// Facts of hand-made logs, counted by hand.

#include "results/statistics/facts.h"

#include <gtest/gtest.h>

#include <cmath>

namespace souk {
namespace {

struct Log {
  FactCollector facts{{0, 0, 1, 1}};  // items 0, 1 in category 0; items 2, 3 in category 1
  Outcome At(double day, OutcomeKind kind, int shopper, int session, int item = -1) {
    Outcome o;
    o.time = StartOfDay(0) + Days(day);
    o.kind = kind;
    o.shopper = ShopperId(shopper);
    o.session = session;
    if (item >= 0) o.item = ItemId(item);
    o.quantity = 1;
    o.amount = MoneyFromUnits(10);
    return o;
  }
  void View(double day, int shopper, int session, int item) {
    facts.Add(At(day, OutcomeKind::kView, shopper, session, item));
  }
  void Order(double day, int shopper, int session, int item, Money coupon = {}) {
    Outcome o = At(day, OutcomeKind::kOrder, shopper, session);
    o.cost = coupon;
    facts.Add(o);
    facts.Add(At(day, OutcomeKind::kOrderLine, shopper, session, item));
  }
  double operator()(const char* name) const { return FactValue(facts.Compute(), name); }
};

// Four lines, the log ends on day 40. One comes back after 5 days, when all four are at risk; one is censored at 10
// (ordered on day 30); one comes back after 20, when two are left: 1 − (1 − 1/4)(1 − 1/2) = 0.625.
TEST(FactsByHand, ReturnsAreAProductLimit) {
  Log log;
  log.Order(1, 1, 0, 0);
  log.Order(2, 2, 0, 1);
  log.Order(3, 3, 0, 2);
  log.Order(30, 4, 0, 3);
  log.facts.Add(log.At(6, OutcomeKind::kReturn, 1, 0, 0));
  log.facts.Add(log.At(22, OutcomeKind::kReturn, 2, 0, 1));
  log.View(40, 9, 0, 0);
  EXPECT_NEAR(log("returned_lines"), 0.625, 1e-12);
  EXPECT_NEAR(log("returned_value"), 0.625, 1e-12);
}

TEST(FactsByHand, CouponsAreCountedByVisitor) {
  Log log;
  for (const int u : {1, 1, 2, 3, 4}) log.facts.Add(log.At(0, OutcomeKind::kCouponOffer, u, 0));
  log.Order(1, 1, 1, 0, MoneyFromUnits(1));
  log.Order(2, 1, 2, 0, MoneyFromUnits(1));
  log.Order(1, 2, 1, 0);                     // without the coupon
  log.Order(1, 5, 1, 0, MoneyFromUnits(1));  // given before the log
  EXPECT_NEAR(log("coupon_redemption"), 0.25, 1e-12);
}

// Day 0: visitors 1, 2, 3, 4; visitor 1 is back on day 1, visitor 2 on day 5, visitor 3 on day 9; the log ends on
// day 9.
TEST(FactsByHand, ReturnsOfVisitorsByDay) {
  Log log;
  for (const int u : {1, 2, 3, 4}) log.View(0.5, u, 0, 0);
  log.View(1.5, 1, 1, 0);
  log.View(5.5, 2, 1, 0);
  log.View(9.5, 3, 1, 0);
  EXPECT_NEAR(log("return_day_1"), 0.25, 1e-12);
  EXPECT_NEAR(log("return_day_7"), 0.5, 1e-12);
  EXPECT_NEAR(log("active_after_active"), 1.0 / 6, 1e-12);  // six active days with a morrow, one of them active
  // Visitors by day: 4, 1, 0, 0, 0, 1, 0, 0, 0, 1: mean .7, sum of squares 19, variance (19 − 4.9)/9.
  EXPECT_NEAR(log("day_visitors_cv"), std::sqrt(14.1 / 9) / 0.7, 1e-12);
}

// Views of a session: 0 0 2 0; of another: 1 1. Repeats: 2 of 4 and 1 of 2.
TEST(FactsByHand, RepeatViews) {
  Log log;
  int n = 0;
  for (const int item : {0, 0, 2, 0}) log.View(1 + 0.001 * n++, 1, 0, item);
  for (const int item : {1, 1}) log.View(2 + 0.001 * n++, 1, 1, item);
  EXPECT_NEAR(log("repeat_view_session"), 3.0 / 6, 1e-12);
  EXPECT_NEAR(log("repeat_view_later"), 3.0 / 4, 1e-12);
  EXPECT_NEAR(log("repeat_view_3_views"), 2.0 / 4, 1e-12);
}

// Customer 1 orders on days 0, 10, 20, 40: gaps 10 10 20, sd ÷ mean √(100/3) ÷ (40/3). Customer 2 on day 0 twice: one
// order day. Customers 3 … 5 once. The top fifth of five is customer 1: 4 of 8 order days.
TEST(FactsByHand, GapsBetweenOrders) {
  Log log;
  for (const int day : {0, 10, 20, 40}) log.Order(day, 1, day, 0);
  log.Order(0.2, 2, 0, 0);
  log.Order(0.4, 2, 1, 1);
  for (const int u : {3, 4, 5}) log.Order(7, u, 0, 0);
  EXPECT_EQ(log("order_gap_median_days"), 10);
  EXPECT_NEAR(log("order_gap_cv"), std::sqrt(100.0 / 3) / (40.0 / 3), 1e-12);
  EXPECT_NEAR(log("top20_orders"), 4.0 / 8, 1e-12);
  EXPECT_NEAR(log("repeat_buyers"), 1.0 / 5, 1e-12);
}

// Sessions of 1, 2, 3 and 32 events; those of 1 and 32 hold a purchase.
TEST(FactsByHand, ConversionByLength) {
  Log log;
  log.facts.Add(log.At(1, OutcomeKind::kOrderLine, 1, 0, 0));
  for (int n = 0; n < 2; ++n) log.View(1 + 0.001 * n, 2, 0, 0);
  for (int n = 0; n < 3; ++n) log.View(1 + 0.001 * n, 3, 0, 0);
  for (int n = 0; n < 31; ++n) log.View(1 + 0.001 * n, 4, 0, 0);
  log.facts.Add(log.At(1.5, OutcomeKind::kOrderLine, 4, 0, 0));
  EXPECT_EQ(log("conversion_1_event"), 1);
  EXPECT_EQ(log("conversion_2_3_events"), 0);
  EXPECT_TRUE(std::isnan(log("conversion_4_31_events")));
  EXPECT_EQ(log("conversion_32_events"), 1);
}

}  // namespace
}  // namespace souk
