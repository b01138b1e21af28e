#include "bench/experiment/observed_facts.h"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <thread>

#include "bench/experiment/experiment.h"
#include "sim/world/world.h"

namespace souk {
namespace {

bool IsEvent(OutcomeKind kind) {
  return kind == OutcomeKind::kView || kind == OutcomeKind::kCart || kind == OutcomeKind::kOrderLine;
}

std::vector<Fact> FactsOf(const Scenario& scenario, const ObservedFactsOptions& options, int replication) {
  const World world = BuildWorld(scenario, static_cast<std::uint64_t>(replication));
  std::vector<std::int32_t> category;
  for (const CategoryId c : world.catalogue.category) category.push_back(c.value);
  FactCollector facts(std::move(category));
  std::atomic<bool> enough{false};
  std::int64_t events = 0;
  const TraceOptions trace{.replication = replication, .arm = options.arm, .warmup = false, .stop = &enough};
  TraceCell(scenario, trace, [&](const Outcome& o) {
    if (enough) return;
    facts.Add(o);
    if (IsEvent(o.kind) && ++events == options.events) enough = true;
  });
  return facts.Compute();
}

std::vector<Fact> Mean(const std::vector<std::vector<Fact>>& runs) {
  std::vector<Fact> mean = runs.front();
  for (std::size_t f = 0; f < mean.size(); ++f) {
    double sum = 0, n = 0;
    for (const auto& run : runs) {
      if (std::isnan(run[f].value)) continue;
      sum += run[f].value;
      ++n;
    }
    mean[f].value = sum / n;
  }
  return mean;
}

}  // namespace

std::vector<Fact> ObservedFacts(const Scenario& scenario, const ObservedFactsOptions& options) {
  std::vector<int> replications = options.replications;
  if (replications.empty()) {
    replications.resize(static_cast<std::size_t>(scenario.replications));
    std::iota(replications.begin(), replications.end(), 0);
  }
  std::vector<std::vector<Fact>> runs(replications.size());
  std::mutex mutex;
  int done = 0;
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  tbb::task_arena arena(options.threads > 0 ? options.threads : cores);
  arena.execute([&] {
    tbb::parallel_for(std::size_t{0}, runs.size(), [&](std::size_t n) {
      runs[n] = FactsOf(scenario, options, replications[n]);
      const std::lock_guard lock(mutex);
      ++done;
      if (options.on_progress) options.on_progress(done, static_cast<int>(runs.size()));
    });
  });
  return Mean(runs);
}

}  // namespace souk
