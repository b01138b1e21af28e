#pragma once
// From integer sums to the pairs that intervals are made of. The denominator of a plain total (orders, revenue …) is
// the part of the shop that the arm had: all of it, or its intended share where a design splits shoppers or time. So
// totals of unequal parts compare, and so do those of a test and of the truth.

#include <numeric>

#include "results/statistics/uplift.h"

namespace souk {

inline double AsDouble(const Sums& sums, Sum sum) { return static_cast<double>(At(sums, sum)); }

/// Of the shop, 0 < share ≤ 1.
inline double ShareOf(const ExperimentResult& result, int arm) {
  if (result.shares.empty()) return 1;
  const double whole = std::accumulate(result.shares.begin(), result.shares.end(), 0.0);
  return result.shares.at(static_cast<std::size_t>(arm)) / whole;
}

inline double DenominatorOf(const MetricInfo& metric, const Sums& sums, double share) {
  return metric.denominator == Sum::kOne ? share : AsDouble(sums, metric.denominator);
}

/// The sums of a cell or of a part of one (a segment, some days): as in CellResult::Total, each counts as one.
inline RatioPair PairOf(const Sums& arm, double arm_share, const Sums& base, double base_share,
                        const MetricInfo& metric) {
  return {AsDouble(arm, metric.numerator), DenominatorOf(metric, arm, arm_share), AsDouble(base, metric.numerator),
          DenominatorOf(metric, base, base_share)};
}

/// Arm and incumbent of one result.
class Pairing {
 public:
  Pairing(const ExperimentResult& result, int arm, const MetricInfo& metric)
      : metric_(metric),
        arm_share_(ShareOf(result, arm)),
        base_share_(ShareOf(result, result.ArmIndex(result.incumbent))) {}
  [[nodiscard]] RatioPair Of(const Sums& arm, const Sums& base) const {
    return PairOf(arm, arm_share_, base, base_share_, metric_);
  }

 private:
  const MetricInfo& metric_;
  double arm_share_;
  double base_share_;
};

}  // namespace souk
