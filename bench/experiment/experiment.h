#pragma once
// The experiment: arms × replications in parallel worlds. Each replication draws one world and runs
// one warm-up under the incumbent; every arm then starts from a copy of that shop and runs its own
// measured period with its own feedback loop. Common random numbers hold by construction.

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "bench/experiment/ranks.h"
#include "results/store/results.h"
#include "sim/decision/strategy.h"
#include "sim/scenario/scenario.h"

namespace souk {

/// What is going on, for a progress display. Called from worker threads, one at a time.
struct Progress {
  int cells_done = 0;  ///< arm cells finished, failed ones included
  int cells = 0;
  int replications_done = 0;
  int replications = 0;
  int failed = 0;
  int finished = -1;  ///< the replication that has just been finished and kept; −1 when a cell was
  int rank = 0;       ///< that ran it
  double elapsed_s = 0;
  std::string last;  ///< what finished last, e.g. `replication 3: item-knn`
};

struct RunOptions {
  /// Numbers to run, all of them; empty: as many as the scenario says, or as its stopping rule needs.
  std::vector<int> replications;
  std::vector<std::string> arms;  ///< names to run besides the incumbent; empty: all
  int threads = 0;                ///< 0: all cores; among several ranks: one, and the number is of each rank
  /// Cells that an earlier run finished, sorted by (replication, arm): they are not run again, count when the stopping
  /// rule looks, and are part of the result.
  std::vector<CellResult> done;
  /// Builds an arm's strategies; empty: the registry. For strategies that are not registered. The truth comes sealed:
  /// one that is to see it is built by BuildStrategy from an entry whose info says so.
  std::function<StrategySet(const ArmSpec&, const StrategyContext&)> make_strategies;
  /// Called with each arm's strategies as they are at the end of its measured period, from worker threads, several at
  /// once: the place to save models. Errors thrown from it fail the cell.
  std::function<void(int replication, const ArmSpec&, const StrategySet&, const ShopView&)> on_strategies;
  /// May be null. Set by a signal handler: replications under way are given up, finished ones kept.
  const std::atomic<bool>* stop = nullptr;
  std::function<void(const Progress&)> on_progress;
  /// Called when all arms of a replication are finished, from a worker thread, one at a time, and before its progress
  /// is shown: the place to write a part. Under a stopping rule, replications that ran ahead of the look that stopped
  /// come here too; they are not in the result. Errors thrown from it end the run.
  std::function<void(const ExperimentResult& header, const std::vector<CellResult>& cells)> on_replication;
  /// Processes that share the work; null: this one is alone. Rank 0 hands out replications and works too. On other
  /// ranks RunExperiment works for rank 0 until that says that all is done, and returns no cells.
  Ranks* ranks = nullptr;
  /// On rank 0: the cells of a replication that another rank has finished and kept; records may be left out.
  std::function<std::vector<CellResult>(int replication)> read_replication;
};

/// The cores that this process may use: the default of `threads`.
int Cores();

/// The names that a result of `scenario` has, without cells. planned_replications: the most that may be needed. Throws
/// Error when the scenario's stopping rule judges by an unknown metric.
ExperimentResult HeaderOf(const Scenario& scenario);

/// Runs the experiment. A replication that fails is recorded with its reason and does not stop the
/// others. Same scenario and seed: the same outcomes and fingerprint for any number of threads.
/// The scenario must have been read and validated (strategies too). Provenance is left to the caller
/// except seed, threads, wall time and peak memory. Throws Error on options that make no sense.
ExperimentResult RunExperiment(const Scenario& scenario, const RunOptions& options);

/// One cell's outcomes in full, for `souk trace`: runs the warm-up and one arm of one replication
/// and calls `on_outcome` for each outcome of the measured period (and of the warm-up if asked), then for the
/// deliveries and returns that follow its end. Returns of orders from the warm-up are among them; they are not in the
/// cell's sums.
struct TraceOptions {
  int replication = 0;
  std::string arm;  ///< empty: the incumbent
  bool warmup = false;
  const std::atomic<bool>* stop = nullptr;
};
CellResult TraceCell(const Scenario& scenario, const TraceOptions& options,
                     const std::function<void(const Outcome&)>& on_outcome);

}  // namespace souk
