// What it costs to record one decision's latency: two clock reads and one histogram entry.

#include <benchmark/benchmark.h>

#include <chrono>

#include "sim/base/tick_clock.h"
#include "sim/outcome/latency_histogram.h"

namespace souk {
namespace {

void BM_HistogramAdd(benchmark::State& state) {
  LatencyHistogram histogram;
  std::int64_t ns = 1;
  for (auto _ : state) histogram.Add(ns = (ns * 1103515245 + 12345) & 0xFFFFF);
  benchmark::DoNotOptimize(histogram.total());
}
BENCHMARK(BM_HistogramAdd);

void BM_RecordDecision(benchmark::State& state) {
  LatencyHistogram histogram;
  for (auto _ : state) {
    const std::uint64_t start = TickClock::Now();
    benchmark::ClobberMemory();
    histogram.Add(TickClock::Ns(start, TickClock::Now()));
  }
}
BENCHMARK(BM_RecordDecision);

void BM_RecordDecisionByStandardClock(benchmark::State& state) {
  LatencyHistogram histogram;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    benchmark::ClobberMemory();
    histogram.Add(std::chrono::nanoseconds(std::chrono::steady_clock::now() - start).count());
  }
}
BENCHMARK(BM_RecordDecisionByStandardClock);

}  // namespace
}  // namespace souk
