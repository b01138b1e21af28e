#pragma once
// Shops small enough to count by hand: a scenario without chance, strategies that answer what the test tells them, and
// a sink that keeps everything. A test switches on what its rule is about and nothing else.

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sim/market/market.h"
#include "sim/outcome/tally.h"

namespace souk::testing {

constexpr double kSurely = 60;   ///< as a logit: the chance differs from 1 by 1e-26, below the last bit of a draw
constexpr double kHardly = -60;  ///< the opposite

/// One shopper, `items` items of one category at 10.00 with cost 6.00, all known from the start and unlimited. A
/// session looks at one item by way of the category list, ten seconds long, buys nothing and leaves; nobody comes back.
/// Every hour is as busy as any other, so operational hours are hours of the clock.
inline Scenario CalmScenario(int items = 1, int shoppers = 1) {
  Scenario s;
  s.name = "calm";
  s.time = {.warmup_days = 0, .days = 60, .start_month = 1};
  s.catalogue.items = items;
  s.catalogue.departments = s.catalogue.categories = s.catalogue.brands = 1;
  s.catalogue.style_dims = 2;
  s.catalogue.launch_share = 0;
  s.population.shoppers = shoppers;
  s.population.favourites = 1;
  s.population.budget_per_month = Distribution::Constant(1e6);
  s.population.patience_s = Distribution::Constant(1e6);
  s.population.fraud_share = 0;
  s.population.brand_loyalty = 0;
  s.arrivals.return_law =
      LognormalReturn{.offset_h = 0, .mean_log_h = 3.178053830347946, .sd_visitor = 0, .sd_visit = 0};  // ln 24
  s.arrivals.hour_profile.fill(1);
  s.arrivals.weekday_profile.fill(1);
  s.arrivals.month_profile.fill(1);
  s.arrivals.day_noise_sd = 0;
  BrowseSpec& b = s.browse;
  b.leave = LogitNormalLeave{.intercept = kSurely, .sd_visitor = 0, .sd_session = 0};
  b.bounce_logit = b.leave_per_latency_s = b.leave_per_quality = 0;
  b.home_share = b.direct_share = 0;
  b.dwell_median_s = 10;
  b.dwell_sd = b.dwell_sd_session = 0;
  b.dwell_cart_factor = b.dwell_buy_factor = 1;
  b.revisit_session = b.revisit_history = 0;
  b.organic_gamma = 1;
  b.slate_attention = 0;
  s.choice.elasticity_sd = 0;
  PurchaseSpec& p = s.purchase;
  p.cart_intercept = p.buy_intercept = p.checkout = kHardly;
  p.cart_per_view = p.buy_per_log_view = p.buy_depth = 0;
  p.sd_visitor = p.sd_session = p.checkout_sd_visitor = 0;
  p.match_weight = p.price_weight = p.mobile_logit = 0;
  p.checkout_finish = 1;
  p.payment_failure = p.extra_unit = p.add_on = 0;
  s.after.delivery_days = Distribution::Constant(2);
  s.after.return_days = Distribution::Constant(3);
  s.after.return_match = s.after.return_rate_sd = s.after.satisfaction_visit = 0;
  s.stock.limited = false;
  s.stock.lead_days = Distribution::Constant(4);
  s.competitor.sd = s.competitor.weight = 0;
  s.server.page_s = Distribution::Constant(0.1);
  s.chat.question_rate = 0;
  s.chat.typing_s = Distribution::Constant(20);
  s.chat.reading_s = Distribution::Constant(12);
  s.chat.handling_s = Distribution::Constant(300);
  s.chat.agent_patience_s = Distribution::Constant(180);
  s.contact.coupon_awareness = s.contact.message_open = 1;
  s.contact.message_visit = s.contact.opt_out = s.contact.fatigue = 0;
  return s;
}

/// The world of a calm scenario, whose hidden traits are plain too: every shopper first comes at noon of day 0, is lost
/// after the session, has taste (1, 0), likes brand 0, asks and answers as the mean does; every item has style (0, 0).
inline World CalmWorld(const Scenario& scenario) {
  World world = BuildWorld(scenario, 0);
  const auto items = static_cast<std::size_t>(world.catalogue.items());
  world.catalogue.list_price.assign(items, Money{1000});
  world.catalogue.unit_cost.assign(items, Money{600});
  world.catalogue.launch_day.assign(items, 0);
  world.hidden.quality.assign(items, 0);
  world.hidden.style.assign(items * 2, 0);
  std::fill(world.hidden.return_logit.begin(), world.hidden.return_logit.end(), static_cast<float>(kHardly));
  for (Shopper& u : world.population.shoppers) {
    u.z_leave = u.z_purchase = u.z_return = u.z_checkout = 0;
    u.help_need = u.coupon_proneness = u.contact = u.rate = 1;
    u.dropout = 1;
    u.brand = BrandId(0);
    u.mobile = u.fraud = false;
    u.first_visit = SimTime{} + Hours(12);
  }
  for (std::size_t n = 0; n < world.population.taste.size(); ++n) world.population.taste[n] = n % 2 == 0 ? 1 : 0;
  return world;
}

/// What the five strategies of a test answer; unset: no slate, no coupon, list price, an agent, no messages.
struct Answers {
  std::function<Slate(const RecommendRequest&)> slate;
  std::function<std::optional<Coupon>(const CouponRequest&)> coupon;
  std::function<Money(const PriceRequest&)> price;
  std::function<AssistantReply(const ChatTurn&)> reply;
  std::function<std::vector<Message>(const OutreachRequest&)> plan;
  std::array<int, kSlots> trained{};  ///< calls of Train so far
};

/// Counts trainings; nothing to save.
template <class Base>
class Stub : public Base {
 public:
  Stub(Answers& answers, Slot slot) : answers_(answers), slot_(slot) {}
  void Train(const ShopLog&, Rng&) override { ++answers_.trained[static_cast<std::size_t>(slot_)]; }
  void Save(std::ostream&) const override {}
  void Load(std::istream&) override {}

