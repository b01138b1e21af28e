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

constexpr int kBatches = 20;

/// Batch means of one long run: 4 standard errors between batches (Student's t, 19 df) are left once in 1,200 fresh
/// seeds.
void ExpectMean(const std::vector<double>& batches, double expected, const char* what) {
  double mean = 0, var = 0;
  for (const double v : batches) mean += v / kBatches;
  for (const double v : batches) var += (v - mean) * (v - mean) / (kBatches - 1);
  EXPECT_NEAR(mean, expected, 4 * std::sqrt(var / kBatches)) << what;
}

/// A service time of mean 1 s from its uniforms.
using ServiceLaw = double (*)(Rng&);
double Deterministic(Rng&) { return 1; }
double Erlang4(Rng& r) { return (r.Exponential() + r.Exponential() + r.Exponential() + r.Exponential()) / 4; }
double LogNormalScv2(Rng& r) { return Exp(-Log(3.0) / 2 + std::sqrt(Log(3.0)) * r.Normal()); }
/// Balanced means: p = (1 + √((c² − 1)/(c² + 1)))/2, rates 2p and 2(1 − p).
double HyperexponentialScv4(Rng& r) {
  const double p = (1 + std::sqrt(3.0 / 5)) / 2;
  const double phase = r.Bernoulli(p) ? p : 1 - p;
  return r.Exponential() / (2 * phase);
}

/// Mean wait in line, by batch, of a single server after a warm-up of one batch.
std::vector<double> SingleServerWaits(double rate, ServiceLaw law, int batch, std::uint32_t stream) {
  enum Kind : std::uint32_t { kArrival, kDone, kGiveUp };
  EventQueue q;
  Station station(1, kDone, kGiveUp);
  Rng arrivals(Dice(21, 0), Purpose::kTest, stream, 0);
  Rng services(Dice(21, 0), Purpose::kTest, stream, 1);
  std::vector<double> waits(kBatches, 0);
  int served = 0;
  q.Schedule({SimTime{0}, kArrival, 0, 0});
  while (served < (kBatches + 1) * batch) {
    const Event e = q.Pop();
    if (e.kind == kArrival) {
      station.Arrive(q, e.entity, Seconds(law(services)));
      q.Schedule({q.now() + Seconds(arrivals.Exponential() / rate), kArrival, e.entity + 1, 0});
    } else {
      const int b = served++ / batch - 1;
      if (b >= 0) waits[static_cast<std::size_t>(b)] += static_cast<double>(e.arg) * 1e-6 / batch;
      station.OnDone(q);
    }
  }
  return waits;
}

// Values: Pollaczek–Khinchine, Wq = λ E[S²] / (2 (1 − ρ)).
TEST(Queues, SingleServerWaitsAsPollaczekKhinchine) {
  struct Case {
    const char* name;
    ServiceLaw law;
    double scv;
  };
  std::uint32_t stream = 0;
  for (const Case& c : {Case{"deterministic", Deterministic, 0}, Case{"Erlang-4", Erlang4, 0.25},
                        Case{"lognormal", LogNormalScv2, 2}, Case{"hyperexponential", HyperexponentialScv4, 4}}) {
    for (const double rate : {0.5, 0.8}) {
      const double expected = rate * (1 + c.scv) / (2 * (1 - rate));
      ExpectMean(SingleServerWaits(rate, c.law, 50'000, stream++), expected, c.name);
    }
  }
}

// Values: Jackson 1957. Three exponential servers (mean 1 s), arrivals from outside .5 and .2 a second to nodes 1 and
// 2, routes 1→2 .6, 1→3 .2, 2→3 .7, 3→1 .1, else out: L = ρ/(1 − ρ) with ρ = (.547974, .528785, .479744).
TEST(Queues, AnOpenNetworkFillsAsJackson) {
  enum Kind : std::uint32_t { kOutside, kDone };
  constexpr double kOutsideRate[] = {0.5, 0.2};
  const double expected[] = {1.212264, 1.122172, 0.922131};
  EventQueue q;
  std::vector<Station> nodes(3, Station(1, kDone, 0));
  Rng rng(Dice(22, 0), Purpose::kTest, 0);
  std::uint32_t customers = 0;
  const auto arrive = [&](std::size_t node) {
    // The token says at which node the service ends.
    nodes[node].Arrive(q, customers++ * 3 + static_cast<std::uint32_t>(node), Seconds(rng.Exponential()));
  };
  std::vector<std::vector<double>> inside(3, std::vector<double>(kBatches, 0));
  for (std::uint32_t node = 0; node < 2; ++node)
    q.Schedule({SimTime{0} + Seconds(rng.Exponential() / kOutsideRate[node]), kOutside, node, 0});
  constexpr double kBatchS = 60'000;
  double last_s = 0;
  while (last_s < (kBatches + 1) * kBatchS) {
    const Event e = q.Pop();
    const double now_s = q.now().seconds();
    const int batch = static_cast<int>(last_s / kBatchS) - 1;
    for (std::size_t node = 0; node < 3; ++node) {
      if (batch >= 0 && batch < kBatches)
        inside[node][static_cast<std::size_t>(batch)] +=
            (nodes[node].busy() + nodes[node].waiting()) * (now_s - last_s) / kBatchS;
    }
    last_s = now_s;
    if (e.kind == kOutside) {
      arrive(e.entity);
      q.Schedule({q.now() + Seconds(rng.Exponential() / kOutsideRate[e.entity]), kOutside, e.entity, 0});
      continue;
    }
    const std::size_t from = e.entity % 3;
    nodes[from].OnDone(q);
    const double u = rng.Uniform();
    if (from == 0 && u < 0.8) arrive(u < 0.6 ? 1 : 2);
    if (from == 1 && u < 0.7) arrive(2);
    if (from == 2 && u < 0.1) arrive(0);
  }
  for (std::size_t node = 0; node < 3; ++node) ExpectMean(inside[node], expected[node], "customers at a node");
}

}  // namespace
}  // namespace souk
