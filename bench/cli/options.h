#pragma once
// Options that several verbs share.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/reader.h"

namespace souk {

/// Refuses other values, naming the nearest; the choices show in help and completion.
CLI::Validator OneOf(const std::vector<std::string>& allowed);

/// Accepts whole numbers from `low` to `high` only.
CLI::Validator Whole(std::int64_t low, std::int64_t high);

/// `--seed`, any number that a scenario's seed may be.
void AddSeed(CLI::App& verb, std::string& seed);

/// `--set PATH=VALUE`, any number of times.
void AddSets(CLI::App& verb, std::vector<std::string>& sets);

/// `--json`.
void AddJson(CLI::App& verb, bool& json);

/// A scenario and what may be changed about its experiment from the command line.
struct ExperimentOptions {
  std::string scenario;
  std::vector<std::string> sets;
  std::vector<std::string> arms;
  int replications = 0;    ///< 0: as the scenario says
  std::string seed;        ///< empty: as the scenario says
  int threads = 0;         ///< 0: all cores
  std::string max_memory;  ///< empty: as much as the machine has
};
/// Adds `--set`, `--arm`, `--replications`, `--seed`, `--threads` and `--max-memory`.
void AddExperimentOptions(CLI::App& verb, ExperimentOptions& options);

/// The scenario with the options applied, checked in full; `more` are layers of the caller's own.
/// Throws BadScenario or Error.
Scenario LoadForExperiment(const ExperimentOptions& options, const std::vector<Override>& more = {});

}  // namespace souk
