#pragma once
// The scenario inside a result.

#include <optional>

#include "results/store/results.h"
#include "sim/scenario/scenario.h"

namespace souk {

/// The scenario that made a result, read back from its resolved text; none when this version does not read it any more.
std::optional<Scenario> ResolvedScenario(const ExperimentResult& result);

}  // namespace souk
