// Click-through rates of agents in RecoGym's world against an independent implementation of it, which agrees with
// RecoGym's own runs (P = 10, 40 worlds × 100 users: random 1.080 ± .026 %, own views 1.945 ± .046 %) and with its
// published notebooks. Its figures: means over worlds of different seeds, standard errors over worlds, no last row that
// nobody saw.
// Rule: within 4 standard errors of the difference; 11 comparisons, false alarm about 7e-4.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "bench/experiment/experiment.h"
#include "sim/outcome/metrics.h"
#include "sim/scenario/reader.h"

namespace souk {
namespace {

struct Expected {
  std::string arm;
  double percent;
  double se;
};

void Compare(const std::string& file, const std::string& shoppers, const std::string& worlds,
             const std::vector<Expected>& table) {
  ScenarioReading read = ReadScenario(std::string(SOUK_SOURCE_DIR) + "/scenarios/peers/" + file,
                                      {{"world.shoppers", shoppers}, {"replications", worlds}, {"seed", "1000"}});
  ThrowIfAny(read.problems);
  RunOptions options;
  for (const Expected& e : table) options.arms.push_back(e.arm);
  const ExperimentResult r = RunExperiment(read.scenario, options);
  for (const Expected& e : table) {
    std::vector<double> rates;
    for (const std::int32_t n : r.CompleteReplications())
      rates.push_back(100 * Value(*FindMetric("click_through_rate"), r.Cell(n, r.ArmIndex(e.arm))->Total()));
    const auto n = static_cast<double>(rates.size());
    double mean = 0, squares = 0;
    for (const double x : rates) mean += x / n;
    for (const double x : rates) squares += (x - mean) * (x - mean) / (n - 1);
    EXPECT_NEAR(mean, e.percent, 4 * std::sqrt(squares / n + e.se * e.se)) << file << " " << e.arm;
    // Narrow enough to mean something: an eighth of the rate at most.
    EXPECT_LT(4 * std::sqrt(squares / n + e.se * e.se), 0.12 * e.percent) << file << " " << e.arm;
  }
}

TEST(RecoGym, ClickThroughRatesOfTenProducts) {
  Compare(
      "recogym_p10.yaml", "300", "200",
      {{"random", 1.0746, .0085}, {"own-views", 1.888, .018}, {"most-viewed", 1.954, .018}, {"oracle", 1.984, .017}});
}

TEST(RecoGym, ClickThroughRatesWithFlips) {
  Compare(
      "recogym_flips.yaml", "300", "200",
      {{"random", 1.0752, .0085}, {"own-views", 1.186, .020}, {"most-viewed", 1.191, .021}, {"oracle", 1.984, .017}});
}

TEST(RecoGym, ClickThroughRatesOfAHundredProducts) {
  Compare("recogym_p100.yaml", "200", "60",
          {{"random", 1.0893, .0056}, {"own-views", 2.384, .013}, {"most-viewed", 2.490, .011}});
}

}  // namespace
}  // namespace souk
