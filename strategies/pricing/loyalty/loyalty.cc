#include "strategies/pricing/loyalty/loyalty.h"

#include "strategies/common/price_bounds.h"
#include "strategies/common/stateless.h"

namespace souk {
namespace {

class LoyaltyPrice final : public Stateless<PricingPolicy> {
 public:
  LoyaltyPrice(const Params& params, const ShopView& shop)
      : Stateless("pricing/loyalty", shop), discount_(params.Real("discount")), orders_(params.Int("orders")) {}

  [[nodiscard]] bool personal() const override { return true; }
  PriceDecision Price(const PriceRequest& request, Rng&) override {
    const Money list = view().catalogue().list_price[request.item.index()];
    const bool loyal = request.shopper.valid() && view().profile(request.shopper).orders >= orders_;
    return {.price = loyal ? ShopPriceBounds(list).Clamp(Scale(list, 1 - discount_)) : list};
  }

 private:
  double discount_;
  std::int64_t orders_;
};

}  // namespace

const StrategyInfo& LoyaltyPriceInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kPricing,
      .name = "loyalty",
      .summary = "Charges the list price, and less to shoppers who have ordered before.",
      .source = "folklore",
      .status = "baseline",
      .params = {
          {"discount", 0.05, 0, 0.8, {}, "", "share of the list price taken off for loyal shoppers"},
          {"orders", std::int64_t{1}, 1, 1000, {}, "orders", "earlier orders that make a shopper loyal"},
      }};
  return info;
}

std::unique_ptr<Strategy> MakeLoyaltyPrice(const Params& params, const StrategyContext& context) {
  return std::make_unique<LoyaltyPrice>(params, *context.view);
}

}  // namespace souk
