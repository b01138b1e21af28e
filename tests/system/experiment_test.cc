// The whole shop, small: determinism, common random numbers, conservation, failures.

#include "bench/experiment/experiment.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/base/error.h"
#include "sim/outcome/metrics.h"
#include "sim/scenario/reader.h"
#include "strategies/registry.h"

namespace souk {
namespace {

Scenario Read(const std::string& file, const std::vector<Override>& overrides = {}) {
  ScenarioReading r = ReadScenario(std::string(SOUK_SOURCE_DIR) + "/scenarios/" + file, overrides);
  ThrowIfAny(r.problems);
  EXPECT_TRUE(ValidateArms(r.scenario).empty());
  return r.scenario;
}

std::vector<Outcome> Trace(const Scenario& s, const std::string& arm) {
  std::vector<Outcome> outcomes;
  TraceOptions options;
  options.arm = arm;
  TraceCell(s, options, [&](const Outcome& o) { outcomes.push_back(o); });
  return outcomes;
}

bool Same(const Outcome& a, const Outcome& b) {
  return a.time == b.time && a.kind == b.kind && a.detail == b.detail && a.shopper == b.shopper &&
         a.session == b.session && a.item == b.item && a.quantity == b.quantity && a.amount == b.amount &&
         a.cost == b.cost && a.value == b.value;
}

TEST(Experiment, ThreadsChangeNothing) {
  const Scenario s = Read("tiny/shop.yaml");
  RunOptions one, two;
  one.threads = 1;
  two.threads = 3;
  const ExperimentResult a = RunExperiment(s, one), b = RunExperiment(s, two);
  ASSERT_EQ(a.cells.size(), s.arms.size() * 3);
  EXPECT_EQ(a.Fingerprint(), b.Fingerprint());
  for (std::size_t c = 0; c < a.cells.size(); ++c) {
    EXPECT_TRUE(a.cells[c].error.empty()) << a.cells[c].error;
    EXPECT_EQ(a.cells[c].by_segment, b.cells[c].by_segment);
    EXPECT_EQ(a.cells[c].by_day, b.cells[c].by_day);
  }
}

TEST(Experiment, AReplicationAndAnArmRunAlikeAlone) {
  const Scenario s = Read("tiny/shop.yaml");
  const ExperimentResult all = RunExperiment(s, {});
  RunOptions alone;
  alone.replications = {2};
  alone.arms = {"item-knn"};
  const ExperimentResult one = RunExperiment(s, alone);
  ASSERT_EQ(one.cells.size(), 2U);
  EXPECT_EQ(one.cells[1].fingerprint, all.Cell(2, all.ArmIndex("item-knn"))->fingerprint);
}

// Rule: an A/A pair differs by exactly nothing.
TEST(Experiment, TwoArmsOfTheSameStrategiesAreTheSameShop) {
  const ExperimentResult r = RunExperiment(Read("tiny/aa.yaml"), {});
  ASSERT_EQ(r.arms.size(), 2U);
  for (const std::int32_t n : r.CompleteReplications()) {
    EXPECT_EQ(r.Cell(n, 0)->fingerprint, r.Cell(n, 1)->fingerprint);
    EXPECT_EQ(r.Cell(n, 0)->by_segment, r.Cell(n, 1)->by_segment);
  }
  EXPECT_EQ(r.CompleteReplications().size(), 2U);
}

// Rule: a strategy swap never changes a shopper's dice. Where nobody looks at slates and stock is
// unlimited, another recommender – which draws, learns and answers differently – must leave every
// outcome as it was, to the byte.
TEST(Experiment, ASwapOfStrategiesLeavesEveryDrawOfTheEnvironment) {
  const Scenario s =
      Read("tiny/shop.yaml",
           {{"browse.slate_attention", "0"},
            {"browse.leave_per_quality", "0"},
            {"arms",
             "[{name: incumbent, recommender: popularity, coupons: none, pricing: list, assistant: none, outreach: "
             "none}, {name: random, recommender: random}, {name: knn, recommender: session-knn}]"}});
  const std::vector<Outcome> a = Trace(s, "incumbent");
  ASSERT_GT(a.size(), 5000U);
  for (const char* arm : {"random", "knn"}) {
    const std::vector<Outcome> b = Trace(s, arm);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_TRUE(Same(a[i], b[i])) << i;
  }
}

// Rule: while slates are looked at, the shopper's session dice still agree: device and number of the
// session, and the arrival of every first visit, which no strategy can have touched.
TEST(Experiment, FirstVisitsAgreeInEveryArm) {
  const Scenario s = Read("tiny/shop.yaml", {{"time", "{warmup_days: 0, days: 7}"}});
  std::map<std::string, std::map<std::int32_t, std::int64_t>> first;
  for (const ArmSpec& arm : s.arms)
    for (const Outcome& o : Trace(s, arm.name))
      if (o.kind == OutcomeKind::kSessionStart && o.session == 0) first[arm.name][o.shopper.value] = o.time.us;
  ASSERT_GT(first["incumbent"].size(), 100U);
  for (const char* arm : {"item-knn", "blanket", "pricing", "assistant", "oracle"})
    EXPECT_EQ(first[arm], first["incumbent"]);
}

// Rule: sums recounted by brute force from the outcomes equal the tally's; money is conserved.
TEST(Experiment, SumsEqualARecountOfTheOutcomes) {
  const Scenario s = Read("tiny/shop.yaml");
  for (const ArmSpec& arm : s.arms) {
    std::vector<Outcome> outcomes;
    TraceOptions options;
    options.arm = arm.name;
    const CellResult cell = TraceCell(s, options, [&](const Outcome& o) { outcomes.push_back(o); });
    const Sums sums = cell.Total();
    std::set<std::int32_t> visitors, buyers;
    std::set<std::pair<std::int32_t, std::int32_t>> sessions_with_order, open;
    std::int64_t lines = 0, revenue = 0, coupons = 0, gross = 0, clicks = 0, views = 0, sessions = 0, goods = 0;
    SimTime last{0};
    for (const Outcome& o : outcomes) {
      ASSERT_GE(o.time, last);
      last = o.time;
      if (o.kind == OutcomeKind::kSessionStart) {
        visitors.insert(o.shopper.value), ++sessions;
        ASSERT_TRUE(open.insert({o.shopper.value, o.session}).second);
      }
      if (o.kind == OutcomeKind::kSessionEnd) open.erase({o.shopper.value, o.session});
      if (o.kind == OutcomeKind::kView) {
        ++views;
        ASSERT_GT(o.amount.cents, 0);
      }
      if (o.kind == OutcomeKind::kClick) ++clicks;
      if (o.kind == OutcomeKind::kOrder) {
        buyers.insert(o.shopper.value);
        // A session that began before the period is none of its sessions.
        if (open.contains({o.shopper.value, o.session})) sessions_with_order.insert({o.shopper.value, o.session});
        revenue += o.amount.cents, coupons += o.cost.cents;
        ASSERT_GE(o.amount.cents, 0);
      }
      if (o.kind == OutcomeKind::kOrderLine) {
        ++lines, gross += o.amount.cents * o.quantity, goods += o.cost.cents * o.quantity;
        ASSERT_GE(o.quantity, 1);
      }
    }
    EXPECT_EQ(At(sums, Sum::kVisitors), static_cast<std::int64_t>(visitors.size())) << arm.name;
    EXPECT_EQ(At(sums, Sum::kBuyers), static_cast<std::int64_t>(buyers.size()));
    EXPECT_EQ(At(sums, Sum::kSessionsWithOrder), static_cast<std::int64_t>(sessions_with_order.size()));
    EXPECT_EQ(At(sums, Sum::kSessions), sessions);
    EXPECT_EQ(At(sums, Sum::kViews), views);
    EXPECT_EQ(At(sums, Sum::kOrderLines), lines);
    EXPECT_EQ(At(sums, Sum::kRevenueCents), revenue);
    EXPECT_EQ(gross - coupons, revenue);  // what lines cost less the coupon is what is paid
    EXPECT_EQ(At(sums, Sum::kPaidCents), gross);
    EXPECT_LE(At(sums, Sum::kClicks), At(sums, Sum::kImpressions));
    EXPECT_EQ(At(sums, Sum::kClicks), clicks);
    EXPECT_GT(At(sums, Sum::kOrders), 20);
    // Margin = revenue − goods − refunds + goods back − every cost.
    EXPECT_EQ(At(sums, Sum::kMarginCents), revenue - At(sums, Sum::kUnitCostCents) - At(sums, Sum::kRefundCents) -
                                               At(sums, Sum::kReturnCostCents) - At(sums, Sum::kAgentCostCents) -
                                               At(sums, Sum::kMessageCostCents) - At(sums, Sum::kIssueCostCents));
    // Days add up to the period in everything that is not a distinct count.
    std::int64_t by_day = 0;
    for (const Sums& day : cell.by_day) by_day += At(day, Sum::kRevenueCents);
    EXPECT_EQ(by_day, revenue);
  }
}

void ExpectNoStepLargerThanTheOneBefore(const std::vector<Sums>& rows, const std::string& where) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t i = 1; i < kFunnel.size(); ++i)
      EXPECT_LE(At(rows[row], kFunnel[i].sum), At(rows[row], kFunnel[i - 1].sum)) << where << row << kFunnel[i].name;
  }
}

