// `souk fingerprint`: the hash of all outcomes, of a results file or of a scenario that is run for
// it.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "bench/cli/app.h"
#include "bench/cli/experiment_run.h"
#include "bench/cli/interrupt.h"
#include "bench/cli/memory.h"
#include "bench/cli/options.h"
#include "bench/cli/results_file.h"
#include "bench/cli/scenario_file.h"
#include "bench/cli/terminal.h"
#include "results/report/json.h"
#include "sim/base/fingerprint.h"

namespace souk {
namespace {

struct FingerprintOptions {
  ExperimentOptions experiment;
  bool json = false;
  bool quiet = false;
};

/// Runs the scenario and keeps nothing. Throws RunFailed unless every cell finished.
ExperimentResult RunForFingerprint(const FingerprintOptions& options) {
  Scenario scenario = LoadForExperiment(options.experiment);
  scenario.record = {.events = false, .decisions = false, .shoppers = false};  // no outcome depends on it
  CheckMemory(scenario, {options.experiment.threads, 0, options.experiment.max_memory});
  RunOptions run;
  run.threads = options.experiment.threads;
  const Interrupt interrupt;
  ExperimentResult result = RunWithProgress(scenario, run, options.quiet ? "none" : "auto");
  for (const CellResult& cell : result.cells) {
    if (cell.error.empty()) continue;
    throw RunFailed(fmt::format("replication {} (seed {}) failed in arm {}: {}", cell.replication, scenario.seed,
                                scenario.arms[static_cast<std::size_t>(cell.arm)].name, cell.error));
  }
  return result;
}

int PrintFingerprint(const FingerprintOptions& options) {
  const bool file = LooksLikeResult(options.experiment.scenario);
  const ExperimentResult result = file ? LoadResult(options.experiment.scenario) : RunForFingerprint(options);
  if (!file && result.provenance.interrupted) return kExitInterrupted;
  const std::string hex = Hex64(result.Fingerprint());
  if (options.json) {
    Out(Json(Json::Object{{"fingerprint", hex},
                          {"seed", result.provenance.seed},
                          {"replications", static_cast<int>(result.CompleteReplications().size())},
                          {"arms", result.arms}})
            .Dump());
  } else {
    Out(hex + "\n");
  }
  return kExitOk;
}

}  // namespace

void AddFingerprint(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("fingerprint", "Print the hash of all outcomes: equal hash, equal run");
  const auto options = std::make_shared<FingerprintOptions>();
  verb->add_option("file", options->experiment.scenario, "A results file, or a scenario to run")
      ->required()
      ->type_name("FILE");
  AddExperimentOptions(*verb, options->experiment);
  AddJson(*verb, options->json);
  verb->add_flag("--quiet", options->quiet, "No progress");
  verb->footer(
      "Examples:\n  souk fingerprint results/runs/marketplace-1.h5\n"
      "  souk fingerprint scenarios/tiny/shop.yaml --replications 2 --threads 1\n\n"
      "Measured times are no part of it; the number of threads does not change it.");
  verb->callback([options, &action] { action = [options] { return PrintFingerprint(*options); }; });
}

}  // namespace souk
