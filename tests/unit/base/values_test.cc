// Money, time, errors, fingerprints.

#include <gtest/gtest.h>

#include <chrono>

#include "sim/base/error.h"
#include "sim/base/fingerprint.h"
#include "sim/base/money.h"
#include "sim/base/sim_time.h"
#include "sim/base/tick_clock.h"

namespace souk {
namespace {

TEST(Money, ScalesToTheNearestCentHalvesToEven) {
  EXPECT_EQ(Scale(Money{1000}, 0.1).cents, 100);
  EXPECT_EQ(Scale(Money{5}, 0.5).cents, 2);   // 2.5 → 2
  EXPECT_EQ(Scale(Money{15}, 0.5).cents, 8);  // 7.5 → 8
  EXPECT_EQ(MoneyFromUnits(19.99).cents, 1999);
}

TEST(SimTime, KnowsDayHourAndWeekday) {
  const SimTime t = StartOfDay(8) + Hours(13.5);
  EXPECT_EQ(t.day(), 8);
  EXPECT_EQ(t.hour_of_day(), 13);
  EXPECT_EQ(t.day_of_week(), 1);  // day 0 is a Monday
  EXPECT_EQ(SimTime{-1}.day(), -1);
  EXPECT_EQ(SimTime{-1}.hour_of_day(), 23);
}

TEST(Error, NamesTheNearestAndOnlyIfNear) {
  EXPECT_EQ(NearestName("popularty", {"popularity", "random"}), "popularity");
  EXPECT_EQ(NearestName("xyz", {"popularity", "random"}), "");
  EXPECT_STREQ(Error("bad", "f.yaml:1:2").what(), "f.yaml:1:2: bad");
}

TEST(Fingerprint, DependsOnContentAndOrder) {
  Fingerprint a, b, c;
  a.Add(std::uint64_t{1});
  a.Add(std::uint64_t{2});
  b.Add(std::uint64_t{2});
  b.Add(std::uint64_t{1});
  c.Add(std::uint64_t{1});
  c.Add(std::uint64_t{2});
  EXPECT_NE(a.value(), b.value());
  EXPECT_EQ(a.value(), c.value());
  EXPECT_EQ(a.hex().size(), 16U);
  EXPECT_EQ(Hex64(0xabcULL), "0000000000000abc");
}

// Rule: the fast clock tells the time of the standard one. A pause between two reads of either can only make the outer
// one longer, so the inner one, read inside the outer, is never longer; and 50 ms leave it at most a few parts short.
TEST(TickClock, AgreesWithTheStandardClock) {
  using Clock = std::chrono::steady_clock;
  (void)TickClock::Ns(TickClock::Now(), TickClock::Now());  // measures its rate at first use
  const auto outer = Clock::now();
  const std::uint64_t start = TickClock::Now();
  while (Clock::now() - outer < std::chrono::milliseconds(50)) {
  }
  const auto inner = Clock::now();
  const std::uint64_t end = TickClock::Now();
  const auto ns = [](Clock::duration d) { return static_cast<double>(std::chrono::nanoseconds(d).count()); };
  EXPECT_GE(static_cast<double>(TickClock::Ns(start, end)), 0.99 * ns(inner - outer) - 1e6);
  EXPECT_LE(static_cast<double>(TickClock::Ns(start, end)), 1.01 * ns(Clock::now() - outer));
  EXPECT_EQ(TickClock::Ns(end, start), 0);
}

}  // namespace
}  // namespace souk