// Rule: a funnel narrows – in every arm, segment, day and age, with shops where orders skip the cart.
TEST(Experiment, NoStepOfTheFunnelIsLargerThanTheOneBefore) {
  for (const std::string direct : {"0.02", "0.5"}) {
    const ExperimentResult r = RunExperiment(Read("tiny/shop.yaml", {{"browse.direct_share", direct}}), {});
    for (const CellResult& cell : r.cells) {
      ASSERT_EQ(cell.error, "");
      ExpectNoStepLargerThanTheOneBefore(cell.by_segment, "segment ");
      ExpectNoStepLargerThanTheOneBefore(cell.by_day, "day ");
      ExpectNoStepLargerThanTheOneBefore(cell.by_age, "age ");
      EXPECT_GT(At(cell.Total(), Sum::kSessionsWithOrder), 20);
    }
  }
}

/// A recommender that gives up in the middle of one replication.
class Failing final : public Recommender {
 public:
  explicit Failing(bool fails) : fails_(fails) {}
  Slate Recommend(const RecommendRequest&, Rng&) override {
    if (fails_ && ++calls_ > 50) throw Error("the model file is gone");
    return {};
  }
  void Train(const ShopLog&, Rng&) override {}
  void Save(std::ostream&) const override {}
  void Load(std::istream&) override {}

