#pragma once
// The business half of a gate: compatibility, digest, what moved, and non-inferiority of what is guarded.

#include <string>

#include "bench/cli/gate_plan.h"
#include "results/report/gate_report.h"
#include "results/store/results.h"

namespace souk {

/// Reads the baseline. Throws BadBaseline when it is missing, none of souk's, or holds no finished replication.
ExperimentResult LoadBaseline(const std::string& file);

/// Throws BadBaseline unless the two meet the same shoppers with the same dice, in the same design, and `head` has
/// every arm of `base` – or, if given, of `arms`. Adds what was found equal to the report.
void CheckComparable(const ExperimentResult& base, const ExperimentResult& head, const std::vector<std::string>& arms,
                     GateReport& report);

/// Throws RunFailed when `head` is incomplete: a failed or interrupted run is not judged by the part that went well.
void CheckComplete(const ExperimentResult& head, const std::string& file);

/// Digest, moved metrics and one row per check. Throws Error when there is nothing to compare.
void GateOutcomes(const ExperimentResult& base, const ExperimentResult& head, const GateSpec& spec,
                  const std::vector<GateMetric>& metrics, GateReport& report);

}  // namespace souk
