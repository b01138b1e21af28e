#pragma once
// A dense symmetric matrix of which one half is kept, and its inverse in place: what linear item models (EASE, SLIM)
// need of linear algebra. The same bits on every processor: each element is a sum in a fixed order, never fused.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "strategies/common/sparse.h"

namespace souk {

/// Symmetric, size × size, zero at first. Kept in bands of kBand rows, each up to the end of its block on the diagonal;
/// rows beyond `size` in the last band are filling. Memory: 4 · size · (size + kBand) bytes.
/// Thread safety: const calls may run concurrently. Tested by: SymmetricMatrix.*.
class SymmetricMatrix {
 public:
  static constexpr int kBand = 192;

  explicit SymmetricMatrix(int size);

  [[nodiscard]] int size() const { return size_; }
  [[nodiscard]] double operator()(int row, int column) const {
    return row >= column ? elements_[Place(row, column)] : elements_[Place(column, row)];
  }
  /// The element of (row, column), row ≥ column.
  double& At(int row, int column) { return elements_[Place(row, column)]; }
  /// Elements (row, 0) to (row, row).
  [[nodiscard]] std::span<double> LowerRow(int row) {
    return {elements_.data() + Place(row, 0), static_cast<std::size_t>(row) + 1};
  }
  [[nodiscard]] std::span<const double> LowerRow(int row) const {
    return {elements_.data() + Place(row, 0), static_cast<std::size_t>(row) + 1};
  }
  void AddToDiagonal(double amount);

  /// Replaces the matrix by its inverse and returns true if it is positive definite as far as its rounding tells;
  /// else returns false and leaves rubbish. By blocks of kBand pivots are swept (Beaton 1964; Goodnight 1979), the
  /// other blocks of the half updated by products of blocks. Accuracy: error ~ condition number ·
  /// 1e-16 of the largest element.
  /// Cost: size³ multiplications and additions / 2 each, about 0.6 s at 3,400 with AVX-512.
  /// Tested by: SymmetricMatrix.InverseMatchesEigen.
  bool Invert();

 private:
  class Sweep;

  [[nodiscard]] static std::size_t Place(int row, int column) {
    const auto band = static_cast<std::size_t>(row / kBand);
    const auto first = static_cast<std::size_t>(kBand) * kBand * (band * (band + 1) / 2);
    return first + static_cast<std::size_t>(row % kBand) * (band + 1) * kBand + static_cast<std::size_t>(column);
  }

  int size_;
  int bands_;
  std::vector<double> elements_;
};

/// X'X for the sparse matrix X (rows × n). Exact for small whole numbers. Cost: O(Σ_row (entries of the row)²) / 2
/// additions, about 0.6 ns each. Tested by: SymmetricMatrix.GramMatchesEigen.
SymmetricMatrix GramOf(const SparseRows& matrix);

}  // namespace souk
