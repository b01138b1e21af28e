#include "strategies/pricing/list/list.h"

#include "strategies/common/stateless.h"

namespace souk {
namespace {

class ListPrice final : public Stateless<PricingPolicy> {
 public:
  using Stateless::Stateless;
  PriceDecision Price(const PriceRequest& request, Rng&) override {
    return {.price = view().catalogue().list_price[request.item.index()]};
  }
};

}  // namespace

const StrategyInfo& ListPriceInfo() {
  static const StrategyInfo info{.slot = Slot::kPricing,
                                 .name = "list",
                                 .summary = "Charges every item's list price.",
                                 .source = "folklore",
                                 .status = "baseline",
                                 .sees_truth = false,
                                 .params = {}};
  return info;
}

std::unique_ptr<Strategy> MakeListPrice(const Params&, const StrategyContext& context) {
  return std::make_unique<ListPrice>("pricing/list", *context.view);
}

}  // namespace souk
