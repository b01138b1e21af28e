// Sessions that share nothing have the same outcomes one after the other and interleaved by the event list.

#include <gtest/gtest.h>

#include <cmath>

#include "bench/micro/session_model.h"

namespace souk {
namespace {

// Rule: keyed draws make outcomes free of the order in which sessions advance. Time-outs that hardly ever, sometimes
// and mostly end a session; few and many sessions at once.
TEST(SessionModes, EventsAndSessionBySessionGiveTheSameOutcomes) {
  for (const std::int64_t timeout_s : {1800, 40, 5}) {
    for (const double arrivals_per_s : {0.01, 1.0, 300.0}) {
      const SessionModel model{.sessions = 20'000,
                               .arrivals_per_s = arrivals_per_s,
                               .timeout = SimDuration{timeout_s * 1'000'000},
                               .seed = 7};
      const SessionOutcome one = RunSessionBySession(model);
      const SessionOutcome events = SessionsByEvents(model).Run();
      EXPECT_EQ(one.hash, events.hash) << timeout_s << " " << arrivals_per_s;
      EXPECT_EQ(one.views, events.views);
      EXPECT_GE(events.executed, static_cast<std::uint64_t>(one.views + model.sessions));
      EXPECT_NE(one.hash,
                RunSessionBySession(
                    {.sessions = 20'000, .arrivals_per_s = arrivals_per_s, .timeout = model.timeout, .seed = 8})
                    .hash);
    }
  }
}

// Rule: views are geometric. A session goes on with probability q = 7/8 (1 − e^(−timeout / 30 s)), so its mean is
// 1 / (1 − q), its variance q / (1 − q)². Four standard errors of 100,000 sessions: false alarm 6e-5 each.
TEST(SessionModes, ViewsHaveTheirMean) {
  for (const double timeout_s : {1800.0, 30.0}) {
    const SessionModel model{.sessions = 100'000, .timeout = SimDuration{static_cast<std::int64_t>(1e6 * timeout_s)}};
    const double q = 7.0 / 8 * (1 - std::exp(-timeout_s / 30));
    const double mean = static_cast<double>(RunSessionBySession(model).views) / 100'000;
    EXPECT_NEAR(mean, 1 / (1 - q), 4 * std::sqrt(q / 100'000) / (1 - q)) << timeout_s;
  }
}

}  // namespace
}  // namespace souk
