// Rules under test: what the tally makes of a stream that is short enough to count by hand (tally.h).
#include "sim/outcome/tally.h"

#include <gtest/gtest.h>

#include <array>

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

Outcome On(Outcome o, int item) {
  o.item = ItemId(item);
  return o;
}

// By hand. The period begins on day 30. Item 0 was there from the start and is never new. Item 1 was launched on day 29
// and is new on all days of the period; item 2 on day 3, so that day 31, the period's day 1, is the first on which it
// no longer is. Each day every item is looked at, clicked, bought (one line of five) and shown beside item 0.
TEST(Tally, AnItemIsNewForFourWeeksAfterItsLaunch) {
  using enum OutcomeKind;
  Tally::Setup setup = SmallSetup();
  setup.begin = StartOfDay(30);
  setup.launch_day = {0, 29, 3};
  Tally tally(setup);
  const auto at = [](double day, OutcomeKind kind, int item) {
    Outcome o = On(At(day, kind, 0, 0), item);
    o.time = StartOfDay(30) + Days(day);
    return o;
  };
  for (int item = 0; item < 3; ++item) {
    for (const double day : {0.5, 1.5}) {
      tally.Record(at(day, kView, item));
      tally.Record(at(day, kClick, item));
      Outcome line = at(day, kOrderLine, item);
      line.quantity = 5;
      tally.Record(line);
      const std::array<ItemId, 2> slate = {ItemId(item), ItemId(0)};
      tally.RecordSlate(at(day, kPage, -1), slate, {});
    }
  }
  for (const Sum sum : {Sum::kNewItemViews, Sum::kNewItemClicks, Sum::kNewItemOrderLines, Sum::kNewItemImpressions}) {
    EXPECT_EQ(At(tally.ByDay()[0], sum), 2) << SumName(sum);
    EXPECT_EQ(At(tally.ByDay()[1], sum), 1) << SumName(sum);
    EXPECT_EQ(At(tally.BySegment()[0], sum), 3) << SumName(sum);
  }
  EXPECT_EQ(tally.ByWeek().front().impressions, 12);
  EXPECT_EQ(tally.Slates().coverage, 1);
}

std::vector<std::int64_t> FunnelOf(const Sums& sums) {
  std::vector<std::int64_t> counts;
  for (const FunnelStep& step : kFunnel) counts.push_back(At(sums, step.sum));
  return counts;
}

// By hand. Day 0: shopper 0 looks twice, puts two items in the cart and leaves; shopper 1 comes and goes; shopper 2,
// whose session began before the period, looks and orders: no session of the period. Day 1: shopper 0 comes back just
// before midnight, goes to the till with the old cart and pays on day 2; shopper 2 orders without a look, twice;
// shopper 1 wants to buy now what is sold out.
TEST(Tally, TheFunnelCountsSessionsOnceAtEachStepOfTheWay) {
  using enum OutcomeKind;
  Tally tally(SmallSetup());
  tally.Record(At(0.0, kView, 2, 7));
  tally.Record(Order(0.1, 2, 7, 500));
  tally.Record(At(0.2, kSessionStart, 0, 0));
  tally.Record(At(0.2, kView, 0, 0));
  tally.Record(At(0.2, kCart, 0, 0));
  tally.Record(At(0.3, kView, 0, 0));
  tally.Record(At(0.3, kCart, 0, 0));
  tally.Record(At(0.4, kSessionStart, 1, 0));
  tally.Record(At(1.5, kSessionStart, 2, 8));
  tally.Record(Order(1.5, 2, 8, 500));
  tally.Record(Order(1.5, 2, 8, 700));
  tally.Record(At(1.6, kSessionStart, 1, 1));
  tally.Record(At(1.6, kView, 1, 1));
  tally.Record(At(1.6, kStockout, 1, 1));
  tally.Record(At(1.9, kSessionStart, 0, 1));
  tally.Record(At(1.9, kCheckout, 0, 1));
  tally.Record(Order(2.1, 0, 1, 900));
  using Steps = std::vector<std::int64_t>;
  EXPECT_EQ(FunnelOf(tally.ByDay()[0]), (Steps{2, 1, 1, 0, 0}));
  EXPECT_EQ(FunnelOf(tally.ByDay()[1]), (Steps{3, 3, 3, 3, 2}));
  EXPECT_EQ(FunnelOf(tally.ByDay()[2]), (Steps{0, 0, 0, 0, 0})) << "the order of a session that began the day before";
  EXPECT_EQ(FunnelOf(tally.BySegment()[0]), (Steps{4, 3, 3, 2, 1}));
  EXPECT_EQ(FunnelOf(tally.BySegment()[1]), (Steps{1, 1, 1, 1, 1}));
  EXPECT_EQ(At(tally.ByDay()[2], Sum::kOrders), 1) << "orders count when they happen";
  EXPECT_EQ(At(tally.ByDay()[0], Sum::kSessionsWithCart), 1);
}

}  // namespace
}  // namespace souk
