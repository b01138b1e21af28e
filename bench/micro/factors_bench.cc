// Factor models: exact search of a catalogue of vectors beside a plain read of the same memory, and sweeps of iALS with
// the memory that they take. With SOUK_LARGE in the environment also the million shoppers (some minutes, 4 GiB).

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <vector>

#include "sim/base/error.h"
#include "sim/base/random.h"
#include "strategies/common/catalogue_search.h"
#include "strategies/common/hnsw_index.h"
#include "strategies/common/shopper_items.h"
#include "strategies/common/vector_lanes_internal.h"
#include "strategies/common/vector_math.h"
#include "strategies/recommender/ials/als.h"

namespace souk {
namespace {

std::vector<float> Gaussian(std::size_t n, std::uint32_t entity) {
  Rng rng(Dice(1, 0), Purpose::kTest, entity);
  std::vector<float> x(n);
  for (float& v : x) v = static_cast<float>(rng.Normal());
  return x;
}

/// Vectors whose coordinates fall off as those of learnt factors do, or Gaussian ones without any likeness, which are
/// the hardest case.
FactorTable Vectors(std::size_t n, std::size_t f, std::uint32_t entity, bool gaussian) {
  const std::vector<float> x = Gaussian(n * f, entity);
  FactorTable table(x.begin(), x.end());
  if (!gaussian)
    for (std::size_t i = 0; i < table.size(); ++i) table[i] /= 1 + static_cast<float>(i % f) / 4;
  return table;
}

/// Adds up n floats, n a multiple of 64, in registers of the processor's full width.
SOUK_INLINE void ReadAllBody(const float* x, std::size_t n, float* total) {
  Lanes sum[4] = {};
  for (std::size_t i = 0; i < n; i += 4 * kLanes)
    for (std::size_t s = 0; s < 4; ++s) {
      Lanes lanes;
      LoadTo(lanes, x + i + s * kLanes);
      sum[s] += lanes;
    }
  *total = SumOne(sum[0] + sum[1] + sum[2] + sum[3]);
}
SOUK_BY_WIDTH(ReadAll, (const float* x, std::size_t n, float* total), (x, n, total))

constexpr std::size_t kQueries = 64;

/// One query: the best ten of range(0) items of range(1) floats.
void BM_SearchCatalogue(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  const auto f = static_cast<std::size_t>(state.range(1));
  const FactorTable table = Vectors(n, f, 0, true);
  const FactorTable queries = Vectors(kQueries, f, 1, true);
  const auto query = [&](std::size_t q) { return std::span(queries).subspan(q % kQueries * f, f); };
  TopK best(10);
  const auto search = [&](std::size_t q) {
    best.Reset(10);
    SearchCatalogue(
        table, query(q), [](std::int32_t) { return true; }, best);
  };
  for (std::size_t q = 0; q < 4; ++q) {
    std::vector<Scored> all(n);
    for (std::size_t i = 0; i < n; ++i)
      all[i] = {Dot(query(q), std::span(table).subspan(i * f, f)), static_cast<std::int32_t>(i)};
    SelectTop(all, 10);
    search(q);
    if (!std::equal(best.sorted().begin(), best.sorted().end(), all.begin()))
      return state.SkipWithError("not the best ten");
  }
  std::size_t q = 0;
  for (auto _ : state) {
    search(q++);
    benchmark::DoNotOptimize(best.sorted().front());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(q * n * f * sizeof(float)));
}
BENCHMARK(BM_SearchCatalogue)->Args({3400, 64})->Args({100000, 64})->Unit(benchmark::kMicrosecond);

constexpr std::size_t kMany = 100000;

/// A graph of kMany items of 64 floats, built once.
struct Built {
  explicit Built(bool gaussian) : table(Vectors(kMany, 64, 0, gaussian)), queries(Vectors(kQueries, 64, 1, gaussian)) {
    std::vector<std::int32_t> listed(kMany);
    for (std::size_t i = 0; i < kMany; ++i) listed[i] = static_cast<std::int32_t>(i);
    const auto begin = std::chrono::steady_clock::now();
    index = std::make_unique<HnswIndex>(table, std::span<const float>(), 64, listed, HnswSettings());
    build_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  FactorTable table;
  FactorTable queries;
  std::unique_ptr<HnswIndex> index;
  double build_s = 0;
};

/// One query of the graph with breadth range(0); Gaussian vectors if range(1). Tells the share of the exact ten that it
/// finds, and the seconds of the building.
void BM_SearchGraph(benchmark::State& state) {
  static Built built[] = {Built(false), Built(true)};
  Built& graph = built[state.range(1)];
  const auto breadth = static_cast<int>(state.range(0));
  const auto query = [&](std::size_t q) { return std::span(graph.queries).subspan(q % kQueries * 64, 64); };
  std::vector<std::int32_t> rows;
  TopK best(10);
  double found = 0;
  for (std::size_t q = 0; q < kQueries; ++q) {
    best.Reset(10);
    SearchCatalogue(
        graph.table, query(q), [](std::int32_t) { return true; }, best);
    graph.index->Search(query(q), breadth, rows);
    for (const Scored& s : best.sorted()) found += std::find(rows.begin(), rows.end(), s.id) != rows.end() ? 1 : 0;
  }
  state.counters["recall"] = found / (10.0 * kQueries);
  state.counters["build_s"] = graph.build_s;
  if (found < 0.1 * 10 * kQueries) return state.SkipWithError("hardly any of the best ten");
  std::size_t q = 0;
  for (auto _ : state) {
    graph.index->Search(query(q++), breadth, rows);
    benchmark::DoNotOptimize(rows.data());
  }
}
BENCHMARK(BM_SearchGraph)->ArgsProduct({{50, 100, 400}, {0, 1}})->Unit(benchmark::kMicrosecond);

/// What the search is measured by: every word of the table once.
void BM_ReadTable(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0) * state.range(1));
  const FactorTable table(n, 3.0F);
  float sum = 0;
  for (auto _ : state) {
    ReadAll(table.data(), n, &sum);
    benchmark::DoNotOptimize(sum);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(n * sizeof(float)));
}
BENCHMARK(BM_ReadTable)->Args({3400, 64})->Args({100000, 64})->Unit(benchmark::kMicrosecond);

/// Views, of popular items mostly and of one in 50 alike by taste.
ShopLog MadeUpViews(int shoppers, int items, std::int64_t events) {
  ShopLog log;
  log.events.reserve(static_cast<std::size_t>(events));
  Rng rng(Dice(2, 0), Purpose::kTest, 0);
  for (std::int64_t n = 0; n < events; ++n) {
    const auto shopper = static_cast<std::int32_t>(rng.Below(shoppers));
    const double u = rng.Uniform();
    auto item = static_cast<std::int32_t>(u * u * u * items);
    if (n % 2 == 0) item = std::min(items - 1, item / 50 * 50 + shopper % 50);
    log.events.push_back(
        {.time = SimTime{n}, .shopper = ShopperId(shopper), .item = ItemId(item), .kind = ShopEventKind::kView});
  }
  return log;
}

/// A sweep of iALS over the views of range(0) shoppers, range(1) items and range(2) events, 64 factors, from the log
/// on.
void BM_SweepIals(benchmark::State& state) {
  const auto items = static_cast<int>(state.range(1));
  const ShopLog log = MadeUpViews(static_cast<int>(state.range(0)), items, state.range(2));
  ShopperItems rows(items, {});
  rows.Rebuild(log);
  Rng rng(Dice(3, 0), Purpose::kTest, 0);
  const AlsSettings settings;
  Als als(rows.matrix(), settings, rng);
  for (auto _ : state) als.Sweep();
  const std::size_t f = settings.Width();
  const auto product = [&](std::size_t u, std::size_t i) {
    return Dot(std::span(als.shoppers()).subspan(u * f, f), std::span(als.items()).subspan(i * f, f));
  };
  float lead = 0;
  for (std::size_t n = 0; n < 1000; ++n) {
    const ShopEvent& e = log.events[n];
    lead += product(e.shopper.index(), e.item.index()) - product(e.shopper.index(), log.events[n + 1].item.index());
  }
  if (!(lead > 50)) return state.SkipWithError("seen pairs do not score above others");
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["entries"] = static_cast<double>(rows.matrix().entries.size());
  state.counters["peak_GiB"] = static_cast<double>(usage.ru_maxrss) / (1 << 20);
}
void Sizes(benchmark::internal::Benchmark* sweep) {
  sweep->Args({20000, 5000, 1000000});
  if (std::getenv("SOUK_LARGE") != nullptr) sweep->Args({1000000, 100000, 50000000});
}
BENCHMARK(BM_SweepIals)->Apply(Sizes)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
}  // namespace souk
