#include "strategies/common/symmetric_matrix.h"

#include "strategies/common/block_product.h"

namespace souk {
namespace {

constexpr int kBand = SymmetricMatrix::kBand;
constexpr std::size_t kBlock = static_cast<std::size_t>(kBand) * kBand;  ///< elements of a block
static_assert(kBand == kBlockRows);

/// Replaces a block (kBand × kBand, symmetric, both halves) by the negative of its inverse: sweeps its pivots one after
/// the other. False if one is not above 0.
bool SweepBlock(double* block) {
  double pivot_row[kBand];
  for (int p = 0; p < kBand; ++p) {
    double* const row_p = block + static_cast<std::size_t>(p) * kBand;
    const double pivot = row_p[p];
    if (!(pivot > 0)) return false;
    const double inverse = 1 / pivot;
    for (int c = 0; c < kBand; ++c) pivot_row[c] = row_p[c] * inverse;
    for (int r = 0; r < kBand; ++r) {
      if (r == p) continue;
      double* const row = block + static_cast<std::size_t>(r) * kBand;
      const double factor = row[p];
      for (int c = 0; c < kBand; ++c) row[c] -= factor * pivot_row[c];
      row[p] = factor * inverse;
    }
    for (int c = 0; c < kBand; ++c) row_p[c] = pivot_row[c];
    row_p[p] = -inverse;
  }
  return true;
}

}  // namespace

SymmetricMatrix::SymmetricMatrix(int size) : size_(size), bands_((size + kBand - 1) / kBand) {
  const auto bands = static_cast<std::size_t>(bands_);
  elements_.assign(kBlock * (bands * (bands + 1) / 2), 0.0);
}

void SymmetricMatrix::AddToDiagonal(double amount) {
  for (int i = 0; i < size_; ++i) At(i, i) += amount;
}

/// Sweeps one block of pivots after the other. Of the pivots' columns it keeps W, as they were, and V = W · (inverse of
/// the pivot block); what is left of the matrix loses V · W'.
class SymmetricMatrix::Sweep {
 public:
  explicit Sweep(SymmetricMatrix& matrix)
      : matrix_(matrix),
        kernel_(BlockKernels().front()),
        w_left_(kBlock),
        w_right_(kBlock * static_cast<std::size_t>(matrix.bands_)),
        v_(w_right_.size()),
        v_left_(w_right_.size()),
        pivot_(kBlock),
        pivot_right_(kBlock),
        column_(kBlock) {}

  /// False if a pivot is not above 0. Afterwards every swept block stands in the negative inverse.
  bool Pivot(int k) {
    ReadPivot(k);
    if (!SweepBlock(pivot_.data())) return false;
    kernel_.pack_right(pivot_.data(), kBand, pivot_right_.data());
    for (int i = 0; i < matrix_.bands_; ++i)
      if (i != k) ReadColumn(i, k);
    for (int i = 0; i < matrix_.bands_; ++i)
      for (int j = 0; j <= i; ++j)
        if (i != k && j != k) kernel_.subtract_product(Of(v_left_, i), Of(w_right_, j), Block(i, j), Stride(i));
    for (int i = 0; i < matrix_.bands_; ++i) WriteColumn(i, k, i == k ? pivot_.data() : Of(v_, i));
    return true;
  }

 private:
  double* Block(int band, int column) { return matrix_.elements_.data() + Place(band * kBand, column * kBand); }
  static std::size_t Stride(int band) { return static_cast<std::size_t>(band + 1) * kBand; }
  static double* Of(std::vector<double>& panel, int band) {
    return panel.data() + static_cast<std::size_t>(band) * kBlock;
  }

  void ReadPivot(int k) {
    const double* const block = Block(k, k);
    for (std::size_t r = 0; r < kBand; ++r)
      for (std::size_t c = 0; c <= r; ++c) pivot_[r * kBand + c] = pivot_[c * kBand + r] = block[r * Stride(k) + c];
  }
  /// W and V of band i.
  void ReadColumn(int i, int k) {
    const double* rows = Block(std::max(i, k), std::min(i, k));
    std::size_t stride = Stride(std::max(i, k));
    if (i < k) {  // the half has it lying down
      for (std::size_t r = 0; r < kBand; ++r)
        for (std::size_t c = 0; c < kBand; ++c) column_[r * kBand + c] = rows[c * stride + r];
      rows = column_.data();
      stride = kBand;
    }
    kernel_.pack_left(rows, stride, w_left_.data());
    kernel_.pack_right(rows, stride, Of(w_right_, i));
    std::fill_n(Of(v_, i), kBlock, 0.0);
    kernel_.subtract_product(w_left_.data(), pivot_right_.data(), Of(v_, i), kBand);
    kernel_.pack_left(Of(v_, i), kBand, Of(v_left_, i));
  }
  void WriteColumn(int i, int k, const double* from) {
    double* const rows = Block(std::max(i, k), std::min(i, k));
    const std::size_t stride = Stride(std::max(i, k));
    for (std::size_t r = 0; r < kBand; ++r)
      for (std::size_t c = 0; c < kBand; ++c) rows[i < k ? c * stride + r : r * stride + c] = from[r * kBand + c];
  }

  SymmetricMatrix& matrix_;
  const BlockKernel& kernel_;
  std::vector<double> w_left_;  ///< of one band
  std::vector<double> w_right_;
  std::vector<double> v_;
  std::vector<double> v_left_;
  std::vector<double> pivot_;  ///< first the pivot block, then its negative inverse
  std::vector<double> pivot_right_;
  std::vector<double> column_;  ///< scratch
};

bool SymmetricMatrix::Invert() {
  for (int i = size_; i < bands_ * kBand; ++i) At(i, i) = 1;  // the filling is a block of its own
  Sweep sweep(*this);
  for (int k = 0; k < bands_; ++k)
    if (!sweep.Pivot(k)) return false;
  for (double& element : elements_) element = -element;
  return true;
}

SymmetricMatrix GramOf(const SparseRows& matrix) {
  const int n = matrix.columns;
  SymmetricMatrix gram(n);
  const SparseRows rows_of = matrix.Transposed();
  // Rows with ascending columns: a row of the half then ends at its own item.
  const SparseRows sorted = rows_of.Transposed();
  for (int i = 0; i < n; ++i) {
    double* const sums = gram.LowerRow(i).data();
    for (const Entry& owner : rows_of.row(i)) {
      const double weight = owner.value;
      for (const Entry& e : sorted.row(owner.column)) {
        if (e.column > i) break;
        sums[e.column] += weight * e.value;
      }
    }
  }
  return gram;
}

}  // namespace souk
