// outreach/none, outreach/abandoned-cart, outreach/rfm.

#include <gtest/gtest.h>

#include <cmath>

#include "strategies/outreach/abandoned_cart/abandoned_cart.h"
#include "strategies/outreach/none/none.h"
#include "strategies/outreach/rfm/rfm.h"
#include "tests/support/test_shop.h"

namespace souk {
namespace {

using testing::TestShop;

constexpr StrategyEntry kNone{NoOutreachInfo, MakeNoOutreach};
constexpr StrategyEntry kCart{AbandonedCartInfo, MakeAbandonedCart};
constexpr StrategyEntry kRfm{RfmOutreachInfo, MakeRfmOutreach};

SimTime At(double day) { return SimTime{} + Days(day); }

std::unique_ptr<Strategy> MakeWith(const StrategyEntry& entry, const TestShop& shop, const ParamMap& given = {}) {
  std::vector<Params::Issue> issues;
  const Params params(entry.info(), given, issues);
  for (const auto& issue : issues) ADD_FAILURE() << issue.message;
  auto strategy = entry.make(params, {&shop.view, nullptr});
  Rng rng(Dice(1, 1), Purpose::kTest, 0);
  strategy->Train(shop.view.log(), rng);
  return strategy;
}
std::vector<Message> Plan(Strategy& strategy, double day) {
  Rng rng(Dice(1, 1), Purpose::kTest, 1);
  return dynamic_cast<OutreachPolicy&>(strategy).Plan({At(day).day(), At(day)}, rng);
}
/// Puts one item into a shopper's cart on a day.
void LeaveCart(TestShop& shop, int shopper, double day) {
  shop.records.now = At(day);
  shop.Log(ShopEventKind::kCart, shopper, 0, 0);
}
void Order(TestShop& shop, int shopper, double day, std::int64_t cents, int session = 0) {
  shop.records.now = At(day);
  shop.records.price[0] = {cents};
  shop.Log(ShopEventKind::kPurchase, shopper, session, 0);
}
void MarkSent(TestShop& shop, int shopper, double day) {
  shop.records.profiles[static_cast<std::size_t>(shopper)].last_message = At(day);
  shop.records.log.messages.push_back(
      {.time = At(day), .shopper = ShopperId(shopper), .content = 0, .propensity = 1, .opened = false});
}

TEST(NoOutreach, SendsNothing) {
  TestShop shop(1, 1);
  LeaveCart(shop, 0, 0);
  EXPECT_TRUE(Plan(*MakeWith(kNone, shop), 1).empty());
}

// Rule: the reminder goes out delay_h (4) hours after the cart changed, or at once when that has passed.
TEST(AbandonedCart, RemindsAfterTheDelay) {
  TestShop shop(1, 1, 4);
  LeaveCart(shop, 0, 0.0);
  LeaveCart(shop, 1, 1.9);
  LeaveCart(shop, 2, 2.0);
  const auto messages = Plan(*MakeWith(kCart, shop), 2);
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[0].send_at, At(2));
  EXPECT_EQ(messages[1].send_at, At(1.9) + Hours(4));
  EXPECT_EQ(messages[2].send_at, At(2) + Hours(4));
  for (const Message& m : messages) {
    EXPECT_EQ(m.content, MessageContent::kCartReminder);
    EXPECT_FALSE(m.coupon);
    EXPECT_EQ(m.propensity, 1);
  }
}

TEST(AbandonedCart, WaitsForTheNextPlanWhenDueLater) {
  TestShop shop(1, 1, 1);
  LeaveCart(shop, 0, 1.9);
  const auto strategy = MakeWith(kCart, shop, {{"delay_h", {48.0, {}}}});
  EXPECT_TRUE(Plan(*strategy, 2).empty());
  ASSERT_EQ(Plan(*strategy, 3).size(), 1U);
  EXPECT_EQ(Plan(*strategy, 3)[0].send_at, At(3.9));
}

TEST(AbandonedCart, LeavesOrderedOldRemindedAndOptedOutAlone) {
  TestShop shop(1, 1, 5);
  LeaveCart(shop, 0, 1);
  Order(shop, 0, 1.1, 500);
  LeaveCart(shop, 0, 1.2);  // a new cart after the order counts again
  LeaveCart(shop, 1, 1);
  MarkSent(shop, 1, 1.5);  // reminded
  LeaveCart(shop, 2, 1);
  shop.records.profiles[2].opted_out = true;
  LeaveCart(shop, 3, 1);
  Order(shop, 3, 1.1, 500);  // ordered, cart empty
  LeaveCart(shop, 4, -2.5);  // older than max_age_days
  const auto messages = Plan(*MakeWith(kCart, shop), 2);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].shopper, ShopperId(0));
}

