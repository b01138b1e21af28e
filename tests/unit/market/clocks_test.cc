// Rules under test (market.h, scenario.h CadenceSpec): when strategies are trained and asked, and how a run is stopped.
#include <gtest/gtest.h>

#include <atomic>

#include "tests/support/small_market.h"

namespace souk {
namespace {

using testing::Answers;
using testing::CalmScenario;
using testing::KeepingSink;
using testing::SmallMarket;

// Every 7 days: at the opening, on days 7, 14 and 21 of a run of 28 days: 4 trainings of each of the five.
TEST(Clocks, TrainsAtTheOpeningAndOnItsCadence) {
  Scenario s = CalmScenario();
  s.cadence.train_days = 7;
  SmallMarket shop(s);
  shop.Open();
  for (const int n : shop.answers.trained) EXPECT_EQ(n, 1);
  shop.Run(28);
  for (const int n : shop.answers.trained) EXPECT_EQ(n, 4);
}

// The measured period opens at the instant at which the training of day 28 is due: a new arm trains once then, and on
// days 35, 42 and 49 of a run to day 56.
TEST(Clocks, AMarketThatOpensAsTrainingIsDueTrainsOnce) {
  Scenario s = CalmScenario();
  s.cadence.train_days = 7;
  SmallMarket shop(s);
  shop.Run(28);
  MarketState copy = shop.state;
  Answers answers;
  StrategySet arm = testing::MakeStubs(answers, shop.world);
  KeepingSink sink(shop.world);
  Market market(shop.world, copy, arm, shop.world.dice.ForArm(0), sink);
  for (const int n : answers.trained) EXPECT_EQ(n, 1) << "before the first decision";
  market.RunUntil(StartOfDay(29));
  for (const int n : answers.trained) EXPECT_EQ(n, 1);
  market.RunUntil(StartOfDay(56));
  for (const int n : answers.trained) EXPECT_EQ(n, 4);
  // Opened on another day than the clock's, both count: days 30, 35, 42, 49.
  shop.Run(30);
  copy = shop.state;
  Answers later;
  arm = testing::MakeStubs(later, shop.world);
  Market off_beat(shop.world, copy, arm, shop.world.dice.ForArm(0), sink);
  off_beat.RunUntil(StartOfDay(56));
  for (const int n : later.trained) EXPECT_EQ(n, 4);
}

// Prices are asked for on day 0 and every 12 hours, of each item; messages at ten each day.
TEST(Clocks, PricesAndMessagesHaveTheirHours) {
  Scenario s = CalmScenario(3);
  s.cadence.price_hours = 12;
  s.cadence.outreach_hour = 10;
  SmallMarket shop(s);
  std::vector<SimTime> priced;
  std::vector<SimTime> planned;
  shop.answers.price = [&](const PriceRequest& r) {
    priced.push_back(r.now);
    return Money{1000};
  };
  shop.answers.plan = [&](const OutreachRequest& r) {
    planned.push_back(r.now);
    return std::vector<Message>{};
  };
  shop.Run(2);
  ASSERT_EQ(priced.size(), 12U);
  for (std::size_t n = 0; n < priced.size(); ++n)
    EXPECT_EQ(priced[n], SimTime{} + Hours(12 * static_cast<double>(n / 3)));
  EXPECT_EQ(planned, (std::vector<SimTime>{SimTime{} + Hours(10), SimTime{} + Hours(34)}));
}

/// A shop in which shoppers browse all day: ten thousand of them, without end.
Scenario Busy() {
  Scenario s = CalmScenario(3, 10'000);
  s.browse.leave = LogitNormalLeave{.intercept = testing::kHardly, .sd_visitor = 0, .sd_session = 0};
  return s;
}

// Each view takes two events (page, act): 10,000 shoppers make some 10 million in the twelve hours after noon. A wish
// to stop is met within 65,536 events, that is 33,000 views, although midnight is far away.
TEST(Clocks, AWishToStopIsMetWithinTheDay) {
  SmallMarket shop(Busy());
  shop.Open();
  std::atomic<bool> stop = false;
  std::int64_t views = 0;
  std::int64_t views_when_asked = 0;
  shop.sink->on_outcome = [&](const Outcome& o) {
    if (o.kind != OutcomeKind::kView || ++views != 5000) return;
    views_when_asked = views;
    stop = true;
  };
  EXPECT_FALSE(shop.market->RunUntil(StartOfDay(1), &stop));
  EXPECT_EQ(views_when_asked, 5000);
  EXPECT_LE(views, 5000 + 33'000);
  EXPECT_LT(shop.state.queue.executed(), 3 * 65'536U);
}

// A run that is not stopped is the run without a flag: same outcomes, same number of events.
TEST(Clocks, AFlagThatStaysDownChangesNothing) {
  Scenario s = Busy();
  s.population.shoppers = 100;
  SmallMarket with(s);
  SmallMarket without(s);
  std::atomic<bool> stop = false;
  with.Open();
  EXPECT_TRUE(with.market->RunUntil(SimTime{} + Hours(14), &stop));
  without.Open();
  EXPECT_TRUE(without.market->RunUntil(SimTime{} + Hours(14)));
  EXPECT_EQ(with.state.queue.executed(), without.state.queue.executed());
  EXPECT_GT(with.state.queue.executed(), 65'536U) << "the flag was looked at";
  EXPECT_EQ(with.sink->tally.fingerprint(), without.sink->tally.fingerprint());
}

}  // namespace
}  // namespace souk
