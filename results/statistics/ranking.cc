#include "results/statistics/ranking.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/base/error.h"
#include "sim/base/random.h"

namespace souk {
namespace {

double Quantile(const std::vector<double>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() + 1) - 1;
  const auto below = static_cast<std::ptrdiff_t>(std::floor(at));
  const auto last = static_cast<std::ptrdiff_t>(sorted.size()) - 1;
  const auto value = [&](std::ptrdiff_t i) {
    return sorted[static_cast<std::size_t>(std::clamp(i, std::ptrdiff_t{0}, last))];
  };
  const double share = at - std::floor(at);
  return value(below) + share * (value(below + 1) - value(below));
}

/// How often each user is drawn in one resample.
void DrawCounts(Rng& rng, std::vector<double>& counts) {
  std::fill(counts.begin(), counts.end(), 0.0);
  const auto n = static_cast<std::int64_t>(counts.size());
  for (std::int64_t i = 0; i < n; ++i) counts[static_cast<std::size_t>(rng.Below(n))] += 1;
}

double Dot(const std::vector<double>& a, const std::vector<double>& b) {
  double lane[8] = {};  // independent sums, so that the loop becomes vector code
  std::size_t i = 0;
  for (; i + 8 <= a.size(); i += 8)
    for (std::size_t l = 0; l < 8; ++l) lane[l] += a[i + l] * b[i + l];
  double sum = 0;
  for (; i < a.size(); ++i) sum += a[i] * b[i];
  for (const double l : lane) sum += l;
  return sum;
}

bool AmongFirst(double rank, int k) { return rank < k + 1.0; }

/// Wanted items among the first k, at most k.
double Found(std::span<const double> ranks, int k) {
  const auto found = std::count_if(ranks.begin(), ranks.end(), [k](double r) { return AmongFirst(r, k); });
  return static_cast<double>(std::min<std::ptrdiff_t>(found, k));
}

double Gain(std::span<const double> ranks, int k) {
  double gain = 0;
  for (const double r : ranks)
    if (AmongFirst(r, k)) gain += 1 / std::log2(r + 1);
  return gain;
}

}  // namespace

double MidRank(std::span<const float> scores, std::int32_t target, std::span<const std::int32_t> left_out) {
  const float wanted = scores[static_cast<std::size_t>(target)];
  std::int32_t better = 0;
  std::int32_t equal = 0;
  std::int32_t bad = 0;
  for (const float s : scores) {
    better += s > wanted ? 1 : 0;
    equal += s == wanted ? 1 : 0;
    bad += s != s ? 1 : 0;
  }
  if (bad > 0) return std::numeric_limits<double>::quiet_NaN();
  bool target_out = false;
  for (const std::int32_t item : left_out) {
    const float s = scores[static_cast<std::size_t>(item)];
    better -= s > wanted ? 1 : 0;
    equal -= s == wanted ? 1 : 0;
    target_out = target_out || item == target;
  }
  if (!target_out) --equal;  // itself
  return 1 + better + 0.5 * equal;
}

double HitAt(std::span<const double> ranks, int k) { return Found(ranks, k) > 0 ? 1 : 0; }

double RecallAt(std::span<const double> ranks, int k) {
  return Found(ranks, k) / std::min(static_cast<double>(k), static_cast<double>(ranks.size()));
}

double PrecisionAt(std::span<const double> ranks, int k) { return Found(ranks, k) / k; }

double NdcgAt(std::span<const double> ranks, int k) {
  double ideal = 0;
  for (int i = 1; i <= k && i <= static_cast<int>(ranks.size()); ++i) ideal += 1 / std::log2(i + 1.0);
  if (std::ssize(ranks) <= k) return Gain(ranks, k) / ideal;
  std::vector<double> best(ranks.begin(), ranks.end());
  std::nth_element(best.begin(), best.begin() + k, best.end());
  return Gain(std::span(best).first(static_cast<std::size_t>(k)), k) / ideal;
}

double ReciprocalAt(std::span<const double> ranks, int k) {
  const double best = *std::min_element(ranks.begin(), ranks.end());
  return AmongFirst(best, k) ? 1 / best : 0;
}

const char* MeasureName(RankingMeasure measure) {
  switch (measure) {
    case RankingMeasure::kHit: return "HR";
    case RankingMeasure::kRecall: return "Recall";
    case RankingMeasure::kPrecision: return "Precision";
    case RankingMeasure::kNdcg: return "NDCG";
    case RankingMeasure::kReciprocal: return "MRR";
  }
  return "";
}

