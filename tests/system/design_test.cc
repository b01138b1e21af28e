// Designs in which several arms share one shop, through RunExperiment.

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "bench/experiment/experiment.h"
#include "results/statistics/heterogeneity.h"
#include "sim/market/split.h"
#include "sim/world/world.h"
#include "tests/system/designs.h"

namespace souk {
namespace {

using ::testing::ElementsAre;

/// The sums of all arms of a replication; plain totals count the shop once.
Sums OverArms(const ExperimentResult& r, std::int32_t replication) {
  Sums sums{};
  for (std::int32_t arm = 0; arm < static_cast<std::int32_t>(r.arms.size()); ++arm)
    Accumulate(sums, r.Cell(replication, arm)->Total());
  At(sums, Sum::kOne) = 1;
  return sums;
}

std::string SumsThatDiffer(const Sums& a, const Sums& b) {
  std::string names;
  for (int s = 0; s < kSums; ++s) {
    if (At(a, static_cast<Sum>(s)) != At(b, static_cast<Sum>(s)))
      names += std::string(SumName(static_cast<Sum>(s))) + " ";
  }
  return names;
}

/// Every slot filled with a strategy that draws, learns, gives and writes.
constexpr const char* kBusy =
    "recommender: random, coupons: propensity, pricing: logit-optimum, assistant: naive-bayes, outreach: "
    "abandoned-cart";

/// Prices drawn anew for every item.
class DrawnPrices final : public PricingPolicy {
 public:
  explicit DrawnPrices(const ShopView& view) : view_(&view) {}
  PriceDecision Price(const PriceRequest& request, Rng& rng) override {
    return {.price = Scale(view_->catalogue().list_price[request.item.index()], 0.8 + 0.4 * rng.Uniform())};
  }
  void Train(const ShopLog&, Rng&) override {}
  void Save(std::ostream&) const override {}
  void Load(std::istream&) override {}

 private:
  const ShopView* view_;
};

/// Letters to shoppers drawn from all whom the shop knows, to arrive `after` the plan.
class DrawnLetters final : public OutreachPolicy {
 public:
  DrawnLetters(const ShopView& view, SimDuration after) : view_(&view), after_(after) {}
  std::vector<Message> Plan(const OutreachRequest& request, Rng& rng) override {
    std::vector<Message> letters;
    for (int u = 0; u < view_->shoppers(); ++u) {
      const ShopperProfile& profile = view_->profile(ShopperId(u));
      if (rng.Uniform() > 0.2 || profile.sessions == 0 || profile.opted_out) continue;
      Message letter;
      letter.shopper = ShopperId(u);
      letter.send_at = request.now + after_;
      letters.push_back(letter);
    }
    return letters;
  }
  void Train(const ShopLog&, Rng&) override {}
  void Save(std::ostream&) const override {}
  void Load(std::istream&) override {}

