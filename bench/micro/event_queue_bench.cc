// The future-event list in the hold model: with N events pending, take the next one and schedule another at
// +Exp(1), as shops with few to millions of shoppers do. Bimodal: nine of ten soon, one of ten far away.

#include <benchmark/benchmark.h>

#include <vector>

#include "sim/base/random.h"
#include "sim/events/event_queue.h"

namespace souk {
namespace {

/// Delays drawn beforehand: the queue is timed, not the dice.
std::vector<std::int64_t> Delays(bool bimodal) {
  std::vector<std::int64_t> delays;
  Rng rng(Dice(1, 1), Purpose::kTest, 0);
  for (int i = 0; i < 1 << 16; ++i) {
    const double mean = !bimodal ? 1e6 : rng.Uniform() < 0.9 ? 1e4 : 1e8;
    delays.push_back(static_cast<std::int64_t>(mean * rng.Exponential()));
  }
  return delays;
}

void Hold(benchmark::State& state, bool bimodal) {
  EventQueue queue;
  const std::vector<std::int64_t> delays = Delays(bimodal);
  std::size_t next = 0;
  const auto later = [&] { return queue.now() + SimDuration{delays[next++ & 0xFFFF]}; };
  for (std::int64_t i = 0; i < state.range(0); ++i) queue.Schedule({.time = later()});
  for (std::int64_t i = 0; i < 3 * state.range(0); ++i) {  // until the mix is that of a long run
    queue.Pop();
    queue.Schedule({.time = later()});
  }
  for (auto _ : state) {
    Event event = queue.Pop();
    event.time = later();
    queue.Schedule(event);
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_Hold(benchmark::State& state) { Hold(state, false); }
BENCHMARK(BM_Hold)->RangeMultiplier(10)->Range(2, 2)->Range(10, 10'000'000);

void BM_HoldBimodal(benchmark::State& state) { Hold(state, true); }
BENCHMARK(BM_HoldBimodal)->RangeMultiplier(10)->Range(10, 10'000'000);

/// A session's time-out that is moved at every click: one cancellable event in a thousand runs.
void BM_Reschedule(benchmark::State& state) {
  EventQueue queue;
  std::vector<EventHandle> handles;
  Rng rng(Dice(1, 1), Purpose::kTest, 1);
  for (std::int64_t i = 0; i < state.range(0); ++i)
    handles.push_back(queue.ScheduleCancellable({.time = SimTime{1'800'000'000 + rng.Below(1'000'000)}}));
  std::int64_t now = 0;
  std::size_t next = 0;
  for (auto _ : state) {
    queue.Reschedule(handles[next], SimTime{1'800'000'000 + (now += 1000)});
    if (++next == handles.size()) next = 0;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Reschedule)->Arg(1000)->Arg(100'000);

}  // namespace
}  // namespace souk