TEST(AbandonedCart, KeepsTheWeeklyCap) {
  TestShop shop(1, 1, 1);
  MarkSent(shop, 0, 5);
  MarkSent(shop, 0, 6);
  LeaveCart(shop, 0, 9);
  const auto strategy = MakeWith(kCart, shop);
  EXPECT_TRUE(Plan(*strategy, 9.5).empty());
  EXPECT_EQ(Plan(*strategy, 12).size(), 1U);  // the message of day 5 is seven days back
}

// Rule: a share `holdout` is held back, and messages log 1 − holdout. Count within 4.9 sd: false alarm 1e-6.
TEST(AbandonedCart, HoldsBackAtRandom) {
  TestShop shop(1, 1, 4000);
  for (int u = 0; u < 4000; ++u) LeaveCart(shop, u, 1);
  const auto messages = Plan(*MakeWith(kCart, shop, {{"holdout", {0.25, {}}}, {"discount", {0.1, {}}}}), 2);
  EXPECT_NEAR(static_cast<double>(messages.size()), 3000, 4.9 * std::sqrt(4000 * 0.1875));
  EXPECT_EQ(messages[0].propensity, 0.75);
  ASSERT_TRUE(messages[0].coupon);
  EXPECT_EQ(messages[0].coupon->percent, 0.1);
}

// By hand: buyers spent 10, 20, 30 and 40; the top half starts at 30. All ordered on day 0.
TEST(RfmOutreach, PicksTheMonetaryCellFromTheLog) {
  TestShop shop(1, 1, 6);
  for (int u = 0; u < 4; ++u) Order(shop, u, 0, 1000 * (u + 1));
  const auto strategy = MakeWith(kRfm, shop);
  const auto messages = Plan(*strategy, 20);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].shopper, ShopperId(2));
  EXPECT_EQ(messages[1].shopper, ShopperId(3));
  EXPECT_EQ(messages[0].content, MessageContent::kWinBack);
  EXPECT_EQ(messages[0].send_at, At(20) + Hours(8));
  EXPECT_EQ(Plan(*MakeWith(kRfm, shop, {{"top_spenders", {1.0, {}}}}), 20).size(), 4U);
}

TEST(RfmOutreach, RecencyRunsFromTo) {
  TestShop shop(1, 1, 1);
  Order(shop, 0, 0, 1000);
  const auto strategy = MakeWith(kRfm, shop);
  EXPECT_EQ(Plan(*strategy, 13.9).size(), 0U);
  EXPECT_EQ(Plan(*strategy, 14).size(), 1U);
  EXPECT_EQ(Plan(*strategy, 89.9).size(), 1U);
  EXPECT_EQ(Plan(*strategy, 90).size(), 0U);
}

TEST(RfmOutreach, FrequencyAndCapsHold) {
  TestShop shop(1, 1, 3);
  for (int u = 0; u < 3; ++u) Order(shop, u, 0, 1000, u);
  Order(shop, 0, 0, 1000, 10);
  EXPECT_EQ(Plan(*MakeWith(kRfm, shop, {{"min_orders", {std::int64_t{2}, {}}}}), 20).size(), 1U);
  MarkSent(shop, 1, 10);
  shop.records.profiles[2].opted_out = true;
  const auto strategy = MakeWith(kRfm, shop, {{"top_spenders", {1.0, {}}}});
  EXPECT_EQ(Plan(*strategy, 20).size(), 1U) << "shopper 1 was written to 10 days ago";
  EXPECT_EQ(Plan(*strategy, 24).size(), 2U);
}

TEST(AbandonedCart, WritesByTheChannelAskedFor) {
  TestShop shop(5, 1);
  LeaveCart(shop, 3, 1.0);
  for (const char* channel : {"email", "push"}) {
    const auto strategy = MakeWith(kCart, shop, {{"channel", {std::string(channel), {}}}});
    const auto plan = Plan(*strategy, 1.3);
    ASSERT_EQ(plan.size(), 1U);
    EXPECT_EQ(plan[0].channel, std::string(channel) == "push" ? Channel::kPush : Channel::kEmail);
  }
}

}  // namespace
}  // namespace souk
