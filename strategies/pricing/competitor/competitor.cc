#include "strategies/pricing/competitor/competitor.h"

#include <algorithm>

#include "strategies/common/price_bounds.h"
#include "strategies/common/stateless.h"

namespace souk {
namespace {

class CompetitorPrice final : public Stateless<PricingPolicy> {
 public:
  CompetitorPrice(const Params& params, const ShopView& view)
      : Stateless("pricing/competitor", view),
        factor_(1 - params.Real("undercut")),
        cost_factor_(1 + params.Real("min_markup")),
        max_deviation_(params.Real("max_deviation")) {}

  PriceDecision Price(const PriceRequest& request, Rng&) override {
    const PublicCatalogue& catalogue = view().catalogue();
    const Money list = catalogue.list_price[request.item.index()];
    const Money seen = view().competitor_price(request.item);
    if (seen.cents <= 0) return {.price = list};  // nothing observed yet
    // The margin floor comes after the deviation cap: following a loss leader is worse than leaving it.
    const Money near = PriceBounds(list, 1 - max_deviation_, 1 + max_deviation_).Clamp(Scale(seen, factor_));
    const Money floor = Scale(catalogue.unit_cost[request.item.index()], cost_factor_);
    return {.price = ShopPriceBounds(list).Clamp(std::max(near, floor))};
  }

 private:
  double factor_;
  double cost_factor_;
  double max_deviation_;
};

}  // namespace

const StrategyInfo& CompetitorPriceInfo() {
  static const StrategyInfo info{
      .slot = Slot::kPricing,
      .name = "competitor",
      .summary = "Matches or undercuts the competitor's last seen price, above a margin floor.",
      .source = "folklore",
      .status = "baseline",
      .sees_truth = false,
      .params = {
          {"undercut", 0.0, -0.5, 0.5, {}, "", "share below the competitor's price; 0 matches, negative stays above"},
          {"min_markup", 0.10, 0, 4, {}, "", "lowest mark-up on unit cost, whatever the competitor does"},
          {"max_deviation", 0.25, 0, 0.8, {}, "", "largest relative distance from list price"}}};
  return info;
}

std::unique_ptr<Strategy> MakeCompetitorPrice(const Params& params, const StrategyContext& context) {
  return std::make_unique<CompetitorPrice>(params, *context.view);
}

}  // namespace souk
