// The event loop against a naive sorted reference.

#include "sim/events/event_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <tuple>
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
  const EventHandle a = q.ScheduleCancellable(At(1, 0));
  const EventHandle b = q.ScheduleCancellable(At(2, 1));
  EXPECT_TRUE(q.Cancel(a));
  EXPECT_FALSE(q.Cancel(a));
  const EventHandle c = q.ScheduleCancellable(At(3, 2));  // takes the freed slot
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

// Rule: what is told beforehand changes no order; of many events that lie ahead each is told before it runs, and at any
// moment no more wait than the cache holds records of: one dealt-out bucket (1,024) and one near heap of it.
TEST(EventQueue, TellsOfEventsSoonBeforeTheyRun) {
  for (const std::int64_t spread : {100'000LL, 1'000'000'000LL, 100'000'000'000'000LL}) {
    EventQueue q;
    Rng rng(Dice(3, 4), Purpose::kTest, 0);
    for (std::uint32_t i = 0; i < 50'000; ++i) q.Schedule(At(1'000 + rng.Below(spread), i));
    EventQueue silent = q;
    std::vector<int> told(50'000);
    std::size_t waiting = 0, most = 0, untold = 0;
    const auto handle = [&](const Event& e) {
      const Event same = silent.Pop();
      ASSERT_EQ(e.entity, same.entity);
      ASSERT_EQ(e.time.us, same.time.us);
      if (told[e.entity] > 0) --waiting;
      else ++untold;
    };
    q.RunUntil(kNever, handle, [&](const Event& e) {
      if (told[e.entity]++ == 0) ++waiting;
      most = std::max(most, waiting);
    });
    EXPECT_TRUE(silent.empty());
    EXPECT_LE(untold, 64U) << "those that were near from the beginning";
    EXPECT_LE(most, 1024U + 64U) << spread;
    EXPECT_LE(*std::max_element(told.begin(), told.end()), 10) << "at most once a level";
  }
}

TEST(EventQueueDeath, ThePastCannotBeScheduled) {
  EventQueue q;
  q.Schedule(At(5, 0));
  q.Pop();
  EXPECT_DEATH(q.Schedule(At(4, 0)), "internal check failed");
}

TEST(EventQueue, PriorityComesBeforeScheduleOrderButAfterTime) {
  EventQueue q;
  q.Schedule(At(5, 0), 2);
  q.Schedule(At(5, 1), 1);
  q.Schedule(At(4, 2), 9);
  q.Schedule(At(5, 3), 1);
  for (const std::uint32_t expected : {2U, 1U, 3U, 0U}) EXPECT_EQ(q.Pop().entity, expected);
}

TEST(EventQueue, ARescheduledEventRunsAtItsNewTimeOnlyAndLastAmongEquals) {
  EventQueue q;
  const EventHandle a = q.ScheduleCancellable(At(5, 0));
  q.Schedule(At(7, 1));
  EXPECT_TRUE(q.Reschedule(a, SimTime{9}));
  EXPECT_TRUE(q.Reschedule(a, SimTime{7}));
  EXPECT_EQ(q.TimeOf(a).us, 7);
  EXPECT_EQ(q.size(), 2U);
  EXPECT_EQ(q.Pop().entity, 1U);
  EXPECT_EQ(q.Pop().entity, 0U);
  EXPECT_TRUE(q.empty());
  EXPECT_FALSE(q.Reschedule(a, SimTime{20}));
  EXPECT_EQ(q.next_time(), kNever);
}

