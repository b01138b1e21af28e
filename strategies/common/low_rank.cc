#include "strategies/common/low_rank.h"

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <cstddef>

#include "sim/base/fingerprint.h"

namespace souk {
namespace {

constexpr std::size_t kOversampling = 16;
/// A column that loses all but this share of its square to the ones before it depends on them.
constexpr double kDependent = 1e-11;

/// Row by row.
struct Table {
  std::size_t rows = 0;
  std::size_t width = 0;
  std::vector<double> values;

  Table(std::size_t n, std::size_t w) : rows(n), width(w), values(n * w, 0.0) {}
  double* row(std::size_t r) { return values.data() + r * width; }
  [[nodiscard]] const double* row(std::size_t r) const { return values.data() + r * width; }
};

void AddScaledRow(double factor, const double* x, std::size_t width, double* y) {
  for (std::size_t c = 0; c < width; ++c) y[c] += factor * x[c];
}

/// x · right.
Table Times(const SparseRows& x, const Table& right) {
  Table out(static_cast<std::size_t>(x.rows()), right.width);
  for (int r = 0; r < x.rows(); ++r)
    for (const Entry& e : x.row(r))
      AddScaledRow(static_cast<double>(e.value), right.row(static_cast<std::size_t>(e.column)), right.width,
                   out.row(static_cast<std::size_t>(r)));
  return out;
}

/// A fixed pattern of +1 and −1.
Table Signs(std::size_t rows, std::size_t width) {
  Table signs(rows, width);
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < width; ++c) {
      const std::uint64_t bits = Mix64((static_cast<std::uint64_t>(r) << 16) + c / 64 + 1);
      signs.row(r)[c] = ((bits >> (c % 64)) & 1U) != 0 ? 1.0 : -1.0;
    }
  return signs;
}

/// Lower triangle of y'y.
Table GramOfColumns(const Table& y) {
  Table gram(y.width, y.width);
  for (std::size_t r = 0; r < y.rows; ++r) {
    const double* const row = y.row(r);
    for (std::size_t i = 0; i < y.width; ++i)
      if (row[i] != 0) AddScaledRow(row[i], row, i + 1, gram.row(i));
  }
  return gram;
}

/// L of the Cholesky factorisation, transposed; the pivot of a column that depends on those before it is 0.
Table FactorOf(const Table& gram) {
  const std::size_t n = gram.width;
  Table upper(n, n);
  for (std::size_t j = 0; j < n; ++j) {
    double pivot = gram.row(j)[j];
    for (std::size_t k = 0; k < j; ++k) pivot -= upper.row(k)[j] * upper.row(k)[j];
    if (!(pivot > kDependent * gram.row(j)[j])) continue;
    const double root = std::sqrt(pivot);
    upper.row(j)[j] = root;
    for (std::size_t i = j + 1; i < n; ++i) {
      double sum = gram.row(i)[j];
      for (std::size_t k = 0; k < j; ++k) sum -= upper.row(k)[i] * upper.row(k)[j];
      upper.row(j)[i] = sum / root;
    }
  }
  return upper;
}

/// Orthonormal columns of the same span; dependent ones become 0. Twice, for the first pass leaves an error that grows
/// with the spread of the columns' lengths (Yamamoto et al. 2015, "Roundoff error analysis of the CholeskyQR2
/// algorithm").
void Orthonormalise(Table& y) {
  for (int pass = 0; pass < 2; ++pass) {
    const Table upper = FactorOf(GramOfColumns(y));
    for (std::size_t r = 0; r < y.rows; ++r) {
      double* const row = y.row(r);
      for (std::size_t j = 0; j < y.width; ++j) {
        const double pivot = upper.row(j)[j];
        row[j] = pivot > 0 ? row[j] / pivot : 0.0;
        AddScaledRow(-row[j], upper.row(j) + j + 1, y.width - j - 1, row + j + 1);
      }
    }
  }
}

}  // namespace

std::vector<float> LeadingRows(const SparseRows& rows, int d, int iterations) {
  const auto n = static_cast<std::size_t>(rows.rows());
  const auto dims = static_cast<std::size_t>(d);
  const std::size_t width = dims + kOversampling;
  const SparseRows columns = rows.Transposed();
  Table basis = Times(rows, Signs(static_cast<std::size_t>(rows.columns), width));
  Orthonormalise(basis);
  for (int i = 0; i < iterations; ++i) {
    Table right = Times(columns, basis);
    Orthonormalise(right);
    basis = Times(rows, right);
    Orthonormalise(basis);
  }
  // X is close to Q (Q'X), and Q'X = U S V' has the squares of S in its Gram matrix, so X V = Q U S.
  const Table gram = GramOfColumns(Times(columns, basis));
  const auto w = static_cast<Eigen::Index>(width);
  Eigen::MatrixXd small(w, w);
  for (Eigen::Index i = 0; i < w; ++i)
    for (Eigen::Index j = 0; j < w; ++j)
      small(i, j) = gram.row(static_cast<std::size_t>(std::max(i, j)))[std::min(i, j)];
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(small);  // ascending
  Table turn(width, dims);
  for (std::size_t c = 0; c < dims; ++c) {
    const Eigen::Index from = w - 1 - static_cast<Eigen::Index>(c);
    const double length = std::sqrt(std::max(0.0, solver.eigenvalues()(from)));
    for (std::size_t r = 0; r < width; ++r)
      turn.row(r)[c] = solver.eigenvectors()(static_cast<Eigen::Index>(r), from) * length;
  }
  std::vector<float> result(n * dims);
  std::vector<double> sum(dims);
  for (std::size_t r = 0; r < n; ++r) {
    std::fill(sum.begin(), sum.end(), 0.0);
    for (std::size_t k = 0; k < width; ++k) AddScaledRow(basis.row(r)[k], turn.row(k), dims, sum.data());
    for (std::size_t c = 0; c < dims; ++c) result[r * dims + c] = static_cast<float>(sum[c]);
  }
  return result;
}

std::vector<float> ProjectedRows(const SparseRows& rows, int d) {
  const Table projected = Times(rows, Signs(static_cast<std::size_t>(rows.columns), static_cast<std::size_t>(d)));
  const double scale = 1 / std::sqrt(static_cast<double>(d));
  std::vector<float> result;
  result.reserve(projected.values.size());
  for (const double v : projected.values) result.push_back(static_cast<float>(v * scale));
  return result;
}

}  // namespace souk
