#pragma once
// The floor: no assistant. Every question goes to a human agent.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

/// Facts of `none`. Source: folklore.
const StrategyInfo& NoAssistantInfo();

/// An assistant that always escalates, with no intent and confidence 0.
/// Randomness: none. Cost: nothing. Tested by: NoAssistant.*, conformance suite.
std::unique_ptr<Strategy> MakeNoAssistant(const Params& params, const StrategyContext& context);

}  // namespace souk
