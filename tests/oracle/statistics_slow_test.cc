// Error rates of the statistics, measured through the code that users run, on synthetic shops whose truth is known:
// 3 % conversion, log-normal baskets (sd 1.0), a world effect of sd 10 % shared by all arms, a strategy-by-world
// interaction of sd 2 %, common random numbers. Targets: coverage .93–.965 where at least 200 orders differ, ≥ .92
// where fewer do; false alarms ≤ .06 when looking after every replication; family error ≤ .06 over seven null arms;
// the best of eight found ≥ .95.
//
// Seeds are fixed. With free seeds, 2,000 sets at a true coverage of .947 leave [.93, .965] once in about 1,000 trials;
// 1,000 experiments at a true error of .05 exceed .06 + .013 (the bound used for 1,000) once in 500.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "results/statistics/family.h"
#include "results/statistics/linearised_internal.h"
#include "results/statistics/multiplicity.h"
#include "results/statistics/sequential.h"
#include "sim/base/random.h"

namespace souk {
namespace {

/// Revenue of one replication in the incumbent (element 0) and in arms with the given true uplifts.
std::vector<double> Replication(Rng& rng, int shoppers, const std::vector<double>& uplift) {
  const double p = 0.03 * (1 + 0.1 * rng.Normal());
  std::vector<double> rate = {p};
  for (const double u : uplift) rate.push_back(p * (1 + u) * (1 + 0.02 * rng.Normal()));
  const double most = *std::max_element(rate.begin(), rate.end());
  std::vector<double> revenue(rate.size(), 0);
  // Only shoppers who buy in some arm matter; their moods are uniform below `most`.
  int buyers = 0;
  for (int u = 0; u < shoppers; ++u) buyers += rng.Uniform() < most;
  for (int b = 0; b < buyers; ++b) {
    const double mood = most * rng.Uniform();
    const double basket = std::exp(3.5 + rng.Normal());
    for (std::size_t arm = 0; arm < rate.size(); ++arm)
      if (mood < rate[arm]) revenue[arm] += basket;
  }
  return revenue;
}

RatioPair PairOf(const std::vector<double>& revenue, std::size_t arm, int shoppers) {
  return {revenue[arm], static_cast<double>(shoppers), revenue[0], static_cast<double>(shoppers)};
}

double Coverage(int sets, int shoppers, int replications, double truth, std::uint32_t stream) {
  Rng rng(Dice(77, 0), Purpose::kTest, stream);
  int covered = 0;
  for (int s = 0; s < sets; ++s) {
    std::vector<RatioPair> pairs;
    for (int r = 0; r < replications; ++r) pairs.push_back(PairOf(Replication(rng, shoppers, {truth}), 1, shoppers));
    const Interval i = RelativeUplift(pairs);
    covered += i.low <= truth && truth <= i.high;
  }
  return static_cast<double>(covered) / sets;
}

TEST(ErrorRates, CoverageWithEnoughDiscordantOrders) {
  // About 225, 450 and 450 orders differ per set.
  for (const auto& [shoppers, replications] : {std::pair{15000, 10}, {15000, 20}, {7500, 40}}) {
    for (const double truth : {0.0, 0.05}) {
      const double c =
          Coverage(2000, shoppers, replications, truth, static_cast<std::uint32_t>(shoppers + replications));
      std::printf("%d x %d, true uplift %.2f: coverage %.4f\n", shoppers, replications, truth, c);
      EXPECT_GE(c, 0.93) << shoppers << " x " << replications << ", " << truth;
      EXPECT_LE(c, 0.965) << shoppers << " x " << replications << ", " << truth;
    }
  }
}

TEST(ErrorRates, CoverageOfThinData) {
  for (const auto& [shoppers, replications] : {std::pair{1500, 10}, {1500, 20}, {1500, 40}}) {
    const double c = Coverage(2000, shoppers, replications, 0.05, static_cast<std::uint32_t>(shoppers + replications));
    std::printf("%d x %d: coverage %.4f\n", shoppers, replications, c);
    EXPECT_GE(c, 0.92) << shoppers << " x " << replications;
  }
}

TEST(ErrorRates, LookingAfterEveryReplicationRarelyFindsWhatIsNotThere) {
  Rng rng(Dice(78, 0), Purpose::kTest, 1);
  const int experiments = 1000;
  int sequence_alarms = 0;
  int naive_alarms = 0;
  for (int e = 0; e < experiments; ++e) {
    std::vector<RatioPair> pairs;
    bool sequence = false;
    bool naive = false;
    for (int r = 0; r < 200; ++r) {
      pairs.push_back(PairOf(Replication(rng, 5000, {0.0}), 1, 5000));
      sequence = sequence || Decide(SequentialUplift(pairs), 0) != Decision::kUndecided;
      const UpliftMoments m = MomentsOf(pairs);
      naive = naive || (r >= 2 && std::abs(m.value) > StudentQuantile(r, 0.975) * m.error);
    }
    sequence_alarms += sequence;
    naive_alarms += naive;
  }
  std::printf("A/A, 200 looks: sequence %.3f, a t interval at every look %.3f\n",
              static_cast<double>(sequence_alarms) / experiments, static_cast<double>(naive_alarms) / experiments);
  EXPECT_LE(sequence_alarms, 60);
  EXPECT_GE(naive_alarms, 250) << "the trap that the sequence avoids";
}

/// Experiments out of `experiments` in which anything was found among seven arms that do nothing.
struct FamilyErrors {
  int plain = 0, holm = 0, simultaneous = 0;
};
FamilyErrors NullFamilies(int experiments, int shoppers, int replications, std::uint32_t stream) {
  Rng rng(Dice(79, 0), Purpose::kTest, stream);
  FamilyErrors errors;
  for (int e = 0; e < experiments; ++e) {
    std::vector<std::vector<RatioPair>> pairs(7);
    for (int r = 0; r < replications; ++r) {
      const auto revenue = Replication(rng, shoppers, std::vector<double>(7, 0.0));
      for (std::size_t arm = 0; arm < 7; ++arm) pairs[arm].push_back(PairOf(revenue, arm + 1, shoppers));
    }
    std::vector<double> p;
    bool outside = false;
    for (const auto& arm : pairs) {
      p.push_back(TwoSidedP(arm));
      const Interval i = RelativeUplift(arm, 0.05 / 7);
      outside = outside || i.low > 0 || i.high < 0;
    }
    const auto holm = HolmAdjusted(p);
    errors.plain += *std::min_element(p.begin(), p.end()) <= 0.05;
    errors.holm += *std::min_element(holm.begin(), holm.end()) <= 0.05;
    errors.simultaneous += outside;
  }
  std::printf("7 null arms, %d x %d, %d experiments: uncorrected %d, Holm %d, simultaneous intervals %d\n", shoppers,
              replications, experiments, errors.plain, errors.holm, errors.simultaneous);
  return errors;
}

TEST(ErrorRates, SevenNullArmsRarelyShowAnEffect) {
  for (const auto& [shoppers, replications] : {std::pair{15000, 8}, {15000, 20}, {15000, 40}, {1500, 20}}) {
    const FamilyErrors errors = NullFamilies(1000, shoppers, replications, 2);
    EXPECT_LE(errors.holm, 60) << shoppers << " x " << replications;
    EXPECT_LE(errors.simultaneous, 60) << shoppers << " x " << replications;
    EXPECT_GE(errors.plain, 120) << "without correction the family errs";
  }
}

TEST(ErrorRates, FindsTheBestOfEight) {
  // The reference's trial: top gap 1.5 % of the mean, sd 10 % between worlds, correlation .9 between arms.
  Rng rng(Dice(80, 0), Purpose::kTest, 3);
  const int experiments = 400;
  int correct = 0;
  int kept = 0;
  double used = 0;
  for (int e = 0; e < experiments; ++e) {
    std::vector<std::vector<double>> values;
    for (int r = 0; r < 400; ++r) {
      const double world = 0.1 * std::sqrt(0.9) * rng.Normal();
      std::vector<double> row;
      for (int arm = 0; arm < 8; ++arm) row.push_back(1 - 0.015 * arm + world + 0.1 * std::sqrt(0.1) * rng.Normal());
      values.push_back(row);
    }
    const BestSet best = SelectBest(values);
    correct += best.arms.size() == 1 && best.arms.front() == 0;
    kept += std::find(best.arms.begin(), best.arms.end(), 0) != best.arms.end();
    used += best.replications;
  }
  std::printf("best of 8: alone %.3f, in the set %.3f, replications %.1f\n", static_cast<double>(correct) / experiments,
              static_cast<double>(kept) / experiments, used / experiments);
  EXPECT_GE(correct, 0.95 * experiments);
  EXPECT_GE(kept, 0.95 * experiments);
}

}  // namespace
}  // namespace souk
