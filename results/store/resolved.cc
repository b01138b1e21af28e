#include "results/store/resolved.h"

#include "sim/base/error.h"
#include "sim/scenario/reader.h"

namespace souk {

std::optional<Scenario> ResolvedScenario(const ExperimentResult& result) {
  try {
    ScenarioReading reading = ReadScenarioText(result.provenance.resolved_yaml, "resolved scenario");
    if (reading.problems.empty()) return std::move(reading.scenario);
  } catch (const Error&) {  // a file of another version
  }
  return std::nullopt;
}

}  // namespace souk
