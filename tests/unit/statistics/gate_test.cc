// Rules under test (gate.h): verdicts follow from bounds and margins, by Holm; the direction of a metric only mirrors;
// measuring goes on until everything is settled, and what looks like a regression is measured again.
#include "results/statistics/gate.h"

#include <gtest/gtest.h>

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <map>

#include "results/statistics/multiplicity.h"
#include "sim/base/random.h"

namespace souk {
namespace {

using enum GateVerdict;

/// n pairs whose relative uplifts scatter symmetrically by `sd` around `uplift`: no skewness, so Student's t holds.
std::vector<RatioPair> SymmetricPairs(int n, double uplift, double sd) {
  std::vector<RatioPair> pairs;
  for (int i = 0; i < n; ++i) {
    const double sign = i % 2 == 0 ? 1 : -1;
    pairs.push_back({100 * (1 + uplift + sign * sd), 1, 100, 1});
  }
  return pairs;
}

TEST(Gate, PairedEvidenceIsStudentsWithoutSkewness) {
  // n = 10 values ± 0.02 around −0.05: s = 0.02·√(10/9), standard error 0.02/3.
  const auto harm = PairedEvidence(SymmetricPairs(10, -0.05, 0.02), true, true);
  EXPECT_NEAR(harm->estimate(), 0.05, 1e-12);
  const boost::math::students_t t(9);
  const double error = 0.02 / 3;
  EXPECT_NEAR(harm->PAtMost(0.03), boost::math::cdf(t, -(0.05 - 0.03) / error), 1e-9);
  EXPECT_NEAR(harm->PAtLeast(0.08), boost::math::cdf(t, (0.05 - 0.08) / error), 1e-9);
  EXPECT_NEAR(harm->LowerBound(0.01), 0.05 - boost::math::quantile(t, 0.99) * error, 1e-9);
  EXPECT_NEAR(harm->UpperBound(0.05), 0.05 + boost::math::quantile(t, 0.95) * error, 1e-9);
}

TEST(Gate, DirectionOnlyMirrors) {
  const std::vector<RatioPair> skewed = {
      {99, 1, 100, 1}, {97, 1, 100, 1}, {98, 1, 101, 1}, {80, 1, 99, 1}, {99, 1, 100, 1}};
  const auto fall = PairedEvidence(skewed, true, true);
  const auto rise = PairedEvidence(skewed, false, true);
  EXPECT_DOUBLE_EQ(fall->estimate(), -rise->estimate());
  EXPECT_DOUBLE_EQ(fall->LowerBound(0.02), -rise->UpperBound(0.02));
  EXPECT_DOUBLE_EQ(fall->PAtMost(0.01), rise->PAtLeast(-0.01));
  EXPECT_GT(fall->estimate(), 0);
}

TEST(Gate, AbsoluteHarmIsInTheUnit) {
  // Margins of −5 and −6 cents: nothing relative about them.
  const std::vector<RatioPair> pairs = {{-600, 10, -500, 10}, {-610, 10, -500, 10}, {-590, 10, -500, 10}};
  const auto harm = PairedEvidence(pairs, true, false, 0.01);
  EXPECT_NEAR(harm->estimate(), 0.1, 1e-12);  // 10 cents per visitor less
  EXPECT_TRUE(std::isnan(PairedEvidence(pairs, true, true)->PAtMost(0)));
}

std::vector<std::unique_ptr<HarmEvidence>> Family(std::initializer_list<std::vector<RatioPair>> metrics) {
  std::vector<std::unique_ptr<HarmEvidence>> family;
  for (const auto& pairs : metrics) family.push_back(PairedEvidence(pairs, true, true));
  return family;
}

TEST(Gate, VerdictsFollowFromBounds) {
  const auto family = Family({SymmetricPairs(20, -0.10, 0.02), SymmetricPairs(20, 0.0, 0.001),
                              SymmetricPairs(20, -0.01, 0.05), SymmetricPairs(1, -0.5, 0)});
  const auto judged = JudgeFamily(family, std::vector<double>(4, 0.01), 0.01, 0.01);
  EXPECT_EQ(judged[0].verdict, kRegression);
  EXPECT_GT(judged[0].low, 0.01);
  EXPECT_EQ(judged[1].verdict, kPass);
  EXPECT_LT(judged[1].high, 0.01);
  EXPECT_EQ(judged[2].verdict, kInconclusive);
  EXPECT_LT(judged[2].low, 0.01);
  EXPECT_GT(judged[2].high, 0.01);
  EXPECT_EQ(judged[3].verdict, kInconclusive) << "one replication says nothing";
}

TEST(Gate, AnImprovementPassesAndAMarginOfNothingIsStrict) {
  const auto better = JudgeFamily(Family({SymmetricPairs(20, 0.10, 0.02)}), std::vector<double>{0.0}, 0.01, 0.01);
  EXPECT_EQ(better[0].verdict, kPass);
  const auto worse = JudgeFamily(Family({SymmetricPairs(20, -0.01, 0.002)}), std::vector<double>{0.0}, 0.01, 0.01);
  EXPECT_EQ(worse[0].verdict, kRegression);
}

TEST(Gate, RegressionsAreHolms) {
  // Random families: the verdicts are those of Holm-adjusted p-values, and the stated bound agrees with each.
  const Dice dice(12, 0);
  Rng rng(dice, Purpose::kTest, 0);
  int regressions = 0;
  int stepped_down = 0;
  for (int set = 0; set < 300; ++set) {
    std::vector<std::unique_ptr<HarmEvidence>> family;
    std::vector<double> p;
    std::vector<double> margins;
    for (int m = 0; m < 5; ++m) {
      std::vector<RatioPair> pairs;
      const double uplift = -0.02 * rng.Uniform();
      for (int r = 0; r < 12; ++r) pairs.push_back({100 * (1 + uplift + 0.01 * rng.Normal()), 1, 100, 1});
      family.push_back(PairedEvidence(pairs, true, true));
      margins.push_back(0.005);
      p.push_back(family.back()->PAtMost(0.005));
    }
    const std::vector<double> holm = HolmAdjusted(p);
    const auto judged = JudgeFamily(family, margins, 0.05, 0.01);
    for (std::size_t m = 0; m < 5; ++m) {
      EXPECT_EQ(judged[m].verdict == kRegression, holm[m] <= 0.05);
      EXPECT_EQ(judged[m].verdict == kRegression, judged[m].low > margins[m]);
      EXPECT_EQ(judged[m].p, holm[m]);
      regressions += judged[m].verdict == kRegression;
      stepped_down += judged[m].verdict == kRegression && p[m] > 0.01;  // Bonferroni would not have
    }
  }
  EXPECT_GT(regressions, 100);
  EXPECT_GT(stepped_down, 5);
}

TEST(Gate, LooksGrowAndEndAtTheBudget) {
  EXPECT_EQ(LooksOf(10), (std::vector<int>{10}));
  EXPECT_EQ(LooksOf(12), (std::vector<int>{12}));
  EXPECT_EQ(LooksOf(100), (std::vector<int>{10, 16, 26, 42, 68, 100}));
}

/// Measures without noise: a fixed harm per metric and round.
struct Fixed {
  std::vector<std::vector<double>> by_round;
  std::map<int, int> pairs = {};
  MeasurePair Measure(int stop_after = 1'000'000) {
    return [this, stop_after](int round) -> std::optional<std::vector<double>> {
      if (pairs[round] == stop_after) return std::nullopt;
      ++pairs[round];
      return by_round[static_cast<std::size_t>(round - 1)];
    };
  }
};

TEST(Gate, NothingWrongIsSettledAtTheFirstLook) {
  Fixed quiet{{{0.0, 0.001}}};
  const auto judged = JudgeMeasured(std::vector<double>{0.02, 0.02}, {0.01, 100}, quiet.Measure());
  EXPECT_EQ(judged[0].last.verdict, kPass);
  EXPECT_EQ(judged[1].last.verdict, kPass);
  EXPECT_FALSE(judged[0].first.has_value());
  EXPECT_EQ(judged[0].pairs, kFirstPairs);
  EXPECT_EQ(quiet.pairs[1], kFirstPairs);
  EXPECT_EQ(quiet.pairs.count(2), 0U);
}

TEST(Gate, OnlyWhatIsFoundTwiceIsARegression) {
  Fixed twice{{{0.05, 0.0}, {0.05, 0.05}}};
  auto judged = JudgeMeasured(std::vector<double>{0.02, 0.02}, {0.01, 100}, twice.Measure());
  EXPECT_EQ(judged[0].last.verdict, kRegression);
  ASSERT_TRUE(judged[0].first.has_value());
  EXPECT_EQ(judged[0].first->verdict, kRegression);
  EXPECT_EQ(judged[1].last.verdict, kPass) << "settled in the first round: the second is not about it";
  EXPECT_GT(twice.pairs[2], 0);

  Fixed once{{{0.05}, {0.0}}};
  judged = JudgeMeasured(std::vector<double>{0.02}, {0.01, 100}, once.Measure());
  EXPECT_EQ(judged[0].last.verdict, kPass);
  EXPECT_EQ(judged[0].first->verdict, kRegression);

  Fixed unclear{{{0.05}, {0.02}}};  // on the margin: never settled
  judged = JudgeMeasured(std::vector<double>{0.02}, {0.01, 100}, unclear.Measure());
  EXPECT_EQ(judged[0].last.verdict, kInconclusive);
  EXPECT_EQ(unclear.pairs[2], 100);
}

TEST(Gate, TheBudgetEndsInconclusive) {
  Fixed on_the_margin{{{0.02}}};
  EXPECT_EQ(JudgeMeasured(std::vector<double>{0.02}, {0.01, 40}, on_the_margin.Measure())[0].last.verdict,
            kInconclusive);
  EXPECT_EQ(on_the_margin.pairs[1], 40);
  Fixed no_time{{{0.5}}};
  const auto judged = JudgeMeasured(std::vector<double>{0.02}, {0.01, 40}, no_time.Measure(3));
  EXPECT_EQ(judged[0].last.verdict, kInconclusive) << "three pairs can decide nothing at this level";
  EXPECT_EQ(judged[0].pairs, 3);
  Fixed some_time{{{0.5}, {0.5}}};
  EXPECT_EQ(JudgeMeasured(std::vector<double>{0.02}, {0.01, 40}, some_time.Measure(9))[0].last.verdict, kRegression)
      << "what is left of the confidence is spent when time runs out";
}

TEST(Gate, PairsWithoutAValueDoNotCount) {
  int n = 0;
  const auto judged = JudgeMeasured(std::vector<double>{0.02}, {0.01, 20},
                                    [&](int) { return std::vector<double>{++n % 2 == 0 ? 0.0 : std::nan("")}; });
  EXPECT_EQ(judged[0].pairs, 10);
  EXPECT_EQ(judged[0].last.verdict, kPass);
}

TEST(Gate, MarginsOfTimesAndRates) {
  // A time that grew by its margin and a rate that fell by it are exactly on it.
  EXPECT_NEAR(LogHarm(100, 105, false), LogMargin(0.05, false), 1e-15);
  EXPECT_NEAR(LogHarm(100, 95, true), LogMargin(0.05, true), 1e-15);
  EXPECT_NEAR(ChangeOfLogHarm(LogHarm(100, 95, true), true), -0.05, 1e-15);
  EXPECT_NEAR(ChangeOfLogHarm(LogHarm(100, 105, false), false), 0.05, 1e-15);
  EXPECT_TRUE(std::isnan(LogHarm(0, 5, false)));
  EXPECT_TRUE(std::isnan(LogHarm(5, 0, true)));
}

}  // namespace
}  // namespace souk
