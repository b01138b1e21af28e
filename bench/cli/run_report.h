#pragma once
// What `souk run` says at the end: the table or JSON, failed replications, and the exit code.

#include <string>

#include "results/store/results.h"

namespace souk {

/// How the run was asked for.
struct RunReport {
  std::string command;   ///< that runs these arms of this world again, but for `--replication K`
  int replication = -1;  ///< that one alone
  bool json = false;
};

/// Nothing finished: no file, no table.
int ReportNothing(const RunReport& report, const ExperimentResult& result);
/// `result` is in `file`.
int ReportResult(const RunReport& report, const ExperimentResult& result, const std::string& file);
/// Interrupted among ranks, which may still be writing their parts: nothing is merged.
int ReportUnmerged(std::size_t finished, const std::string& file);
/// The parts of one shard, `share` being `i/n`, are in place.
int ReportShard(const RunReport& report, const ExperimentResult& result, const std::string& share,
                const std::string& file);

/// `2, 5-7`
std::string RangesText(const std::vector<std::int32_t>& ascending);

}  // namespace souk
