// M/M/1 as the peers define it: arrivals at rate 0.9, service at rate 1, one first-come-first-served server, empty at
// the start, run until the last of N customers has left. Two events a customer, arrival and departure. The mean time in
// the system is checked before any time is told: theory says 10.

#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "sim/base/random.h"
#include "sim/events/event_queue.h"

namespace souk {
namespace {

/// Customers in line, first come first served: a ring that grows by doubling.
class Line {
 public:
  [[nodiscard]] bool empty() const { return head_ == tail_; }
  void Push(std::int64_t us) {
    if (tail_ - head_ == ring_.size()) Grow();
    ring_[tail_++ & (ring_.size() - 1)] = us;
  }
  std::int64_t Pop() { return ring_[head_++ & (ring_.size() - 1)]; }

 private:
  void Grow() {
    std::vector<std::int64_t> larger(2 * ring_.size());
    for (std::size_t i = head_; i < tail_; ++i) larger[i - head_] = ring_[i & (ring_.size() - 1)];
    tail_ -= head_;
    head_ = 0;
    ring_ = std::move(larger);
  }
  std::vector<std::int64_t> ring_ = std::vector<std::int64_t>(64);
  std::size_t head_ = 0, tail_ = 0;
};

struct SingleServer {
  double mean_sojourn = 0;
  std::uint64_t executed = 0;
};

SingleServer RunSingleServer(std::int64_t customers, double arrival_rate, std::uint64_t seed) {
  enum Kind : std::uint32_t { kArrival, kDeparture };
  EventQueue queue;
  const Dice dice(seed, 0);
  ExponentialStream arrivals(Rng(dice, Purpose::kTest, 0));
  ExponentialStream services(Rng(dice, Purpose::kTest, 1));
  Line line;  // when each of them came
  const double gap_us = 1e6 / arrival_rate;
  std::int64_t to_come = customers;
  double total_us = 0;
  const auto in = [&](ExponentialStream& delays, double mean_us) {
    return queue.now() + SimDuration{static_cast<std::int64_t>(mean_us * delays.Next())};
  };
  queue.Schedule({in(arrivals, gap_us), kArrival, 0, 0});
  queue.RunUntil(kNever, [&](const Event& event) {
    if (event.kind == kArrival) {
      if (line.empty()) queue.Schedule({in(services, 1e6), kDeparture, 0, 0});
      line.Push(event.time.us);
      if (--to_come > 0) queue.Schedule({in(arrivals, gap_us), kArrival, 0, 0});
    } else {
      total_us += static_cast<double>(event.time.us - line.Pop());
      if (!line.empty()) queue.Schedule({in(services, 1e6), kDeparture, 0, 0});
    }
  });
  return {total_us * 1e-6 / static_cast<double>(customers), queue.executed()};
}

void BM_SingleServerQueue(benchmark::State& state) {
  // The mean of 10^7 customers has a standard error of 0.06 at this load; at half the load 0.005 of 10^6.
  const SingleServer light = RunSingleServer(1'000'000, 0.5, 1);
  if (std::abs(light.mean_sojourn - 2.0) > 0.025) return state.SkipWithError("the answer is wrong: expected 2");
  std::uint64_t executed = 0;
  std::int64_t customers = 0;
  for (auto _ : state) {
    const SingleServer run = RunSingleServer(state.range(0), 0.9, 2);
    if (std::abs(run.mean_sojourn - 10) > 1.0) return state.SkipWithError("the answer is wrong: expected 10");
    executed += run.executed;
    customers += state.range(0);
  }
  state.counters["customers_per_s"] = benchmark::Counter(static_cast<double>(customers), benchmark::Counter::kIsRate);
  state.counters["executed_events_per_s"] =
      benchmark::Counter(static_cast<double>(executed), benchmark::Counter::kIsRate);
}
BENCHMARK(BM_SingleServerQueue)->Arg(10'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace souk
