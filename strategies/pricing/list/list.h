#pragma once
// Every item at its list price: the baseline of the slot.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

const StrategyInfo& ListPriceInfo();
std::unique_ptr<Strategy> MakeListPrice(const Params& params, const StrategyContext& context);

}  // namespace souk
