// Rules under test (checkout.cc, supply.cc): what is bought, paid, sent back and put on the shelf again. All expected
// values are counted by hand: items cost 10.00, unit cost 6.00, pages take 0.1 s, looks 10 s (CalmScenario).
#include <gtest/gtest.h>

#include "tests/support/small_market.h"

namespace souk {
namespace {

using testing::CalmScenario;
using testing::FaceOff;
using testing::KeepingSink;
using testing::kHardly;
using testing::kSurely;
using testing::PercentOff;
using testing::SmallMarket;

/// Whoever looks at an item buys it at once.
Scenario Buyers(int items = 1, int shoppers = 1) {
  Scenario s = CalmScenario(items, shoppers);
  s.purchase.buy_intercept = kSurely;
  return s;
}

/// Shoppers come every day at noon, a little later each day for the time they stay.
void ComeDaily(SmallMarket& shop) {
  for (Shopper& u : shop.world.population.shoppers) u.dropout = 0;
}

void FillCart(SmallMarket& shop, const std::vector<int>& items, int u = 0) {
  ShopperProfile& profile = shop.state.records.profiles[static_cast<std::size_t>(u)];
  for (const int item : items) profile.cart[static_cast<std::size_t>(profile.cart_size++)] = ItemId(item);
  profile.cart_changed = SimTime{};
}

std::vector<std::int64_t> DaysOf(const std::vector<Outcome>& outcomes) {
  std::vector<std::int64_t> days;
  for (const Outcome& o : outcomes) days.push_back(o.time.day());
  return days;
}

TEST(Orders, BuyingAtOnceTakesOneLook) {
  SmallMarket shop(Buyers());
  const KeepingSink& sink = shop.Run(10);
  const auto orders = sink.Of(OutcomeKind::kOrder);
  ASSERT_EQ(orders.size(), 1U);
  EXPECT_EQ(orders[0].time, SimTime{} + Hours(12) + Seconds(10.1));
  EXPECT_EQ(orders[0].amount, Money{1000});
  EXPECT_EQ(orders[0].detail, 1) << "the first ever";
  const auto delivered = sink.Of(OutcomeKind::kDelivered);
  ASSERT_EQ(delivered.size(), 1U);
  EXPECT_EQ(delivered[0].time, orders[0].time + Days(2));
  EXPECT_EQ(delivered[0].value, 0) << "2 x Logistic(0) - 1";
  EXPECT_EQ(sink.Count(OutcomeKind::kReturn), 0);
  EXPECT_EQ(At(sink.Total(), Sum::kMarginCents), 400);
}

// Half of a coupon of 20 % cannot come back: the refund is what was paid. Margin: 8.00 paid - 6.00 goods - 8.00
// refunded
// - 4.00 handling + 6.00 goods back = -4.00.
TEST(Orders, ARefundIsWhatWasPaid) {
  Scenario s = Buyers();
  s.after.return_cost = 4;
  SmallMarket shop(s);
  shop.world.hidden.return_logit.assign(1, static_cast<float>(kSurely));
  shop.answers.coupon = [](const CouponRequest&) { return PercentOff(0.2); };
  const KeepingSink& sink = shop.Run(10);
  const auto returns = sink.Of(OutcomeKind::kReturn);
  ASSERT_EQ(returns.size(), 1U);
  EXPECT_EQ(returns[0].time, SimTime{} + Hours(12) + Seconds(10.1) + Days(5));
  EXPECT_EQ(returns[0].amount, Money{800});
  EXPECT_EQ(returns[0].cost, Money{400});
  EXPECT_EQ(returns[0].value, 6.0);
  EXPECT_EQ(At(sink.Total(), Sum::kRefundCents), 800);
  EXPECT_EQ(At(sink.Total(), Sum::kMarginCents), -400);
  EXPECT_EQ(shop.state.records.profiles[0].returns, 1);
}

// Two lines share a face value of 3.00 in proportion to 10.00 and 20.00: refunds of 9.00 and 18.00.
TEST(Orders, LinesShareACoupon) {
  Scenario s = CalmScenario(2);
  s.purchase.checkout = kSurely;
  SmallMarket shop(s);
  shop.world.catalogue.list_price[1] = Money{2000};
  shop.world.hidden.return_logit.assign(1, static_cast<float>(kSurely));
  shop.answers.coupon = [](const CouponRequest&) { return FaceOff(300); };
  shop.Open();
  FillCart(shop, {0, 1});
  const KeepingSink& sink = shop.Run(10);
  ASSERT_EQ(sink.Count(OutcomeKind::kReturn), 2);
  std::array<Money, 2> refunds{};
  for (const Outcome& o : sink.Of(OutcomeKind::kReturn)) refunds[o.item.index()] = o.amount;
  EXPECT_EQ(refunds[0], Money{900});
  EXPECT_EQ(refunds[1], Money{1800});
}

// The form at the till takes a time of its own, not that of the last page over again.
TEST(Orders, TheFormTakesItsOwnTime) {
  constexpr int kShoppers = 200;
  Scenario s = CalmScenario(1, kShoppers);
  s.browse.dwell_sd = 1;
  s.purchase.checkout = kSurely;
  SmallMarket shop(s);
  shop.Open();
  for (int u = 0; u < kShoppers; ++u) FillCart(shop, {0}, u);
  const KeepingSink& sink = shop.Run(1);
  std::array<std::array<SimTime, 3>, kShoppers> times{};
  for (const Outcome& o : sink.all) {
    if (o.kind == OutcomeKind::kView) times[o.shopper.index()][0] = o.time;
    if (o.kind == OutcomeKind::kCheckout) times[o.shopper.index()][1] = o.time;
    if (o.kind == OutcomeKind::kOrder) times[o.shopper.index()][2] = o.time;
  }
  ASSERT_EQ(sink.Count(OutcomeKind::kOrder), kShoppers);
  for (const auto& [view, till, paid] : times) EXPECT_NE((till - view).us, (paid - till).us);
}

// Each of 400 orders an item without a look and buys it again after one, in one session; of each order one in two comes
// back, by dice of its own: just one of the two for 200 +- 5 x 10 shoppers (false alarm 6e-7, fixed seed), as are the
// units: n of them have a chance of 2^-n.
TEST(Orders, TwoOrdersOfASessionAreDrawnApart) {
  constexpr int kShoppers = 400;
  Scenario s = Buyers(1, kShoppers);
  s.browse.direct_share = 1 - 1e-12;
  s.browse.leave_after_order = 0;
  s.browse.leave_after_direct = 0;
  s.purchase.extra_unit = 0.5;
  SmallMarket shop(s);
  shop.world.hidden.return_logit.assign(1, 0.0F);
  const KeepingSink& sink = shop.Run(20);
  ASSERT_EQ(sink.Count(OutcomeKind::kOrder), 2 * kShoppers);
  std::array<int, kShoppers> returns{};
  std::array<std::vector<int>, kShoppers> units;
  for (const Outcome& o : sink.all) {
    if (o.kind == OutcomeKind::kReturn) ++returns[o.shopper.index()];
    if (o.kind == OutcomeKind::kOrderLine) units[o.shopper.index()].push_back(o.quantity);
  }
  EXPECT_NEAR(std::count(returns.begin(), returns.end(), 1), 200, 50);
  // P(equal) = sum of 4^-n = 1/3: 267 +- 5 x 9.4.
  EXPECT_NEAR(std::count_if(units.begin(), units.end(), [](const auto& n) { return n[0] != n[1]; }), 267, 48);
}

// ---------------------------------------------------------------- stock

// One unit, sold on day 0 and sent back on day 5: the shelf is empty in between and has it again after.
TEST(Stock, ReturnedGoodsAreForSaleAgain) {
  Scenario s = Buyers();
  s.stock.limited = true;
  SmallMarket shop(s);
  shop.world.hidden.return_logit.assign(1, static_cast<float>(kSurely));
  shop.Open();
  shop.state.records.stock[0] = 1;
  shop.state.stock_target[0] = 0;
  shop.Run(4);
  EXPECT_EQ(shop.state.records.stock[0], 0);
  EXPECT_EQ(shop.state.records.available[0], 0);
  EXPECT_EQ(shop.state.records.available_count, 0);
  shop.Run(6);
  EXPECT_EQ(shop.state.records.stock[0], 1);
  EXPECT_EQ(shop.state.records.available[0], 1);
  EXPECT_EQ(shop.state.records.available_count, 1);
}

// Up to five, reviewed daily, four days of lead. One is sold on day 0, ordered on day 1 - and not again on days 2 to 4,
// while it is on its way - and there on day 5; one is sold on day 10, ordered on day 11 and there on day 15.
TEST(Stock, IsOrderedUpToTheTargetOnce) {
  Scenario s = Buyers(1, 2);
  s.stock.limited = true;
  s.stock.review_days = 1;
  SmallMarket shop(s);
  shop.shopper(1).first_visit = StartOfDay(10) + Hours(12);
  shop.Open();
  shop.state.records.stock[0] = shop.state.stock_target[0] = 5;
  const std::array<std::array<std::int32_t, 3>, 6> expected = {
      {{1, 4, 0}, {4, 4, 1}, {6, 5, 0}, {11, 4, 0}, {14, 4, 1}, {20, 5, 0}}};  // before day, on hand, on order
  for (const auto& [day, on_hand, on_order] : expected) {
    shop.Run(day);
    EXPECT_EQ(shop.state.records.stock[0], on_hand) << "before day " << day;
    EXPECT_EQ(shop.state.on_order[0], on_order) << "before day " << day;
  }
}

// Two want the last one at the same moment: one has it, the other meets an empty shelf.
TEST(Stock, TheLastOneIsSoldOnce) {
  Scenario s = Buyers(1, 2);
  s.stock.limited = true;
  SmallMarket shop(s);
  shop.Open();
  shop.state.records.stock[0] = 1;
  shop.state.stock_target[0] = 0;
  const KeepingSink& sink = shop.Run(1);
  EXPECT_EQ(sink.Count(OutcomeKind::kOrder), 1);
  EXPECT_EQ(sink.Count(OutcomeKind::kStockout), 1);
  EXPECT_EQ(shop.state.records.stock[0], 0);
}

// An item of day 2 is not to be seen on day 1 and is on day 2, with the stock that waited for it.
TEST(Stock, ItemsAreSeenFromTheirLaunchOn) {
  Scenario s = CalmScenario(2, 3);
  s.stock.limited = true;
  SmallMarket shop(s);
  shop.world.catalogue.launch_day = {2, 99};
  for (int u = 0; u < 3; ++u) shop.shopper(u).first_visit = StartOfDay(u) + Hours(12);
  shop.Run(2);
  EXPECT_EQ(shop.sink->Count(OutcomeKind::kView), 0);
  EXPECT_EQ(shop.state.records.available_count, 0);
  const KeepingSink& sink = shop.Run(3);
  ASSERT_EQ(sink.Count(OutcomeKind::kView), 1);
  EXPECT_EQ(sink.Of(OutcomeKind::kView)[0].item, ItemId(0));
  EXPECT_EQ(sink.Of(OutcomeKind::kView)[0].shopper, ShopperId(2));
  EXPECT_EQ(shop.state.records.available_count, 1);
}

// Goods that come to the shelf of an item before its launch do not launch it.
TEST(Stock, GoodsDoNotLaunchAnItem) {
  Scenario s = CalmScenario();
  s.stock.limited = true;
  s.stock.review_days = 1;
  SmallMarket shop(s);
  shop.world.catalogue.launch_day = {20};
  shop.Open();
  shop.state.records.stock[0] = 0;
  shop.Run(15);
  EXPECT_GT(shop.state.records.stock[0], 0);
  EXPECT_EQ(shop.state.records.available[0], 0);
  shop.Run(21);
  EXPECT_EQ(shop.state.records.available[0], 1);
}

// ---------------------------------------------------------------- budget

// 15.00 a month buys one item of 10.00 in each 30 days, though the shopper looks and wants every day.
TEST(Budget, LastsForItsMonth) {
  SmallMarket shop(Buyers());
  ComeDaily(shop);
  shop.shopper().budget_per_month = Money{1500};
  const KeepingSink& sink = shop.Run(59);
  EXPECT_EQ(sink.Count(OutcomeKind::kSessionStart), 59);
  EXPECT_EQ(DaysOf(sink.Of(OutcomeKind::kOrder)), (std::vector<std::int64_t>{0, 30}));
}

// What is above the budget is neither bought at once nor put into the cart; without it, the same shopper carts.
TEST(Budget, NobodyCartsWhatTheyCannotPay) {
  Scenario s = CalmScenario();
  s.purchase.cart_intercept = kSurely;
  SmallMarket poor(s);
  poor.shopper().budget_per_month = Money{999};
  EXPECT_EQ(poor.Run(1).Count(OutcomeKind::kCart), 0);
  SmallMarket rich(s);
  rich.shopper().budget_per_month = Money{1000};
  EXPECT_EQ(rich.Run(1).Count(OutcomeKind::kCart), 1);
}

// 25.00 left, a cart of 30.00, 10.00 and 20.00 from better days: the first line does not fit, the second does, and the
// third would not any more.
TEST(Budget, EveryLineOfACartMustFit) {
  Scenario s = CalmScenario(3);
  s.purchase.checkout = kSurely;
  SmallMarket shop(s);
  shop.world.catalogue.list_price = {Money{3000}, Money{1000}, Money{2000}};
  shop.shopper().budget_per_month = Money{2500};
  shop.Open();
  FillCart(shop, {0, 1, 2});
  const KeepingSink& sink = shop.Run(1);
  const auto lines = sink.Of(OutcomeKind::kOrderLine);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].item, ItemId(1));
  EXPECT_EQ(shop.state.records.profiles[0].cart_size, 2) << "the others stay in the cart";
  EXPECT_EQ(shop.state.shoppers[0].spent_in_month, Money{1000});
}

