#include "results/statistics/uplift.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "results/statistics/linearised_internal.h"
#include "results/statistics/pairs_internal.h"
#include "sim/base/error.h"
#include "sim/base/random.h"

namespace souk {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kFarTail = 0.02;  ///< alpha below which replications say little about the tails

/// A statistic of a sample of replications with its delta-method standard error.
struct Estimate {
  double value = kNan;
  double error = kNan;
  double skewness = 0;  ///< of the influence of single replications
};

/// The two statistics share everything but how the two ratios are joined.
enum class Join { kRelative, kDifference };

/// `rows` selects replications, with repetition, out of `pairs`.
Estimate Evaluate(std::span<const RatioPair> pairs, std::span<const std::int32_t> rows, Join join) {
  RatioPair sum;
  for (const std::int32_t r : rows) {
    const RatioPair& p = pairs[static_cast<std::size_t>(r)];
    sum.arm_numerator += p.arm_numerator;
    sum.arm_denominator += p.arm_denominator;
    sum.base_numerator += p.base_numerator;
    sum.base_denominator += p.base_denominator;
  }
  const double arm = sum.arm_numerator / sum.arm_denominator;
  const double base = sum.base_numerator / sum.base_denominator;
  Estimate e;
  e.value = join == Join::kRelative ? arm / base - 1 : arm - base;
  if (!std::isfinite(e.value)) return e;
  // Influence of a replication on each ratio, then through the derivative of the join.
  const double n = static_cast<double>(rows.size());
  const double arm_slope = (join == Join::kRelative ? 1 / base : 1.0) * n / sum.arm_denominator;
  const double base_slope = (join == Join::kRelative ? arm / (base * base) : 1.0) * n / sum.base_denominator;
  double second = 0;
  double third = 0;
  for (const std::int32_t r : rows) {
    const RatioPair& p = pairs[static_cast<std::size_t>(r)];
    const double influence = arm_slope * (p.arm_numerator - arm * p.arm_denominator) -
                             base_slope * (p.base_numerator - base * p.base_denominator);
    second += influence * influence;
    third += influence * influence * influence;
  }
  if (n > 1) e.error = std::sqrt(second / (n - 1) / n);
  const double deviation = std::sqrt(second / n);
  if (deviation > 0) e.skewness = third / n / (deviation * deviation * deviation);
  return e;
}

std::vector<std::int32_t> AllRows(std::size_t n) {
  std::vector<std::int32_t> rows(n);
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

Interval HallOf(const Estimate& e, int replications, double alpha) {
  return alpha < kFarTail ? TailInterval(e.value, e.error, e.skewness, replications, alpha)
                          : HallInterval(e.value, e.error, e.skewness, replications, alpha);
}

/// Where the bootstrap holds: below 8 replications its widths explode, and it knows nothing of far tails.
bool CanResample(int replications, double alpha) { return replications >= kBootstrapReplications && alpha >= kFarTail; }

Interval PairedInterval(std::span<const RatioPair> pairs, Join join, double alpha) {
  const int n = static_cast<int>(pairs.size());
  std::vector<std::int32_t> rows = AllRows(pairs.size());
  const Estimate whole = Evaluate(pairs, rows, join);
  if (!std::isfinite(whole.value)) return {kNan, kNan, kNan, IntervalMethod::kNone};
  if (n < 2) return {whole.value, kNan, kNan, IntervalMethod::kNone};
  // Rounding aside, every replication says the same.
  if (!(whole.error > 1e-13 * (1 + std::abs(whole.value)))) {
    return {whole.value, whole.value, whole.value, IntervalMethod::kPoint};
  }
  if (!CanResample(n, alpha)) return HallOf(whole, n, alpha);

  const Dice dice(0x5EED, 0);
  std::vector<double> studentised;
  studentised.reserve(kBootstrapResamples);
  for (int b = 0; b < kBootstrapResamples; ++b) {
    Rng rng(dice, Purpose::kStatistics, static_cast<std::uint32_t>(b));
    for (std::int32_t& row : rows) row = static_cast<std::int32_t>(rng.Below(n));
    const Estimate resampled = Evaluate(pairs, rows, join);
    const double distance = resampled.value - whole.value;
    if (!std::isfinite(distance)) {
      studentised.push_back(kInfinity);
    } else if (resampled.error > 1e-9 * whole.error) {
      studentised.push_back(distance / resampled.error);
    } else {
      studentised.push_back(std::copysign(kInfinity, distance));
    }
  }
  std::sort(studentised.begin(), studentised.end());
  const auto rank = static_cast<std::size_t>(std::lround(alpha / 2 * (kBootstrapResamples + 1)));
  const double low = studentised[rank - 1];
  const double high = studentised[studentised.size() - rank];
  // Too few replications differ at all for resamples to have an error of their own.
  if (!std::isfinite(low) || !std::isfinite(high)) return HallOf(whole, n, alpha);
  return {whole.value, whole.value - high * whole.error, whole.value - low * whole.error, IntervalMethod::kBootstrapT};
}

/// "20 % better than a loss" has no meaning.
bool HasPositiveBase(std::span<const RatioPair> pairs) {
  double base = 0;
  for (const RatioPair& p : pairs) base += p.base_numerator;
  return base > 0;
}

/// The ratio of one arm: its difference from a base that is always 0.
Estimate ArmEstimate(std::span<const RatioPair> pairs) {
  return Evaluate(pairs, AllRows(pairs.size()), Join::kDifference);
}

Interval StudentInterval(std::span<const RatioPair> pairs) {
  const Estimate e = ArmEstimate(pairs);
  if (!std::isfinite(e.value)) return {kNan, kNan, kNan, IntervalMethod::kNone};
  const int n = static_cast<int>(pairs.size());
  if (n < 2) return {e.value, kNan, kNan, IntervalMethod::kNone};
  const double half = StudentQuantile(n - 1, 0.975) * e.error;
  return {e.value, e.value - half, e.value + half, IntervalMethod::kStudent};
}

Interval Scaled(Interval interval, double scale) {
  interval.estimate *= scale;
  interval.low *= scale;
  interval.high *= scale;
  return interval;
}

bool Finished(const ExperimentResult& result, std::int32_t replication, int arm) {
  const CellResult* cell = result.Cell(replication, arm);
  return cell != nullptr && cell->error.empty();
}

/// The arm's sums in every replication that it finished and, unless `other` is null, that `other_arm` of it did, too;
/// over a base of 0/1. `share`: what a plain total is divided by, see pairs_internal.h.
std::vector<RatioPair> ArmSums(const ExperimentResult& result, const MetricInfo& metric, int arm, double share,
                               const ExperimentResult* other = nullptr, int other_arm = 0) {
  std::vector<RatioPair> sums;
  for (const CellResult& cell : result.cells) {
    if (cell.arm != arm || !cell.error.empty()) continue;
    if (other != nullptr && !Finished(*other, cell.replication, other_arm)) continue;
    const Sums total = cell.Total();
    sums.push_back({AsDouble(total, metric.numerator), DenominatorOf(metric, total, share), 0, 1});
  }
  return sums;
}

}  // namespace

Interval RelativeUplift(std::span<const RatioPair> pairs, double alpha) {
  if (!HasPositiveBase(pairs)) return {kNan, kNan, kNan, IntervalMethod::kNone};
  return PairedInterval(pairs, Join::kRelative, alpha);
}

Interval AbsoluteDifference(std::span<const RatioPair> pairs, double scale, double alpha) {
  return Scaled(PairedInterval(pairs, Join::kDifference, alpha), scale);
}

UpliftMoments MomentsOf(std::span<const RatioPair> pairs) {
  if (!HasPositiveBase(pairs)) return {kNan, kNan, 0};
  const Estimate e = Evaluate(pairs, AllRows(pairs.size()), Join::kRelative);
  return {e.value, e.error, e.skewness};
}

double PBelow(std::span<const RatioPair> pairs, double null) {
  const UpliftMoments m = MomentsOf(pairs);
  return OneSidedP(m.value, m.error, m.skewness, static_cast<int>(pairs.size()), null);
}

double PAbove(std::span<const RatioPair> pairs, double null) {
  const UpliftMoments m = MomentsOf(pairs);
  return OneSidedP(-m.value, m.error, -m.skewness, static_cast<int>(pairs.size()), -null);
}

double TwoSidedP(std::span<const RatioPair> pairs) {
  const UpliftMoments m = MomentsOf(pairs);
  return TwoSidedP(m.value, m.error, m.skewness, static_cast<int>(pairs.size()));
}

Interval ArmValue(const ExperimentResult& result, const MetricInfo& metric, int arm) {
  const int base = result.ArmIndex(result.incumbent);
  return base < 0 ? ArmValueOfAll(result, metric, arm) : ArmValueBeside(result, metric, arm, result, base);
}

Interval ArmValueBeside(const ExperimentResult& result, const MetricInfo& metric, int arm,
                        const ExperimentResult& other, int other_arm) {
  return Scaled(StudentInterval(ArmSums(result, metric, arm, 1, &other, other_arm)), metric.scale);
}

Interval ArmValueOfAll(const ExperimentResult& result, const MetricInfo& metric, int arm) {
  return Scaled(StudentInterval(ArmSums(result, metric, arm, 1)), metric.scale);
}

int Unpaired(const ExperimentResult& a, int arm_a, const ExperimentResult& b, int arm_b) {
  const auto alone = [](const ExperimentResult& one, int arm, const ExperimentResult& other, int other_arm) {
    return static_cast<int>(std::count_if(one.cells.begin(), one.cells.end(), [&](const CellResult& cell) {
      return cell.arm == arm && cell.error.empty() && !Finished(other, cell.replication, other_arm);
    }));
  };
  return alone(a, arm_a, b, arm_b) + alone(b, arm_b, a, arm_a);
}

Interval UnpairedUplift(const ExperimentResult& a, int arm_a, const ExperimentResult& b, int arm_b,
                        const MetricInfo& metric) {
  const std::vector<RatioPair> of_a = ArmSums(a, metric, arm_a, ShareOf(a, arm_a));
  const std::vector<RatioPair> of_b = ArmSums(b, metric, arm_b, ShareOf(b, arm_b));
  const Estimate x = ArmEstimate(of_a);
  const Estimate y = ArmEstimate(of_b);
  if (!std::isfinite(x.value) || !(y.value > 0)) return {kNan, kNan, kNan, IntervalMethod::kNone};
  const double estimate = x.value / y.value - 1;
  if (of_a.size() < 2 || of_b.size() < 2) return {estimate, kNan, kNan, IntervalMethod::kNone};
  const double from_a = std::pow(x.error / y.value, 2);
  const double from_b = std::pow(x.value * y.error / (y.value * y.value), 2);
  const double variance = from_a + from_b;
  if (!(variance > 0)) return {estimate, estimate, estimate, IntervalMethod::kPoint};
  const double degrees_of_freedom =
      variance * variance /
      (from_a * from_a / static_cast<double>(of_a.size() - 1) + from_b * from_b / static_cast<double>(of_b.size() - 1));
  const double half = StudentQuantile(degrees_of_freedom, 0.975) * std::sqrt(variance);
  return {estimate, estimate - half, estimate + half, IntervalMethod::kWelch};
}

std::vector<RatioPair> PairUp(const ExperimentResult& a, int arm_a, const ExperimentResult& b, int arm_b,
                              const MetricInfo& metric) {
  std::vector<RatioPair> pairs;
  const double share_a = ShareOf(a, arm_a);
  const double share_b = ShareOf(b, arm_b);
  for (const CellResult& of_a : a.cells) {
    if (of_a.arm != arm_a || !of_a.error.empty()) continue;
    const CellResult* of_b = b.Cell(of_a.replication, arm_b);
    if (of_b == nullptr || !of_b->error.empty()) continue;
    pairs.push_back(PairOf(of_a.Total(), share_a, of_b->Total(), share_b, metric));
  }
  return pairs;
}

Uplift CompareWithIncumbent(const ExperimentResult& result, const MetricInfo& metric, int arm) {
  const int base = result.ArmIndex(result.incumbent);
  SOUK_CHECK(base >= 0 && arm >= 0 && arm < static_cast<int>(result.arms.size()));
  const std::vector<RatioPair> pairs = PairUp(result, arm, result, base, metric);
  Uplift uplift;
  uplift.relative = RelativeUplift(pairs);
  uplift.difference = AbsoluteDifference(pairs, metric.scale);
  uplift.replications = static_cast<int>(pairs.size());
  uplift.identical = !pairs.empty() && std::all_of(pairs.begin(), pairs.end(), [](const RatioPair& p) {
    return p.arm_numerator == p.base_numerator && p.arm_denominator == p.base_denominator;
  });
  uplift.discordant_orders = DiscordantOrders(result, arm, base);
  uplift.thin = !uplift.identical && HasSales(result) && uplift.discordant_orders.has_value() &&
                *uplift.discordant_orders < kThinOrders;
  return uplift;
}

std::optional<std::int64_t> DiscordantOrders(const ExperimentResult& result, int arm, int base) {
  if (!result.shares.empty()) return std::nullopt;  // arms of a split have different shoppers or times
  std::int64_t discordant = 0;
  bool any = false;
  for (const CellResult& cell : result.cells) {
    if (cell.arm != arm || !cell.error.empty()) continue;
    const CellResult* twin = result.Cell(cell.replication, base);
    if (twin == nullptr || !twin->error.empty()) continue;
    if (cell.shoppers.empty() || cell.shoppers.size() != twin->shoppers.size()) return std::nullopt;
    any = true;
    for (std::size_t u = 0; u < cell.shoppers.size(); ++u) {
      discordant += (cell.shoppers[u].orders > 0) != (twin->shoppers[u].orders > 0);
    }
  }
  if (!any) return std::nullopt;
  return discordant;
}

}  // namespace souk
