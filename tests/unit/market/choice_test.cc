// Rules under test (choice.h; DESIGN 3 "choice is random utility"): what a shopper makes of an item, with the sign of
// every part, written out here with std:: functions and numbers set by hand; and that the oracle is told just this.
#include "sim/market/choice.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/small_market.h"

namespace souk {
namespace {

using testing::CalmScenario;
using testing::SmallMarket;

/// Item 0 at 12.00 against a list price of 10.00 and 9.00 elsewhere; the shopper is used to 1.1 times list.
Scenario Tastes() {
  Scenario s = CalmScenario(2);
  s.choice.match_weight = 1.7;
  s.choice.quality_weight = 2;
  s.choice.elasticity = 2.5;
  s.choice.loss_aversion = 1.5;
  s.choice.reference_memory = 0.3;
  s.population.brand_loyalty = 0.2;
  s.competitor.weight = 0.15;
  s.purchase.sd_visitor = 0.65;
  s.purchase.sd_session = 0.5;
  s.purchase.match_weight = 0.9;
  s.purchase.price_weight = 0.8;
  s.purchase.mobile_logit = -0.3;
  s.purchase.cart_intercept = -4;
  s.purchase.cart_per_view = 0.25;
  s.purchase.buy_intercept = -7;
  s.purchase.buy_per_log_view = 3;
  s.purchase.buy_depth = 0.2;
  s.purchase.view_cap = 5;
  s.contact.coupon_logit = 1.4;
  SegmentSpec segment;
  segment.purchase = 0.3;
  segment.mobile_share = 0.8;
  s.segments = {segment};
  return s;
}

struct Person : SmallMarket {
  Person() : SmallMarket(Tastes()) {
    world.hidden.style = {0.5F, 2.0F, -1.0F, 0.0F};
    world.hidden.quality = {0.25F, 0.0F};
    world.catalogue.brand = {BrandId(0), BrandId(1)};
    shopper().price_response = 2.5F;
    shopper().z_purchase = 0.5F;
    shopper().coupon_proneness = 1.25F;
    shopper().mobile = true;
    answers.price = [](const PriceRequest&) { return Money{1200}; };
    shopper().first_visit = StartOfDay(5);
    Run(1);  // sets the prices
    state.records.competitor_price.assign(2, Money{900});
    for (int i = 0; i < 2; ++i) UpdatePriceLogs(world, state, ItemId(i));
    state.shoppers[0].reference = static_cast<float>(std::log(1.1));
  }
  // 2.5 x 1.5 x ln(1.2/1.1) for a price above the reference; 0.15 x ln(9/12) for a cheaper rival.
  const double price = 0.15 * std::log(9.0 / 12) - 2.5 * 1.5 * std::log(1.2 / 1.1);
  const double match = 0.5;
};

TEST(Choice, ViewUtilityIsItsFormula) {
  Person p;
  const ChoiceModel choice(p.world);
  const double own = 1.7 * p.match + 2 * 0.25 + p.price + 0.2;
  const double other = 1.7 * -1.0 + 2 * 0.0 + p.price;  // another brand
  for (const auto& [item, expected] : {std::pair{0, own}, std::pair{1, other}}) {
    const PriceContext context = PresentPrice(p.state, ShopperId(0), ItemId(item));
    EXPECT_NEAR(choice.ViewUtility(ShopperId(0), ItemId(item), context), expected, 1e-6);
  }
}

// Below the reference the response has no loss aversion; memory 0.3 of the newest price.
TEST(Choice, PricesCountAgainstTheReference) {
  Person p;
  const ChoiceModel choice(p.world);
  const PriceContext cheap = MakePriceContext(Money{1050}, Money{1000}, Money{1050}, std::log(1.1));
  EXPECT_NEAR(choice.PriceUtility(ShopperId(0), cheap), -2.5 * std::log(1.05 / 1.1), 1e-9);
  EXPECT_NEAR(choice.NextReference(std::log(1.1), std::log(1.2)), 0.7 * std::log(1.1) + 0.3 * std::log(1.2), 1e-12);
}

TEST(Choice, LogitsAreTheirFormulas) {
  Person p;
  const ChoiceModel choice(p.world);
  CommitContext c;
  c.price = PresentPrice(p.state, ShopperId(0), ItemId(0));
  c.earlier_views = 2;
  c.depth = 3;
  c.z_session = -0.4;
  c.coupon_discount = 0.2;
  c.service = 0.15;
  c.mobile = true;
  // Mobile counts -0.3 around its mean of 0.8 x -0.3: -0.06 on mobile, 0.24 elsewhere.
  const double common =
      0.65 * 0.5 + 0.5 * -0.4 + 0.9 * (p.match + 2 * 0.25) + 0.8 * p.price + 0.3 - 0.06 + 0.15 + 1.4 * 1.25 * 0.2;
  ChoiceModel::Logits logits = choice.Commit(ShopperId(0), ItemId(0), c);
  EXPECT_NEAR(logits.cart, common - 4 + 0.25 * 2, 1e-6);
  EXPECT_NEAR(logits.buy, common - 7 + 3 * std::log(3.0) - 0.2 * std::log(3.0), 1e-6);
  c.mobile = false;
  c.earlier_views = 40;  // five count
  logits = choice.Commit(ShopperId(0), ItemId(0), c);
  EXPECT_NEAR(logits.cart, common + 0.3 - 4 + 0.25 * 5, 1e-6);
  EXPECT_NEAR(logits.buy, common + 0.3 - 7 + 3 * std::log(6.0) - 0.2 * std::log(3.0), 1e-6);
}

TEST(MarketTruth, TellsTheFormulasAtThePresentPrice) {
  Person p;
  const MarketTruth truth(p.world, p.state);
  EXPECT_NEAR(truth.ViewUtility(ShopperId(0), ItemId(0)), 1.7 * p.match + 2 * 0.25 + p.price + 0.2, 1e-6);
  // Outside a session: its mean effect, depth 1; two earlier views; no coupon.
  for (const int item : {0, 1, 0}) p.state.histories.Push(p.state.shoppers[0].history, ItemId(item));
  const double common = 0.65 * 0.5 + 0.9 * (p.match + 2 * 0.25) + 0.8 * p.price + 0.3 - 0.06;
  EXPECT_NEAR(truth.PurchaseLogit(ShopperId(0), ItemId(0)), common - 7 + 3 * std::log(3.0), 1e-6);
  p.world.scenario.purchase.buy_now = false;
  EXPECT_NEAR(truth.PurchaseLogit(ShopperId(0), ItemId(0)), common - 4 + 0.25 * 2, 1e-6);
  EXPECT_FALSE(truth.NextCategory(ShopperId(0)).valid()) << "not in the shop";
}

// The category that the oracle foresees on a page is that of the next item, when it does come from the category list.
TEST(MarketTruth, ForeseesTheNextCategory) {
  Scenario s = CalmScenario(40, 30);
  s.catalogue.categories = 8;
  s.population.favourites = 3;
  s.browse.leave = LogitNormalLeave{.intercept = 1, .sd_visitor = 0, .sd_session = 0};
  SmallMarket shop(s);
  const MarketTruth truth(shop.world, shop.state);
  std::vector<CategoryId> foreseen(30);
  int hits = 0;
  shop.answers.slate = [&](const RecommendRequest& r) {
    foreseen[r.shopper.index()] = truth.NextCategory(r.shopper);
    return Slate{};
  };
  shop.Open();
  shop.sink->on_outcome = [&](const Outcome& o) {
    if (o.kind == OutcomeKind::kSessionStart) foreseen[o.shopper.index()] = {};
    if (o.kind != OutcomeKind::kView || !foreseen[o.shopper.index()].valid()) return;
    EXPECT_EQ(shop.world.catalogue.category[o.item.index()], foreseen[o.shopper.index()]);
    ++hits;
  };
  shop.Run(1);
  EXPECT_GT(hits, 5);
}

// ---------------------------------------------------------------- what tastes do in the shop

/// Items looked at by a shopper who sees all of them side by side, with hardly any noise.
ItemId Favourite(const std::function<void(SmallMarket&)>& change) {
  Scenario s = CalmScenario(2);
  s.choice.noise_scale = 1e-9;
  s.choice.match_weight = 1;
  s.browse.organic_size = 60;
  s.population.brand_loyalty = 1;
  s.competitor.weight = 1;
  SmallMarket shop(s);
  shop.world.catalogue.brand.assign(2, BrandId(9));
  change(shop);
  shop.Open();
  for (int i = 0; i < 2; ++i) UpdatePriceLogs(shop.world, shop.state, ItemId(i));
  const auto views = shop.Run(1).Of(OutcomeKind::kView);
  EXPECT_EQ(views.size(), 1U);
  return views.empty() ? ItemId{} : views[0].item;
}

TEST(Choice, ShoppersLookAtWhatTheyLike) {
  for (int i = 0; i < 2; ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_EQ(Favourite([&](SmallMarket& m) { m.world.hidden.style[2 * at] = 1; }), ItemId(i)) << "taste";
    EXPECT_EQ(Favourite([&](SmallMarket& m) { m.world.hidden.quality[at] = 1; }), ItemId(i)) << "quality";
    EXPECT_EQ(Favourite([&](SmallMarket& m) { m.world.catalogue.brand[at] = BrandId(0); }), ItemId(i)) << "brand";
    EXPECT_EQ(Favourite([&](SmallMarket& m) {
                m.answers.price = [i](const PriceRequest& r) { return Money{r.item.value == i ? 900 : 1100}; };
              }),
              ItemId(i))
        << "price";
  }
}

// A satisfaction of 0.5 at a log rate of 2 ln 2 per unit halves the off-time of 24 hours; dissatisfaction doubles it.
TEST(Choice, TheSatisfiedComeBackSooner) {
  for (const auto& [satisfaction, hours] : {std::pair{0.5F, 12.0}, std::pair{-0.5F, 48.0}, std::pair{0.0F, 24.0}}) {
    Scenario s = CalmScenario();
    s.after.satisfaction_visit = 2 * std::log(2.0);
    SmallMarket shop(s);
    shop.shopper().dropout = 0;
    shop.Open();
    shop.state.shoppers[0].satisfaction = satisfaction;
    const auto visits = shop.Run(5).Of(OutcomeKind::kSessionStart);
    ASSERT_GE(visits.size(), 2U);
    EXPECT_NEAR((visits[1].time - visits[0].time).hours(), hours + 10.1 / 3600, 1e-6);
  }
}

// A delivery of match 1 and quality 0.5 satisfies by 2 Logistic(1.5) - 1, of which 0.3 is remembered.
TEST(Choice, SatisfactionComesFromTheMatch) {
  Scenario s = CalmScenario();
  s.purchase.buy_intercept = testing::kSurely;
  SmallMarket shop(s);
  shop.world.hidden.style = {1, 0};
  shop.world.hidden.quality = {0.5F};
  shop.Run(5);
  const double expected = 2 / (1 + std::exp(-1.5)) - 1;
  EXPECT_NEAR(shop.sink->Of(OutcomeKind::kDelivered).front().value, expected, 1e-6);
  EXPECT_NEAR(static_cast<double>(shop.state.shoppers[0].satisfaction), 0.3 * expected, 1e-6);
}

// Rule: the table's bounds hold the exact noise, at the ends of every slice and in between.
TEST(Choice, BoundsOfTheNoiseHoldIt) {
  for (const double scale : {0.0, 0.3, 1.0, 40.0}) {
    Scenario s = CalmScenario();
    s.choice.noise_scale = scale;
    const World world = BuildWorld(s, 0);
    const ChoiceModel choice(world);
    for (std::uint64_t slice = 0; slice < 256; ++slice) {
      const std::uint64_t first = slice << 56;
      for (const std::uint64_t rest : {std::uint64_t{0}, std::uint64_t{1} << 54, ~std::uint64_t{0} >> 8}) {
        const auto [least, most] = choice.NoiseBounds(first | rest);
        EXPECT_LE(least, choice.Noise(first | rest));
        EXPECT_GE(most, choice.Noise(first | rest));
      }
    }
  }
}

}  // namespace
}  // namespace souk
