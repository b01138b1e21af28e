#pragma once
// No messages at all: the baseline of the slot.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

const StrategyInfo& NoOutreachInfo();
std::unique_ptr<Strategy> MakeNoOutreach(const Params& params, const StrategyContext& context);

}  // namespace souk
