// `souk facts`: the stylised facts that one arm's log shows, to hold against a real shop's.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>

#include "bench/cli/app.h"
#include "bench/cli/memory.h"
#include "bench/cli/options.h"
#include "bench/cli/progress.h"
#include "bench/cli/table.h"
#include "bench/cli/terminal.h"
#include "bench/experiment/observed_facts.h"
#include "results/report/json.h"

namespace souk {
namespace {

struct FactsOptions {
  ExperimentOptions experiment;
  ObservedFactsOptions facts;
  bool json = false;
};

int ShowFacts(const FactsOptions& options) {
  const Scenario scenario = LoadForExperiment(options.experiment);
  CheckMemory(scenario, {options.experiment.threads, 0, options.experiment.max_memory});
  ObservedFactsOptions asked = options.facts;
  asked.threads = options.experiment.threads;
  ProgressDisplay progress(ProgressStyle::kAuto);
  asked.on_progress = [&](int done, int of) {
    progress.Update({.cells_done = done, .cells = of, .replications_done = done, .replications = of, .last = {}});
  };
  const std::vector<Fact> facts = ObservedFacts(scenario, asked);
  progress.Finish();
  if (options.json) {
    Json::Array array;
    for (const Fact& fact : facts)
      array.push_back(Json::Object{{"name", fact.name}, {"value", fact.value}, {"help", fact.help}});
    Out(Json(std::move(array)).Dump());
    return kExitOk;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Fact& fact : facts)
    rows.push_back({fact.name, std::isfinite(fact.value) ? fmt::format("{:.4g}", fact.value) : "-", fact.help});
  Out(TextTable({"FACT", "VALUE", "WHAT IT IS"}, rows, Columns(STDOUT_FILENO)));
  return kExitOk;
}

}  // namespace

void AddFacts(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("facts", "Print the stylised facts that a simulated log shows");
  const auto options = std::make_shared<FactsOptions>();
  verb->add_option("scenario", options->experiment.scenario, "Scenario file")->required()->type_name("FILE");
  AddSets(*verb, options->experiment.sets);
  verb->add_option("--arm", options->facts.arm, "Which arm; default: the incumbent")->type_name("NAME");
  verb->add_option("--replications", options->experiment.replications,
                   "Number of replications instead of the scenario's")
      ->type_name("N")
      ->check(Whole(1, 1'000'000));
  AddSeed(*verb, options->experiment.seed);
  verb->add_option("--threads", options->experiment.threads,
                   "Threads; default: all cores; the facts do not depend on it")
      ->type_name("N")
      ->check(Whole(1, 4096));
  AddMaxMemory(*verb, options->experiment.max_memory);
  verb->add_option("--events", options->facts.events, "Only the first N views, cart events and order lines")
      ->type_name("N")
      ->check(Whole(1, std::numeric_limits<std::int64_t>::max()));
  AddJson(*verb, options->json);
  verb->footer(
      "Examples:\n  souk facts scenarios/standard/marketplace.yaml\n"
      "  souk facts my.yaml --set browse.bounce_logit=0.4 --json\n\n"
      "Each fact is the mean over replications of the measured period of one arm. How concentrated popularity\n"
      "looks depends on the size of the sample: compare it at equal numbers of events (--events).");
  verb->callback([options, &action] { action = [options] { return ShowFacts(*options); }; });
}

}  // namespace souk
