#pragma once
// Fast inversion of a law that has no cheap quantile function.

#include <vector>

#include "sim/scenario/distribution.h"

namespace souk {

/// Quantiles on a fixed grid, linear in between: one lookup instead of a special function.
/// The law's outer 1/8192 on each side is flattened to the grid's ends. Cost: a few ns.
class QuantileTable {
 public:
  QuantileTable() = default;
  explicit QuantileTable(const Distribution& law) {
    for (int i = 0; i < kPoints; ++i) values_.push_back(static_cast<float>(Quantile(law, (i + 0.5) / kPoints)));
  }
  /// The value at u in (0, 1).
  [[nodiscard]] double At(double u) const {
    const double x = u * kPoints - 0.5;
    if (x <= 0) return static_cast<double>(values_.front());
    if (x >= kPoints - 1) return static_cast<double>(values_.back());
    const auto i = static_cast<std::size_t>(x);
    const double w = x - static_cast<double>(i);
    return (1 - w) * static_cast<double>(values_[i]) + w * static_cast<double>(values_[i + 1]);
  }

 private:
  static constexpr int kPoints = 4096;
  std::vector<float> values_;
};

}  // namespace souk
