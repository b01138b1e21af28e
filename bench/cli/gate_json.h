#pragma once
// A gate's findings as JSON, with every changed metric and every raw pair.

#include "results/report/gate_report.h"
#include "results/report/json.h"

namespace souk {

/// `exit_code`: what the command will return.
Json GateJson(const GateReport& report, int exit_code);

}  // namespace souk
