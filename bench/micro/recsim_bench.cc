// RecSim's interest evolution, one core: steps (ten fresh documents, a slate of three, one choice) per second. The
// model is that of google-research/recsim, recsim/environments/interest_evolution.py: 20 topics; quality N(topic's
// mean, 0.1); interests uniform on ±1; weights interest + 1 per document on the slate and 2 for no click; a click takes
// four minutes of a budget of 200, gives 0.9/3.4 of them back times quality, and moves the interest in the topic up
// with probability (u + 1)/2, else down, by 0.3 (1 − |u|)(1 − u); no click takes half a minute. The answers are checked
// against RecSim's own (500 users each, ± standard error) before any time is told.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/base/random.h"

namespace souk {
namespace {

constexpr int kTopics = 20, kCandidates = 10, kSlate = 3;

enum class Agent { kRandom, kInterest };

struct Document {
  std::size_t topic = 0;
  double quality = 0;
};

struct Totals {
  std::int64_t users = 0, steps = 0, clicks = 0;
  double minutes = 0, minutes_squared = 0, steps_squared = 0, quality = 0;
};

class InterestEvolution {
 public:
  explicit InterestEvolution(std::uint64_t seed) : dice_(seed, 0) {
    for (std::size_t t = 0; t < 14; ++t) mean_quality_[t] = -3 + 3.0 * static_cast<double>(t) / 13;
    for (std::size_t t = 14; t < kTopics; ++t) mean_quality_[t] = 3.0 * static_cast<double>(t - 14) / 5;
  }

  void RunUser(std::uint32_t user, Agent agent, Totals& totals) {
    std::array<std::uint64_t, kTopics> words;
    dice_.DrawRun(Purpose::kShopper, user, 0, kTopics / 2, words.data());
    for (std::size_t t = 0; t < kTopics; ++t) interest_[t] = 2 * ToUniform(words[t]) - 1;
    double budget = 200, watched = 0;
    std::int64_t steps = 0;
    for (; budget > 0; ++steps) {
      Offer(user, steps);
      const Dice::Block dice = dice_.Draw(Purpose::kSession, user, static_cast<std::uint64_t>(steps));
      if (agent == Agent::kRandom) PickAtRandom(user, steps);
      else PickByInterest();
      const int choice = Choose(ToUniform(dice.lo));
      if (choice < 0) {
        budget -= 0.5;
        continue;
      }
      const Document& chosen = candidates_[static_cast<std::size_t>(choice)];
      const double minutes = std::min(budget, 4.0);
      budget += minutes * (0.9 / 3.4 * chosen.quality - 1);
      watched += minutes;
      ++totals.clicks;
      totals.quality += chosen.quality;
      Learn(interest_[chosen.topic], ToUniform(dice.hi));
    }
    ++totals.users;
    totals.steps += steps;
    totals.steps_squared += static_cast<double>(steps * steps);
    totals.minutes += watched;
    totals.minutes_squared += watched * watched;
  }

 private:
  void Offer(std::uint32_t user, std::int64_t step) {
    std::array<std::uint64_t, 2 * kCandidates> words;
    dice_.DrawRun(Purpose::kCatalogue, user, static_cast<std::uint64_t>(step) * kCandidates, kCandidates, words.data());
    for (std::size_t d = 0; d < kCandidates; ++d) {
      const auto topic = static_cast<std::size_t>(kTopics * ToUniform(words[2 * d]));
      candidates_[d] = {topic, mean_quality_[topic] + 0.1 * ToNormal(words[2 * d + 1])};
    }
  }
  /// Moves three of the ten to the front, uniformly.
  void PickAtRandom(std::uint32_t user, std::int64_t step) {
    Rng rng(dice_, Purpose::kRecommender, user, static_cast<std::uint32_t>(step));
    for (std::size_t s = 0; s < kSlate; ++s)
      std::swap(candidates_[s], candidates_[s + static_cast<std::size_t>(rng.Below(kCandidates - std::int64_t(s)))]);
  }
  void PickByInterest() {
    for (std::size_t s = 0; s < kSlate; ++s)
      for (std::size_t d = s + 1; d < kCandidates; ++d)
        if (interest_[candidates_[d].topic] > interest_[candidates_[s].topic])
          std::swap(candidates_[s], candidates_[d]);
  }
  /// Place of the chosen document, −1 for none.
  [[nodiscard]] int Choose(double u) const {
    double total = 2;
    for (std::size_t s = 0; s < kSlate; ++s) total += interest_[candidates_[s].topic] + 1;
    double left = u * total;
    for (int s = 0; s < kSlate; ++s) {
      left -= interest_[candidates_[static_cast<std::size_t>(s)].topic] + 1;
      if (left < 0) return s;
    }
    return -1;
  }
  static void Learn(double& interest, double u) {
    const double step = 0.3 * (1 - std::abs(interest)) * (1 - interest);
    interest = std::clamp(u < (interest + 1) / 2 ? interest + step : interest - step, -1.0, 1.0);
  }

  Dice dice_;
  std::array<double, kTopics> mean_quality_{}, interest_{};
  std::array<Document, kCandidates> candidates_;
};

/// Means of RecSim and their standard errors.
struct Reference {
  double minutes, minutes_se, steps, steps_se;
};

/// Whether `mean` of n values with this sum of squares lies within four standard errors of both of the reference.
bool Agrees(double sum, double squares, double n, double reference, double reference_se) {
  const double mean = sum / n, variance = squares / n - mean * mean;
  return std::abs(mean - reference) < 4 * std::sqrt(variance / n + reference_se * reference_se);
}

void Steps(benchmark::State& state, Agent agent, const Reference& reference) {
  InterestEvolution world(1);
  Totals check;
  for (std::uint32_t user = 0; user < 20'000; ++user) world.RunUser(user, agent, check);
  const auto n = static_cast<double>(check.users);
  const double quality = check.quality / static_cast<double>(check.clicks);
  if (!Agrees(check.minutes, check.minutes_squared, n, reference.minutes, reference.minutes_se) ||
      (reference.steps > 0 &&
       !Agrees(static_cast<double>(check.steps), check.steps_squared, n, reference.steps, reference.steps_se)) ||
      (agent == Agent::kRandom && std::abs(quality + 0.595) > 4 * 0.013))
    return state.SkipWithError("the answers differ from RecSim's");
  Totals totals;
  std::uint32_t user = 20'000;
  for (auto _ : state) world.RunUser(user++, agent, totals);
  state.SetItemsProcessed(totals.steps);
  state.counters["minutes"] = check.minutes / n;
  state.counters["minutes_se"] = std::sqrt((check.minutes_squared / n - check.minutes / n * check.minutes / n) / n);
  state.counters["steps"] = static_cast<double>(check.steps) / n;
  state.counters["clicks_per_step"] = static_cast<double>(check.clicks) / static_cast<double>(check.steps);
  state.counters["quality"] = quality;
}

void BM_RecSimRandomSlates(benchmark::State& state) { Steps(state, Agent::kRandom, {160.27, 0.50, 71.05, 0.40}); }
BENCHMARK(BM_RecSimRandomSlates);

// RecSim's steps per user (60.37) come without a standard error: not compared.
void BM_RecSimSlatesByInterest(benchmark::State& state) { Steps(state, Agent::kInterest, {167.83, 1.03, 0, 0}); }
BENCHMARK(BM_RecSimSlatesByInterest);

}  // namespace
}  // namespace souk
