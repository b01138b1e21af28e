#pragma once
// No coupons at all: the baseline of the slot, and the incumbent of most scenarios.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

const StrategyInfo& NoCouponsInfo();
std::unique_ptr<Strategy> MakeNoCoupons(const Params& params, const StrategyContext& context);

}  // namespace souk
