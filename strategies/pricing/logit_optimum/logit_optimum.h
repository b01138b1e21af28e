#pragma once
// Estimates a logit demand curve from the shop's own log and charges its closed-form optimum.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

const StrategyInfo& LogitOptimumInfo();
std::unique_ptr<Strategy> MakeLogitOptimum(const Params& params, const StrategyContext& context);

}  // namespace souk
