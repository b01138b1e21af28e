#pragma once
// The results file of a run, from the check before the first replication to the merge after the
// last.

#include <cstdint>
#include <string>
#include <vector>

#include "results/store/results.h"

namespace souk {

/// Where `souk run` writes without `-o`: results/runs/ in the repository, else the working
/// directory. `replication` ≥ 0 names a file of its own, so that replaying one never replaces the
/// whole run.
std::string DefaultResultsPath(const std::string& name, std::uint64_t seed, int replication);

/// Keeps replications as they finish and merges them at the end.
class ResultsFile {
 public:
  /// `header`: names and provenance of the run. Throws Error when `path` cannot be written.
  ResultsFile(std::string path, ExperimentResult header);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Drops what an earlier run of the same scenario left unmerged or, when resuming, returns the
  /// replications that it finished.
  std::vector<std::int32_t> Begin(bool resume);
  /// Throws RunFailed (disk full …). For RunOptions::on_replication.
  void Keep(const std::vector<CellResult>& cells);
  /// Merges all parts under the facts that are known only now (time, memory, interruption). Throws
  /// RunFailed, leaving parts and an older file as they were.
  void Merge(const Provenance& measured);
  /// Removes this run's parts: nothing in them is worth keeping.
  void Drop();

 private:
  std::string path_;
  ExperimentResult header_;
};

/// Reads a results file. Throws Error when it is none of souk's.
ExperimentResult LoadResult(const std::string& file);

}  // namespace souk
