// Under the BG/NBD return law, repeat visits follow Fader, Hardie & Lee 2005, "Counting your customers
// the easy way": eqs. (8) P(X = x) and (9) E[X].

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "bench/experiment/experiment.h"
#include "results/statistics/bgnbd.h"
#include "sim/world/world.h"
#include "tests/support/plain_arm.h"

namespace souk {
namespace {

constexpr double kR = 0.8, kAlpha = 2.5, kA = 0.8, kB = 2.5;  // weeks

constexpr int kMostVisits = 60;  // the rest of the law counts as 7 or more

/// P(X(t) = x) for x = 0 … kMostVisits - 1, eq. (8).
std::vector<double> Probabilities(double t) {
  using boost::math::beta;
  using boost::math::lgamma;
  // What does not depend on t, once: Γ(r + x) / (Γ(r) x!) and the two ratios of beta functions.
  static const auto table = [] {
    std::vector<std::array<double, 3>> rows;
    for (int x = 0; x < kMostVisits; ++x)
      rows.push_back({std::exp(lgamma(kR + x) - lgamma(kR) - lgamma(x + 1.0)), beta(kA, kB + x) / beta(kA, kB),
                      x > 0 ? beta(kA + 1, kB + x - 1) / beta(kA, kB) : 0});
    return rows;
  }();
  std::vector<double> probabilities;
  double below = 0;  // the sum over j < x in the second term
  for (int x = 0; x < kMostVisits; ++x) {
    const auto& [coefficient, alive, dropped] = table[static_cast<std::size_t>(x)];
    const double nbd = coefficient * std::pow(kAlpha / (kAlpha + t), kR) * std::pow(t / (kAlpha + t), x);
    probabilities.push_back(alive * nbd + dropped * (1 - below));
    below += nbd;
  }
  return probabilities;
}

Scenario Visits() {
  Scenario s;
  s.name = "bgnbd";
  s.question = "?";
  s.time = {0, 182, 1};
  s.catalogue.items = 20;
  s.catalogue.categories = 2;
  s.catalogue.departments = 1;
  s.population.shoppers = 30'000;
  s.population.existing_share = 0;
  s.arrivals.return_law = BgNbdReturn{kR, kAlpha, kA, kB};
  s.arrivals.hour_profile.fill(1);
  s.arrivals.weekday_profile.fill(1);
  s.arrivals.month_profile.fill(1);
  s.arrivals.day_noise_sd = 0;
  s.after.satisfaction_visit = 0;
  s.chat.question_rate = 0;
  s.browse.leave = LogitNormalLeave{5, 0, 0};  // one look and out: a visit is a point in time
  s.browse.direct_share = 0;
  testing::AddPlainIncumbent(s);
  return s;
}

// Counts 0, 1, 2, 3, 4–6, 7+ over shoppers with their own exposure T. χ² with 5 degrees of freedom: its
// 99.9 % point is 20.5. The mean must lie within 4 standard errors of Σ x P(x).
TEST(BgNbd, RepeatVisitsFollowThePublishedLaw) {
  const Scenario s = Visits();
  const World w = BuildWorld(s, 0);
  std::vector<int> visits(w.population.shoppers.size(), 0);
  TraceCell(s, {}, [&](const Outcome& o) {
    if (o.kind == OutcomeKind::kSessionStart) ++visits[o.shopper.index()];
  });
  const auto bin = [](int x) { return x <= 3 ? x : x <= 6 ? 4 : 5; };
  std::vector<double> expected(6, 0), observed(6, 0);
  double mean = 0, mean_expected = 0, variance = 0, n = 0;
  for (std::size_t u = 0; u < visits.size(); ++u) {
    const double t = (StartOfDay(182) - w.population.shoppers[u].first_visit).days() / 7;
    if (t <= 0 || visits[u] == 0) continue;
    const int x = visits[u] - 1;
    ++observed[static_cast<std::size_t>(bin(x))];
    double rest = 1, m = 0, m2 = 0;
    const std::vector<double> law = Probabilities(t);
    for (int k = 0; k < kMostVisits; ++k) {
      const double p = law[static_cast<std::size_t>(k)];
      if (k <= 6) expected[static_cast<std::size_t>(bin(k))] += p, rest -= p;
      m += k * p;
      m2 += k * k * p;
    }
    expected[5] += rest;
    mean += x;
    mean_expected += m;
    variance += m2 - m * m;
    ++n;
  }
  ASSERT_GT(n, 29'000);
  EXPECT_NEAR(mean, mean_expected, 4 * std::sqrt(variance));
  double chi = 0;
  for (std::size_t k = 0; k < 6; ++k) chi += (observed[k] - expected[k]) * (observed[k] - expected[k]) / expected[k];
  EXPECT_LT(chi, 20.5);
}

// Fader, Hardie & Lee 2005, section 4: 2,357 customers of CDNOW, 39 weeks: r .243, alpha 4.414, a .793, b 2.426,
// log-likelihood −9,582.4.
TEST(BgNbdFit, ReproducesThePublishedFitToCdnow) {
  const char* folder = std::getenv("SOUK_DATA");
  std::ifstream in(std::string(folder != nullptr ? folder : "") + "/cdnow/cdnow_customers_summary.csv");
  if (!in) GTEST_SKIP() << "cdnow is not in SOUK_DATA";
  std::string line;
  std::getline(in, line);
  std::vector<CustomerHistory> customers;
  while (std::getline(in, line)) {
    CustomerHistory c;
    double repeats = 0;
    if (std::sscanf(line.c_str(), "%*d,%lf,%lf,%lf", &repeats, &c.last, &c.observed) != 3) continue;
    c.repeats = static_cast<int>(repeats);
    customers.push_back(c);
  }
  ASSERT_EQ(customers.size(), 2357U);
  const BgNbdFit fit = FitBgNbd(customers);
  EXPECT_NEAR(fit.r, 0.243, 0.001);
  EXPECT_NEAR(fit.alpha_weeks, 4.414, 0.01);
  EXPECT_NEAR(fit.a, 0.793, 0.01);
  EXPECT_NEAR(fit.b, 2.426, 0.03);
  EXPECT_NEAR(fit.log_likelihood, -9582.4, 0.1);
}

}  // namespace
}  // namespace souk
