// The bootstrap over users against the law that it estimates: of means of independent users, by the normal law; its
// coverage and the size of its test by simulation with stated false-alarm rates.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "results/statistics/ranking.h"

namespace souk {
namespace {

double Uniform(std::mt19937_64& bits) { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53; }

double Sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

/// Users with 1 … `most` cases, each of which is a hit with the user's own chance.
struct Sample {
  std::vector<double> cases;
  std::vector<UserSums> columns;

  Sample(std::mt19937_64& bits, int users, int most, int methods) : columns(static_cast<std::size_t>(methods)) {
    for (int u = 0; u < users; ++u) {
      cases.push_back(1 + static_cast<double>(bits() % static_cast<std::uint64_t>(most)));
      const double chance = 0.1 + 0.4 * Uniform(bits);
      for (UserSums& column : columns) {
        double hits = 0;
        for (int c = 0; c < cases.back(); ++c) hits += Uniform(bits) < chance ? 1 : 0;
        column.sum.push_back(hits);
      }
    }
  }
};

BootstrapSettings Settings(int resamples, std::uint64_t seed) { return {resamples, 0.05, seed}; }

/// Of many users the interval is mean ± 1.96 standard errors: those of a ratio of sums by linearisation. 20,000
/// resamples leave 1 % of the standard error as noise of a bound; 5 % are allowed (fixed seed).
TEST(RankingBootstrap, MatchesTheNormalLawOfARatio) {
  std::mt19937_64 bits(1);
  const Sample s(bits, 2000, 6, 1);
  const BootstrapResult result = BootstrapUsers(s.cases, s.columns, {}, Settings(20000, 9));
  const double mean = Sum(s.columns[0].sum) / Sum(s.cases);
  double squares = 0;
  for (std::size_t u = 0; u < s.cases.size(); ++u) {
    const double e = s.columns[0].sum[u] - mean * s.cases[u];
    squares += e * e;
  }
  const double error = std::sqrt(squares) / Sum(s.cases);
  ASSERT_EQ(result.means.size(), 1U);
  EXPECT_DOUBLE_EQ(result.means[0].mean, mean);
  EXPECT_NEAR(result.means[0].low, mean - 1.96 * error, 0.05 * error);
  EXPECT_NEAR(result.means[0].high, mean + 1.96 * error, 0.05 * error);
}

TEST(RankingBootstrap, ASeedGivesTheSameBytesAndAnotherSeedOthers) {
  std::mt19937_64 bits(2);
  const Sample s(bits, 50, 3, 2);
  const auto low = [&](std::uint64_t seed) {
    return BootstrapUsers(s.cases, s.columns, {{1, 0}}, Settings(199, seed)).differences[0].low;
  };
  EXPECT_EQ(low(1), low(1));
  EXPECT_NE(low(1), low(2));
}

TEST(RankingBootstrap, AColumnDoesNotChangeWithItsNeighbours) {
  std::mt19937_64 bits(2);
  const Sample s(bits, 50, 3, 3);
  const BootstrapResult all = BootstrapUsers(s.cases, s.columns, {}, Settings(199, 1));
  const BootstrapResult one = BootstrapUsers(s.cases, {s.columns[2]}, {}, Settings(199, 1));
  EXPECT_EQ(all.means[2].low, one.means[0].low);
  EXPECT_EQ(all.means[2].high, one.means[0].high);
}

/// Differences are paired: with the same hits plus a constant per case, every resample has the same difference.
TEST(RankingBootstrap, DifferencesArePaired) {
  std::mt19937_64 bits(3);
  Sample s(bits, 40, 4, 1);
  UserSums better = s.columns[0];
  for (std::size_t u = 0; u < better.sum.size(); ++u) better.sum[u] += 0.25 * s.cases[u];
  s.columns.push_back(better);
  const BootstrapResult result = BootstrapUsers(s.cases, s.columns, {{1, 0}, {0, 1}, {0, 0}}, Settings(999, 1));
  EXPECT_NEAR(result.differences[0].difference, 0.25, 1e-12);
  EXPECT_NEAR(result.differences[0].low, 0.25, 1e-12);
  EXPECT_NEAR(result.differences[0].high, 0.25, 1e-12);
  EXPECT_DOUBLE_EQ(result.differences[0].p, 2.0 / 1000) << "the smallest there is with 999 resamples";
  EXPECT_NEAR(result.differences[1].difference, -0.25, 1e-12);
  EXPECT_EQ(result.differences[2].difference, 0);
  EXPECT_EQ(result.differences[2].p, 1) << "no difference in any user";
}

TEST(RankingBootstrap, OneUserHasNoInterval) {
  const BootstrapResult result = BootstrapUsers({4}, {{{1}}, {{2}}}, {{1, 0}}, Settings(999, 1));
  EXPECT_EQ(result.means[0].mean, 0.25);
  EXPECT_TRUE(std::isnan(result.means[0].low));
  EXPECT_TRUE(std::isnan(result.means[0].high));
  EXPECT_EQ(result.differences[0].difference, 0.25);
  EXPECT_TRUE(std::isnan(result.differences[0].p));
}

/// 1,000 samples of 150 users: how often the interval holds the true mean, and how often two methods that are equally
/// good differ with p ≤ .05. The truth is the mean chance, .3, as chances and cases are independent. True coverage c
/// and size a lie within [.93, .96] and [.04, .07] if the method is right; the counts leave [.905, .98] and [.02, .095]
/// with probability below 1e-3 then (binomial, 1,000 draws). A bootstrap over cases instead of users covers too rarely.
TEST(RankingBootstrap, CoverageAndSizeAreThoseOfTheLabel) {
  std::mt19937_64 bits(4);
  const int samples = 1000;
  int covered = 0;
  int rejected = 0;
  for (int i = 0; i < samples; ++i) {
    const Sample s(bits, 150, 6, 2);
    const BootstrapResult r =
        BootstrapUsers(s.cases, s.columns, {{1, 0}}, Settings(399, static_cast<std::uint64_t>(i)));
    covered += r.means[0].low <= 0.3 && 0.3 <= r.means[0].high ? 1 : 0;
    rejected += r.differences[0].p <= 0.05 ? 1 : 0;
  }
  EXPECT_GE(covered, 905);
  EXPECT_LE(covered, 980);
  EXPECT_GE(rejected, 20);
  EXPECT_LE(rejected, 95);
  RecordProperty("covered", covered);
  RecordProperty("rejected", rejected);
}

/// The same with every user's cases all hits or all misses: only users are independent, so intervals must be as wide
/// as the number of users says. 90 % are required of the 95 %; resampling cases would cover about 70 %.
TEST(RankingBootstrap, CasesOfOneUserAreNotIndependent) {
  std::mt19937_64 bits(6);
  int covered = 0;
  for (int i = 0; i < 400; ++i) {
    std::vector<double> cases(100, 5);
    UserSums column;
    for (int u = 0; u < 100; ++u) column.sum.push_back(Uniform(bits) < 0.3 ? 5 : 0);
    const BootstrapResult r = BootstrapUsers(cases, {column}, {}, Settings(399, static_cast<std::uint64_t>(i)));
    covered += r.means[0].low <= 0.3 && 0.3 <= r.means[0].high ? 1 : 0;
  }
  EXPECT_GE(covered, 360);
}

}  // namespace
}  // namespace souk
