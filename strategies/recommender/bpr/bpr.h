#pragma once
// Factors from pairs: Bayesian personalised ranking. See README.md.

#include <memory>

#include "strategies/common/pair_recommender.h"

namespace souk {

/// Bayesian personalised ranking: vectors for which a met item scores above a drawn one; see PairSettings and PairSgd.
/// Source: Rendle, Freudenthaler, Gantner & Schmidt-Thieme 2009, "BPR: Bayesian Personalized Ranking from Implicit
/// Feedback".
/// Tested by: PairSgd.*, PairRecommender.*, FromPairs.*, the Online Retail oracle, conformance suite.
class Bpr : public PairRecommender {
 public:
  Bpr(const Params& params, const StrategyContext& context);
};

const StrategyInfo& BprInfo();
std::unique_ptr<Strategy> MakeBpr(const Params& params, const StrategyContext& context);

}  // namespace souk