// The chance of one more unit is 0.999 (the seed is fixed): as many as 35.00 pays for.
TEST(Budget, LimitsTheUnits) {
  Scenario s = Buyers();
  s.purchase.extra_unit = 0.999;
  SmallMarket shop(s);
  shop.shopper().budget_per_month = Money{3500};
  const auto lines = shop.Run(1).Of(OutcomeKind::kOrderLine);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].quantity, 3);
}

TEST(Budget, HoldsForOrdersWithoutALook) {
  Scenario s = CalmScenario();
  s.browse.direct_share = 1 - 1e-12;
  SmallMarket poor(s);
  poor.shopper().budget_per_month = Money{999};
  EXPECT_EQ(poor.Run(1).Count(OutcomeKind::kOrder), 0);
  SmallMarket rich(s);
  rich.shopper().budget_per_month = Money{1000};
  EXPECT_EQ(rich.Run(1).Count(OutcomeKind::kOrder), 1);
}

// ---------------------------------------------------------------- coupon abusers

// Logit 0 + 3 with a coupon: a chance of 0.9526 of buying, of 2,000 shoppers 1,905 +- 5 standard deviations of 9.5
// (false alarm 6e-7; the seed is fixed). The honest ones: 1,000 +- 5 x 22.4.
TEST(Fraud, BuysWithACoupon) {
  for (const bool fraud : {true, false}) {
    Scenario s = CalmScenario(1, 2000);
    s.purchase.buy_intercept = 0;
    s.contact.coupon_logit = 0;
    SmallMarket shop(s);
    for (Shopper& u : shop.world.population.shoppers) u.fraud = fraud;
    shop.answers.coupon = [](const CouponRequest&) { return PercentOff(0.2); };
    EXPECT_NEAR(shop.Run(1).Count(OutcomeKind::kOrder), fraud ? 1905 : 1000, fraud ? 48 : 112);
  }
}

