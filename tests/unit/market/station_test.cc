// Rule under test (station.h): first come, first served, by c servers, and customers who give up. Expected values come
// from a simulation in plain loops: a customer in turn takes the server that is free first.
#include "sim/market/station.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace souk {
namespace {

struct Customer {
  std::int64_t arrives, service, patience;  // microseconds; patience < 0: endless
};
struct Fate {
  bool served = false;
  std::int64_t at = 0;
  std::int64_t waited = -1;  // in line
  friend bool operator==(const Fate&, const Fate&) = default;
};

/// Customers in order of arrival; no two events of one instant (drawn from 10^9 microseconds).
std::vector<Fate> InPlainLoops(const std::vector<Customer>& customers, int servers, Patience kind) {
  std::vector<std::int64_t> free_at(static_cast<std::size_t>(servers), 0);
  std::vector<Fate> fates;
  for (const Customer& c : customers) {
    auto& server = *std::min_element(free_at.begin(), free_at.end());
    const std::int64_t start = std::max(c.arrives, server);
    const std::int64_t end = start + c.service;
    const std::int64_t leaves = c.arrives + c.patience;
    if (c.patience >= 0 && start > leaves) {
      fates.push_back({false, leaves, c.patience});
      continue;
    }
    server = end;
    if (c.patience >= 0 && kind == Patience::kToTheEnd && end > leaves) fates.push_back({false, leaves, -1});
    else fates.push_back({true, end, start - c.arrives});
  }
  return fates;
}

std::vector<Fate> InEvents(const std::vector<Customer>& customers, int servers, Patience kind) {
  enum Kind : std::uint32_t { kArrival, kDone, kGiveUp };
  EventQueue q;
  Station station(servers, kDone, kGiveUp, kind);
  std::vector<Fate> fates(customers.size());
  std::vector<int> fated(customers.size());
  for (std::uint32_t n = 0; n < customers.size(); ++n) q.Schedule({SimTime{customers[n].arrives}, kArrival, n, 0});
  while (!q.empty()) {
    const Event e = q.Pop();
    const std::size_t n = e.entity;
    if (e.kind == kArrival) {
      const Customer& c = customers[n];
      station.Arrive(q, e.entity, {c.service}, {c.patience < 0 ? kNever.us : c.patience});
    } else if (e.kind == kGiveUp) {
      const int line = station.waiting();
      const SimDuration waited = station.OnGiveUp(q, e.entity);
      fates[n] = {false, q.now().us, station.waiting() < line ? waited.us : -1};
      ++fated[n];
    } else {
      station.OnDone(q);
      if (e.entity == Station::kNobody) continue;
      fates[n] = {true, q.now().us, static_cast<std::int64_t>(e.arg)};
      ++fated[n];
    }
    EXPECT_LE(station.busy(), servers);
    EXPECT_TRUE(station.waiting() == 0 || station.busy() == servers) << "nobody waits beside a free server";
  }
  EXPECT_EQ(station.busy(), 0);
  EXPECT_EQ(station.waiting(), 0);
  for (const int count : fated) EXPECT_EQ(count, 1) << "each customer is served or leaves, once";
  return fates;
}

TEST(Station, IsTheQueueOfPlainLoops) {
  std::mt19937_64 bits(20);
  const auto below = [&bits](std::int64_t n) {
    return static_cast<std::int64_t>(bits() % static_cast<std::uint64_t>(n));
  };
  int left = 0;
  int left_in_service = 0;
  int waited = 0;
  for (int run = 0; run < 60; ++run) {
    const int servers = 1 + run % 3;
    const Patience kind = run % 2 == 0 ? Patience::kInLine : Patience::kToTheEnd;
    std::vector<Customer> customers;
    for (int n = 0; n < 300; ++n) {
      // About 0.9 of capacity, patience of the order of a service; a third never gives up, in some runs nobody does.
      const bool endless = run % 5 == 0 || below(3) == 0;
      customers.push_back({below(1'000'000'000), below(servers * 6'000'000), endless ? -1 : below(5'000'000)});
    }
    std::sort(customers.begin(), customers.end(), [](const auto& a, const auto& b) { return a.arrives < b.arrives; });
    const std::vector<Fate> expected = InPlainLoops(customers, servers, kind);
    const std::vector<Fate> actual = InEvents(customers, servers, kind);
    for (std::size_t n = 0; n < customers.size(); ++n) {
      ASSERT_EQ(actual[n].served, expected[n].served) << "run " << run << " customer " << n;
      ASSERT_EQ(actual[n].at, expected[n].at) << "run " << run << " customer " << n;
      ASSERT_EQ(actual[n].waited, expected[n].waited) << "run " << run << " customer " << n;
      left += !expected[n].served;
      left_in_service += !expected[n].served && expected[n].waited < 0;
      waited += expected[n].served && expected[n].waited > 0;
    }
  }
  EXPECT_GT(left - left_in_service, 500) << "the cases occur";
  EXPECT_GT(left_in_service, 500);
  EXPECT_GT(waited, 500);
}

// One server, service 2: A at 0, B and C at 1. B, who came first, is served from 2 to 4 and C from 4 to 6.
TEST(Station, ServesInOrderOfArrival) {
  const std::vector<Fate> fates = InEvents({{0, 2, -1}, {1, 2, -1}, {1, 2, -1}}, 1, Patience::kInLine);
  EXPECT_EQ(fates, (std::vector<Fate>{{true, 2, 0}, {true, 4, 1}, {true, 6, 3}}));
}

// Service that ends as patience does is in time: 5 of 5; 6 is not, and the server is busy until 6 all the same.
TEST(Station, PatienceToTheEndIncludesItsLastMoment) {
  EXPECT_EQ(InEvents({{0, 5, 5}}, 1, Patience::kToTheEnd), (std::vector<Fate>{{true, 5, 0}}));
  EXPECT_EQ(InEvents({{0, 6, 5}, {1, 3, 20}}, 1, Patience::kToTheEnd),
            (std::vector<Fate>{{false, 5, -1}, {true, 9, 5}}));
  EXPECT_EQ(InEvents({{0, 6, 5}}, 1, Patience::kInLine), (std::vector<Fate>{{true, 6, 0}})) << "served: stays";
}

}  // namespace
}  // namespace souk
