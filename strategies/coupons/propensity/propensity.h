#pragma once
// Coupons for shoppers of middling purchase propensity, learnt from the shop's log. Propensity is not uplift.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

const StrategyInfo& PropensityInfo();
std::unique_ptr<Strategy> MakePropensity(const Params& params, const StrategyContext& context);

}  // namespace souk
