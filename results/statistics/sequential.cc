#include "results/statistics/sequential.h"

#include <cmath>
#include <limits>

#include "sim/base/error.h"

namespace souk {

double SequenceMultiplier(int n, double alpha, double tuned_for) {
  SOUK_CHECK(n >= 1 && alpha > 0 && alpha < 1 && tuned_for > 0);
  const double log_term = -2 * std::log(alpha);
  const double rho_squared = (log_term + std::log(log_term + 1)) / tuned_for;
  const double mixed = n * rho_squared + 1;
  return std::sqrt(2 * mixed / (n * rho_squared) * std::log(std::sqrt(mixed) / alpha));
}

Interval SequentialUplift(std::span<const RatioPair> pairs, double alpha) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const UpliftMoments m = MomentsOf(pairs);
  const int n = static_cast<int>(pairs.size());
  if (!std::isfinite(m.value) || n < kFirstLook) return {m.value, kNan, kNan, IntervalMethod::kNone};
  const double half = SequenceMultiplier(n, alpha) * m.error;
  return {m.value, m.value - half, m.value + half, IntervalMethod::kSequence};
}

std::vector<Interval> CumulativeUplift(std::span<const RatioPair> pairs, double alpha) {
  std::vector<Interval> curve;
  for (std::size_t n = 1; n <= pairs.size(); ++n) curve.push_back(SequentialUplift(pairs.first(n), alpha));
  return curve;
}

Decision Decide(const Interval& sequence, double margin) {
  if (!(sequence.low <= sequence.high)) return Decision::kUndecided;
  if (sequence.low > margin) return Decision::kBetter;
  if (sequence.high < -margin) return Decision::kWorse;
  if (margin > 0 && sequence.low > -margin && sequence.high < margin) return Decision::kSame;
  return Decision::kUndecided;
}

bool PreciseEnough(const Interval& interval, int replications, double half_width) {
  return replications >= kFirstLook && (interval.high - interval.low) / 2 <= half_width;
}

}  // namespace souk
