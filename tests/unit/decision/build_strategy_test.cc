// The fence around the truth: who is handed it, and who is not.

#include <gtest/gtest.h>

#include "sim/decision/strategy.h"

namespace souk {
namespace {

/// What the latest factory call was given.
StrategyContext given;

class Nothing final : public Strategy {
 public:
  void Train(const ShopLog&, Rng&) override {}
  void Save(std::ostream&) const override {}
  void Load(std::istream&) override {}
};

const StrategyInfo& Plain() {
  static const StrategyInfo info = {.slot = Slot::kPricing, .name = "plain"};
  return info;
}
const StrategyInfo& Ceiling() {
  static const StrategyInfo info = {.slot = Slot::kPricing, .name = "ceiling", .sees_truth = true};
  return info;
}
std::unique_ptr<Strategy> Make(const Params&, const StrategyContext& context) {
  given = context;
  return std::make_unique<Nothing>();
}

class SomeTruth final : public Truth {
 public:
  [[nodiscard]] double ViewUtility(ShopperId, ItemId) const override { return 0; }
  [[nodiscard]] double PurchaseLogit(ShopperId, ItemId) const override { return 0; }
  [[nodiscard]] CategoryId NextCategory(ShopperId) const override { return {}; }
};

/// What the strategy `info` sees when the shop hands `context` in.
const Truth* Seen(const StrategyInfo& (*info)(), const StrategyContext& context) {
  given = {};
  BuildStrategy({info, Make}, Params(info()), context);
  return given.truth;
}

// Expected: the contract of StrategyContext, whichever way the truth comes.
TEST(BuildStrategy, OnlyAStrategyThatDeclaresItSeesTheTruth) {
  const SomeTruth truth;
  EXPECT_EQ(Seen(Plain, {nullptr, &truth, {}}), nullptr);
  EXPECT_EQ(Seen(Plain, {nullptr, nullptr, SealedTruth(truth)}), nullptr);
  EXPECT_EQ(Seen(Ceiling, {nullptr, &truth, {}}), &truth);
  EXPECT_EQ(Seen(Ceiling, {nullptr, nullptr, SealedTruth(truth)}), &truth);
  EXPECT_EQ(Seen(Ceiling, {nullptr, nullptr, {}}), nullptr);
}

// A factory cannot hand on what it was not given: the seal is empty, so building another strategy inside opens nothing.
TEST(BuildStrategy, AFactoryGetsNoSealedTruthToHandOn) {
  const SomeTruth truth;
  Seen(Plain, {nullptr, nullptr, SealedTruth(truth)});
  const StrategyContext inner = given;
  EXPECT_EQ(Seen(Ceiling, inner), nullptr);
}

}  // namespace
}  // namespace souk
