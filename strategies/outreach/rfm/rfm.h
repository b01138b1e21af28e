#pragma once
// Win-back messages to customers picked by recency, frequency and monetary value.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

const StrategyInfo& RfmOutreachInfo();
std::unique_ptr<Strategy> MakeRfmOutreach(const Params& params, const StrategyContext& context);

}  // namespace souk
