// `souk run`: the experiment, its results file and the table.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ctime>
#include <map>
#include <memory>

#include "bench/cli/app.h"
#include "bench/cli/experiment_run.h"
#include "bench/cli/interrupt.h"
#include "bench/cli/options.h"
#include "bench/cli/report_view.h"
#include "bench/cli/results_file.h"
#include "bench/cli/scenario_file.h"
#include "bench/cli/terminal.h"
#include "bench/experiment/build_info.h"
#include "sim/base/error.h"
#include "sim/base/fingerprint.h"

namespace souk {
namespace {

struct RunVerbOptions {
  ExperimentOptions experiment;
  std::string output;
  int replication = -1;
  std::string progress = "auto";
  std::vector<std::string> record;
  bool resume = false;
  bool json = false;
  bool quiet = false;
};

std::string UtcNow() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

Provenance ProvenanceOf(const RunVerbOptions& options, const Scenario& scenario) {
  const BuildInfo& build = GetBuildInfo();
  Provenance p;
  p.scenario_yaml = FileText(options.experiment.scenario);
  p.resolved_yaml = WriteScenario(scenario);
  p.scenario_hash = ScenarioHash(scenario);
  p.argv = CommandLine();
  p.version = build.version;
  p.git = build.git_revision == "unknown" ? "" : build.git_revision;
  p.compiler = fmt::format("{}, {}: {}", build.compiler, build.build_type, build.flags);
  p.created = UtcNow();
  p.seed = scenario.seed;
  return p;
}

/// The replications still to run, given those that an earlier run finished.
std::vector<int> ToRun(const RunVerbOptions& options, const Scenario& scenario, const std::vector<std::int32_t>& done) {
  std::vector<int> wanted;
  if (options.replication >= 0) wanted.push_back(options.replication);
  else
    for (int r = 0; r < scenario.replications; ++r) wanted.push_back(r);
  std::erase_if(wanted, [&](int r) { return std::find(done.begin(), done.end(), r) != done.end(); });
  return wanted;
}

/// Each failed replication with its seed and reason; one line when the same befell all of its arms.
void PrintFailures(const ExperimentResult& result, const std::string& scenario) {
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
  if (!failed.empty())
    Note(fmt::format("to replay it alone: souk run {} --seed {} --replication {}", scenario, result.provenance.seed,
                     failed.front()));
}

Json RunJson(const ExperimentResult& result, const std::string& file) {
  Json::Array failures;
  for (const CellResult& cell : result.cells) {
    if (!cell.error.empty())
      failures.push_back(Json::Object{{"replication", cell.replication},
                                      {"seed", result.provenance.seed},
                                      {"arm", result.arms[static_cast<std::size_t>(cell.arm)]},
                                      {"error", cell.error}});
  }
  return Json::Object{{"file", file.empty() ? Json() : Json(file)},
                      {"fingerprint", Hex64(result.Fingerprint())},
                      {"seed", result.provenance.seed},
                      {"scenario_hash", result.provenance.scenario_hash},
                      {"replications", static_cast<int>(result.CompleteReplications().size())},
                      {"planned_replications", result.planned_replications},
                      {"interrupted", result.provenance.interrupted},
                      {"wall_s", result.provenance.wall_s},
                      {"failures", std::move(failures)},
                      {"report", ReportJson(result)}};
}

void PrintResult(const RunVerbOptions& options, const ExperimentResult& result, const std::string& file) {
  if (options.json) {
    Out(RunJson(result, file).Dump());
  } else {
    if (options.replication >= 0)
      Out(fmt::format("replication {} alone, seed {}\n\n", options.replication, result.provenance.seed));
    Out(ReportText(result));
    Out(fmt::format("\n{}  fingerprint {}\n", file, Hex64(result.Fingerprint())));
  }
  FlushOut();
}

/// Nothing finished: no file, no table.
int ReportNothing(const RunVerbOptions& options, const ExperimentResult& result) {
  if (options.json) PrintResult(options, result, "");
  PrintFailures(result, options.experiment.scenario);
  if (result.provenance.interrupted) {
    Note("stopped before a replication was finished; nothing is written");
    return kExitInterrupted;
  }
  PrintError("every replication failed; nothing is written");
  return kExitRunFailed;
}

int ReportResult(const RunVerbOptions& options, const ExperimentResult& result, const std::string& file) {
  PrintResult(options, result, file);
  PrintFailures(result, options.experiment.scenario);
  if (result.provenance.interrupted) {
    Note(fmt::format("stopped: {} of {} replications are finished; --resume runs the others",
                     result.CompleteReplications().size(), result.planned_replications));
    return kExitInterrupted;
  }
  const std::size_t failed = FailedReplications(result).size();
  if (failed == 0) return kExitOk;
  PrintError(fmt::format("something failed in {} of {} replications", failed, result.planned_replications));
  return kExitRunFailed;
}

int Run(const RunVerbOptions& options) {
  std::vector<Override> record;
  for (const std::string& what : options.record) record.push_back({"record." + what, "true"});
  const Scenario scenario = LoadForExperiment(options.experiment, record);
  if (scenario.stop.mode != StopMode::kFixed && options.replication < 0)
    throw Error(
        "stop.mode: found precision or decide, which `souk run` does not do yet; allowed fixed, with replications");
  ExperimentResult header = HeaderOf(scenario);
  header.provenance = ProvenanceOf(options, scenario);
  if (options.replication >= 0) header.planned_replications = 1;
  ResultsFile file(
      options.output.empty() ? DefaultResultsPath(scenario.name, scenario.seed, options.replication) : options.output,
      header);

  const Interrupt interrupt;  // from here on, Ctrl-C keeps what is finished
  const std::vector<std::int32_t> done = file.Begin(options.resume);
  RunOptions run;
  run.replications = ToRun(options, scenario, done);
  run.threads = options.experiment.threads;
  run.on_replication = [&](const ExperimentResult&, const std::vector<CellResult>& cells) { file.Keep(cells); };
  if (options.resume && !options.quiet)
    Note(fmt::format("{} replications are finished, {} to run", done.size(), run.replications.size()));

  ExperimentResult result = header;
  if (!run.replications.empty()) {
    ExperimentResult ran = RunWithProgress(scenario, run, options.quiet ? "none" : options.progress);
    result.cells = std::move(ran.cells);
    Provenance& p = result.provenance;
    p.wall_s = ran.provenance.wall_s;
    p.peak_rss_bytes = ran.provenance.peak_rss_bytes;
    p.threads = ran.provenance.threads;
    // A signal that came after the last replication cost nothing.
    p.interrupted = ran.provenance.interrupted && result.cells.size() < run.replications.size() * result.arms.size();
  }
  const bool any =
      std::any_of(result.cells.begin(), result.cells.end(), [](const CellResult& c) { return c.error.empty(); });
  if (!any && done.empty()) {
    file.Drop();
    return ReportNothing(options, result);
  }
  file.Merge(result.provenance);
  return ReportResult(options, done.empty() ? result : LoadResult(file.path()), file.path());
}

}  // namespace

void AddRun(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("run", "Run a scenario: print the comparison, write the results file");
  const auto options = std::make_shared<RunVerbOptions>();
  verb->add_option("scenario", options->experiment.scenario, "Scenario file")->required()->type_name("FILE");
  verb->add_option("-o,--output", options->output,
                   "Results file; default: <name>-<seed>.h5, in results/runs/ when started in the "
                   "repository")
      ->type_name("FILE");
  AddExperimentOptions(*verb, options->experiment);
  verb->add_option("--replication", options->replication, "Run only this one, numbered from 0, into a file of its own")
      ->type_name("K")
      ->check(CLI::Range(0, 999'999));
  verb->add_option("--record", options->record, "Also keep this log in the results file; may be repeated")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(OneOf({"events", "decisions", "shoppers"}));
  verb->add_option("--progress", options->progress, "How progress is shown on standard error")
      ->check(OneOf({"auto", "bar", "plain", "none"}));
  verb->add_flag("--resume", options->resume, "Go on from the replications that an earlier run finished");
  AddJson(*verb, options->json);
  verb->add_flag("--quiet", options->quiet, "No progress; errors and the table only");
  verb->footer(
      "Examples:\n  souk run scenarios/standard/marketplace.yaml\n"
      "  souk run my.yaml --arm item-knn --replications 4 -o quick.h5\n"
      "  souk run my.yaml --set population.shoppers=5000 --set arms.b.recommender=random\n"
      "  souk run my.yaml --replication 3          one replication again, on its own\n"
      "  souk run my.yaml --json | jq .fingerprint\n\n"
      "Ctrl-C stops, keeps the finished replications and prints their table (exit code 130);\n"
      "a second Ctrl-C ends at once. Exit code 3: a replication failed.");
  verb->callback([options, &action] { action = [options] { return Run(*options); }; });
}

}  // namespace souk
