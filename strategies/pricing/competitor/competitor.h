#pragma once
// Follows the competitor's price at a distance, but never below a margin over cost.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

const StrategyInfo& CompetitorPriceInfo();
std::unique_ptr<Strategy> MakeCompetitorPrice(const Params& params, const StrategyContext& context);

}  // namespace souk
