// Factor models: exact search of a catalogue of vectors beside a plain read of the same memory.

#include <benchmark/benchmark.h>

#include <vector>

#include "sim/base/error.h"
#include "sim/base/random.h"
#include "strategies/common/catalogue_search.h"
#include "strategies/common/vector_lanes_internal.h"
#include "strategies/common/vector_math.h"

namespace souk {
namespace {

std::vector<float> Gaussian(std::size_t n, std::uint32_t entity) {
  Rng rng(Dice(1, 0), Purpose::kTest, entity);
  std::vector<float> x(n);
  for (float& v : x) v = static_cast<float>(rng.Normal());
  return x;
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
  const std::vector<float> table = Gaussian(n * f, 0);
  const std::vector<float> queries = Gaussian(kQueries * f, 1);
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

/// What the search is measured by: every word of the table once.
void BM_ReadTable(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0) * state.range(1));
  const std::vector<float> table(n, 3.0F);
  float sum = 0;
  for (auto _ : state) {
    ReadAll(table.data(), n, &sum);
    benchmark::DoNotOptimize(sum);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(n * sizeof(float)));
}
BENCHMARK(BM_ReadTable)->Args({3400, 64})->Args({100000, 64})->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace souk
