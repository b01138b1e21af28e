// How fast a shop simulates. items_per_second is page events per second of one core: pages served, warm-up
// included, over the time of everything that a cell does (drawing the world, warm-up, measured period, adding up).

#include <benchmark/benchmark.h>

#include <string>

#include "bench/experiment/experiment.h"
#include "sim/scenario/reader.h"

namespace souk {
namespace {

/// The main job's shop under one set of strategies that hardly cost anything, so that the simulator itself is timed.
void RunShop(benchmark::State& state, const char* recommender) {
  ScenarioReading read = ReadScenario("scenarios/standard/marketplace.yaml", {{"seed", "5"}});
  ThrowIfAny(read.problems);
  Scenario scenario = read.scenario;
  std::erase_if(scenario.arms, [&](const ArmSpec& arm) { return arm.name != scenario.incumbent; });
  scenario.arms.front().slots[static_cast<std::size_t>(Slot::kRecommender)].name = recommender;
  std::int64_t pages = 0;
  for (auto _ : state) {
    TraceCell(scenario, {.replication = 0, .arm = {}, .warmup = true, .stop = nullptr},
              [&](const Outcome& o) { pages += o.kind == OutcomeKind::kPage; });
  }
  state.SetItemsProcessed(pages);
}

void BM_ShopWithRandomSlates(benchmark::State& state) { RunShop(state, "random"); }
BENCHMARK(BM_ShopWithRandomSlates)->Unit(benchmark::kMillisecond);

void BM_ShopWithPopularitySlates(benchmark::State& state) { RunShop(state, "popularity"); }
BENCHMARK(BM_ShopWithPopularitySlates)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace souk
