#include "strategies/recommender/bpr/bpr.h"

namespace souk {

const StrategyInfo& BprInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "bpr",
      .summary = "Vectors of shoppers and items learnt from pairs: what was met should score above what was not.",
      .source = "Rendle et al. 2009",
      .status = "reproduced",
      .params = PairParams({.rate = 0.05, .reg = 0.01, .epochs = 150}),
  };
  return info;
}

std::unique_ptr<Strategy> MakeBpr(const Params& params, const StrategyContext& context) {
  return std::make_unique<Bpr>(params, context);
}

Bpr::Bpr(const Params& params, const StrategyContext& context)
    : PairRecommender(BprInfo().name, PairSettings::Loss::kBpr, params, context) {}

}  // namespace souk
