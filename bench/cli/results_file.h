#pragma once
// The results file of a run, from the check before the first replication to the merge after the
// last.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "results/store/results.h"
#include "sim/base/error.h"

namespace souk {

/// Where `souk run` writes without `-o`: results/runs/ in the repository, else the working
/// directory. `replication` ≥ 0 names a file of its own, so that replaying one never replaces the
/// whole run.
std::string DefaultResultsPath(const std::string& name, std::uint64_t seed, int replication);

/// Keeps replications as they finish and merges them at the end.
class ResultsFile {
 public:
  /// `header`: names and provenance of the run. Throws Error when `path` is no place for results,
  /// RunFailed when the system does not let us write there.
  ResultsFile(std::string path, ExperimentResult header);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Drops what an earlier run of the same scenario left unmerged or, when resuming, returns the
  /// replications that it finished. Throws RunFailed.
  std::vector<std::int32_t> Begin(bool resume);
  /// The same for a run of some of the replications beside others: touches no part but those that
  /// `mine` names.
  std::vector<std::int32_t> BeginShared(bool resume, const std::function<bool(std::int32_t)>& mine);
  /// Throws RunFailed (disk full …). For RunOptions::on_replication.
  void Keep(const std::vector<CellResult>& cells);
  /// The cells of a replication that was kept, without records. Throws RunFailed.
  [[nodiscard]] std::vector<CellResult> Kept(std::int32_t replication) const;
  /// Removes the parts of replications that do not belong to the result. Throws RunFailed.
  void Discard(const std::function<bool(std::int32_t)>& which);
  /// Merges all parts under the facts that are known only now (time, memory, interruption, number of
  /// replications). Throws RunFailed, leaving parts and an older file as they were.
  void Merge(const Provenance& measured, int planned_replications);
  /// Removes this run's parts: nothing in them is worth keeping.
  void Drop();

 private:
  /// Throws RunFailed and says where the finished replications are.
  [[noreturn]] void FailKeeping(const Error& error) const;

  std::string path_;
  ExperimentResult header_;
};

/// Reads a results file. Throws Error when it is none of souk's.
ExperimentResult LoadResult(const std::string& file);

}  // namespace souk