 private:
  const ShopView* view_;
  SimDuration after_;
};

/// `drawn`: with prices and letters that are drawn instead of the registered strategies.
void ExpectTheShopWithOneArm(const std::string& arms, bool drawn) {
  RunOptions options;
  if (drawn) {
    options.make_strategies = [](const ArmSpec& arm, const StrategyContext& context) {
      StrategySet set = MakeStrategies(arm, context);
      set.pricing = std::make_unique<DrawnPrices>(*context.view);
      set.outreach = std::make_unique<DrawnLetters>(*context.view, Hours(2));
      return set;
    };
  }
  const ExperimentResult alone = RunExperiment(Read("tiny/shop.yaml", {{"arms", arms}}), options);
  const ExperimentResult test =
      RunExperiment(Read("tiny/shop.yaml", {{"arms", arms}, {"design.kind", "ab-test"}}), options);
  ASSERT_EQ(test.design, "ab-test");
  for (std::int32_t n = 0; n < 3; ++n) {
    ASSERT_EQ(alone.Cell(n, 0)->error, "");
    ASSERT_EQ(test.Cell(n, 0)->error, "");
    EXPECT_EQ(SumsThatDiffer(OverArms(test, n), alone.Cell(n, 0)->Total()), "") << "replication " << n;
    for (std::size_t d = 0; d < 7; ++d) {
      Sums day{};
      for (int arm = 0; arm < 3; ++arm) Accumulate(day, test.Cell(n, arm)->by_day[d]);
      At(day, Sum::kOne) = 1;  // the whole shop counts as one
      EXPECT_EQ(SumsThatDiffer(day, alone.Cell(n, 0)->by_day[d]), "") << "replication " << n << ", day " << d;
    }
    for (int arm = 0; arm < 3; ++arm) EXPECT_GT(At(test.Cell(n, arm)->Total(), Sum::kMessages), 0);
    EXPECT_GT(At(test.Cell(n, 2)->Total(), Sum::kCouponOffers), 0);
  }
}

// Rule: two arms of the same strategies in one shop are the shop with one arm, to the cent, whoever belongs to which.
TEST(AbTest, IdenticalArmsAddUpToTheShopWithOneArm) {
  const std::string busy = kBusy;
  const std::string arms = Arms({"name: incumbent, " + busy, "name: same, " + busy, "name: third, share: 3, " + busy});
  for (const bool drawn : {false, true}) ExpectTheShopWithOneArm(arms, drawn);
}

TEST(Switchback, IdenticalArmsAddUpToTheShopWithOneArm) {
  const std::string busy = kBusy;
  const std::string arms = Arms({"name: incumbent, " + busy, "name: same, " + busy});
  const ExperimentResult alone = RunExperiment(Read("tiny/shop.yaml", {{"arms", arms}}), {});
  const ExperimentResult test =
      RunExperiment(Read("tiny/shop.yaml", {{"arms", arms}, {"design", "{kind: switchback, block_h: 12}"}}), {});
  const std::vector<Sum> additive = {Sum::kSessions, Sum::kViews,        Sum::kOrders,        Sum::kRevenueCents,
                                     Sum::kCarts,    Sum::kMarginCents,  Sum::kCouponCents,   Sum::kRefundCents,
                                     Sum::kMessages, Sum::kMessageOpens, Sum::kUnitCostCents, Sum::kQuestions};
  for (std::int32_t n = 0; n < 3; ++n)
    for (const Sum s : additive) EXPECT_EQ(At(OverArms(test, n), s), At(alone.Cell(n, 0)->Total(), s)) << SumName(s);
}

// Rule: the same bytes for any number of threads, and for a replication alone.
TEST(AbTest, ThreadsAndReplaysChangeNothing) {
  for (const char* kind : {"ab-test", "switchback"}) {
    const Scenario s = Read("tiny/shop.yaml", {{"design.kind", kind}, {"design.block_h", "12"}});
    RunOptions one, three, alone;
    one.threads = 1;
    three.threads = 3;
    alone.replications = {2};
    const ExperimentResult a = RunExperiment(s, one), b = RunExperiment(s, three), c = RunExperiment(s, alone);
    ASSERT_EQ(a.cells.size(), s.arms.size() * 3);
    for (std::size_t i = 0; i < a.cells.size(); ++i) {
      EXPECT_EQ(a.cells[i].fingerprint, b.cells[i].fingerprint);
      EXPECT_EQ(a.cells[i].by_segment, b.cells[i].by_segment);
      EXPECT_EQ(a.cells[i].by_age, b.cells[i].by_age);
    }
    for (std::size_t arm = 0; arm < s.arms.size(); ++arm)
      EXPECT_EQ(c.cells[arm].fingerprint, a.Cell(2, static_cast<std::int32_t>(arm))->fingerprint);
  }
}

// Rule: each shopper's every outcome lies in the cell of the arm that the split gives; shares are met.
TEST(AbTest, AShopperStaysWithOneArmAndSharesAreMet) {
  const std::string arms =
      Arms({"name: incumbent, recommender: popularity, coupons: none, pricing: list, assistant: none, outreach: "
            "abandoned-cart, share: 3",
            "name: coupons, coupons: blanket", "name: price, pricing: cost-plus, outreach: rfm"});
  const Scenario s =
      Read("tiny/shop.yaml",
           {{"arms", arms}, {"design.kind", "ab-test"}, {"record.events", "true"}, {"record.decisions", "true"}});
  const ExperimentResult r = RunExperiment(s, {});
  EXPECT_THAT(r.shares, ElementsAre(3, 1, 1));
  std::vector<std::int64_t> assigned(3, 0);
  for (const CellResult& cell : r.cells) {
    ASSERT_EQ(cell.error, "");
    const World world = BuildWorld(s, static_cast<std::uint64_t>(cell.replication));
    const Split split = Split::ByShopper(world.dice, r.shares);
    ASSERT_GT(cell.events.size(), 200U);
    for (const Outcome& o : cell.events) ASSERT_EQ(split.ArmOf(o.shopper, o.time), cell.arm) << OutcomeName(o.kind);
    for (const DecisionOutcome& d : cell.decisions) {
      if (!d.shopper.valid()) continue;
      ASSERT_EQ(split.ArmOf(d.shopper, d.time), cell.arm) << "slot " << d.slot;
    }
    assigned[static_cast<std::size_t>(cell.arm)] += At(cell.Total(), Sum::kShoppers);
  }
  EXPECT_EQ(assigned[0] + assigned[1] + assigned[2], 3 * 400);
  EXPECT_FALSE(CheckSampleRatio(assigned, r.shares).suspect);
  EXPECT_TRUE(CheckSampleRatio(assigned, {1, 1, 1}).suspect) << "the check can fail";
}

// Rule: where nothing is shared and nothing learnt, a shopper lives the same life in the test as in the world of the
// arm.
TEST(AbTest, WithoutSharedThingsEveryShopperIsTheOneOfTheParallelWorld) {
  const ExperimentResult truth = RunExperiment(Read("tiny/shop.yaml", NothingShared("parallel-worlds")), {});
  const ExperimentResult test = RunExperiment(Read("tiny/shop.yaml", NothingShared("ab-test")), {});
  std::int64_t ordered = 0;
  for (const CellResult& cell : test.cells) {
    const World world = BuildWorld(Read("tiny/shop.yaml"), static_cast<std::uint64_t>(cell.replication));
    const Split split = Split::ByShopper(world.dice, {1, 1, 1});
    const CellResult& twin = *truth.Cell(cell.replication, cell.arm);
    ASSERT_EQ(cell.shoppers.size(), twin.shoppers.size());
    for (std::size_t u = 0; u < cell.shoppers.size(); ++u) {
      const ShopperOutcome mine = cell.shoppers[u];
      const bool member = split.ArmOf(ShopperId(u), SimTime{}) == cell.arm;
      const ShopperOutcome& his = twin.shoppers[u];
      ASSERT_EQ(mine.sessions, member ? his.sessions : 0) << u;
      ASSERT_EQ(mine.orders, member ? his.orders : 0) << u;
      ASSERT_EQ(mine.revenue_cents, member ? his.revenue_cents : 0) << u;
      ASSERT_EQ(mine.margin_cents, member ? his.margin_cents : 0) << u;
      ordered += mine.orders;
    }
  }
  EXPECT_GT(ordered, 100);
}

// The same event by event, also of sessions that were under way when the test began.
TEST(AbTest, WithoutSharedThingsEveryEventIsTheOneOfTheParallelWorld) {
  const auto with = [](const char* kind) {
    std::vector<Override> overrides = NothingShared(kind);
    for (const Override& more : std::vector<Override>{{"population.shoppers", "8000"},
                                                      {"replications", "1"},
                                                      {"time", "{warmup_days: 5, days: 1}"},
                                                      {"record.events", "true"}})
      overrides.push_back(more);
    return RunExperiment(Read("tiny/shop.yaml", overrides), {});
  };
  const ExperimentResult truth = with("parallel-worlds"), test = with("ab-test");
  const Scenario s = Read("tiny/shop.yaml");
  const Split split = Split::ByShopper(Dice(s.seed, 0), {1, 1, 1});
  int under_way = 0;
  for (int arm = 0; arm < 3; ++arm) {
    std::vector<Outcome> expected;
    for (const Outcome& o : truth.Cell(0, arm)->events)
      if (split.ArmOf(o.shopper, o.time) == arm) expected.push_back(o);
    const std::vector<Outcome>& events = test.Cell(0, arm)->events;
    ASSERT_EQ(events.size(), expected.size());
    std::set<std::pair<std::int32_t, std::int32_t>> begun;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const Outcome &a = events[i], &b = expected[i];
      ASSERT_TRUE(a.time == b.time && a.kind == b.kind && a.shopper == b.shopper && a.session == b.session &&
                  a.item == b.item && a.quantity == b.quantity && a.amount == b.amount && a.cost == b.cost)
          << "arm " << arm << ", " << OutcomeName(a.kind) << " " << i;
      if (a.kind == OutcomeKind::kSessionStart) begun.insert({a.shopper.value, a.session});
      under_way += arm > 0 && a.kind == OutcomeKind::kView && !begun.contains({a.shopper.value, a.session});
    }
  }
  EXPECT_GT(under_way, 10);
}

/// Notes the prices that its arm is shown.
class Looking final : public Recommender {
 public:
  Looking(const ShopView& view, std::set<double>& seen) : view_(&view), seen_(&seen) {}
  Slate Recommend(const RecommendRequest&, Rng&) override {
    const ItemId item(0);
    seen_->insert(view_->price(item).units() / view_->catalogue().list_price[item.index()].units());
    return {};
  }
  void Train(const ShopLog&, Rng&) override {}
  void Save(std::ostream&) const override {}
  void Load(std::istream&) override {}

