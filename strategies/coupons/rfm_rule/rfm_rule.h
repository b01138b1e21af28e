#pragma once
// A marketer's rule: coupons for good customers who lapsed and for carts left behind.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

const StrategyInfo& RfmRuleInfo();
std::unique_ptr<Strategy> MakeRfmRule(const Params& params, const StrategyContext& context);

}  // namespace souk
