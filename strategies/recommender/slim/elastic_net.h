#pragma once
// The regression inside SLIM: one item on all the others, from the Gram matrix alone.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "strategies/common/sparse.h"
#include "strategies/common/top_k.h"

namespace souk {

struct ElasticNetSettings {
  float l1 = 1;              ///< ≥ 0
  float l2 = 1;              ///< > 0
  bool non_negative = true;  ///< weights below 0 are not allowed
  int max_sweeps = 100;      ///< over the items in play
  float tolerance = 1e-4F;   ///< ends when no step moves a gradient by more than this share of the item's own square
};

/// Weights w, w_j = 0, that minimise ½ |x_j − X w|² + ½ l2 |w|² + l1 |w|₁ for column j of X, by coordinate descent
/// (Friedman, Hastie & Tibshirani 2010) on G = X'X (m × m, row-major, kept by the caller). Items whose gradient cannot
/// pass l1 are not looked at; at the end the optimality conditions of all are checked, and what breaks them joins in.
/// Randomness: none. Cost: O(m) per changed weight. No allocation after the first Solve.
/// Thread safety: none (scratch). Tested by: ElasticNet.*.
class ElasticNet {
 public:
  ElasticNet(std::span<const float> gram, int m, const ElasticNetSettings& settings);

  /// The weights that are not 0, ascending columns. Valid until the next call.
  std::span<const Entry> Solve(int j);

 private:
  /// One pass over `items`; returns the largest step, as a change of the item's own gradient.
  float Sweep(std::span<const std::int32_t> items);
  void SweepUntilStill(int j);
  /// Adds what breaks the optimality conditions to the items in play; false if nothing does.
  bool AddViolators(int j);
  [[nodiscard]] bool MayEnter(float gradient) const {
    return gradient > settings_.l1 || (!settings_.non_negative && gradient < -settings_.l1);
  }
  [[nodiscard]] std::span<const float> Row(std::int32_t i) const {
    return gram_.subspan(static_cast<std::size_t>(i) * m_, m_);
  }

  std::span<const float> gram_;
  std::size_t m_;
  ElasticNetSettings settings_;
  std::vector<float> weights_;         ///< all 0 between calls
  std::vector<float> gradient_;        ///< of item i: x_i · (x_j − X w)
  std::vector<std::int32_t> in_play_;  ///< likeliest first
  std::vector<std::uint8_t> plays_;    ///< all 0 between calls
  std::vector<std::int32_t> non_zero_;
  std::vector<Scored> order_;
  std::vector<Entry> found_;
};

}  // namespace souk
