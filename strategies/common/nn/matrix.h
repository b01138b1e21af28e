#pragma once
// Row-major float matrices and their products for neural models, with the same bits on every processor: each element of
// a product is one sum over the inner index, in order, without fused multiply-add, whatever the width of the registers.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/error.h"

namespace souk::nn {

/// A dense matrix, row by row. Resize keeps the memory, so a scratch matrix stops allocating once it has been largest.
struct Matrix {
  int rows = 0;
  int cols = 0;
  std::vector<float> data;

  Matrix() = default;
  Matrix(int r, int c) { Resize(r, c); }
  /// Contents are unspecified afterwards.
  void Resize(int r, int c) {
    rows = r;
    cols = c;
    data.resize(static_cast<std::size_t>(r) * static_cast<std::size_t>(c));
  }
  void Fill(float value) { std::fill(data.begin(), data.end(), value); }
  [[nodiscard]] std::span<float> row(int r) { return {data.data() + Offset(r), static_cast<std::size_t>(cols)}; }
  [[nodiscard]] std::span<const float> row(int r) const {
    return {data.data() + Offset(r), static_cast<std::size_t>(cols)};
  }
  float& operator()(int r, int c) { return data[Offset(r) + static_cast<std::size_t>(c)]; }
  float operator()(int r, int c) const { return data[Offset(r) + static_cast<std::size_t>(c)]; }

 private:
  [[nodiscard]] std::size_t Offset(int r) const { return static_cast<std::size_t>(r) * static_cast<std::size_t>(cols); }
};

/// Whether a product replaces what is in the result or is added to it (the sum then starts from what is there).
enum class Into : std::uint8_t { kReplace, kAdd };

/// c = a · b. Shapes: a (m × k), b (k × n), c (m × n); with kReplace c is resized. c is neither a nor b.
/// Cost: 2·m·k·n operations. Thread safety: pure but for c.
/// Tested by: NnMatrix.*.
void Multiply(const Matrix& a, const Matrix& b, Matrix& c, Into into = Into::kReplace);
/// c = a · bᵀ. Shapes: a (m × k), b (n × k), c (m × n). b is packed panel by panel, so few rows of a cost relatively
/// more.
void MultiplyByTransposed(const Matrix& a, const Matrix& b, Matrix& c, Into into = Into::kReplace);
/// c = aᵀ · b. Shapes: a (k × m), b (k × n), c (m × n).
void MultiplyTransposed(const Matrix& a, const Matrix& b, Matrix& c, Into into = Into::kReplace);

/// x ← e^x, elementwise. Relative error below 3e-7 on −87…88; beyond, the value at the end of that range.
void ExpInPlace(std::span<float> x);
/// x ← 1 / (1 + e^−x). Absolute error below 2e-7.
void SigmoidInPlace(std::span<float> x);
/// x ← tanh x. Absolute error below 3e-7.
void TanhInPlace(std::span<float> x);

}  // namespace souk::nn
