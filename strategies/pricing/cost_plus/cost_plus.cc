#include "strategies/pricing/cost_plus/cost_plus.h"

#include "strategies/common/price_bounds.h"
#include "strategies/common/stateless.h"

namespace souk {
namespace {

class CostPlus final : public Stateless<PricingPolicy> {
 public:
  CostPlus(const Params& params, const ShopView& view)
      : Stateless("pricing/cost-plus", view), factor_(1 + params.Real("markup")) {}

  PriceDecision Price(const PriceRequest& request, Rng&) override {
    const PublicCatalogue& catalogue = view().catalogue();
    const Money price = Scale(catalogue.unit_cost[request.item.index()], factor_);
    return {.price = ShopPriceBounds(catalogue.list_price[request.item.index()]).Clamp(price)};
  }

 private:
  double factor_;
};

}  // namespace

const StrategyInfo& CostPlusInfo() {
  static const StrategyInfo info{
      .slot = Slot::kPricing,
      .name = "cost-plus",
      .summary = "Charges unit cost plus one mark-up for the whole catalogue.",
      .source = "folklore; Hall & Hitch 1939 on its prevalence",
      .status = "baseline",
      .sees_truth = false,
      // 2/3 on cost is list price at the catalogue's default mean cost share of 0.6.
      .params = {{"markup", 0.667, 0, 4, {}, "", "mark-up on unit cost: price = cost × (1 + markup)"}}};
  return info;
}

std::unique_ptr<Strategy> MakeCostPlus(const Params& params, const StrategyContext& context) {
  return std::make_unique<CostPlus>(params, *context.view);
}

}  // namespace souk
