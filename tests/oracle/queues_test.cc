// The station behind server workers and human agents, against closed forms of queueing theory.

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "sim/base/random.h"
#include "sim/events/event_queue.h"
#include "sim/market/station.h"

namespace souk {
namespace {

struct Outcomes {
  double served = 0, abandoned = 0, wait_s = 0, waited = 0;
};

/// Poisson arrivals at `rate` per s to c exponential servers (mean 1 s), exponential patience or none.
Outcomes Simulate(int servers, double rate, double patience_s, int customers, std::uint64_t seed) {
  enum Kind : std::uint32_t { kArrival, kDone, kGiveUp };
  EventQueue q;
  Station station(servers, kDone, kGiveUp);
  const Dice dice(seed, 0);
  Outcomes out;
  const auto draw = [&](std::uint32_t customer, std::uint64_t what) {
    return ToExponential(dice.Draw(Purpose::kTest, customer, what).lo);
  };
  q.Schedule({SimTime{0}, kArrival, 0, 0});
  while (!q.empty()) {
    const Event e = q.Pop();
    if (e.kind == kArrival) {
      const SimDuration patience = patience_s > 0 ? Seconds(patience_s * draw(e.entity, 1)) : SimDuration{kNever.us};
      station.Arrive(q, e.entity, Seconds(draw(e.entity, 0)), patience);
      if (static_cast<int>(e.entity) + 1 < customers)
        q.Schedule({q.now() + Seconds(draw(e.entity, 2) / rate), kArrival, e.entity + 1, 0});
    } else if (e.kind == kDone) {
      station.OnDone(q);
      ++out.served;
      out.wait_s += static_cast<double>(e.arg) * 1e-6;
      out.waited += e.arg > 0;
    } else {
      out.wait_s += station.OnGiveUp(q, e.entity).seconds();
      ++out.abandoned;
      ++out.waited;
    }
  }
  return out;
}

// Values: M/M/c waiting probability and mean wait (Erlang C), mu = 1. Twenty runs of 40,000 customers,
// interval of 4 standard errors between runs (Student's t, 19 df): false alarm 8e-4 per figure.
TEST(Queues, MMcWaitsAsErlangC) {
  struct Case {
    int servers;
    double rate, p_wait, mean_wait;
  };
  for (const Case& c : {Case{1, 0.5, 0.5, 1.0}, Case{2, 1.4, 0.576471, 0.960784}, Case{4, 3.2, 0.596432, 0.745541},
                        Case{10, 8, 0.409180, 0.204590}}) {
    std::vector<double> waits, probabilities;
    for (std::uint64_t run = 0; run < 20; ++run) {
      const Outcomes o = Simulate(c.servers, c.rate, 0, 40'000, 100 + run);
      waits.push_back(o.wait_s / o.served);
      probabilities.push_back(o.waited / o.served);
    }
    const auto check = [](const std::vector<double>& x, double expected) {
      double mean = 0, var = 0;
      for (const double v : x) mean += v / 20;
      for (const double v : x) var += (v - mean) * (v - mean) / 19;
      EXPECT_NEAR(mean, expected, 4 * std::sqrt(var / 20)) << expected;
    };
    check(waits, c.mean_wait);
    check(probabilities, c.p_wait);
  }
}

/// Erlang-A by its birth–death chain: abandonment share and mean wait of all customers.
std::pair<double, double> ErlangA(int servers, double rate, double mean_patience) {
  std::vector<double> p{1.0};
  double sum = 1;
  for (int n = 1; n < 400; ++n) {
    const double out = std::min(n, servers) * 1.0 + std::max(0, n - servers) / mean_patience;
    p.push_back(p.back() * rate / out);
    sum += p.back();
  }
  double queue = 0;
  for (int n = servers + 1; n < 400; ++n) queue += (n - servers) * p[static_cast<std::size_t>(n)] / sum;
  return {queue / mean_patience / rate, queue / rate};  // Little's law
}

TEST(Queues, AgentPoolWaitsAsErlangA) {
  for (const auto& [servers, rate, patience] :
       {std::tuple{3, 2.7, 0.6}, std::tuple{16, 17.0, 0.375}, std::tuple{2, 3.0, 2.0}}) {
    const auto [abandon, wait] = ErlangA(servers, rate, patience);
    std::vector<double> shares, waits;
    for (std::uint64_t run = 0; run < 20; ++run) {
      const Outcomes o = Simulate(servers, rate, patience, 40'000, 500 + run);
      shares.push_back(o.abandoned / (o.served + o.abandoned));
      waits.push_back(o.wait_s / (o.served + o.abandoned));
    }
    const auto check = [](const std::vector<double>& x, double expected) {
      double mean = 0, var = 0;
      for (const double v : x) mean += v / 20;
      for (const double v : x) var += (v - mean) * (v - mean) / 19;
      EXPECT_NEAR(mean, expected, 4 * std::sqrt(var / 20)) << expected;
    };
    check(shares, abandon);
    check(waits, wait);
  }
}

// Value: 6 chats a minute, 8 minutes of handling, 16 agents, patience 3 minutes, containment 75 %:
// the published exact Erlang-A answer is 5.6 s and 3.1 % (70 %: 14.4 s, 8.0 %).
TEST(Queues, TheBirthDeathChainGivesThePublishedExample) {
  const double handling = 480;
  for (const auto& [contained, wait_s, abandon] : {std::tuple{0.75, 5.6, 0.031}, std::tuple{0.70, 14.4, 0.080}}) {
    const auto [share, wait] = ErlangA(16, 6 * (1 - contained) / 60 * handling, 180 / handling);
    EXPECT_NEAR(wait * handling, wait_s, 0.06);
    EXPECT_NEAR(share, abandon, 0.0006);
  }
}

}  // namespace
}  // namespace souk
