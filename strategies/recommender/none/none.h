#pragma once
// No slates at all: what shoppers find without a recommender. See README.md.

#include <memory>

#include "sim/decision/strategy.h"

namespace souk {

const StrategyInfo& NoRecommenderInfo();
std::unique_ptr<Strategy> MakeNoRecommender(const Params& params, const StrategyContext& context);

}  // namespace souk
