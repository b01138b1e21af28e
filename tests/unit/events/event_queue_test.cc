// The event loop against a naive sorted reference.

#include "sim/events/event_queue.h"

#include <gtest/gtest.h>

#include <map>
#include <utility>
#include <vector>

#include "sim/base/random.h"

namespace souk {
namespace {

Event At(std::int64_t us, std::uint32_t entity) { return {SimTime{us}, 0, entity, 0}; }

TEST(EventQueue, TiesRunInScheduleOrder) {
  EventQueue q;
  for (std::uint32_t i = 0; i < 100; ++i) q.Schedule(At(5, i));
  for (std::uint32_t i = 0; i < 100; ++i) EXPECT_EQ(q.Pop().entity, i);
}

TEST(EventQueue, AnEventAtTheCurrentInstantRunsAfterThoseWaiting) {
  EventQueue q;
  q.Schedule(At(5, 0));
  q.Schedule(At(5, 1));
  EXPECT_EQ(q.Pop().entity, 0U);
  q.Schedule(At(5, 2));
  EXPECT_EQ(q.Pop().entity, 1U);
  EXPECT_EQ(q.Pop().entity, 2U);
}

TEST(EventQueue, CancelledEventsDoNotRunAndHandlesDoNotOutliveThem) {
  EventQueue q;
  const EventHandle a = q.Schedule(At(1, 0));
  const EventHandle b = q.Schedule(At(2, 1));
  EXPECT_TRUE(q.Cancel(a));
  EXPECT_FALSE(q.Cancel(a));
  const EventHandle c = q.Schedule(At(3, 2));  // takes the freed slot
  EXPECT_FALSE(q.Cancel(a));
  EXPECT_EQ(q.Pop().entity, 1U);
  EXPECT_FALSE(q.IsPending(b));
  EXPECT_TRUE(q.IsPending(c));
  EXPECT_EQ(q.TimeOf(c).us, 3);
}

TEST(EventQueue, RunUntilStopsBeforeTheEndAndMovesTheClock) {
  EventQueue q;
  q.Schedule(At(1, 0));
  q.Schedule(At(10, 1));
  int ran = 0;
  q.RunUntil(SimTime{10}, [&](const Event&) { ++ran; });
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(q.now().us, 10);
  EXPECT_EQ(q.size(), 1U);
}

TEST(EventQueueDeath, ThePastCannotBeScheduled) {
  EventQueue q;
  q.Schedule(At(5, 0));
  q.Pop();
  EXPECT_DEATH(q.Schedule(At(4, 0)), "internal check failed");
}

// Rule: pop order = (time, schedule order). Reference: a std::map from that pair. One million random
// operations with heavy ties, zero delays and huge gaps; also on a copy taken half-way.
TEST(EventQueue, MatchesSortedReference) {
  Rng rng(Dice(3, 0), Purpose::kTest, 0);
  EventQueue q;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::pair<std::uint32_t, EventHandle>> reference;
  std::uint64_t order = 0;
  for (int op = 0; op < 1'000'000; ++op) {
    const double what = rng.Uniform();
    if (what < 0.5 || reference.empty()) {
      const double kind = rng.Uniform();
      const std::int64_t delay = kind < 0.2 ? 0 : kind < 0.9 ? rng.Below(50) : rng.Below(1'000'000'000'000);
      const auto entity = static_cast<std::uint32_t>(op);
      const std::int64_t time = q.now().us + delay;
      reference[{time, order++}] = {entity, q.Schedule(At(time, entity))};
    } else if (what < 0.6) {
      auto it = reference.begin();
      std::advance(it, static_cast<std::ptrdiff_t>(
                           rng.Below(std::min<std::int64_t>(20, static_cast<std::int64_t>(reference.size())))));
      ASSERT_TRUE(q.Cancel(it->second.second));
      reference.erase(it);
    } else {
      const Event e = q.Pop();
      ASSERT_EQ(e.entity, reference.begin()->second.first);
      ASSERT_EQ(e.time.us, reference.begin()->first.first);
      reference.erase(reference.begin());
    }
    ASSERT_EQ(q.size(), reference.size());
    if (op == 500'000) {
      EventQueue copy = q;
      for (const auto& [key, value] : reference) ASSERT_EQ(copy.Pop().entity, value.first);
    }
  }
}

}  // namespace
}  // namespace souk
