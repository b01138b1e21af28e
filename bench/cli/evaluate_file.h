#pragma once
// `souk evaluate -o`: an evaluation as its file holds it.

#include "bench/cli/evaluate_report.h"
#include "bench/experiment/offline.h"
#include "results/store/evaluation.h"

namespace souk {

/// Everything but `argv` and `created`, which the caller knows.
Evaluation EvaluationOf(const EvaluatedData& data, const OfflineOptions& options, const OfflineResult& result);

}  // namespace souk