TEST(EventQueue, LookingAheadDoesNotForbidWhatComesBefore) {
  EventQueue q;
  for (std::uint32_t i = 0; i < 1000; ++i) q.Schedule(At(1'000'000'000 + i, i));
  EXPECT_EQ(q.next_time().us, 1'000'000'000);
  q.RunUntil(SimTime{500}, [](const Event&) { FAIL(); });
  q.Schedule(At(600, 7000));
  EXPECT_EQ(q.Pop().entity, 7000U);
  EXPECT_EQ(q.Pop().entity, 0U);
}

TEST(EventQueue, TheLastInstantIsATimeLikeAnyOther) {
  EventQueue q;
  for (std::uint32_t i = 0; i < 300; ++i) q.Schedule(At(INT64_MAX, i));
  q.Schedule(At(0, 900));
  EXPECT_EQ(q.Pop().entity, 900U);
  for (std::uint32_t i = 0; i < 300; ++i) ASSERT_EQ(q.Pop().entity, i);
}

TEST(EventQueue, CancelledEventsDoNotPileUp) {
  EventQueue q;
  q.Schedule(At(1'000'000'000, 0));
  for (int i = 0; i < 1'000'000; ++i) ASSERT_TRUE(q.Cancel(q.ScheduleCancellable(At(2'000'000'000 + i, 1))));
  EXPECT_EQ(q.size(), 1U);
  EXPECT_LE(q.entries(), 1000U);
}

/// Delays of one kind of traffic.
using Delays = std::int64_t (*)(Rng&);

// Rule: pop order = (time, priority, schedule order). Reference: a std::map from that triple. Random operations on a
// queue that swells to thousands of events and drains again; also on a copy taken half-way.
void CompareWithSorted(Delays delays, std::uint32_t stream, int operations) {
  Rng rng(Dice(3, 0), Purpose::kTest, stream);
  EventQueue q;
  std::map<std::tuple<std::int64_t, int, std::uint64_t>, std::pair<std::uint32_t, EventHandle>> reference;
  std::vector<std::pair<decltype(reference)::iterator, EventHandle>> cancellable;
  std::uint64_t order = 0;
  const auto add = [&](std::uint32_t entity) {
    const std::int64_t time = q.now().us + delays(rng);
    const int priority = rng.Uniform() < 0.9 ? 0 : static_cast<int>(rng.Below(4));
    const bool handle = rng.Uniform() < 0.5;
    EventHandle h;
    if (handle) h = q.ScheduleCancellable(At(time, entity), static_cast<std::uint8_t>(priority));
    else q.Schedule(At(time, entity), static_cast<std::uint8_t>(priority));
    const auto at = reference.insert({{time, priority, order++}, {entity, h}}).first;
    if (handle) cancellable.emplace_back(at, h);
  };
  for (int op = 0; op < operations; ++op) {
    const double grow = op / 20000 % 2 == 0 ? 0.55 : 0.35;
    const double what = rng.Uniform();
    if (what < grow || reference.empty()) {
      add(static_cast<std::uint32_t>(op));
    } else if (what < grow + 0.1 && !cancellable.empty()) {
      const auto pick = static_cast<std::size_t>(rng.Below(std::ssize(cancellable)));
      const auto [at, h] = cancellable[pick];
      cancellable[pick] = cancellable.back();
      cancellable.pop_back();
      const bool pending = q.IsPending(h);
      if (!pending) {
        ASSERT_FALSE(q.Cancel(h));
      } else if (rng.Uniform() < 0.5) {
        ASSERT_TRUE(q.Cancel(h));
        reference.erase(at);
      } else {
        const std::int64_t time = q.now().us + delays(rng);
        const auto value = at->second;
        reference.erase(at);
        ASSERT_TRUE(q.Reschedule(h, SimTime{time}));
        cancellable.emplace_back(reference.insert({{time, 0, order++}, value}).first, h);
      }
    } else {
      if (op % 7 == 0) {
        ASSERT_EQ(q.next_time().us, std::get<0>(reference.begin()->first));
      }
      const Event e = q.Pop();
      ASSERT_EQ(e.entity, reference.begin()->second.first) << "operation " << op;
      ASSERT_EQ(e.time.us, std::get<0>(reference.begin()->first));
      ASSERT_FALSE(q.IsPending(reference.begin()->second.second));
      reference.erase(reference.begin());
    }
    ASSERT_EQ(q.size(), reference.size());
    if (op == operations / 2) {
      EventQueue copy = q;
      for (const auto& [key, value] : reference) ASSERT_EQ(copy.Pop().entity, value.first);
      ASSERT_TRUE(copy.empty());
    }
  }
}

TEST(EventQueue, MatchesSortedReference) {
  CompareWithSorted([](Rng& rng) { return static_cast<std::int64_t>(1e6 * rng.Exponential()); }, 0, 1'000'000);
}
TEST(EventQueue, MatchesSortedReferenceWithTiesZeroDelaysAndHugeGaps) {
  CompareWithSorted(
      [](Rng& rng) -> std::int64_t {
        const double kind = rng.Uniform();
        return kind < 0.2 ? 0 : kind < 0.9 ? rng.Below(50) : rng.Below(1'000'000'000'000);
      },
      1, 1'000'000);
}
TEST(EventQueue, MatchesSortedReferenceWithBursts) {
  CompareWithSorted(
      [](Rng& rng) -> std::int64_t { return rng.Uniform() < 0.9 ? rng.Below(10'000) : 100'000'000 + rng.Below(3); }, 2,
      1'000'000);
}
TEST(EventQueue, MatchesSortedReferenceWhenAllIsNow) {
  CompareWithSorted([](Rng&) -> std::int64_t { return 0; }, 3, 200'000);
}

// Rule: as above with buckets of thousands of events, which borrow each other's memory. Reference: a binary heap of
// (time, schedule order). Every round schedules a burst that starts far away and drains it by halves.
TEST(EventQueue, LargeBucketsMatchAHeap) {
  using Key = std::pair<std::int64_t, std::uint32_t>;
  std::priority_queue<Key, std::vector<Key>, std::greater<>> reference;
  Rng rng(Dice(4, 0), Purpose::kTest, 0);
  EventQueue q;
  std::uint32_t order = 0;
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 40'000; ++i) {
      const std::int64_t time = q.now().us + 1'000'000 + rng.Below(round % 2 == 0 ? 3'000'000 : 200'000'000);
      q.Schedule(At(time, order));
      reference.emplace(time, order++);
    }
    for (std::size_t left = round == 11 ? 0 : reference.size() / 2; reference.size() > left; reference.pop()) {
      const Event e = q.Pop();
      ASSERT_EQ(e.entity, reference.top().second) << "round " << round;
      ASSERT_EQ(e.time.us, reference.top().first);
    }
  }
  EXPECT_TRUE(q.empty());
}

}  // namespace
}  // namespace souk
