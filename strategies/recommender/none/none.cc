#include "strategies/recommender/none/none.h"

#include "strategies/common/stateless.h"

namespace souk {
namespace {

class NoRecommender final : public Stateless<Recommender> {
 public:
  using Stateless::Stateless;
  Slate Recommend(const RecommendRequest&, Rng&) override { return {}; }
};

}  // namespace

const StrategyInfo& NoRecommenderInfo() {
  static const StrategyInfo info{.slot = Slot::kRecommender,
                                 .name = "none",
                                 .summary = "Shows no slate: what shoppers find by themselves.",
                                 .source = "folklore",
                                 .status = "baseline",
                                 .sees_truth = false,
                                 .params = {}};
  return info;
}

std::unique_ptr<Strategy> MakeNoRecommender(const Params&, const StrategyContext& context) {
  return std::make_unique<NoRecommender>("none", *context.view);
}

}  // namespace souk
