#pragma once
// The measured half of a gate: two programs run the same scenario in turns, each time in a fresh process, a coin
// deciding which goes first. What they measure is read from the results files that they write, so any souk of the same
// schema will do on either side.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bench/cli/gate_plan.h"
#include "bench/cli/process.h"
#include "results/report/gate_report.h"
#include "results/store/results.h"

namespace souk {

struct PairOptions {
  std::string base_binary;
  std::string head_binary;
  std::string scenario;           ///< file
  std::vector<std::string> arms;  ///< run beside the incumbent; empty: all
  int replications = 1;           ///< of the scenario; pairs go through them in turns
  std::uint64_t coin_seed = 1;
  double timeout_s = 600;  ///< of one run
};

/// One run of one program.
struct Measurement {
  ExperimentResult result;  ///< of a single replication
  double run_s = 0;         ///< the whole process
};

/// Runs the pairs and keeps what their outcomes say.
class PairRunner {
 public:
  /// Runs either program once, uncounted: caches are warm, and it is known what there is to measure.
  /// Throws RunFailed when a run fails, Error when a program cannot be started at all.
  PairRunner(PairOptions options, std::function<bool()> stop);

  struct Pair {
    Measurement base;
    Measurement head;
  };
  /// Throws RunFailed also when a program gave other outcomes for a replication than before.
  Pair Next();

  [[nodiscard]] const Pair& first() const { return first_; }
  [[nodiscard]] int pairs() const { return pairs_; }
  /// All replications run so far, each once: for the digest and the business metrics.
  [[nodiscard]] ExperimentResult BaseOutcomes() const { return Outcomes(first_.base, base_cells_); }
  [[nodiscard]] ExperimentResult HeadOutcomes() const { return Outcomes(first_.head, head_cells_); }

 private:
  using Cells = std::map<std::int32_t, std::vector<CellResult>>;

  Pair RunPair(int replication, bool base_first);
  Measurement Run(const std::string& binary, const char* side, int replication, Cells& seen);
  static ExperimentResult Outcomes(const Measurement& first, const Cells& cells);

  PairOptions options_;
  std::function<bool()> stop_;
  ScratchFolder folder_;
  Cells base_cells_;
  Cells head_cells_;
  int pairs_ = 0;
  Pair first_;
};

/// The user wants to stop: exit code 130.
struct GateInterrupted {};

/// Measures pairs until every check is settled or the budget is spent, and adds one row per check. Throws Error when a
/// check that was asked for has nothing to measure. `on_pair`: called before each pair with the round and its number.
void GateMeasured(PairRunner& runner, const Scenario& scenario, const GateSpec& spec, const GatePlan& plan,
                  const std::function<void(int round, int pair)>& on_pair, GateReport& report);

}  // namespace souk
