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

// Two arms in one shop pay together what one would pay for the same messages, and each about its share: n messages at
// a fifth of a cent, the fraction waiting for whoever writes next.
TEST(Messages, ArmsOfOneShopPayTogether) {
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
    ++sent[arm];
    ASSERT_EQ(paid[0] + paid[1], (sent[0] + sent[1]) / 5);
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

// A chance of 1 at the first message; the shop must not write again, and a policy that does is told so.
TEST(Messages, WhoOptsOutIsNotWrittenToAgain) {
  Scenario s = CalmScenario();
  s.contact.opt_out = 1;
  SmallMarket shop(s);
  shop.answers.plan = Daily(1, 1, 1);
  shop.Run(2);
  EXPECT_EQ(shop.sink->Count(OutcomeKind::kOptOut), 1);
  EXPECT_EQ(shop.sink->Count(OutcomeKind::kMessageOpen), 0) << "opts out instead of opening";
  EXPECT_TRUE(shop.state.records.profiles[0].opted_out);
  shop.answers.plan = Daily(1, 2, 2);
  EXPECT_THROW(shop.Run(3), Error);
}

// Of 400, half opt out at the first message (200 +- 5 x 10; false alarm 6e-7, fixed seed); a second one within a week
// doubles the chance to 1.
TEST(Messages, TooManyDriveAway) {
  Scenario s = CalmScenario(1, 400);
  s.contact.opt_out = 0.5;
  SmallMarket shop(s);
  shop.answers.plan = [&](const OutreachRequest& request) {
    std::vector<Message> plan = Daily(400, 1, 2)(request);
    std::erase_if(plan, [&](const Message& m) { return shop.state.records.profiles[m.shopper.index()].opted_out; });
    return plan;
  };
  const int first = shop.Run(2).Count(OutcomeKind::kOptOut);
  EXPECT_NEAR(first, 200, 50);
  EXPECT_EQ(shop.Run(3).Count(OutcomeKind::kOptOut), 400);
  EXPECT_EQ(shop.sink->Count(OutcomeKind::kMessage), 400 + 400 - first);
}

// Full fatigue: a message within seven days of the last is not opened, one exactly seven days later is.
TEST(Messages, FatigueLastsAWeek) {
  Scenario s = CalmScenario();
  s.contact.fatigue = 1;
  SmallMarket daily(s);
  daily.answers.plan = Daily(1, 1, 20);
  EXPECT_EQ(daily.Run(25).Count(OutcomeKind::kMessageOpen), 1);
  SmallMarket weekly(s);
  weekly.answers.plan = [](const OutreachRequest& r) {
    return r.day % 7 == 0 ? Daily(1, 1, 99)(r) : std::vector<Message>{};
  };
  EXPECT_EQ(weekly.Run(25).Count(OutcomeKind::kMessageOpen), 3);
  s.contact.fatigue = 0;
  SmallMarket tireless(s);
  tireless.answers.plan = Daily(1, 1, 20);
  EXPECT_EQ(tireless.Run(25).Count(OutcomeKind::kMessageOpen), 20);
}

// The visit of day 1, due at noon, moves to half an hour after the message of eleven; none is added. A visit that would
// come later than the one that is due stays.
TEST(Messages, BringTheNextVisitForward) {
  for (const double delay_h : {0.5, 3.0}) {
    Scenario s = CalmScenario();
    s.contact.message_visit = 1;
    s.contact.visit_delay_h = Distribution::Constant(delay_h);
    SmallMarket shop(s);
    shop.shopper().dropout = 0;
    shop.answers.plan = Daily(1, 1, 1);
    const auto visits = shop.Run(2).Of(OutcomeKind::kSessionStart);
    ASSERT_EQ(visits.size(), 2U);
    const SimTime due = SimTime{} + Hours(36) + Seconds(10.1);
    EXPECT_EQ(visits[1].time, delay_h < 1 ? SimTime{} + Hours(35.5) : due);
  }
}

// ---------------------------------------------------------------- coupons

/// One buyer of one item at 10.00 under a coupon offered at the first asking; what becomes of it.
struct CouponStory {
  explicit CouponStory(const Coupon& coupon, double awareness = 1) : shop(Setting(awareness)) {
    shop.answers.coupon = [this, coupon](const CouponRequest&) {
      return ++asked == 1 ? std::optional<Coupon>(coupon) : std::nullopt;
    };
  }
  static Scenario Setting(double awareness) {
    Scenario s = CalmScenario();
    s.purchase.buy_intercept = kSurely;
    s.contact.coupon_awareness = awareness;
    return s;
  }
  /// The item comes to the shop on the day of the second visit, 24 hours after the first.
  void BuyAtTheSecondVisit() {
    shop.world.catalogue.launch_day = {1};
    shop.shopper().dropout = 0;
  }
  Outcome Order(double days) {
    const auto orders = shop.Run(days).Of(OutcomeKind::kOrder);
    EXPECT_EQ(orders.size(), 1U);
    return orders.empty() ? Outcome{} : orders.front();
  }
  const CouponRecord& Log() { return shop.state.records.log.coupons.front(); }

  SmallMarket shop;
  int asked = 0;
};

TEST(Coupons, IsOfferedNoticedUsedAndLogged) {
  Coupon coupon = PercentOff(0.2);
  coupon.issue_cost = Money{5};
  CouponStory story(coupon);
  const Outcome order = story.Order(1);
  EXPECT_EQ(order.amount, Money{800});
  EXPECT_EQ(order.cost, Money{200});
  const auto offers = story.shop.sink->Of(OutcomeKind::kCouponOffer);
  ASSERT_EQ(offers.size(), 1U);
  EXPECT_EQ(offers[0].amount, Money{1000}) << "20 % of a typical basket of 50.00";
  EXPECT_EQ(offers[0].cost, Money{5});
  EXPECT_EQ(At(story.shop.sink->Total(), Sum::kMarginCents), 800 - 600 - 5);
  EXPECT_EQ(At(story.shop.sink->Total(), Sum::kCouponRedemptions), 1);
  EXPECT_TRUE(story.Log().redeemed);
  EXPECT_TRUE(story.Log().ordered);
  EXPECT_EQ(story.Log().order_value, Money{1000});
  EXPECT_EQ(story.Log().percent, 0.2);
  EXPECT_EQ(story.shop.state.records.profiles[0].coupons_used, 1);
  EXPECT_FALSE(story.shop.state.shoppers[0].has_coupon) << "used up";
}

TEST(Coupons, UnnoticedOnesAreNotUsed) {
  CouponStory story(PercentOff(0.2), 0);
  EXPECT_EQ(story.Order(1).amount, Money{1000});
  EXPECT_FALSE(story.Log().redeemed);
  EXPECT_TRUE(story.Log().ordered);
}

TEST(Coupons, CountFromTheirSmallestBasketOn) {
  for (const auto& [min_basket, paid] : {std::pair{1000, 700}, std::pair{1001, 1000}}) {
    Coupon coupon = FaceOff(300);
    coupon.min_basket = Money{min_basket};
    CouponStory story(coupon);
    EXPECT_EQ(story.Order(1).amount, Money{paid});
    EXPECT_EQ(story.Log().redeemed, paid == 700);
    EXPECT_EQ(story.shop.state.shoppers[0].has_coupon, paid == 1000) << "kept for another basket";
  }
}

TEST(Coupons, AreWorthTheBasketAtMost) { EXPECT_EQ(CouponStory(FaceOff(5000)).Order(1).amount, Money{0}); }

// The order falls 10.1 s after the offer: five seconds are too short, fifteen are enough.
TEST(Coupons, ExpireWithinASession) {
  for (const double valid_s : {5.0, 15.0}) {
    Coupon coupon = PercentOff(0.2);
    coupon.valid_for = Seconds(valid_s);
    EXPECT_EQ(CouponStory(coupon).Order(1).amount, Money{valid_s < 10 ? 1000 : 800});
  }
}

// One at a time: while the first is good the shop is not asked for another; it expires between the visits or is used.
TEST(Coupons, AreHeldOneAtATimeUntilTheyExpire) {
  for (const double valid_h : {23.0, 25.0}) {
    Coupon coupon = PercentOff(0.2);
    coupon.valid_for = Hours(valid_h);
    CouponStory story(coupon);
    story.BuyAtTheSecondVisit();
    const bool good = valid_h > 24;
    EXPECT_EQ(story.Order(1.9).amount, Money{good ? 800 : 1000});
    EXPECT_EQ(story.asked, good ? 1 : 2);
    EXPECT_EQ(story.Log().redeemed, good);
    EXPECT_FALSE(story.Log().ordered) << "not in the session of the offer";
  }
}

// A coupon of a message is noticed by whoever opens it, and does not replace one that is still good.
TEST(Coupons, ComeWithMessages) {
  for (const bool holds_one : {false, true}) {
    CouponStory story(PercentOff(0.2), 1);
    story.BuyAtTheSecondVisit();
    if (!holds_one) story.asked = 1;
    story.shop.answers.plan = [](const OutreachRequest& r) {
      std::vector<Message> plan = Daily(1, 1, 1)(r);
      for (Message& m : plan) m.coupon = PercentOff(0.5);
      return plan;
    };
    EXPECT_EQ(story.Order(1.9).amount, Money{holds_one ? 800 : 500});
    EXPECT_EQ(story.shop.sink->Count(OutcomeKind::kCouponOffer), 1);
  }
}

// Of the coupon's 20 %, a logit of 400 per unit makes 80: from a checkout that nobody begins to one that everybody
// does.
TEST(Coupons, MakeTheTillMoreAttractive) {
  for (const bool offered : {false, true}) {
    Scenario s = CalmScenario();
    s.purchase.checkout = -40;
    s.purchase.cart_intercept = s.purchase.buy_intercept = -1000;
    s.contact.coupon_logit = 400;
    SmallMarket shop(s);
    if (offered) shop.answers.coupon = [](const CouponRequest&) { return PercentOff(0.2); };
    shop.Open();
    ShopperProfile& profile = shop.state.records.profiles[0];
    profile.cart[static_cast<std::size_t>(profile.cart_size++)] = ItemId(0);
    profile.cart_changed = SimTime{};
    EXPECT_EQ(shop.Run(1).Count(OutcomeKind::kCheckout), offered ? 1 : 0);
  }
}

}  // namespace
}  // namespace souk
