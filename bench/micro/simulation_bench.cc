// How fast a shop simulates. items_per_second is page events per second of one core: pages served, warm-up
// included, over the time of everything that a cell does (drawing the world, warm-up, measured period, adding up).

#include <benchmark/benchmark.h>

#include <algorithm>
#include <span>
#include <string>

#include "bench/experiment/cells_internal.h"
#include "bench/experiment/experiment.h"
#include "sim/scenario/reader.h"
#include "sim/world/build.h"

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

/// Counts pages on their way to a tally.
class PageCounter final : public OutcomeSink {
 public:
  explicit PageCounter(Tally tally) : tally_(std::move(tally)) {}
  void Record(const Outcome& o) override {
    pages_ += o.kind == OutcomeKind::kPage;
    tally_.Record(o);
  }
  void RecordSlate(const Outcome& page, std::span<const ItemId> items, std::span<const float> propensity) override {
    tally_.RecordSlate(page, items, propensity);
  }
  void RecordDecision(const DecisionOutcome& d) override { tally_.RecordDecision(d); }
  void Expect(ShopperId shopper) const override { tally_.Expect(shopper); }
  [[nodiscard]] std::int64_t pages() const { return pages_; }

 private:
  Tally tally_;
  std::int64_t pages_ = 0;
};

/// The marketplace with as many shoppers as the argument says, best-sellers on every page: the loop alone, without the
/// drawing of the world. About a million pages, so that the larger the shop, the fewer its days; the first, in which
/// the state of a shopper is touched for the first time, is left out. Everything that a loop does is in: retraining
/// every day, the clickstream, the tally.
void BM_PagesByShoppers(benchmark::State& state) {
  const auto shoppers = state.range(0);
  const int days = 1 + static_cast<int>(std::clamp<std::int64_t>(1'000'000 / shoppers, 1, 28));
  ScenarioReading read =
      ReadScenario("scenarios/stress/ten-million.yaml",
                   {{"seed", "5"},
                    {"population.shoppers", std::to_string(shoppers)},
                    {"time.days", std::to_string(days)},
                    {"stock.expected_orders_per_day", std::to_string(std::max<std::int64_t>(1, shoppers * 13 / 1000))},
                    {"server.workers", std::to_string(std::max<std::int64_t>(4, shoppers / 20'000))},
                    {"chat.agents", std::to_string(std::max<std::int64_t>(3, shoppers / 60'000))}});
  ThrowIfAny(read.problems);
  const World world = BuildWorld(read.scenario, 0);
  const ArmSpec& arm = world.scenario.arms.front();
  std::int64_t pages = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const MarketState opening = OpenShop(world);
    PageCounter sink(MakeTally(world, opening));
    Shop shop(world, opening, std::span(&arm, 1), Split(), {}, sink);
    shop.market.RunUntil(StartOfDay(1));
    const std::int64_t before = sink.pages();
    state.ResumeTiming();
    shop.market.RunUntil(StartOfDay(days));
    pages += sink.pages() - before;
    state.PauseTiming();  // not the end of the shop's life either
    if (sink.pages() == before) return state.SkipWithError("nobody came");
    state.ResumeTiming();
  }
  state.SetItemsProcessed(pages);
}
BENCHMARK(BM_PagesByShoppers)->Arg(10'000)->Arg(100'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace souk
