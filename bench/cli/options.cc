#include "bench/cli/options.h"

#include <fmt/format.h>

#include "bench/cli/memory.h"
#include "bench/cli/scenario_file.h"
#include "sim/base/error.h"
#include "sim/scenario/scalar.h"

namespace souk {

CLI::Validator OneOf(const std::vector<std::string>& allowed) {
  const std::string list = fmt::format("{}", fmt::join(allowed, ","));
  return CLI::Validator(
      [allowed](std::string& found) {
        for (const std::string& name : allowed)
          if (name == found) return std::string();
        const std::string nearest = NearestName(found, allowed);
        return fmt::format("found '{}'; allowed {}{}", found, fmt::join(allowed, ", "),
                           nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest));
      },
      "{" + list + "}", "OneOf");
}

CLI::Validator Whole(std::int64_t low, std::int64_t high) {
  return CLI::Validator(
      [=](std::string& text) {
        const std::optional<std::int64_t> number = ParseInt(text);
        return number && *number >= low && *number <= high
                   ? std::string()
                   : fmt::format("found '{}'; allowed a whole number, {} … {}", text, low, high);
      },
      "", "Whole");
}

void AddSeed(CLI::App& verb, std::string& seed) {
  verb.add_option("--seed", seed, "World seed instead of the scenario's")
      ->type_name("S")
      ->check(CLI::Validator(
          [](std::string& text) {
            return ParseUnsigned(text)
                       ? std::string()
                       : fmt::format("found '{}'; allowed a whole number, 0 … 18446744073709551615", text);
          },
          "", "Seed"));
}

void AddSets(CLI::App& verb, std::vector<std::string>& sets) {
  verb.add_option("--set", sets, "Change a field, e.g. --set browse.slate_size=12; may be repeated")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
}

void AddJson(CLI::App& verb, bool& json) { verb.add_flag("--json", json, "Print JSON"); }

void AddExperimentOptions(CLI::App& verb, ExperimentOptions& options) {
  AddSets(verb, options.sets);
  verb.add_option("--arm", options.arms, "Only this arm beside the incumbent; may be repeated")
      ->type_name("NAME")
      ->delimiter(',')
      ->allow_extra_args(false);
  verb.add_option("--replications", options.replications, "Number of replications, whatever the scenario says")
      ->type_name("N")
      ->check(Whole(1, 1'000'000));
  AddSeed(verb, options.seed);
  verb.add_option("--threads", options.threads, "Threads; default: all cores; the results do not depend on it")
      ->type_name("N")
      ->check(Whole(1, 4096));
  AddMaxMemory(verb, options.max_memory);
}

Scenario LoadForExperiment(const ExperimentOptions& options, const std::vector<Override>& more) {
  std::vector<Override> layers = more;
  if (options.replications > 0) {
    layers.push_back({"replications", std::to_string(options.replications)});
    layers.push_back({"stop.mode", "fixed"});
  }
  if (!options.seed.empty()) layers.push_back({"seed", options.seed});
  Scenario scenario = LoadScenario(options.scenario, options.sets, layers);
  KeepArms(scenario, options.arms);
  const DesignKind design = scenario.design.kind;
  if (!options.arms.empty() && design == DesignKind::kFactorial)
    throw Error(
        "found --arm with a factorial design, which needs all combinations; allowed design.kind=parallel-worlds",
        "--arm");
  if (!options.arms.empty() && design != DesignKind::kParallelWorlds && scenario.arms.size() < 2)
    throw Error(fmt::format("found one arm for the design {}; allowed two or more", DesignName(design)), "--arm");
  return scenario;
}

}  // namespace souk