 private:
  const ShopView* view_;
  std::set<double>* seen_;
};

// Rule: each arm of a shared shop sees the prices of those whom it serves.
TEST(AbTest, AnArmSeesItsOwnPrices) {
  std::map<std::string, std::set<double>> seen;
  RunOptions options;
  options.threads = 1;
  options.replications = {0};
  options.make_strategies = [&](const ArmSpec& arm, const StrategyContext& context) {
    StrategySet set = MakeStrategies(arm, context);
    set.recommender = std::make_unique<Looking>(*context.view, seen[arm.name]);
    return set;
  };
  RunExperiment(Read("tiny/shop.yaml", NothingShared("ab-test")), options);
  EXPECT_THAT(seen["incumbent"], ElementsAre(1.0));
  EXPECT_THAT(seen["coupons"], ElementsAre(1.0));
  ASSERT_EQ(seen["price"].size(), 1U) << "never the list price";
  EXPECT_LT(*seen["price"].begin(), 0.95);
}

// ---------------------------------------------------------------- switchback

TEST(Switchback, SessionsGoToTheArmOfTheirBlockWithoutTheWashout) {
  const Scenario s =
      Read("tiny/shop.yaml",
           {{"design", "{kind: switchback, block_h: 8, washout_h: 2}"},
            {"record.events", "true"},
            {"arms", Arms({"name: incumbent, " + std::string(kBusy), "name: b, coupons: {name: blanket, discount: 0.3}",
                           "name: c, pricing: cost-plus, outreach: abandoned-cart"})}});
  const ExperimentResult r = RunExperiment(s, {});
  const SimTime begin = StartOfDay(s.time.warmup_days);
  for (std::int32_t n = 0; n < 3; ++n) {
    const World world = BuildWorld(s, static_cast<std::uint64_t>(n));
    const Split split = Split::ByTime(world.dice, 3, begin, Hours(8));
    std::map<std::pair<std::int32_t, std::int32_t>, int> arm_of_session;
    std::set<std::int64_t> rounds_of_arm[3];
    for (int arm = 0; arm < 3; ++arm) {
      const CellResult& cell = *r.Cell(n, arm);
      ASSERT_EQ(cell.error, "");
      for (const Outcome& o : cell.events) {
        if (o.kind != OutcomeKind::kSessionStart) continue;
        ASSERT_EQ(split.ArmOf(o.shopper, o.time), arm);
        ASSERT_GE(split.SinceSwitch(o.time), Hours(2)) << "inside the washout";
        arm_of_session[{o.shopper.value, o.session}] = arm;
        rounds_of_arm[arm].insert((o.time - begin).us / (3 * Hours(8).us));
      }
    }
    for (const auto& rounds : rounds_of_arm) EXPECT_EQ(rounds.size(), 7U) << "seven days of rounds of 24 hours";
    // What comes later – views, orders, deliveries, returns a week after – belongs to the arm of the session.
    std::int64_t later = 0;
    for (int arm = 0; arm < 3; ++arm) {
      for (const Outcome& o : r.Cell(n, arm)->events) {
        const auto found = arm_of_session.find({o.shopper.value, o.session});
        if (found == arm_of_session.end() || o.arm >= 0) continue;
        ASSERT_EQ(found->second, arm) << OutcomeName(o.kind);
        later += o.kind == OutcomeKind::kDelivered && split.ArmOf(o.shopper, o.time) != arm;
      }
    }
    EXPECT_GT(later, 5) << "deliveries in another arm's block were there to be mistaken";
  }
}

// Rule: a letter belongs to the arm that wrote it, also when it arrives in another arm's block.
TEST(Switchback, LettersBelongToTheArmThatWroteThem) {
  RunOptions options;
  options.make_strategies = [](const ArmSpec& arm, const StrategyContext& context) {
    StrategySet set = MakeStrategies(arm, context);
    if (arm.name == "b") set.outreach = std::make_unique<DrawnLetters>(*context.view, Hours(20));
    return set;
  };
  const Scenario s = Read(
      "tiny/shop.yaml",
      {{"design", "{kind: switchback, block_h: 12, washout_h: 3}"},
       {"record.events", "true"},
       {"record.decisions", "true"},
       {"arms",
        Arms({"name: incumbent, recommender: popularity, coupons: none, pricing: list, assistant: none, outreach: none",
              "name: b"})}});
  const ExperimentResult r = RunExperiment(s, options);
  int letters = 0;
  int elsewhere = 0;
  for (const CellResult& cell : r.cells) {
    ASSERT_EQ(cell.error, "");
    const World world = BuildWorld(s, static_cast<std::uint64_t>(cell.replication));
    const Split split = Split::ByTime(world.dice, 2, StartOfDay(s.time.warmup_days), Hours(12));
    for (const Outcome& o : cell.events) {
      if (o.kind != OutcomeKind::kMessage && o.kind != OutcomeKind::kMessageOpen) continue;
      ASSERT_EQ(cell.arm, 1);
      ++letters;
      elsewhere += split.ArmOf(o.shopper, o.time) != 1;
    }
    for (const DecisionOutcome& d : cell.decisions) {
      if (d.slot != static_cast<std::int32_t>(Slot::kOutreach)) continue;
      ASSERT_EQ(cell.arm, 1);
    }
  }
  EXPECT_GT(letters, 100);
  EXPECT_GT(elsewhere, 50);
}

}  // namespace
}  // namespace souk
