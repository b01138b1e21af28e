// Does the wind tunnel blow the right way? On the marketplace preset the oracle beats every learned
// recommender and every learned recommender beats random, on conversion, with the 95 % interval of
// the paired difference excluding zero.

#include <gtest/gtest.h>

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "bench/experiment/experiment.h"
#include "sim/scenario/reader.h"

namespace souk {
namespace {

double Conversion(const CellResult& cell) { return Value(*FindMetric("conversion"), cell.Total()); }

/// Lower end of the 95 % t interval of the paired difference a − b over replications.
double LowerEnd(const ExperimentResult& r, const std::string& a, const std::string& b) {
  std::vector<double> differences;
  for (const std::int32_t n : r.CompleteReplications())
    differences.push_back(Conversion(*r.Cell(n, r.ArmIndex(a))) - Conversion(*r.Cell(n, r.ArmIndex(b))));
  const auto n = static_cast<double>(differences.size());
  double mean = 0, squares = 0;
  for (const double d : differences) mean += d / n;
  for (const double d : differences) squares += (d - mean) * (d - mean) / (n - 1);
  const double t = boost::math::quantile(boost::math::students_t(n - 1), 0.975);
  return mean - t * std::sqrt(squares / n);
}

TEST(Sense, OracleBeatsLearnedBeatsRandom) {
  ScenarioReading read =
      ReadScenario(std::string(SOUK_SOURCE_DIR) + "/scenarios/standard/marketplace.yaml", {{"replications", "6"}});
  ThrowIfAny(read.problems);
  RunOptions options;
  options.arms = {"random", "item-knn", "content", "session-knn", "oracle"};
  const ExperimentResult r = RunExperiment(read.scenario, options);
  ASSERT_EQ(r.CompleteReplications().size(), 6U);
  for (const char* learned : {"item-knn", "content", "session-knn"}) {
    EXPECT_GT(LowerEnd(r, "oracle", learned), 0) << learned;
    EXPECT_GT(LowerEnd(r, learned, "random"), 0) << learned;
  }
}

}  // namespace
}  // namespace souk
