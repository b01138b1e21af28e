#include "tests/conformance/conformance_shop.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/world/help_desk.h"

namespace souk::testing {
namespace {

Rng TestRng(std::uint64_t seed, std::uint32_t entity) { return Rng(Dice(seed, 0), Purpose::kTest, entity); }

void AddSlates(TestShop& shop, Rng& rng) {
  ShopLog& log = shop.records.log;
  for (const ShopEvent& e : log.events) {
    if (e.kind != ShopEventKind::kView || rng.Uniform() < 0.5) continue;
    const auto begin = static_cast<std::int32_t>(log.slate_items.size());
    const int size = std::min(4, shop.catalogue.items());
    for (int r = 0; r < size; ++r) {
      log.slate_items.emplace_back((e.item.value + r + 1) % shop.catalogue.items());
    }
    log.slates.push_back({e.time, e.shopper, e.session, begin, static_cast<std::int16_t>(size),
                          static_cast<std::int16_t>(rng.Uniform() < 0.1 ? 0 : -1), shop.catalogue.items() - 1});
  }
}

void AddCoupons(TestShop& shop, Rng& rng) {
  ShopLog& log = shop.records.log;
  std::set<std::int32_t> with_order;
  for (const ShopEvent& e : log.events)
    if (e.kind == ShopEventKind::kPurchase) with_order.insert(e.session.value);
  for (const ShopEvent& e : log.events) {
    if (e.kind != ShopEventKind::kSessionStart) continue;
    const bool offered = rng.Uniform() < 0.3;
    const bool ordered = with_order.contains(e.session.value);
    log.coupons.push_back({e.time,
                           e.shopper,
                           e.session,
                           offered ? 0.1 : 0.0,
                           {},
                           offered ? 0.3 : 0.7,
                           offered && ordered,
                           ordered,
                           ordered ? Money{2500} : Money{}});
  }
}

void AddChats(TestShop& shop, const HelpDesk& desk, Rng& rng) {
  const SimTime start = shop.records.log.events.empty() ? SimTime{} : shop.records.log.events.front().time;
  for (int n = 0; n < 150; ++n) {
    const IntentId intent = desk.PickIntent(rng.Uniform());
    const bool escalated = n % 3 != 0;
    shop.records.log.chats.push_back({start + Hours(n), ShopperId(n % shop.view.shoppers()), ItemId(0),
                                      desk.Ask(intent, "", 0.02, rng), intent, 0.4, escalated,
                                      escalated ? intent : IntentId{}, !escalated});
  }
}

}  // namespace

std::unique_ptr<TestShop> MakeConformanceShop(const ShopShape& shape, std::uint64_t seed) {
  auto shop = std::make_unique<TestShop>(shape.items, shape.categories, shape.shoppers, seed);
  const HelpDesk desk;
  if (shape.help_pages) {
    shop->faq = desk.articles();
    shop->intents = desk.intents();
  }
  Rng rng = TestRng(seed, 1);
  for (std::size_t i = 0; i < shop->records.price.size(); ++i) {
    const Money list = shop->catalogue.list_price[i];
    shop->records.price[i] = Scale(list, 0.9 + 0.2 * rng.Uniform());
    shop->records.competitor_price[i] = Scale(list, 0.7 + 0.6 * rng.Uniform());
  }
  if (shape.sessions > 0) {
    FillTestLog(*shop, shape.sessions, 5, seed);
    AddSlates(*shop, rng);
    AddCoupons(*shop, rng);
    if (shape.help_pages) AddChats(*shop, desk, rng);
    for (int i = 0; i < shape.items; ++i)
      shop->records.log.prices.push_back(
          {SimTime{}, ItemId(i), shop->records.price[static_cast<std::size_t>(i)], 1.0 / 3});
    for (int u = 0; u < shape.shoppers; u += 3)
      shop->records.log.messages.push_back({shop->records.now - Days(3), ShopperId(u), 0, 1, u % 2 == 0});
    for (int u = 0; u < shape.shoppers; u += 7) shop->records.profiles[static_cast<std::size_t>(u)].opted_out = true;
  }
  shop->records.profiles.resize(static_cast<std::size_t>(shape.shoppers + shape.strangers));
  for (int i = 9; i < shape.items; i += 10) shop->SetAvailable(i, false);
  return shop;
}

double MadeUpTruth::ViewUtility(ShopperId shopper, ItemId item) const {
  return ToNormal(Mix64(Index(static_cast<std::uint64_t>(shopper.value), static_cast<std::uint64_t>(item.value))));
}
double MadeUpTruth::PurchaseLogit(ShopperId shopper, ItemId item) const { return -3 + ViewUtility(shopper, item); }
CategoryId MadeUpTruth::NextCategory(ShopperId shopper) const {
  if (shopper.value % 4 == 0) return {};
  return CategoryId(shopper.value % shop_->catalogue.categories);
}

namespace {

void ExpectProbability(double p) {
  EXPECT_GT(p, 0);
  EXPECT_LE(p, 1);
}

std::string CheckedCoupon(const Coupon& coupon) {
  EXPECT_GE(coupon.percent, 0);
  EXPECT_LT(coupon.percent, 1);
  EXPECT_GE(coupon.face.cents, 0);
  EXPECT_NE(coupon.percent > 0, coupon.face.cents > 0) << "a coupon has a percentage or a face value, one of them";
  EXPECT_GE(coupon.min_basket.cents, 0);
  EXPECT_GT(coupon.valid_for.us, 0);
  EXPECT_GE(coupon.issue_cost.cents, 0);
  return fmt::format("coupon {} {} {} {} {}", coupon.percent, coupon.face.cents, coupon.min_basket.cents,
                     coupon.valid_for.us, coupon.issue_cost.cents);
}

std::string AskRecommender(Recommender& recommender, const TestShop& shop, Rng& rng) {
  std::string text;
  const int items = shop.catalogue.items();
  for (int u = 0; u < shop.view.shoppers(); ++u) {
    const int views = u % 4;
    std::vector<ItemId> viewed;
    for (int v = 0; v < views; ++v) viewed.emplace_back(static_cast<std::int32_t>(rng.Below(items)));
    for (const int k : {1, 8, Slate::kMax}) {
      // Every other shopper has a cart: two items, one of them seen in this session where there is one.
      std::vector<ItemId> cart;
      if (u % 2 == 1) cart = {ItemId((7 * u) % items), views > 0 ? viewed.front() : ItemId((7 * u + 1) % items)};
      RecommendRequest request{.page = PageKind::kHome,
                               .shopper = ShopperId(u),
                               .now = shop.records.now,
                               .anchor = {},
                               .session_items = viewed,
                               .k = k,
                               .exclude = cart};
      if (views > 0) {
        request.page = PageKind::kProduct;
        request.anchor = viewed.back();
      }
      const Slate slate = recommender.Recommend(request, rng);
      EXPECT_GE(slate.size, 0);
      EXPECT_LE(slate.size, k);
      std::set<ItemId> seen;
      for (int r = 0; r < std::min(slate.size, k); ++r) {
        const ItemId item = slate.items[static_cast<std::size_t>(r)];
        const float propensity = slate.propensity[static_cast<std::size_t>(r)];
        const bool exists = item.valid() && item.value < items;
        EXPECT_TRUE(exists);
        if (!exists) continue;
        EXPECT_TRUE(shop.view.available(item)) << "item " << item.value;
        EXPECT_NE(item, request.anchor);
        EXPECT_EQ(std::count(cart.begin(), cart.end(), item), 0) << "item " << item.value << " was excluded";
        EXPECT_TRUE(seen.insert(item).second) << "item " << item.value << " twice";
        ExpectProbability(static_cast<double>(propensity));
        text += fmt::format(" {}:{}", item.value, propensity);
      }
      text += '\n';
    }
  }
  return text;
}

std::string AskCoupons(CouponPolicy& policy, const TestShop& shop, Rng& rng) {
  std::string text;
  for (int u = 0; u < shop.view.shoppers(); ++u) {
    for (const std::int64_t cart : {0, 4999}) {
      const CouponRequest request{ShopperId(u), shop.records.now, Money{cart}, u % 2 == 0};
      const CouponDecision decision = policy.Offer(request, rng);
      ExpectProbability(decision.propensity);
      EXPECT_GE(decision.eligible, 1);
      EXPECT_TRUE(decision.propensity == 1 || decision.eligible > 1) << "a choice with one alternative";
      text += fmt::format("{} of {} ", decision.propensity, decision.eligible);
      text += decision.coupon ? CheckedCoupon(*decision.coupon) : "none";
      text += '\n';
    }
  }
  return text;
}

std::string AskPricing(PricingPolicy& policy, const TestShop& shop, Rng& rng) {
  std::string text;
  int best_customer = 0;
  for (int u = 0; u < shop.view.shoppers(); ++u)
    if (shop.view.profile(ShopperId(u)).orders > shop.view.profile(ShopperId(best_customer)).orders) best_customer = u;
  for (const double days : {0.0, 1.0, 7.0, 40.0}) {
    for (int i = 0; i < shop.catalogue.items(); ++i) {
      for (const int shopper : {-1, best_customer, shop.view.shoppers() - 1}) {
        const PriceDecision decision =
            policy.Price({ItemId(i), shop.records.now + Days(days), ShopperId(shopper)}, rng);
        const auto list = static_cast<double>(shop.catalogue.list_price[static_cast<std::size_t>(i)].cents);
        EXPECT_GE(static_cast<double>(decision.price.cents), kPriceFloor * list) << "item " << i;
        EXPECT_LE(static_cast<double>(decision.price.cents), kPriceCeiling * list) << "item " << i;
        EXPECT_GE(decision.price.cents, 1);
        ExpectProbability(decision.propensity);
        EXPECT_GE(decision.eligible, 1);
        text += fmt::format("{} {} {}\n", decision.price.cents, decision.propensity, decision.eligible);
      }
    }
  }
  return text;
}

std::string AskAssistant(Assistant& assistant, const TestShop& shop, Rng& rng) {
  std::string text;
  std::vector<std::string> questions = {"",
                                        " ",
                                        "?",
                                        "qqq zzz",
                                        "wher is my pakage???",
                                        "Größe 42 \xF0\x9F\x91\x9F?",
                                        "\xFF\xFE broken bytes",
                                        std::string(20000, 'a')};
  const HelpDesk desk;
  for (int n = 0; n < 40; ++n) questions.push_back(desk.Ask(desk.PickIntent(rng.Uniform()), "Slim lamp", 0.05, rng));
  int number = 0;
  for (const std::string& question : questions) {
    for (const int turn : {0, 1}) {
      const ChatTurn asked{ShopperId(number % shop.view.shoppers()), shop.records.now,
                           ItemId(number % shop.catalogue.items()), question, turn};
      const AssistantReply reply = assistant.Reply(asked, rng);
      if (!reply.escalate) {
        EXPECT_GE(reply.article, 0);
        EXPECT_LT(reply.article, static_cast<int>(shop.faq.size()));
      }
      EXPECT_LT(reply.intent.value, static_cast<int>(shop.intents.size()));
      EXPECT_GE(reply.confidence, 0);
      EXPECT_LE(reply.confidence, 1);
      ExpectProbability(reply.propensity);
      text += fmt::format("{} {} {} {} {}\n", reply.escalate, reply.intent.value, reply.article, reply.confidence,
                          reply.propensity);
    }
    ++number;
  }
  return text;
}

std::string AskOutreach(OutreachPolicy& policy, const TestShop& shop, Rng& rng) {
  std::string text;
  for (const int ahead : {0, 1, 20}) {
    const SimTime now = shop.records.now + Days(ahead) + Hours(10);
    std::set<ShopperId> seen;
    for (const Message& m : policy.Plan({now.day(), now}, rng)) {
      const bool exists = m.shopper.valid() && m.shopper.value < shop.view.shoppers();
      EXPECT_TRUE(exists);
      if (!exists) continue;
      const ShopperProfile& profile = shop.view.profile(m.shopper);
      EXPECT_NE(profile.first_seen, kNever) << "shopper " << m.shopper.value << " is not known to the shop";
      EXPECT_FALSE(profile.opted_out) << "shopper " << m.shopper.value;
      EXPECT_TRUE(seen.insert(m.shopper).second) << "shopper " << m.shopper.value << " twice";
      EXPECT_GE(m.send_at, now);
      EXPECT_LE(m.send_at, now + Days(1));
      ExpectProbability(m.propensity);
      text += fmt::format("{} {} {} {} {} {}\n", m.shopper.value, static_cast<int>(m.channel), m.send_at.us,
                          static_cast<int>(m.content), m.propensity, m.coupon ? CheckedCoupon(*m.coupon) : "none");
    }
    text += "--\n";
  }
  return text;
}

}  // namespace

std::string AskEverything(Strategy& strategy, Slot slot, const TestShop& shop, std::uint64_t seed) {
  Rng rng = TestRng(seed, 2);
  switch (slot) {
    case Slot::kRecommender: return AskRecommender(dynamic_cast<Recommender&>(strategy), shop, rng);
    case Slot::kCoupons: return AskCoupons(dynamic_cast<CouponPolicy&>(strategy), shop, rng);
    case Slot::kPricing: return AskPricing(dynamic_cast<PricingPolicy&>(strategy), shop, rng);
    case Slot::kAssistant: return AskAssistant(dynamic_cast<Assistant&>(strategy), shop, rng);
    case Slot::kOutreach: return AskOutreach(dynamic_cast<OutreachPolicy&>(strategy), shop, rng);
  }
  return {};
}

}  // namespace souk::testing
