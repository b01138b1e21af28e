#pragma once
// Finite differences: the twin of every hand-written derivative.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <span>
#include <string>

#include "sim/base/random.h"
#include "strategies/common/nn/matrix.h"

namespace souk::nn {

inline Rng GradientRng(std::uint32_t entity) { return Rng(Dice(11, 0), Purpose::kTest, entity); }

inline Matrix DrawnMatrix(int rows, int cols, std::uint32_t entity, double scale = 1) {
  Rng rng = GradientRng(entity);
  Matrix m(rows, cols);
  for (float& x : m.data) x = static_cast<float>(scale * rng.Normal());
  return m;
}

/// Σ weight · y in double precision: a loss whose gradient by y is `weight`.
inline double Weighted(const Matrix& y, const Matrix& weight) {
  double sum = 0;
  for (std::size_t i = 0; i < y.data.size(); ++i)
    sum += static_cast<double>(y.data[i]) * static_cast<double>(weight.data[i]);
  return sum;
}

/// Central differences of width 2 · 2^-7 of a float computation whose values are about 1 to 10: truncation is of the
/// order 2^-14 times the third derivative, rounding about 1e-6 / 2^-7, so 2e-3 + 1 % of the value passes and a
/// forgotten factor or sign does not.
inline void ExpectGradient(std::span<float> x, std::span<const float> gradient, const std::function<double()>& loss,
                           const std::string& what) {
  constexpr float kStep = 0.0078125F;
  ASSERT_EQ(x.size(), gradient.size());
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const float kept = x[i];
    x[i] = kept + kStep;
    const double above = loss();
    x[i] = kept - kStep;
    const double below = loss();
    x[i] = kept;
    const double difference = (above - below) / (2 * static_cast<double>(kStep));
    largest = std::max(largest, std::abs(difference));
    EXPECT_NEAR(static_cast<double>(gradient[i]), difference, 2e-3 + 0.01 * std::abs(difference)) << what << " " << i;
  }
  EXPECT_GT(largest, 0.02) << what << ": a gradient of nothing tests nothing";
}

}  // namespace souk::nn
