// RecoGym's world at work, by `souk run`'s own code. Closed forms and invariants; click-through rates against
// RecoGym's are in tests/oracle/recogym_slow_test.cc.

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bench/experiment/experiment.h"
#include "sim/base/error.h"
#include "sim/outcome/metrics.h"
#include "sim/scenario/reader.h"

namespace souk {
namespace {

Scenario RecoGym(const std::vector<Override>& overrides = {}) {
  ScenarioReading r = ReadScenario(std::string(SOUK_SOURCE_DIR) + "/scenarios/peers/recogym_p10.yaml", overrides);
  ThrowIfAny(r.problems);
  return r.scenario;
}

// Where tastes and popularity are 0, every advertisement has the chance c = σ(5 σ(2 σ(0) − 2) − 6) of a click, and a
// visit is a Markov chain: B advertisements and O organic views a shopper with
//   B/O = .25 / (1 − .94 (1 − c)),   O = 1 / (.26 − (.05 (1 − c) + c) B/O).
// Rule: means of 20,000 shoppers within 5 standard errors (sd of either count is below 110): false alarm below 1e-6.
TEST(RecoGymWorld, VisitsAreAsLongAsTheChainSays) {
  const Scenario s = RecoGym({{"world.sigma_omega_start", "0"},
                              {"world.sigma_omega", "0"},
                              {"world.sigma_mu", "0"},
                              {"world.shoppers", "20000"},
                              {"world.warmup_shoppers", "0"},
                              {"replications", "1"}});
  RunOptions options;
  options.arms = {"random"};
  const ExperimentResult r = RunExperiment(s, options);
  ASSERT_TRUE(r.cells[0].error.empty()) << r.cells[0].error;
  const auto sigma = [](double x) { return 1 / (1 + std::exp(-x)); };
  const double c = sigma(5 * sigma(2 * sigma(0) - 2) - 6);
  const double ads_per_view = 0.25 / (1 - 0.94 * (1 - c));
  const double views = 1 / (0.26 - (0.05 * (1 - c) + c) * ads_per_view);
  const Sums total = r.cells[0].Total();
  const double n = 20'000;
  EXPECT_NEAR(static_cast<double>(At(total, Sum::kViews)) / n, views, 5 * 110 / std::sqrt(n));
  EXPECT_NEAR(static_cast<double>(At(total, Sum::kSlates)) / n, views * ads_per_view, 5 * 110 / std::sqrt(n));
  const double ads = static_cast<double>(At(total, Sum::kSlates));
  EXPECT_NEAR(static_cast<double>(At(total, Sum::kClicks)) / ads, c, 5 * std::sqrt(c * (1 - c) / ads));
  EXPECT_EQ(At(total, Sum::kVisitors), 20'000);
  EXPECT_EQ(At(total, Sum::kLost), 20'000);
}

// Common random numbers: until its first click under either arm, a shopper does the same things at the same steps.
TEST(RecoGymWorld, AnotherAgentMeetsTheSameShoppers) {
  const Scenario s = RecoGym({{"world.shoppers", "500"}, {"replications", "1"}});
  using Step = std::tuple<OutcomeKind, std::int32_t, std::int32_t>;  // kind, session, item of a view
  const auto trace = [&](const std::string& arm) {
    std::map<std::int32_t, std::vector<Step>> steps;
    TraceOptions options;
    options.arm = arm;
    TraceCell(s, options, [&](const Outcome& o) {
      if (o.kind == OutcomeKind::kView || o.kind == OutcomeKind::kPage || o.kind == OutcomeKind::kClick)
        steps[o.shopper.value].emplace_back(o.kind, o.session, o.kind == OutcomeKind::kView ? o.item.value : -1);
    });
    return steps;
  };
  const auto random = trace("random");
  const auto own = trace("own-views");
  ASSERT_EQ(random.size(), 500U);
  int compared = 0;
  int alike = 0;  // shoppers without a click under either
  for (const auto& [shopper, a] : random) {
    const auto& b = own.at(shopper);
    std::size_t n = 0;
    const auto clicked = [](const Step& step) { return std::get<0>(step) == OutcomeKind::kClick; };
    while (n < a.size() && n < b.size() && !clicked(a[n]) && !clicked(b[n])) {
      ASSERT_EQ(a[n], b[n]) << "shopper " << shopper << " step " << n;
      ++n;
      ++compared;
    }
    alike += n == a.size() && n == b.size();
  }
  EXPECT_GT(compared, 10'000);
  EXPECT_GT(alike, 100);
}

TEST(RecoGymWorld, ThreadsChangeNothingAndTheWarmUpTeaches) {
  const Scenario s = RecoGym({{"world.shoppers", "300"}, {"world.warmup_shoppers", "200"}, {"replications", "4"}});
  RunOptions one, three;
  one.threads = 1;
  three.threads = 3;
  const ExperimentResult a = RunExperiment(s, one);
  EXPECT_EQ(a.Fingerprint(), RunExperiment(s, three).Fingerprint());
  for (const CellResult& cell : a.cells) EXPECT_TRUE(cell.error.empty()) << cell.error;
  // Popularity shows one product to all: what it learnt in the warm-up. Without one it has only names to go by.
  const Scenario untaught = RecoGym({{"world.shoppers", "300"}, {"world.warmup_shoppers", "0"}, {"replications", "4"}});
  const auto clicks = [](const ExperimentResult& r) {
    std::int64_t sum = 0;
    for (const CellResult& cell : r.cells)
      if (r.arms[static_cast<std::size_t>(cell.arm)] == "popularity") sum += At(cell.Total(), Sum::kClicks);
    return sum;
  };
  EXPECT_GT(clicks(a), clicks(RunExperiment(untaught, one)));
}

TEST(RecoGymWorld, WhatTheShopAloneKnowsIsRefused) {
  const std::pair<const char*, const char*> bad[] = {
      {"browse.slate_size", "3"}, {"population.shoppers", "10"}, {"design.kind", "ab-test"}, {"world.flips", "6"},
      {"world.leave", "0.9"},     {"cadence.train_days", "1"},   {"world.products", "0"}};
  for (const auto& [path, value] : bad) {
    const ScenarioReading r =
        ReadScenario(std::string(SOUK_SOURCE_DIR) + "/scenarios/peers/recogym_p10.yaml", {{path, value}});
    EXPECT_GT(r.problems.size(), 0U) << path;
  }
}

}  // namespace
}  // namespace souk
