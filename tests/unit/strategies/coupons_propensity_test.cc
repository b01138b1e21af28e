#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "strategies/coupons/propensity/propensity.h"
#include "strategies/coupons/propensity/propensity_model.h"
#include "tests/support/test_shop.h"

namespace souk {
namespace {

using testing::TestShop;

ShopEvent Event(ShopEventKind kind, int shopper, int session, double day, std::int64_t cents = 0) {
  return {.time = SimTime{} + Days(day),
          .shopper = ShopperId(shopper),
          .session = SessionId(session),
          .item = cents > 0 ? ItemId(0) : ItemId{},
          .kind = kind,
          .from_slate = false,
          .quantity = 1,
          .price = {cents}};
}
double At(const PropensityRow& row, PropensityFeature f) { return row[static_cast<std::size_t>(f)]; }

// By hand from the definitions in propensity_model.h.
TEST(PropensityModel, FeaturesOfAHandMadeHistory) {
  ShopperHistory h;
  h.Apply(Event(ShopEventKind::kSessionStart, 0, 0, 0));
  h.Apply(Event(ShopEventKind::kView, 0, 0, 0, 100));
  h.Apply(Event(ShopEventKind::kView, 0, 0, 0, 100));
  h.Apply(Event(ShopEventKind::kPurchase, 0, 0, 0.5, 4900));
  h.Apply(Event(ShopEventKind::kSessionStart, 0, 1, 3));
  h.Apply(Event(ShopEventKind::kCart, 0, 1, 3.5, 100));
  h.Apply(Event(ShopEventKind::kSessionStart, 0, 2, 4));
  const PropensityRow row = PropensityFeatures(h, SimTime{} + Days(4), true);
  EXPECT_EQ(At(row, PropensityFeature::kOne), 1);
  EXPECT_NEAR(At(row, PropensityFeature::kSessions), std::log(3), 1e-12);  // two earlier sessions
  EXPECT_NEAR(At(row, PropensityFeature::kViews), std::log(3), 1e-12);
  EXPECT_NEAR(At(row, PropensityFeature::kCarts), std::log(2), 1e-12);
  EXPECT_NEAR(At(row, PropensityFeature::kOrders), std::log(2), 1e-12);
  EXPECT_NEAR(At(row, PropensityFeature::kSpent), std::log(50), 1e-12);
  EXPECT_NEAR(At(row, PropensityFeature::kOrderRecency), std::log(4.5), 1e-12);
  EXPECT_EQ(At(row, PropensityFeature::kHasOrdered), 1);
  EXPECT_NEAR(At(row, PropensityFeature::kVisitRecency), std::log(2), 1e-12);
  EXPECT_EQ(At(row, PropensityFeature::kOpenCart), 1);
  EXPECT_EQ(At(row, PropensityFeature::kCoupon), 1);
}

TEST(PropensityModel, ANewShopperHasNoPast) {
  ShopperHistory h;
  h.Apply(Event(ShopEventKind::kSessionStart, 0, 0, 9));
  const PropensityRow row = PropensityFeatures(h, SimTime{} + Days(9), false);
  for (std::size_t j = 1; j < row.size(); ++j) EXPECT_EQ(row[j], 0) << j;
}

// Rule: a session's row knows what happened before it, never what happens in it; its target is its own purchase.
TEST(PropensityModel, ReplayCountsOnlyThePast) {
  ShopLog log;
  log.events = {Event(ShopEventKind::kSessionStart, 0, 0, 0), Event(ShopEventKind::kView, 0, 0, 0, 100),
                Event(ShopEventKind::kSessionStart, 1, 1, 0),  // another shopper in between
                Event(ShopEventKind::kPurchase, 0, 0, 0.1, 900), Event(ShopEventKind::kSessionStart, 0, 2, 5)};
  log.coupons.push_back(
      {.time = SimTime{} + Days(5), .shopper = ShopperId(0), .session = SessionId(2), .percent = 0.1});
  std::vector<ShopperHistory> histories;
  const BinomialRows rows = ReplaySessions(log, histories);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows.successes, (std::vector<double>{1, 0, 0}));
  const auto feature = [&](std::size_t row, PropensityFeature f) {
    return rows.x[row * kPropensityFeatures + static_cast<std::size_t>(f)];
  };
  EXPECT_EQ(feature(0, PropensityFeature::kViews), 0);
  EXPECT_EQ(feature(0, PropensityFeature::kHasOrdered), 0);
  EXPECT_EQ(feature(1, PropensityFeature::kViews), 0);
  EXPECT_NEAR(feature(2, PropensityFeature::kViews), std::log(2), 1e-12);
  EXPECT_EQ(feature(2, PropensityFeature::kHasOrdered), 1);
  EXPECT_EQ(feature(0, PropensityFeature::kCoupon), 0);
  EXPECT_EQ(feature(2, PropensityFeature::kCoupon), 1);
  ASSERT_EQ(histories.size(), 2U);
  EXPECT_EQ(histories[0].sessions, 2);
}

TEST(PropensityModel, QuantilesAreOrderStatistics) {
  EXPECT_EQ(QuantileOf({5, 1, 3}, 0), 1);
  EXPECT_EQ(QuantileOf({5, 1, 3}, 0.5), 3);
  EXPECT_EQ(QuantileOf({5, 1, 3}, 1), 5);
  EXPECT_EQ(QuantileOf({}, 0.5), 0);
}

/// A log in which an open cart raises the log odds of an order by 2 from −3, and a coupon by 1.
ShopLog PlantedLog(int shoppers, int sessions, std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  const auto chance = [&bits](double p) { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53 < p; };
  ShopLog log;
  std::vector<ShopperHistory> histories(static_cast<std::size_t>(shoppers));
  const auto add = [&](const ShopEvent& e) {
    log.events.push_back(e);
    histories[e.shopper.index()].Apply(e);
  };
  for (int s = 0; s < sessions; ++s) {
    const int u = s % shoppers;
    const double day = 0.001 * s;
    add(Event(ShopEventKind::kSessionStart, u, s, day));
    const bool open = histories[static_cast<std::size_t>(u)].CartOpen(SimTime{} + Days(day), 14);
    const bool coupon = chance(0.5);
    log.coupons.push_back({.time = SimTime{} + Days(day),
                           .shopper = ShopperId(u),
                           .session = SessionId(s),
                           .percent = coupon ? 0.1 : 0.0,
                           .propensity = 0.5});
    if (chance(1 / (1 + std::exp(3 - (open ? 2 : 0) - (coupon ? 1 : 0)))))
      add(Event(ShopEventKind::kPurchase, u, s, day, 1000));
    if (chance(0.3)) add(Event(ShopEventKind::kCart, u, s, day, 1000));
  }
  return log;
}

// Planted truth. Estimates scatter around it with the fit's standard error (about 0.06 here); the other nine
// coefficients are 0. Allowed: 5 standard errors, a false alarm below 1e-5 over all, plus 0.02 for the prior's pull.
TEST(PropensityModel, RecoversPlantedCoefficients) {
  std::vector<ShopperHistory> histories;
  const BinomialRows rows = ReplaySessions(PlantedLog(4000, 40000, 21), histories);
  const PropensityModel model = FitPropensity(rows, 0.1, 30);
  ASSERT_EQ(model.trained, 1);
  RidgePrior prior{std::vector<double>(kPropensityFeatures, 0.0), std::vector<double>(kPropensityFeatures, 0.1)};
  prior.precision[0] = 0;
  const LogisticFit fit = FitLogistic(rows, prior);
  PropensityRow truth{};
  truth[static_cast<std::size_t>(PropensityFeature::kOne)] = -3;
  truth[static_cast<std::size_t>(PropensityFeature::kOpenCart)] = 2;
  truth[static_cast<std::size_t>(PropensityFeature::kCoupon)] = 1;
  for (std::size_t j = 0; j < truth.size(); ++j) EXPECT_NEAR(model.beta[j], truth[j], 5 * fit.std_error[j] + 0.02) << j;
  EXPECT_LT(fit.std_error[static_cast<std::size_t>(PropensityFeature::kOpenCart)], 0.2);
}

// Rule: the score leaves out the coupon, so it does not rise because past offers went to somebody.
TEST(PropensityModel, ScoresAreWithoutACoupon) {
  std::vector<ShopperHistory> histories;
  const BinomialRows rows = ReplaySessions(PlantedLog(500, 5000, 22), histories);
  const PropensityModel model = FitPropensity(rows, 0.1, 30);
  const std::vector<double> scores = PropensityScores(model, rows);
  for (std::size_t i = 0; i < 200; ++i) {
    double expected = 0;
    for (std::size_t j = 0; j + 1 < kPropensityFeatures; ++j)
      expected += model.beta[j] * rows.x[i * kPropensityFeatures + j];
    EXPECT_NEAR(scores[i], expected, 1e-9);
  }
}

TEST(PropensityModel, FewOrdersLeaveItUntrained) {
  ShopLog log;
  for (int s = 0; s < 100; ++s) log.events.push_back(Event(ShopEventKind::kSessionStart, s, s, s));
  std::vector<ShopperHistory> histories;
  EXPECT_EQ(FitPropensity(ReplaySessions(log, histories), 0.1, 30).trained, 0);
}

/// A shop whose item 0 sells at 10.00 and costs 6.00, as in PlantedLog; it leaves a margin to give away.
struct MarginShop : TestShop {
  explicit MarginShop(int shoppers) : TestShop(5, 1, shoppers) {
    catalogue.list_price[0] = records.price[0] = {1000};
    catalogue.unit_cost[0] = {600};
  }
};

struct Offers {
  int given = 0;
  int all = 0;
  double expected = 0;  ///< Σ probability of an offer, from the logged propensities
};

std::unique_ptr<Strategy> MakeTrained(const TestShop& shop, const ParamMap& given, const ShopLog& log) {
  std::vector<Params::Issue> issues;
  const Params params(PropensityInfo(), given, issues);
  EXPECT_TRUE(issues.empty());
  auto strategy = MakePropensity(params, {&shop.view, nullptr});
  Rng rng(Dice(1, 1), Purpose::kTest, 0);
  strategy->Train(log, rng);
  return strategy;
}

Offers AskAll(Strategy& strategy, const TestShop& shop, int rounds) {
  auto& policy = dynamic_cast<CouponPolicy&>(strategy);
  Rng rng(Dice(2, 1), Purpose::kTest, 1);
  Offers offers;
  for (int n = 0; n < rounds; ++n) {
    const CouponDecision d = policy.Offer({ShopperId(n % shop.view.shoppers()), SimTime{} + Days(50), {}, false}, rng);
    EXPECT_GT(d.propensity, 0);
    EXPECT_LT(d.propensity, 1);
    ++offers.all;
    offers.given += d.coupon ? 1 : 0;
    offers.expected += d.coupon ? d.propensity : 1 - d.propensity;
  }
  return offers;
}

// Rule: logged propensities are the true ones. The count of offers lies within 4.9 sd of Σ p: false alarm 1e-6.
TEST(Propensity, OfferRateMatchesLoggedPropensities) {
  MarginShop shop(4000);
  const auto strategy = MakeTrained(shop, {{"explore", {0.2, {}}}}, PlantedLog(4000, 40000, 23));
  const Offers offers = AskAll(*strategy, shop, 40000);
  EXPECT_NEAR(offers.given, offers.expected, 4.9 * std::sqrt(40000 * 0.25));
  EXPECT_GT(offers.given, 40000 * 0.15);
  EXPECT_LT(offers.given, 40000 * 0.85);
}

// Rule: without a model only the coin decides, and offers go to half of the explored share.
TEST(Propensity, AnEmptyLogOnlyExplores) {
  TestShop shop(5, 1, 100);
  const auto strategy = MakeTrained(shop, {{"explore", {0.2, {}}}}, {});
  const Offers offers = AskAll(*strategy, shop, 20000);
  EXPECT_NEAR(offers.expected, 20000 * 0.1, 1e-6);
  EXPECT_NEAR(offers.given, 2000, 4.9 * std::sqrt(20000 * 0.1 * 0.9));
}

// Rule: offers go to the middle. With the band above the 90 % quantile cut off, holders of an open cart (the
// likeliest buyers, 20–30 % of shoppers here) are left out when the band ends at 0.5.
TEST(Propensity, SureBuyersGetNoOffer) {
  MarginShop shop(2000);
  const ShopLog log = PlantedLog(2000, 40000, 24);
  const auto strategy =
      MakeTrained(shop, {{"explore", {0.001, {}}}, {"from_quantile", {0.0, {}}}, {"to_quantile", {0.5, {}}}}, log);
  auto& policy = dynamic_cast<CouponPolicy&>(*strategy);
  const auto start = [&](int u) { strategy->Observe(Event(ShopEventKind::kSessionStart, u, 90000 + u, 41)); };
  int cart_offers = 0, other_offers = 0, carts = 0, others = 0;
  std::vector<ShopperHistory> histories;
  ReplaySessions(log, histories);
  Rng rng(Dice(3, 1), Purpose::kTest, 1);
  for (int u = 0; u < 2000; ++u) {
    start(u);
    const bool open = histories[static_cast<std::size_t>(u)].CartOpen(SimTime{} + Days(41), 14);
    const bool offered = policy.Offer({ShopperId(u), SimTime{} + Days(41), {}, false}, rng).coupon.has_value();
    (open ? carts : others) += 1;
    (open ? cart_offers : other_offers) += offered ? 1 : 0;
  }
  ASSERT_GT(carts, 200);
  ASSERT_GT(others, 200);
  EXPECT_LT(cart_offers, 0.02 * carts);
  EXPECT_GT(other_offers, 0.3 * others);
}

// Rule: at most share_of_margin of the margin; TestShop sells at 60 % cost.
TEST(Propensity, OffersStayWithinTheMargin) {
  TestShop shop(5, 1, 10);
  const auto strategy =
      MakeTrained(shop, {{"discount", {0.5, {}}}, {"explore", {1.0, {}}}, {"share_of_margin", {0.25, {}}}}, {});
  auto& policy = dynamic_cast<CouponPolicy&>(*strategy);
  Rng rng(Dice(4, 1), Purpose::kTest, 1);
  int offers = 0;
  for (int n = 0; n < 200; ++n) {
    const CouponDecision d = policy.Offer({ShopperId(n % 10), SimTime{}, {}, false}, rng);
    if (!d.coupon) continue;
    ++offers;
    EXPECT_NEAR(d.coupon->percent, 0.10, 0.011);  // 25 % of 40 %, whole per cents rounded down
    EXPECT_LE(d.coupon->percent, 0.10 + 1e-9);
  }
  EXPECT_GT(offers, 50);
}

TEST(Propensity, AShopWithoutMarginOffersNothing) {
  TestShop shop(5, 1, 10);
  shop.catalogue.unit_cost = shop.catalogue.list_price;
  const auto strategy = MakeTrained(shop, {{"explore", {1.0, {}}}}, {});
  Rng rng(Dice(4, 1), Purpose::kTest, 1);
  const CouponDecision d = dynamic_cast<CouponPolicy&>(*strategy).Offer({ShopperId(0), SimTime{}, {}, false}, rng);
  EXPECT_FALSE(d.coupon);
  EXPECT_EQ(d.propensity, 1);
}

}  // namespace
}  // namespace souk
