#pragma once
// Running an experiment from the command line: with Ctrl-C and progress.

#include <cstdint>
#include <string>
#include <vector>

#include "bench/experiment/experiment.h"

namespace souk {

/// RunExperiment with a progress display in the named style (auto, bar, plain, none) that stops on
/// the signals of a living Interrupt.
ExperimentResult RunWithProgress(const Scenario& scenario, RunOptions options, const std::string& style);

/// Replications with a failed cell, ascending.
std::vector<std::int32_t> FailedReplications(const ExperimentResult& result);

}  // namespace souk
