#include "strategies/recommender/warp/warp.h"

namespace souk {

const StrategyInfo& WarpInfo() {
  static const StrategyInfo info = [] {
    StrategyInfo warp = {
        .slot = Slot::kRecommender,
        .name = "warp",
        .summary = "Vectors learnt from pairs in the wrong order, which count by the rank they betray.",
        .source = "Weston, Bengio & Usunier 2011",
        .status = "tested",
        .params = PairParams({.rate = 0.02, .reg = 0.05, .epochs = 60}),
    };
    warp.params.insert(warp.params.begin() + 4, {"trials",
                                                 std::int64_t{10},
                                                 1,
                                                 PairSettings::kMaxTrials,
                                                 {},
                                                 "items",
                                                 "drawn at most to find one that scores too high"});
    return warp;
  }();
  return info;
}

std::unique_ptr<Strategy> MakeWarp(const Params& params, const StrategyContext& context) {
  return std::make_unique<Warp>(params, context);
}

Warp::Warp(const Params& params, const StrategyContext& context)
    : PairRecommender(WarpInfo().name, PairSettings::Loss::kWarp, params, context) {}

}  // namespace souk
