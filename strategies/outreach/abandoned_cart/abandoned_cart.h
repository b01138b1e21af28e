#pragma once
// Reminds shoppers of a cart that they left, some hours later.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

const StrategyInfo& AbandonedCartInfo();
std::unique_ptr<Strategy> MakeAbandonedCart(const Params& params, const StrategyContext& context);

}  // namespace souk
