#pragma once
// Sampling from a fixed discrete law.

#include <algorithm>
#include <cstdint>
#include <vector>

namespace souk {

/// A discrete law over 0 … n−1, sampled by inversion: one uniform draw, monotone in it.
/// A guide table makes the search short. Cost: O(1) expected (Chen & Asau 1974).
class DiscreteLaw {
 public:
  DiscreteLaw() = default;
  /// Weights ≥ 0 with a positive sum.
  explicit DiscreteLaw(const std::vector<double>& weights) {
    double sum = 0;
    for (const double w : weights) sum += w;
    double running = 0;
    cumulative_.reserve(weights.size());
    for (const double w : weights) {
      running += w;
      cumulative_.push_back(running / sum);
    }
    cumulative_.back() = 1.0;
    guide_.resize(weights.size());
    std::int32_t j = 0;
    for (std::size_t i = 0; i < guide_.size(); ++i) {
      const double u = static_cast<double>(i) / static_cast<double>(guide_.size());
      while (cumulative_[static_cast<std::size_t>(j)] <= u) ++j;
      guide_[i] = j;
    }
  }
  [[nodiscard]] int size() const { return static_cast<int>(cumulative_.size()); }
  /// The index at u in (0, 1).
  [[nodiscard]] int Pick(double u) const {
    const auto n = static_cast<double>(guide_.size());
    auto j = static_cast<std::size_t>(guide_[static_cast<std::size_t>(u * n)]);
    while (cumulative_[j] <= u) ++j;
    return static_cast<int>(j);
  }

 private:
  std::vector<double> cumulative_;
  std::vector<std::int32_t> guide_;
};

}  // namespace souk
