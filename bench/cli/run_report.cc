#include "bench/cli/run_report.h"

#include <fmt/format.h>

#include <map>

#include "bench/cli/experiment_run.h"
#include "bench/cli/report_view.h"
#include "bench/cli/terminal.h"
#include "results/store/store.h"
#include "sim/base/fingerprint.h"

namespace souk {
namespace {

/// Each failed replication with its seed and reason; one line when the same befell all of its arms.
void PrintFailures(const ExperimentResult& result, const std::string& command) {
  for (const std::int32_t replication : FailedReplications(result)) {
    std::map<std::string, std::vector<std::string>> arms_by_error;
    for (std::size_t arm = 0; arm < result.arms.size(); ++arm) {
      const CellResult* cell = result.Cell(replication, static_cast<std::int32_t>(arm));
      if (cell != nullptr && !cell->error.empty()) arms_by_error[cell->error].push_back(result.arms[arm]);
    }
    for (const auto& [error, arms] : arms_by_error) {
      const std::string where =
          arms.size() == result.arms.size() ? "" : fmt::format(" in arm {}", fmt::join(arms, ", "));
      Note(fmt::format("replication {} (seed {}) failed{}: {}", replication, result.provenance.seed, where, error));
    }
  }
  const auto failed = FailedReplications(result);
  if (!failed.empty()) Note(fmt::format("to replay it alone: {} --replication {}", command, failed.front()));
}

Json::Array FailuresJson(const ExperimentResult& result) {
  Json::Array failures;
  for (const CellResult& cell : result.cells) {
    if (!cell.error.empty())
      failures.push_back(Json::Object{{"replication", cell.replication},
                                      {"seed", result.provenance.seed},
                                      {"arm", result.arms[static_cast<std::size_t>(cell.arm)]},
                                      {"error", cell.error}});
  }
  return failures;
}

Json RunJson(const ExperimentResult& result, const std::string& file) {
  return Json::Object{{"file", file.empty() ? Json() : Json(file)},
                      {"fingerprint", Hex64(result.Fingerprint())},
                      {"seed", result.provenance.seed},
                      {"scenario_hash", result.provenance.scenario_hash},
                      {"replications", static_cast<int>(result.CompleteReplications().size())},
                      {"planned_replications", result.planned_replications},
                      {"interrupted", result.provenance.interrupted},
                      {"wall_s", result.provenance.wall_s},
                      {"failures", FailuresJson(result)},
                      {"report", ReportJson(result)}};
}

void PrintResult(const RunReport& report, const ExperimentResult& result, const std::string& file) {
  if (report.json) {
    Out(RunJson(result, file).Dump());
  } else {
    if (report.replication >= 0)
      Out(fmt::format("replication {} alone, seed {}\n\n", report.replication, result.provenance.seed));
    Out(ReportText(result));
    Out(fmt::format("\n{}  fingerprint {}\n", file, Hex64(result.Fingerprint())));
  }
  FlushOut();
}

int FailureCode(const ExperimentResult& result, int of) {
  const std::size_t failed = FailedReplications(result).size();
  if (failed == 0) return kExitOk;
  PrintError(fmt::format("something failed in {} of {} replications", failed, of));
  return kExitRunFailed;
}

}  // namespace

int ReportNothing(const RunReport& report, const ExperimentResult& result) {
  if (report.json) PrintResult(report, result, "");
  PrintFailures(result, report.command);
  if (result.provenance.interrupted) {
    Note("stopped before a replication was finished; nothing is written");
    return kExitInterrupted;
  }
  PrintError("every replication failed; nothing is written");
  return kExitRunFailed;
}

int ReportResult(const RunReport& report, const ExperimentResult& result, const std::string& file) {
  PrintResult(report, result, file);
  PrintFailures(result, report.command);
  if (result.provenance.interrupted) {
    Note(fmt::format("stopped: {} of {} replications are finished; --resume runs the others",
                     result.CompleteReplications().size(), result.planned_replications));
    return kExitInterrupted;
  }
  return FailureCode(result, result.planned_replications);
}

int ReportUnmerged(std::size_t finished, const std::string& file) {
  Note(
      fmt::format("stopped: {} replications are finished and kept in {}; --resume runs the others, souk merge {} makes "
                  "a results file of what is there",
                  finished, PartsDirectory(file), file));
  return kExitInterrupted;
}

int ReportShard(const RunReport& report, const ExperimentResult& result, const std::string& share,
                const std::string& file) {
  std::vector<std::int32_t> replications;
  for (const CellResult& cell : result.cells)
    if (replications.empty() || replications.back() != cell.replication) replications.push_back(cell.replication);
  if (report.json) {
    Json::Array numbers;
    for (const std::int32_t replication : replications) numbers.emplace_back(replication);
    Out(Json(Json::Object{{"shard", share},
                          {"parts", PartsDirectory(file)},
                          {"replications", std::move(numbers)},
                          {"interrupted", result.provenance.interrupted},
                          {"failures", FailuresJson(result)}})
            .Dump());
  } else {
    const std::string what =
        replications.empty()
            ? "nothing to run"
            : fmt::format("ran replication{} {}", replications.size() == 1 ? "" : "s", RangesText(replications));
    Out(fmt::format("shard {}: {}; parts in {}\nWhen all shards are done: souk merge {}\n", share, what,
                    PartsDirectory(file), file));
  }
  FlushOut();
  PrintFailures(result, report.command);
  if (result.provenance.interrupted) {
    Note("stopped; --resume runs the others of this shard");
    return kExitInterrupted;
  }
  return FailureCode(result, static_cast<int>(replications.size()));
}

std::string RangesText(const std::vector<std::int32_t>& ascending) {
  std::string text;
  for (std::size_t begin = 0; begin < ascending.size();) {
    std::size_t end = begin + 1;
    while (end < ascending.size() && ascending[end] == ascending[end - 1] + 1) ++end;
    text += text.empty() ? "" : ", ";
    text += std::to_string(ascending[begin]);
    if (end - begin == 2) text += ", " + std::to_string(ascending[end - 1]);
    if (end - begin > 2) text += "-" + std::to_string(ascending[end - 1]);
    begin = end;
  }
  return text;
}

}  // namespace souk
