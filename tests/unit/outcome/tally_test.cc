// Rules under test: what the tally makes of a stream that is short enough to count by hand (tally.h).
#include "sim/outcome/tally.h"

#include <gtest/gtest.h>

namespace souk {
namespace {

constexpr int kDays = 4;
constexpr int kBegin = 10;  // the period's first day

Tally::Setup SmallSetup() {
  Tally::Setup setup;
  setup.begin = StartOfDay(kBegin);
  setup.days = kDays;
  setup.segments = 2;
  setup.segment_of = {0, 0, 1};
  setup.category_of = {0, 0, 1};
  return setup;
}

/// An outcome at `day` (and hours) of the period.
Outcome At(double day, OutcomeKind kind, int shopper, int session) {
  Outcome o;
  o.time = StartOfDay(kBegin) + Days(day);
  o.kind = kind;
  o.shopper = ShopperId(shopper);
  o.session = session;
  return o;
}

Outcome Order(double day, int shopper, int session, std::int64_t cents) {
  Outcome o = At(day, OutcomeKind::kOrder, shopper, session);
  o.quantity = 1;
  o.amount = {cents};
  return o;
}

Outcome Return(double day, double ordered, int shopper, int session, std::int64_t cents) {
  Outcome o = At(day, OutcomeKind::kReturn, shopper, session);
  o.ordered = StartOfDay(kBegin) + Days(ordered);
  o.amount = {cents};
  o.cost = {50};
  o.value = 3;
  return o;
}

// Shopper 0 ordered for 20.00 on day 1 and sends it back after the end; a return of an order from the warm-up comes in
// between. Margin of day 1: 20.00 − 20.00 − 0.50 + 3.00 of goods.
TEST(Tally, AReturnCountsOnTheDayOfItsOrder) {
  Tally tally(SmallSetup());
  tally.Record(At(1.2, OutcomeKind::kSessionStart, 0, 5));
  tally.Record(Order(1.3, 0, 5, 2000));
  const std::uint64_t before = tally.fingerprint();
  tally.Record(Return(2.0, -3.0, 1, 2, 900));
  EXPECT_EQ(tally.fingerprint(), before) << "what does not count is not in the fingerprint";
  tally.Record(Return(9.0, 1.3, 0, 5, 2000));
  EXPECT_NE(tally.fingerprint(), before) << "what counts is, although it is after the end";
  const Sums& day = tally.ByDay()[1];
  EXPECT_EQ(At(day, Sum::kReturnedLines), 1);
  EXPECT_EQ(At(day, Sum::kRefundCents), 2000);
  EXPECT_EQ(At(day, Sum::kMarginCents), 250);
  for (const std::size_t d : {0, 2, 3}) EXPECT_EQ(At(tally.ByDay()[d], Sum::kReturnedLines), 0) << d;
  EXPECT_EQ(At(tally.BySegment()[0], Sum::kRefundCents), 2000);
  EXPECT_EQ(tally.Shoppers()[0].margin_cents, 250);
  EXPECT_EQ(tally.Shoppers()[1].margin_cents, 0);
}

}  // namespace
}  // namespace souk
