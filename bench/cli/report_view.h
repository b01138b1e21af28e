#pragma once
// Results as the command shows them: the report room's tables in the terminal's width and colours.

#include <string>

#include "results/report/json.h"
#include "results/report/table.h"
#include "results/store/results.h"

namespace souk {

/// Width and colour of standard output. Colour on a terminal only, and not when NO_COLOR is set.
TableOptions OutputOptions();

/// The comparison of all arms with the incumbent.
std::string ReportText(const ExperimentResult& result);
Json ReportJson(const ExperimentResult& result);

}  // namespace souk
