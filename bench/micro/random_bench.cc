// Draws: one keyed block, and the laws that shoppers use.

#include <benchmark/benchmark.h>

#include <boost/random/exponential_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>

#include "sim/base/random.h"

namespace souk {
namespace {

void BM_KeyedBlock(benchmark::State& state) {
  const Dice dice(1, 1);
  std::uint64_t index = 0;
  for (auto _ : state) benchmark::DoNotOptimize(dice.Draw(Purpose::kTest, 7, ++index).lo);
}
BENCHMARK(BM_KeyedBlock);

/// `draw(rng)` of one stream.
template <class Draw>
void Stream(benchmark::State& state, Draw draw) {
  Rng rng(Dice(1, 1), Purpose::kTest, 0);
  for (auto _ : state) benchmark::DoNotOptimize(draw(rng));
}
void BM_Uniform(benchmark::State& state) {
  Stream(state, [](Rng& r) { return r.Uniform(); });
}
BENCHMARK(BM_Uniform);
void BM_Exponential(benchmark::State& state) {
  Stream(state, [](Rng& r) { return r.Exponential(); });
}
BENCHMARK(BM_Exponential);
void BM_Normal(benchmark::State& state) {
  Stream(state, [](Rng& r) { return r.Normal(); });
}
BENCHMARK(BM_Normal);
void BM_Gumbel(benchmark::State& state) {
  Stream(state, [](Rng& r) { return r.Gumbel(); });
}
BENCHMARK(BM_Gumbel);

void BM_ExponentialByTheBatch(benchmark::State& state) {
  ExponentialStream stream(Rng(Dice(1, 1), Purpose::kTest, 0));
  for (auto _ : state) benchmark::DoNotOptimize(stream.Next());
}
BENCHMARK(BM_ExponentialByTheBatch);

/// For comparison: a stateful engine that cannot be keyed.
void BM_BoostTwisterExponential(benchmark::State& state) {
  boost::random::mt19937_64 engine(1);
  boost::random::exponential_distribution<double> law;
  for (auto _ : state) benchmark::DoNotOptimize(law(engine));
}
BENCHMARK(BM_BoostTwisterExponential);

}  // namespace
}  // namespace souk
