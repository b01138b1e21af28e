// Rules under test (browsing.cc, DESIGN 3 "each page takes its server time; waiting longer than patience ends the
// session"): who waits how long for pages, and what is counted. Hand-counted worlds of one worker.
#include <gtest/gtest.h>

#include "tests/support/small_market.h"

namespace souk {
namespace {

using testing::CalmScenario;
using testing::KeepingSink;
using testing::SmallMarket;

std::vector<double> Values(const KeepingSink& sink, OutcomeKind kind) {
  std::vector<double> values;
  for (const Outcome& o : sink.Of(kind)) values.push_back(o.value);
  return values;
}
std::vector<int> Who(const KeepingSink& sink, OutcomeKind kind) {
  std::vector<int> who;
  for (const Outcome& o : sink.Of(kind)) who.push_back(o.shopper.value);
  return who;
}
double Metric(const KeepingSink& sink, const char* name) { return Value(*FindMetric(name), sink.Total()); }

// One worker, 2 s a page, patience 3 s. Three come at noon: the first has the page at 2 s. The second's would be there
// at 4 s, so that shopper leaves at 3 s; so does the third, in line. A fourth comes at 3.5 s, takes the seat of one who
// left, and finds the worker, who has not noticed, busy until 4 s: page at 6 s, after 2.5 s.
TEST(Pages, WhoWaitsTooLongLeavesAtThatMoment) {
  Scenario s = CalmScenario(1, 4);
  s.server.workers = 1;
  s.server.page_s = Distribution::Constant(2);
  SmallMarket shop(s);
  for (int u = 0; u < 4; ++u) shop.shopper(u).patience_s = 3;
  shop.shopper(3).first_visit = SimTime{} + Hours(12) + Seconds(3.5);
  const KeepingSink& sink = shop.Run(1);
  EXPECT_EQ(Who(sink, OutcomeKind::kPage), (std::vector<int>{0, 3}));
  EXPECT_EQ(Values(sink, OutcomeKind::kPage), (std::vector<double>{2, 2.5}));
  EXPECT_EQ(Who(sink, OutcomeKind::kBounce), (std::vector<int>{1, 2}));
  EXPECT_EQ(Values(sink, OutcomeKind::kBounce), (std::vector<double>{3, 3}));
  for (const Outcome& o : sink.Of(OutcomeKind::kBounce)) EXPECT_EQ(o.time, SimTime{} + Hours(12) + Seconds(3));
  EXPECT_EQ(sink.Of(OutcomeKind::kPage)[1].time, SimTime{} + Hours(12) + Seconds(6));
  EXPECT_EQ(sink.Count(OutcomeKind::kSessionEnd), 4);
  EXPECT_EQ(shop.state.servers.busy(), 0);
  // Two of four pages asked for were left; (2 + 2.5 + 3 + 3) / 4 s of waiting.
  EXPECT_EQ(At(sink.Total(), Sum::kPageRequests), 4);
  EXPECT_EQ(Metric(sink, "bounce_rate"), 0.5);
  EXPECT_EQ(Metric(sink, "page_wait_s"), 2.625);
}

// Patience that no page can meet: all leave, and a rate is at most 1.
TEST(Pages, EverybodyMayLeave) {
  SmallMarket shop(CalmScenario(1, 5));
  for (int u = 0; u < 5; ++u) shop.shopper(u).patience_s = 0.0625F;
  const KeepingSink& sink = shop.Run(1);
  EXPECT_EQ(sink.Count(OutcomeKind::kPage), 0);
  EXPECT_EQ(Metric(sink, "bounce_rate"), 1);
  EXPECT_NEAR(Metric(sink, "page_wait_s"), 0.0625, 0.001) << "to the millisecond";
}

// A page that comes as patience ends is seen.
TEST(Pages, PatienceIncludesItsLastMoment) {
  Scenario s = CalmScenario();
  s.server.page_s = Distribution::Constant(0.5);
  SmallMarket shop(s);
  shop.shopper().patience_s = 0.5F;
  EXPECT_EQ(shop.Run(1).Count(OutcomeKind::kPage), 1);
}

// Three workers serve three at once; the fourth waits for one of them.
TEST(Pages, WorkersServeSideBySide) {
  Scenario s = CalmScenario(1, 4);
  s.server.workers = 3;
  s.server.page_s = Distribution::Constant(2);
  SmallMarket shop(s);
  EXPECT_EQ(Values(shop.Run(1), OutcomeKind::kPage), (std::vector<double>{2, 2, 2, 4}));
}

// A slow page makes leaving likelier: at a leave logit of -60 nobody leaves by choice, at -60 + 60 per s x 2 s
// everybody does, after the first item.
TEST(Pages, LatencyDrivesShoppersAway) {
  Scenario s = CalmScenario(5, 1);
  s.browse.leave = LogitNormalLeave{.intercept = -60, .sd_visitor = 0, .sd_session = 0};
  s.browse.leave_per_latency_s = 60;
  s.server.page_s = Distribution::Constant(2);
  SmallMarket slow(s);
  EXPECT_EQ(slow.Run(1).Count(OutcomeKind::kView), 1);
}

}  // namespace
}  // namespace souk
