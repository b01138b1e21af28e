// Rules under test (contact.cc, DESIGN 3 "after the order: contact fatigue, opt-out"): what messages cost and do, and
// the life of a coupon. All expected values are counted by hand from CalmScenario.
#include <gtest/gtest.h>

#include "tests/support/small_market.h"

namespace souk {
namespace {

using testing::CalmScenario;
using testing::FaceOff;
using testing::kSurely;
using testing::PercentOff;
using testing::SmallMarket;

/// A message to each shopper of the shop at eleven on each day from `first` to `last`.
std::function<std::vector<Message>(const OutreachRequest&)> Daily(int shoppers, int first, int last) {
  return [=](const OutreachRequest& request) {
    std::vector<Message> plan;
    for (int u = 0; u < shoppers && request.day >= first && request.day <= last; ++u) {
      Message message;
      message.shopper = ShopperId(u);
      message.send_at = request.now + Hours(1);
      plan.push_back(message);
    }
    return plan;
  };
}

// 0.002 units are a fifth of a cent: after N messages the shop has paid N / 5 cents, rounded down, at any moment.
TEST(Messages, CostsBelowACentAddUp) {
  Scenario s = CalmScenario(1, 7);
  s.contact.message_cost = 0.002;
  SmallMarket shop(s);
  shop.answers.plan = Daily(7, 1, 40);
  shop.Run(50);
  std::int64_t paid = 0;
  std::int64_t sent = 0;
  for (const Outcome& o : shop.sink->Of(OutcomeKind::kMessage)) {
    paid += o.cost.cents;
    ASSERT_EQ(paid, ++sent / 5);
  }
  EXPECT_EQ(sent, 7 * 40);
  EXPECT_EQ(At(shop.sink->Total(), Sum::kMessageCostCents), 56);
  EXPECT_EQ(At(shop.sink->Total(), Sum::kMarginCents), -56) << "nothing was sold";
}

// Two arms in one shop: each pays for its own messages, 20 days x its shoppers / 5 cents, rounded down.
TEST(Messages, EachArmPaysForItsOwn) {
  Scenario s = CalmScenario(1, 8);
  s.contact.message_cost = 0.002;
  SmallMarket shop(s);
  testing::Answers other;
  shop.answers.plan = other.plan = Daily(8, 1, 19);
  shop.state = OpenShop(shop.world);
  shop.sink.emplace(shop.world);
  std::vector<StrategySet> arms;
  arms.push_back(testing::MakeStubs(shop.answers, shop.world));
  arms.push_back(testing::MakeStubs(other, shop.world));
  const Split split = Split::ByShopper(shop.world.dice, {1, 1});
  Market market(shop.world, shop.state, arms, split, shop.world.dice.ForArm(0), *shop.sink);
  market.RunUntil(StartOfDay(30));
  std::array<std::int64_t, 2> sent{};
  std::array<std::int64_t, 2> paid{};
  for (const Outcome& o : shop.sink->Of(OutcomeKind::kMessage)) {
    const auto arm = static_cast<std::size_t>(o.arm);
    paid[arm] += o.cost.cents;
    ASSERT_EQ(paid[arm], ++sent[arm] / 5);
  }
  EXPECT_EQ(sent[0] + sent[1], 8 * 19);
  EXPECT_GT(sent[0], 0);
  EXPECT_GT(sent[1], 0);
}

// A copy of the shop carries the fraction on: 3 messages before (0 cents), 2 after make the first whole cent.
TEST(Messages, ACopyOfTheShopCarriesTheFraction) {
  Scenario s = CalmScenario();
  s.contact.message_cost = 0.002;
  SmallMarket shop(s);
  shop.answers.plan = Daily(1, 1, 5);
  EXPECT_EQ(At(shop.Run(4).Total(), Sum::kMessageCostCents), 0);
  MarketState copy = shop.state;
  testing::KeepingSink sink(shop.world);
  StrategySet strategies = testing::MakeStubs(shop.answers, shop.world);
  Market market(shop.world, copy, strategies, shop.world.dice.ForArm(0), sink);
  market.RunUntil(StartOfDay(6));
  EXPECT_EQ(sink.Count(OutcomeKind::kMessage), 2);
  EXPECT_EQ(At(sink.Total(), Sum::kMessageCostCents), 1);
}

}  // namespace
}  // namespace souk