/// Orders of one abuser who would buy by every route: at once, from a full cart, and without a look.
int OrdersOfAnAbuser(const std::function<std::optional<Coupon>(const CouponRequest&)>& coupon, double direct) {
  Scenario s = CalmScenario();
  s.purchase.buy_intercept = 0;
  s.purchase.checkout = kSurely;
  s.browse.direct_share = direct;
  SmallMarket shop(s);
  shop.shopper().fraud = true;
  shop.answers.coupon = coupon;
  shop.Open();
  FillCart(shop, {0});
  return shop.Run(1).Count(OutcomeKind::kOrder);
}

// Nor do they go to the till, or ask for what is sold out.
TEST(Fraud, LeavesTheTillAlone) {
  for (const bool fraud : {false, true}) {
    Scenario s = CalmScenario();
    s.purchase.checkout = kSurely;
    SmallMarket shop(s);
    shop.shopper().fraud = fraud;
    shop.Open();
    FillCart(shop, {0});
    EXPECT_EQ(shop.Run(1).Count(OutcomeKind::kCheckout), fraud ? 0 : 1);
  }
}

TEST(Fraud, BuysNothingWithoutACoupon) {
  const auto none = [](const CouponRequest&) -> std::optional<Coupon> { return std::nullopt; };
  const auto good = [](const CouponRequest&) -> std::optional<Coupon> { return PercentOff(0.2); };
  const auto too_much = [](const CouponRequest&) -> std::optional<Coupon> {
    Coupon coupon = PercentOff(0.2);
    coupon.min_basket = Money{1001};
    return coupon;
  };
  const auto too_short = [](const CouponRequest&) -> std::optional<Coupon> {
    Coupon coupon = PercentOff(0.2);
    coupon.valid_for = Seconds(5);  // looks take ten
    return coupon;
  };
  const double direct = 1 - 1e-12;
  for (const double share : {0.0, direct}) {
    EXPECT_EQ(OrdersOfAnAbuser(none, share), 0);
    EXPECT_EQ(OrdersOfAnAbuser(too_much, share), 0);
    EXPECT_EQ(OrdersOfAnAbuser(good, share), 1) << "and no second one when the coupon is used up";
  }
  EXPECT_EQ(OrdersOfAnAbuser(too_short, 0), 0);
}

}  // namespace
}  // namespace souk
