#pragma once
// Which replications of an experiment are still to run, and what the finished ones say together. Workers, whether
// threads of this process or other ranks, claim numbers in ascending order and hand in cells in any order; the stopping
// rule looks at them in the order of their numbers, so its answer depends on neither.

#include <mutex>
#include <optional>
#include <vector>

#include "bench/experiment/stopping.h"
#include "results/store/results.h"

namespace souk {

/// Thread safety: all calls.
class Ledger {
 public:
  /// `header`: names without cells. `replications`: ascending; all of them are run when `rule` is null, else as many of
  /// them as it takes. `done`: cells that need not be run again, sorted by (replication, arm); those of other
  /// replications are ignored.
  Ledger(ExperimentResult header, std::vector<int> replications, const StoppingRule* rule,
         std::vector<CellResult> done = {});

  /// The next replication to run; none when no more are needed, or after Close.
  std::optional<int> Claim();
  /// Hands out nothing more.
  void Close();
  /// The cells of all arms of one replication.
  void Finish(std::vector<CellResult> cells);
  /// How many replications are to be run as far as is known now: more is never claimed, but the rule may need fewer.
  [[nodiscard]] int to_run() const;
  /// Is every replication there that is needed?
  [[nodiscard]] bool Complete() const;
  /// What has finished. Once complete under a rule: the replications that it needed and no others, with their number as
  /// the one that was planned. Call once, at the end.
  ExperimentResult TakeResult();

 private:
  std::size_t IndexOf(int replication) const;
  void AcceptInOrder();

  mutable std::mutex mutex_;
  std::vector<int> replications_;
  const StoppingRule* rule_;
  std::vector<std::vector<CellResult>> slots_;  ///< by place in replications_; empty: not finished, or accepted
  std::vector<bool> finished_;
  std::size_t next_ = 0;
  std::size_t limit_ = 0;  ///< places from this one on are not needed
  std::size_t accepted_count_ = 0;
  ExperimentResult accepted_;  ///< the first accepted_count_ places
  bool closed_ = false;
};

}  // namespace souk
