#pragma once
// A gate's findings as JSON, with every changed metric and every raw pair.

#include "bench/cli/json.h"
#include "results/report/gate_report.h"

namespace souk {

/// `exit_code`: what the command will return.
Json GateJson(const GateReport& report, int exit_code);

}  // namespace souk
