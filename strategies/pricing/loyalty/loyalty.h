#pragma once
// A lower price for those who have bought before: the simplest personal price. See README.md.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

const StrategyInfo& LoyaltyPriceInfo();

/// List price, × (1 − discount) for a shopper with at least `orders` orders. Randomness: none. Cost: O(1).
/// Tested by: LoyaltyPrice.*, conformance suite.
std::unique_ptr<Strategy> MakeLoyaltyPrice(const Params& params, const StrategyContext& context);

}  // namespace souk
