// What the engine costs per view of a session, with N sessions under way: through the event list with a coalesced
// time-out each, and session by session without a list. Both must give the same outcomes before any time is told.

#include <benchmark/benchmark.h>

#include "bench/micro/session_model.h"

namespace souk {
namespace {

/// About `concurrent` sessions between their first and last view (a mean of 7 pauses of 30 s); long enough that the
/// first time-outs (1,800 s) have long run out.
SessionModel WithConcurrent(std::int64_t concurrent) {
  return {.sessions = 12 * concurrent + 300'000, .arrivals_per_s = static_cast<double>(concurrent) / 210};
}

void TellViews(benchmark::State& state, std::int64_t views) {
  state.SetItemsProcessed(views);
  state.counters["time_per_view"] =
      benchmark::Counter(static_cast<double>(views), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void BM_SessionsByEvents(benchmark::State& state) {
  const SessionModel model = WithConcurrent(state.range(0));
  const SessionOutcome expected = RunSessionBySession(model);
  std::int64_t views = 0;
  std::uint64_t executed = 0;
  for (auto _ : state) {
    SessionsByEvents run(model);
    const SessionOutcome outcome = run.Run();
    if (outcome.hash != expected.hash || outcome.views != expected.views)
      return state.SkipWithError("the outcomes differ from those session by session");
    views += outcome.views;
    executed += outcome.executed;
    state.counters["held"] = static_cast<double>(run.most_held());
  }
  TellViews(state, views);
  state.counters["executed_per_view"] = static_cast<double>(executed) / static_cast<double>(views);
}
BENCHMARK(BM_SessionsByEvents)->Arg(100)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

void BM_SessionBySession(benchmark::State& state) {
  const SessionModel model = WithConcurrent(state.range(0));
  std::int64_t views = 0;
  for (auto _ : state) {
    const SessionOutcome outcome = RunSessionBySession(model);
    benchmark::DoNotOptimize(outcome.hash);
    views += outcome.views;
  }
  TellViews(state, views);
}
BENCHMARK(BM_SessionBySession)->Arg(100)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace souk
