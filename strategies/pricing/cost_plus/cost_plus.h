#pragma once
// One mark-up on unit cost for the whole catalogue.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

const StrategyInfo& CostPlusInfo();
std::unique_ptr<Strategy> MakeCostPlus(const Params& params, const StrategyContext& context);

}  // namespace souk
