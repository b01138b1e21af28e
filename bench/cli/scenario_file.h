#pragma once
// Scenarios as the command takes them: a file and options, checked in full before anything runs.

#include <string>
#include <vector>

#include "sim/base/error.h"
#include "sim/scenario/reader.h"

namespace souk {

/// Everything that is wrong with a scenario, strategies included.
struct BadScenario : Error {
  explicit BadScenario(std::vector<Problem> all);
  std::vector<Problem> problems;
};

/// Reads `file` with the options on top and checks fields, arms and strategies together.
/// Throws Error only when the file itself cannot be read.
ScenarioReading ReadAndCheck(const std::string& file, const std::vector<Override>& overrides);

/// The same, or BadScenario with all problems. The parsed `--set path=value` texts come as written.
Scenario LoadScenario(const std::string& file, const std::vector<std::string>& sets,
                      const std::vector<Override>& more = {});

/// The whole file as text. Throws Error when it cannot be read.
std::string FileText(const std::string& file);

/// Only the incumbent and the arms named, in scenario order; all when `names` is empty. Throws
/// Error naming the nearest arm.
void KeepArms(Scenario& scenario, const std::vector<std::string>& names);

/// The repository that holds the working directory: the nearest folder with souk's CMakeLists.txt
/// and scenarios/. Empty when there is none.
std::string FindRepository();

/// True when the file begins with the HDF5 signature, or is named like a results file.
bool LooksLikeResult(const std::string& file);

}  // namespace souk