double MeasureAt(RankingMeasure measure, std::span<const double> ranks, int k) {
  switch (measure) {
    case RankingMeasure::kHit: return HitAt(ranks, k);
    case RankingMeasure::kRecall: return RecallAt(ranks, k);
    case RankingMeasure::kPrecision: return PrecisionAt(ranks, k);
    case RankingMeasure::kNdcg: return NdcgAt(ranks, k);
    case RankingMeasure::kReciprocal: return ReciprocalAt(ranks, k);
  }
  return 0;
}

double CoverageOf(std::span<const std::int64_t> shown) {
  if (shown.empty()) return 0;
  const auto some = std::count_if(shown.begin(), shown.end(), [](std::int64_t n) { return n > 0; });
  return static_cast<double>(some) / static_cast<double>(shown.size());
}

double GiniOf(std::span<const std::int64_t> shown) {
  std::vector<std::int64_t> sorted(shown.begin(), shown.end());
  std::sort(sorted.begin(), sorted.end());
  const double total = static_cast<double>(std::accumulate(sorted.begin(), sorted.end(), std::int64_t{0}));
  if (!(total > 0)) return 0;
  const auto n = static_cast<double>(sorted.size());
  double weighted = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i)
    weighted += (2 * static_cast<double>(i + 1) - n - 1) * static_cast<double>(sorted[i]);
  return weighted / (n * total);
}

double SelfInformation(std::int64_t users_with_item, std::int64_t users) {
  const double share = users_with_item > 0 ? static_cast<double>(users_with_item) : 0.5;
  return std::log2(static_cast<double>(std::max<std::int64_t>(users, 1)) / share);
}

BootstrapResult BootstrapUsers(const std::vector<double>& cases, const std::vector<UserSums>& columns,
                               const std::vector<ColumnPair>& pairs, const BootstrapSettings& settings) {
  const std::size_t users = cases.size();
  const double all = std::accumulate(cases.begin(), cases.end(), 0.0);
  const auto resamples = static_cast<std::size_t>(users >= 2 ? settings.resamples : 0);
  BootstrapResult result;
  std::vector<double> means;
  for (const UserSums& column : columns) {
    SOUK_CHECK(column.sum.size() == users);
    means.push_back(std::accumulate(column.sum.begin(), column.sum.end(), 0.0) / all);
  }
  std::vector<std::vector<double>> drawn(columns.size(), std::vector<double>(resamples));
  std::vector<double> counts(users);
  Rng rng(Dice(settings.seed, 0), Purpose::kStatistics, 0);
  for (std::size_t b = 0; b < resamples; ++b) {
    DrawCounts(rng, counts);
    const double n = Dot(counts, cases);
    for (std::size_t c = 0; c < columns.size(); ++c) drawn[c][b] = Dot(counts, columns[c].sum) / n;
  }
  const double none = std::numeric_limits<double>::quiet_NaN();
  const auto interval = [&](std::vector<double> values, double& low, double& high) {
    low = high = none;
    if (values.empty()) return;
    std::sort(values.begin(), values.end());
    low = Quantile(values, settings.alpha / 2);
    high = Quantile(values, 1 - settings.alpha / 2);
  };
  for (std::size_t c = 0; c < columns.size(); ++c) {
    result.means.push_back({.mean = means[c]});
    interval(drawn[c], result.means.back().low, result.means.back().high);
  }
  for (const ColumnPair& pair : pairs) {
    const auto a = static_cast<std::size_t>(pair.column);
    const auto b = static_cast<std::size_t>(pair.base);
    MeanDifference d{.difference = means[a] - means[b], .p = none};
    std::vector<double> gaps(resamples);
    for (std::size_t r = 0; r < resamples; ++r) gaps[r] = drawn[a][r] - drawn[b][r];
    const auto below = std::count_if(gaps.begin(), gaps.end(), [](double g) { return g <= 0; });
    const auto above = std::count_if(gaps.begin(), gaps.end(), [](double g) { return g >= 0; });
    if (resamples > 0)
      d.p = std::min(1.0, 2 * static_cast<double>(std::min(below, above) + 1) / static_cast<double>(resamples + 1));
    interval(std::move(gaps), d.low, d.high);
    result.differences.push_back(d);
  }
  return result;
}

}  // namespace souk
