#pragma once
// The same coupon for everybody in every session: what targeting has to beat.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

const StrategyInfo& BlanketInfo();
std::unique_ptr<Strategy> MakeBlanket(const Params& params, const StrategyContext& context);

}  // namespace souk
