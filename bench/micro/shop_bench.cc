// Parts of a page and of a run: the utility of an item, a decision to buy, one row of the shop's log, the results file.

#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>

#include "bench/experiment/experiment.h"
#include "results/store/store.h"
#include "sim/decision/shop_log.h"
#include "sim/market/choice.h"
#include "sim/scenario/reader.h"
#include "sim/world/build.h"

namespace souk {
namespace {

Scenario TinyShop() {
  ScenarioReading read = ReadScenario("scenarios/tiny/shop.yaml");
  ThrowIfAny(read.problems);
  return read.scenario;
}

/// One item on offer: systematic utility and the shopper's own noise.
void BM_ChoiceUtility(benchmark::State& state) {
  const World world = BuildWorld(TinyShop(), 0);
  const ChoiceModel model(world);
  const auto items = static_cast<std::uint64_t>(world.catalogue.items());
  const std::uint64_t shoppers = world.population.shoppers.size();
  const PriceContext price;
  std::uint64_t n = 0;
  for (auto _ : state) {
    ++n;
    const ShopperId u(static_cast<std::int32_t>(n % shoppers));
    const ItemId item(static_cast<std::int32_t>(n * 7 % items));
    const std::uint64_t index = ChoiceModel::NoiseIndex(item, 3);
    std::uint64_t bits = 0;
    model.NoiseBits(u, {&index, 1}, {&bits, 1});
    benchmark::DoNotOptimize(model.ViewUtility(u, item, price) + model.Noise(bits));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ChoiceUtility);

void BM_ChoiceCommit(benchmark::State& state) {
  const World world = BuildWorld(TinyShop(), 0);
  const ChoiceModel model(world);
  const auto items = static_cast<std::uint64_t>(world.catalogue.items());
  const std::uint64_t shoppers = world.population.shoppers.size();
  std::uint64_t n = 0;
  for (auto _ : state) {
    ++n;
    const ShopperId u(static_cast<std::int32_t>(n % shoppers));
    const CommitContext context{.earlier_views = static_cast<int>(n % 3), .depth = static_cast<int>(n % 9) + 1};
    benchmark::DoNotOptimize(model.Commit(u, ItemId(static_cast<std::int32_t>(n * 7 % items)), context).buy);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ChoiceCommit);

/// A million rows of the clickstream that strategies learn from, memory included.
void BM_LogAppend(benchmark::State& state) {
  constexpr std::int64_t kRows = 1'000'000;
  for (auto _ : state) {
    ShopLog log;
    for (std::int64_t n = 0; n < kRows; ++n) {
      ShopEvent event;
      event.time = SimTime{n};
      event.kind = ShopEventKind::kView;
      event.price = Money{n & 0xFFF};
      log.events.push_back(event);
    }
    benchmark::DoNotOptimize(log.events.data());
  }
  state.SetItemsProcessed(state.iterations() * kRows);
}
BENCHMARK(BM_LogAppend)->Unit(benchmark::kMillisecond);

/// The results of three replications of the tiny shop, as one file; what is read back must have the same cells.
void BM_WriteResultsFile(benchmark::State& state) {
  const std::string file = (std::filesystem::temp_directory_path() / "souk_bench_results.h5").string();
  const ExperimentResult result = RunExperiment(TinyShop(), {.threads = 1});
  WriteResult(file, result);
  if (ReadResult(file).cells.size() != result.cells.size()) return state.SkipWithError("the file lacks cells");
  for (auto _ : state) WriteResult(file, result);
  state.counters["bytes"] = static_cast<double>(std::filesystem::file_size(file));
  std::filesystem::remove(file);
}
BENCHMARK(BM_WriteResultsFile)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace souk