 private:
  bool fails_;
  int calls_ = 0;
};

TEST(Experiment, AFailedReplicationIsRecordedAndTheRestGoesOn) {
  const Scenario s = Read("tiny/shop.yaml");
  RunOptions options;
  options.threads = 1;
  int worlds = 0;
  const void* warm = nullptr;
  options.make_strategies = [&](const ArmSpec& arm, const StrategyContext& context) {
    StrategySet set = MakeStrategies(arm, context);
    if (arm.name == "incumbent" && context.view->log().events.empty()) ++worlds, warm = context.view;
    if (arm.name == "item-knn") set.recommender = std::make_unique<Failing>(worlds == 2);
    return set;
  };
  const ExperimentResult r = RunExperiment(s, options);
  ASSERT_EQ(r.cells.size(), s.arms.size() * 3);
  const int arm = r.ArmIndex("item-knn");
  EXPECT_EQ(r.Cell(1, arm)->error, "the model file is gone");
  EXPECT_TRUE(r.Cell(0, arm)->error.empty());
  EXPECT_EQ(r.CompleteReplications(), (std::vector<std::int32_t>{0, 2}));
  EXPECT_TRUE(r.Cell(1, 0)->error.empty());
}

/// A recommender that offers what is not there.
class Liar final : public Recommender {
 public:
  Slate Recommend(const RecommendRequest& request, Rng&) override {
    Slate slate;
    slate.Add(request.anchor.valid() ? request.anchor : ItemId(0));
    return slate;
  }
  void Train(const ShopLog&, Rng&) override {}
  void Save(std::ostream&) const override {}
  void Load(std::istream&) override {}
};

TEST(Experiment, AStrategyThatBreaksTheContractIsNamed) {
  RunOptions options;
  options.replications = {0};
  options.make_strategies = [](const ArmSpec& arm, const StrategyContext& context) {
    StrategySet set = MakeStrategies(arm, context);
    if (arm.name == "item-knn") set.recommender = std::make_unique<Liar>();
    return set;
  };
  const ExperimentResult r = RunExperiment(Read("tiny/shop.yaml"), options);
  EXPECT_NE(r.Cell(0, r.ArmIndex("item-knn"))->error.find("the recommender broke its contract"), std::string::npos);
}

// The truth reaches registered strategies that declare it (the oracle's arm works) and no code on the way.
TEST(Experiment, AMakerOfStrategiesSeesNoTruth) {
  RunOptions options;
  options.replications = {0};
  options.threads = 1;
  int calls = 0;
  options.make_strategies = [&](const ArmSpec& arm, const StrategyContext& context) {
    ++calls;
    EXPECT_EQ(context.truth, nullptr) << arm.name;
    return MakeStrategies(arm, context);
  };
  const ExperimentResult r = RunExperiment(Read("tiny/shop.yaml"), options);
  EXPECT_GT(calls, 2);
  EXPECT_EQ(r.Cell(0, r.ArmIndex("oracle"))->error, "");
}

TEST(Experiment, StopKeepsFinishedReplicationsOnly) {
  RunOptions options;
  options.threads = 1;
  std::atomic<bool> stop{false};
  options.stop = &stop;
  options.on_replication = [&](const ExperimentResult&, const std::vector<CellResult>&) { stop = true; };
  const ExperimentResult r = RunExperiment(Read("tiny/shop.yaml"), options);
  EXPECT_TRUE(r.provenance.interrupted);
  EXPECT_EQ(r.CompleteReplications(), (std::vector<std::int32_t>{0}));
}

TEST(Experiment, BadOptionsAreErrors) {
  const Scenario s = Read("tiny/shop.yaml");
  RunOptions unknown;
  unknown.arms = {"item-kn"};
  EXPECT_THROW(RunExperiment(s, unknown), Error);
  RunOptions twice;
  twice.replications = {1, 1};
  EXPECT_THROW(RunExperiment(s, twice), Error);
}

}  // namespace
}  // namespace souk