 protected:
  Answers& answers_;
  Slot slot_;
};

struct StubRecommender final : Stub<Recommender> {
  using Stub::Stub;
  /// What the test answers, but for what may not be shown.
  Slate Recommend(const RecommendRequest& r, Rng&) override {
    Slate slate;
    if (!answers_.slate) return slate;
    const Slate asked = answers_.slate(r);
    for (int n = 0; n < asked.size; ++n) {
      const ItemId item = asked.items[static_cast<std::size_t>(n)];
      if (std::find(r.exclude.begin(), r.exclude.end(), item) == r.exclude.end())
        slate.Add(item, asked.propensity[static_cast<std::size_t>(n)]);
    }
    return slate;
  }
};
struct StubCoupons final : Stub<CouponPolicy> {
  using Stub::Stub;
  CouponDecision Offer(const CouponRequest& r, Rng&) override {
    return {answers_.coupon ? answers_.coupon(r) : std::nullopt, 1, 2};
  }
};
struct StubPricing final : Stub<PricingPolicy> {
  StubPricing(Answers& answers, const World& world) : Stub(answers, Slot::kPricing), world_(world) {}
  PriceDecision Price(const PriceRequest& r, Rng&) override {
    PriceDecision decision;
    decision.price = answers_.price ? answers_.price(r) : world_.catalogue.list_price[r.item.index()];
    return decision;
  }
  const World& world_;
};
struct StubAssistant final : Stub<Assistant> {
  using Stub::Stub;
  AssistantReply Reply(const ChatTurn& t, Rng&) override {
    return answers_.reply ? answers_.reply(t) : AssistantReply{};
  }
};
struct StubOutreach final : Stub<OutreachPolicy> {
  using Stub::Stub;
  std::vector<Message> Plan(const OutreachRequest& r, Rng&) override {
    return answers_.plan ? answers_.plan(r) : std::vector<Message>{};
  }
};

inline StrategySet MakeStubs(Answers& answers, const World& world) {
  StrategySet set;
  set.recommender = std::make_unique<StubRecommender>(answers, Slot::kRecommender);
  set.coupons = std::make_unique<StubCoupons>(answers, Slot::kCoupons);
  set.pricing = std::make_unique<StubPricing>(answers, world);
  set.assistant = std::make_unique<StubAssistant>(answers, Slot::kAssistant);
  set.outreach = std::make_unique<StubOutreach>(answers, Slot::kOutreach);
  return set;
}

/// Keeps every outcome and decision, and adds them up as an experiment does.
struct KeepingSink final : OutcomeSink {
  explicit KeepingSink(const World& world) : tally(Setup(world)) {}
  static Tally::Setup Setup(const World& world) {
    Tally::Setup setup;
    setup.days = world.scenario.time.days;
    setup.segments = 1;
    setup.segment_of.assign(world.population.shoppers.size(), 0);
    for (const CategoryId c : world.catalogue.category) setup.category_of.push_back(c.value);
    return setup;
  }
  void Record(const Outcome& o) override {
    all.push_back(o);
    tally.Record(o);
    if (on_outcome) on_outcome(o);
  }
  void RecordSlate(const Outcome& page, std::span<const ItemId> items, std::span<const float> propensity) override {
    tally.RecordSlate(page, items, propensity);
  }
  void RecordDecision(const DecisionOutcome& d) override { decisions.push_back(d); }

  [[nodiscard]] std::vector<Outcome> Of(OutcomeKind kind) const {
    std::vector<Outcome> found;
    std::copy_if(all.begin(), all.end(), std::back_inserter(found), [&](const Outcome& o) { return o.kind == kind; });
    return found;
  }
  [[nodiscard]] int Count(OutcomeKind kind) const { return static_cast<int>(Of(kind).size()); }
  [[nodiscard]] Sums Total() const { return tally.BySegment().front(); }

  std::vector<Outcome> all;
  std::vector<DecisionOutcome> decisions;
  Tally tally;
  std::function<void(const Outcome&)> on_outcome;
};

/// One shop under stubs. Change `world` and `answers`, then Run. Never moved: everything points into it.
struct SmallMarket {
  explicit SmallMarket(const Scenario& scenario) : world(CalmWorld(scenario)) {}
  SmallMarket(const SmallMarket&) = delete;
  SmallMarket& operator=(const SmallMarket&) = delete;

  Shopper& shopper(int u = 0) { return world.population.shoppers[static_cast<std::size_t>(u)]; }
  /// Opens the shop, if it is not open yet, and trains the strategies.
  void Open() {
    if (market) return;
    state = OpenShop(world);
    sink.emplace(world);
    strategies = MakeStubs(answers, world);
    market.emplace(world, state, strategies, world.dice.ForArm(0), *sink);
  }
  KeepingSink& Run(double days) {
    Open();
    market->RunUntil(SimTime{} + Days(days));
    return *sink;
  }

  World world;
  Answers answers;
  MarketState state;
  std::optional<KeepingSink> sink;
  StrategySet strategies;
  std::optional<Market> market;
};

/// `percent` off, or `face` cents off.
inline Coupon PercentOff(double percent) {
  Coupon coupon;
  coupon.percent = percent;
  return coupon;
}
inline Coupon FaceOff(std::int64_t cents) {
  Coupon coupon;
  coupon.face = Money{cents};
  return coupon;
}

}  // namespace souk::testing
