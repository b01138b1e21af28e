#include "strategies/common/low_rank.h"

#include <gtest/gtest.h>

#include <Eigen/SVD>
#include <cmath>
#include <random>

namespace souk {
namespace {

using Matrix = Eigen::MatrixXd;

/// Three entries in most rows, columns of very unequal weight.
SparseRows RandomRows(int rows, int columns, std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  const auto uniform = [&bits] { return static_cast<double>(bits() >> 11) * 0x1p-53; };
  SparseRows x;
  x.columns = columns;
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c)
      if (uniform() * columns < 3) x.entries.push_back({c, static_cast<float>((uniform() - 0.3) * 4 / (1 + 0.2 * c))});
    x.EndRow();
  }
  return x;
}

Matrix Dense(const SparseRows& x) {
  Matrix m = Matrix::Zero(x.rows(), x.columns);
  for (int r = 0; r < x.rows(); ++r)
    for (const Entry& e : x.row(r)) m(r, e.column) = static_cast<double>(e.value);
  return m;
}

Matrix Dense(const std::vector<float>& table, int d) {
  const auto n = static_cast<Eigen::Index>(table.size()) / d;
  Matrix m(n, d);
  for (Eigen::Index r = 0; r < n; ++r)
    for (Eigen::Index c = 0; c < d; ++c) m(r, c) = static_cast<double>(table[static_cast<std::size_t>(r * d + c)]);
  return m;
}

// Products of rows equal those of Eigen's exact decomposition, cut at d.
TEST(LowRank, LeadingRowsMatchTheExactDecomposition) {
  const SparseRows x = RandomRows(60, 40, 3);
  const Eigen::JacobiSVD<Matrix> exact(Dense(x), Eigen::ComputeThinU | Eigen::ComputeThinV);
  for (const int d : {1, 5, 20}) {
    const Matrix left = exact.matrixU().leftCols(d) * exact.singularValues().head(d).asDiagonal();
    const Matrix found = Dense(LeadingRows(x, d, 8), d);
    EXPECT_LT((found * found.transpose() - left * left.transpose()).cwiseAbs().maxCoeff(), 1e-4) << d;
  }
}

// More dimensions than rank: nothing is lost, and what is too much is 0.
TEST(LowRank, WithAllDimensionsProductsAreExact) {
  for (const int rows : {1, 4, 30}) {
    const SparseRows x = RandomRows(rows, 12, 5);
    const Matrix dense = Dense(x);
    const Matrix found = Dense(LeadingRows(x, 50, 1), 50);
    EXPECT_TRUE(found.allFinite());
    EXPECT_LT((found * found.transpose() - dense * dense.transpose()).cwiseAbs().maxCoeff(), 1e-5) << rows;
  }
}

TEST(LowRank, AMatrixOfZerosHasRowsOfZeros) {
  SparseRows x;
  x.columns = 3;
  for (int r = 0; r < 4; ++r) x.EndRow();
  EXPECT_EQ(LeadingRows(x, 2, 2), std::vector<float>(8, 0.0F));
  EXPECT_EQ(ProjectedRows(x, 2), std::vector<float>(8, 0.0F));
  EXPECT_TRUE(LeadingRows(SparseRows{}, 2, 2).empty());
}

// Rows copied twice have equal vectors.
TEST(LowRank, EqualRowsStayEqual) {
  SparseRows x = RandomRows(20, 30, 6);
  const SparseRows once = x;
  for (int r = 0; r < once.rows(); ++r) {
    for (const Entry& e : once.row(r)) x.entries.push_back(e);
    x.EndRow();
  }
  const std::vector<float> found = LeadingRows(x, 8, 3);
  for (std::size_t i = 0; i < 160; ++i) EXPECT_FLOAT_EQ(found[i], found[160 + i]);
}

// Achlioptas 2003: the error of a product is 0 on average with a variance below 2 |x|² |y|² / d.
TEST(LowRank, ProjectedProductsAreUnbiased) {
  const SparseRows x = RandomRows(120, 400, 7);
  const Matrix dense = Dense(x);
  const Matrix found = Dense(ProjectedRows(x, 256), 256);
  double sum = 0;
  double square = 0;
  int pairs = 0;
  for (int i = 0; i < 120; ++i)
    for (int j = 0; j < i; ++j) {
      const double lengths = dense.row(i).norm() * dense.row(j).norm();
      if (lengths == 0) continue;
      const double error = (found.row(i).dot(found.row(j)) - dense.row(i).dot(dense.row(j))) / lengths;
      sum += error;
      square += error * error;
      ++pairs;
    }
  EXPECT_LT(std::abs(sum / pairs), 0.005);
  EXPECT_LT(square / pairs, 2.0 / 256);
  EXPECT_GT(square / pairs, 0.1 / 256);
}

}  // namespace
}  // namespace souk
