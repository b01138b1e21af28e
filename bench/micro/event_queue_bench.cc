// The future-event list with as many pending events as a shop has shoppers: pop the next, schedule another.

#include <benchmark/benchmark.h>

#include "sim/base/random.h"
#include "sim/events/event_queue.h"

namespace souk {
namespace {

void BM_PopAndSchedule(benchmark::State& state) {
  EventQueue queue;
  Rng rng(Dice(1, 1), Purpose::kTest, 0);
  const auto later = [&] { return queue.now() + SimDuration{1 + static_cast<std::int64_t>(rng.Uniform() * 1e9)}; };
  for (std::int64_t i = 0; i < state.range(0); ++i) queue.Schedule({.time = later()});
  for (auto _ : state) {
    Event event = queue.Pop();
    benchmark::DoNotOptimize(event);
    event.time = later();
    queue.Schedule(event);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_PopAndSchedule)->Arg(1000)->Arg(25000)->Arg(1000000);

}  // namespace
}  // namespace souk
