#include "strategies/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "tests/support/test_shop.h"

namespace souk {
namespace {

using ::testing::HasSubstr;

ArmSpec PlainArm(const std::string& name) {
  ArmSpec arm;
  arm.name = name;
  const char* plain[kSlots] = {"popularity", "none", "list", "none", "none"};
  for (int s = 0; s < kSlots; ++s) arm.slots[static_cast<std::size_t>(s)] = {plain[s], {}, {}};
  return arm;
}
StrategySpec& SlotOf(ArmSpec& arm, Slot slot) { return arm.slots[static_cast<std::size_t>(slot)]; }

TEST(Registry, IsSortedBySlotThenNameWithoutDuplicates) {
  const auto& table = Registry();
  ASSERT_FALSE(table.empty());
  for (std::size_t i = 1; i < table.size(); ++i)
    EXPECT_LT(std::tie(table[i - 1].info().slot, table[i - 1].info().name),
              std::tie(table[i].info().slot, table[i].info().name));
}

TEST(Registry, FindsByNameWithinASlotOnly) {
  ASSERT_NE(FindStrategy(Slot::kPricing, "cost-plus"), nullptr);
  EXPECT_EQ(FindStrategy(Slot::kPricing, "cost-plus")->info().name, "cost-plus");
  EXPECT_EQ(FindStrategy(Slot::kCoupons, "cost-plus"), nullptr);
  EXPECT_EQ(FindStrategy(Slot::kPricing, ""), nullptr);
}

TEST(Registry, EverySlotHasAStrategy) {
  for (int s = 0; s < kSlots; ++s) {
    int count = 0;
    for (const StrategyEntry& entry : Registry()) count += entry.info().slot == static_cast<Slot>(s) ? 1 : 0;
    EXPECT_GT(count, 0) << SlotName(static_cast<Slot>(s));
  }
}

TEST(ValidateArms, AcceptsGoodArms) {
  Scenario scenario;
  scenario.arms = {PlainArm("a"), PlainArm("b")};
  EXPECT_TRUE(ValidateArms(scenario).empty());
}

TEST(ValidateArms, NamesTheNearestStrategyAtItsPlace) {
  Scenario scenario;
  ArmSpec arm = PlainArm("bold");
  SlotOf(arm, Slot::kPricing) = {"cost-puls", {}, {"s.yaml", 7, 3}};
  scenario.arms = {arm};
  const auto problems = ValidateArms(scenario);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "arms.bold.pricing");
  EXPECT_EQ(problems[0].mark.line, 7);
  EXPECT_THAT(problems[0].message, HasSubstr("found 'cost-puls'; allowed "));
  EXPECT_THAT(problems[0].message, HasSubstr("did you mean 'cost-plus'?"));
}

TEST(ValidateArms, SaysWhichSlotAStrategyBelongsTo) {
  Scenario scenario;
  ArmSpec arm = PlainArm("x");
  SlotOf(arm, Slot::kPricing).name = "abandoned-cart";
  scenario.arms = {arm};
  const auto problems = ValidateArms(scenario);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0].message, HasSubstr("'abandoned-cart' is of slot outreach"));
}

TEST(ValidateArms, ReportsEveryParameterOfEveryArm) {
  Scenario scenario;
  ArmSpec one = PlainArm("one");
  SlotOf(one, Slot::kCoupons) = {
      "blanket", {{"discunt", {0.1, {"s.yaml", 8, 9}}}, {"discount", {3.0, {"s.yaml", 9, 9}}}}, {}};
  ArmSpec two = PlainArm("two");
  SlotOf(two, Slot::kOutreach).name = "";
  two.mark = {"s.yaml", 20, 1};
  scenario.arms = {one, two};
  const auto problems = ValidateArms(scenario);
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(problems[0].path, "arms.one.coupons.discount");
  EXPECT_THAT(problems[0].message, HasSubstr("found 3; allowed a number from 0.01 to 0.9"));
  EXPECT_EQ(problems[1].path, "arms.one.coupons.discunt");
  EXPECT_EQ(problems[1].mark.line, 8);
  EXPECT_EQ(problems[2].path, "arms.two.outreach");
  EXPECT_EQ(problems[2].mark.line, 20);
  EXPECT_THAT(problems[2].message, HasSubstr("no strategy chosen"));
}

TEST(ValidateArms, AnInheritedProblemIsToldOnce) {
  Scenario scenario;
  ArmSpec base = PlainArm("base");
  SlotOf(base, Slot::kPricing) = {"lits", {}, {"s.yaml", 4, 2}};
  ArmSpec heir = base;
  heir.name = "heir";
  scenario.arms = {base, heir};
  EXPECT_EQ(ValidateArms(scenario).size(), 1U);
}

/// Something to point at; its answers do not matter.
class SomeTruth final : public Truth {
 public:
  [[nodiscard]] double ViewUtility(ShopperId, ItemId) const override { return 0; }
  [[nodiscard]] double PurchaseLogit(ShopperId, ItemId) const override { return 0; }
  [[nodiscard]] CategoryId NextCategory(ShopperId) const override { return {}; }
};

TEST(MakeStrategies, BuildsAllFiveWithTheirParameters) {
  testing::TestShop shop(10, 2);
  const SomeTruth truth;
  ArmSpec arm = PlainArm("a");
  SlotOf(arm, Slot::kCoupons) = {"blanket", {{"discount", {0.25, {}}}}, {}};
  StrategySet set = MakeStrategies(arm, {&shop.view, &truth});
  ASSERT_TRUE(set.recommender && set.coupons && set.pricing && set.assistant && set.outreach);
  Rng rng(Dice(1, 1), Purpose::kTest, 0);
  EXPECT_EQ(set.coupons->Offer({ShopperId(0), {}, {}, false}, rng).coupon->percent, 0.25);
  EXPECT_EQ(set.pricing->Price({ItemId(3), {}, {}}, rng).price, shop.catalogue.list_price[3]);
}

}  // namespace
}  // namespace souk
