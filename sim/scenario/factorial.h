#pragma once
// Names of the arms of a factorial design: a lever is an arm; `coupons+pricing` has both levers on.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace souk {

/// The levers of a factorial design, in scenario order; empty for other designs.
std::vector<std::string> LeversOf(const Scenario& scenario);

/// Bit l is set if the arm has lever l on; 0 for the incumbent.
std::int32_t LeverMask(const std::string& arm, const std::vector<std::string>& levers);

}  // namespace souk
