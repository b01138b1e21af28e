#include "strategies/outreach/none/none.h"

#include "strategies/common/stateless.h"

namespace souk {
namespace {

class NoOutreach final : public Stateless<OutreachPolicy> {
 public:
  using Stateless::Stateless;
  std::vector<Message> Plan(const OutreachRequest&, Rng&) override { return {}; }
};

}  // namespace

const StrategyInfo& NoOutreachInfo() {
  static const StrategyInfo info{.slot = Slot::kOutreach,
                                 .name = "none",
                                 .summary = "Never sends a message.",
                                 .source = "folklore",
                                 .status = "baseline",
                                 .sees_truth = false,
                                 .params = {}};
  return info;
}

std::unique_ptr<Strategy> MakeNoOutreach(const Params&, const StrategyContext& context) {
  return std::make_unique<NoOutreach>("outreach/none", *context.view);
}

}  // namespace souk
