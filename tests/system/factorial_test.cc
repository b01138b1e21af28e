// Factorial designs, worlds that pair, and stopping rules, through RunExperiment.

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bench/experiment/experiment.h"
#include "results/statistics/heterogeneity.h"
#include "tests/system/designs.h"

namespace souk {
namespace {

using ::testing::ElementsAre;

TEST(Factorial, TwoByTwoAddsTheArmWithBothLevers) {
  const Scenario s = Read("designs/factorial.yaml", {{"replications", "3"}, {"population.shoppers", "300"}});
  ASSERT_EQ(s.arms.size(), 4U);
  EXPECT_EQ(s.arms[3].name, "coupon+low");
  const auto slot = [&](int arm, Slot at) {
    return s.arms[static_cast<std::size_t>(arm)].slots[static_cast<std::size_t>(at)];
  };
  EXPECT_EQ(slot(3, Slot::kCoupons).name, "blanket");
  EXPECT_EQ(slot(3, Slot::kPricing).name, "cost-plus");
  EXPECT_EQ(slot(3, Slot::kRecommender).name, "popularity");
  const ExperimentResult r = RunExperiment(s, {});
  EXPECT_THAT(r.levers, ElementsAre("coupon", "low"));
  EXPECT_THAT(r.arm_levers, ElementsAre(0, 1, 2, 3));
  EXPECT_TRUE(r.shares.empty());
  const std::vector<Interaction> pairs = Interactions(r, *FindMetric("revenue_per_visitor"));
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_NEAR(pairs[0].extra.estimate, pairs[0].both.estimate - pairs[0].a.estimate - pairs[0].b.estimate, 1e-12);
  EXPECT_NEAR(pairs[0].a.estimate, CompareWithIncumbent(r, *FindMetric("revenue_per_visitor"), 1).relative.estimate,
              1e-12);
}

TEST(Factorial, ThreeLeversMakeEightArms) {
  const Scenario s =
      Read("designs/factorial.yaml",
           {{"arms", Arms({"name: c, coupons: {name: blanket, discount: 0.15}",
                           "name: today, recommender: popularity, coupons: none, pricing: list, "
                           "assistant: none, outreach: none",
                           "name: p, pricing: {name: cost-plus, markup: 0.3}", "name: r, recommender: random"})}});
  std::vector<std::string> names;
  for (const ArmSpec& arm : s.arms) names.push_back(arm.name);
  EXPECT_THAT(names, ElementsAre("c", "today", "p", "r", "c+p", "c+r", "p+r", "c+p+r"));
  EXPECT_THAT(HeaderOf(s).arm_levers, ElementsAre(1, 0, 2, 4, 3, 5, 6, 7));
  const ArmSpec& all = s.arms.back();
  EXPECT_EQ(all.slots[static_cast<std::size_t>(Slot::kCoupons)].name, "blanket");
  EXPECT_EQ(all.slots[static_cast<std::size_t>(Slot::kPricing)].name, "cost-plus");
  EXPECT_EQ(all.slots[static_cast<std::size_t>(Slot::kRecommender)].name, "random");
  EXPECT_EQ(all.slots[static_cast<std::size_t>(Slot::kAssistant)].name, "none");
  // Written out and read again it is the same scenario.
  const ScenarioReading back = ReadScenarioText(WriteScenario(s), "written");
  ASSERT_TRUE(back.problems.empty()) << Format(back.problems[0]);
  EXPECT_EQ(ScenarioHash(back.scenario), ScenarioHash(s));
  EXPECT_EQ(back.scenario.arms.size(), 8U);
}

// Rule: the combined arm is the shop that has both strategies: to the byte the arm one would write by hand.
TEST(Factorial, TheCombinedArmIsTheOneWrittenByHand) {
  const std::vector<Override> small = {{"replications", "1"}, {"population.shoppers", "300"}};
  std::vector<Override> by_hand = small;
  by_hand.push_back({"design.kind", "parallel-worlds"});
  by_hand.push_back(
      {"arms",
       Arms({"name: today, recommender: popularity, coupons: none, pricing: list, assistant: none, outreach: none",
             "name: hand, coupons: {name: blanket, discount: 0.15}, pricing: {name: cost-plus, markup: 0.3}"})});
  const ExperimentResult crossed = RunExperiment(Read("designs/factorial.yaml", small), {});
  const ExperimentResult hand = RunExperiment(Read("designs/factorial.yaml", by_hand), {});
  EXPECT_EQ(crossed.Cell(0, 3)->fingerprint, hand.Cell(0, 1)->fingerprint);
  EXPECT_NE(crossed.Cell(0, 3)->fingerprint, crossed.Cell(0, 1)->fingerprint);
}

// ---------------------------------------------------------------- worlds that pair

// Rule: with the same world and seed two results meet the same shoppers with the same dice, whatever their arms and
// design: an arm that both have is the same shop to the byte.
TEST(WorldHash, ResultsOfTheSameWorldPairWhateverTheirArms) {
  const std::string base =
      "name: incumbent, recommender: popularity, coupons: none, pricing: list, assistant: none, outreach: none";
  const Scenario a = Read("tiny/shop.yaml", {{"arms", Arms({base, "name: knn, recommender: item-knn"})}});
  const Scenario b = Read("tiny/shop.yaml",
                          {{"arms", Arms({"name: other, coupons: blanket", base, "name: knn, recommender: item-knn"})},
                           {"design.kind", "factorial"},
                           {"replications", "2"},
                           {"stop.metric", "orders"}});
  EXPECT_EQ(WorldHash(a), WorldHash(b));
  EXPECT_NE(ScenarioHash(a), ScenarioHash(b));
  EXPECT_NE(WorldHash(a), WorldHash(Read("tiny/shop.yaml", {{"population.shoppers", "401"}})));
  EXPECT_NE(WorldHash(a), WorldHash(Read("tiny/shop.yaml", {{"seed", "8"}})));
  const ExperimentResult of_a = RunExperiment(a, {}), of_b = RunExperiment(b, {});
  for (const char* arm : {"incumbent", "knn"})
    for (std::int32_t n = 0; n < 2; ++n)
      EXPECT_EQ(of_a.Cell(n, of_a.ArmIndex(arm))->fingerprint, of_b.Cell(n, of_b.ArmIndex(arm))->fingerprint);
}

// ---------------------------------------------------------------- stopping

TEST(Stopping, ArmsThatAreTheSameAreSettledAtTheFirstLook) {
  std::vector<Override> overrides = Stopping("{mode: decide, max_replications: 60}");
  overrides.back().value =
      Arms({"name: incumbent, recommender: popularity, coupons: none, pricing: list, assistant: none, outreach: none",
            "name: same"});
  EXPECT_EQ(RunExperiment(Read("tiny/shop.yaml", overrides), {}).CompleteReplications().size(), 20U);
}

// Rule: replications that an earlier run finished count; the rest is run, and the result is that of one run.
TEST(Stopping, GoesOnFromWhatIsFinished) {
  const Scenario s =
      Read("tiny/shop.yaml",
           Stopping("{mode: precision, metric: views_per_session, half_width: 0.009, max_replications: 200}"));
  const ExperimentResult whole = RunExperiment(s, {});
  RunOptions rest;
  for (const CellResult& cell : whole.cells)
    if (cell.replication < 7 || cell.replication == 11) rest.done.push_back(cell);
  std::vector<std::int32_t> parts;
  rest.on_replication = [&](const ExperimentResult&, const std::vector<CellResult>& cells) {
    parts.push_back(cells.front().replication);
  };
  const ExperimentResult resumed = RunExperiment(s, rest);
  EXPECT_EQ(resumed.Fingerprint(), whole.Fingerprint());
  EXPECT_EQ(resumed.cells.size(), whole.cells.size());
  EXPECT_GE(parts.size(), whole.CompleteReplications().size() - 8);
  for (const int finished : {0, 1, 2, 3, 4, 5, 6, 11})
    EXPECT_EQ(std::count(parts.begin(), parts.end(), finished), 0) << finished << " ran again";
}

}  // namespace
}  // namespace souk
