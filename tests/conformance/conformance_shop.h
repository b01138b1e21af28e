#pragma once
// A small shop with a rich log for the conformance suite, and a battery of questions for each slot whose
// answers are checked against the contract in sim/decision/strategy.h and rendered as text.

#include <memory>
#include <string>

#include "sim/decision/strategy.h"
#include "tests/support/test_shop.h"

namespace souk::testing {

struct ShopShape {
  int items = 60;
  int categories = 5;
  int shoppers = 40;   ///< who have been to the shop
  int strangers = 5;   ///< accounts that never came; the last ids
  int sessions = 600;  ///< 0: an empty log
  bool help_pages = true;
};

/// A shop of this shape with everything a strategy may meet in its log: views, carts, purchases, slates,
/// coupons given and not given, prices that varied, chats that agents tagged, messages; one shopper in
/// seven opted out, every tenth item sold out. The log ends at records.now.
std::unique_ptr<TestShop> MakeConformanceShop(const ShopShape& shape, std::uint64_t seed);

/// Truth that is a fixed function of its arguments, for strategies that see it.
class MadeUpTruth final : public Truth {
 public:
  explicit MadeUpTruth(const TestShop& shop) : shop_(&shop) {}
  [[nodiscard]] double ViewUtility(ShopperId shopper, ItemId item) const override;
  [[nodiscard]] double PurchaseLogit(ShopperId shopper, ItemId item) const override;
  [[nodiscard]] CategoryId NextCategory(ShopperId shopper) const override;

 private:
  const TestShop* shop_;
};

/// Asks everything that the slot's interface can be asked, for shoppers with and without a past, and
/// EXPECTs every answer to keep the contract. Returns all answers as text: equal texts, equal decisions.
/// All randomness comes from `seed`.
std::string AskEverything(Strategy& strategy, Slot slot, const TestShop& shop, std::uint64_t seed);

}  // namespace souk::testing
