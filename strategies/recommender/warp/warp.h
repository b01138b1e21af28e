#pragma once
// Factors from pairs that are ranked wrongly: WARP. See README.md.

#include <memory>

#include "strategies/common/pair_recommender.h"

namespace souk {

/// Weighted approximate-rank pairwise loss: only items that score too high make a step, the more the lower they let the
/// met item rank; see PairSettings and PairSgd.
/// Source: Weston, Bengio & Usunier 2011, "WSABIE: Scaling Up to Large Vocabulary Image Annotation".
/// Tested by: PairSgd.*, PairRecommender.*, FromPairs.*, the Online Retail oracle, conformance suite.
class Warp : public PairRecommender {
 public:
  Warp(const Params& params, const StrategyContext& context);
};

const StrategyInfo& WarpInfo();
std::unique_ptr<Strategy> MakeWarp(const Params& params, const StrategyContext& context);

}  // namespace souk
