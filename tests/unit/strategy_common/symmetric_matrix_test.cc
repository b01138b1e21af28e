#include "strategies/common/symmetric_matrix.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/LU>
#include <random>
#include <vector>

#include "strategies/common/block_product.h"

namespace souk {
namespace {

Eigen::MatrixXd RandomMatrix(int rows, int columns, std::mt19937_64& bits) {
  Eigen::MatrixXd x(rows, columns);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) x(r, c) = static_cast<double>(bits() >> 11) * 0x1p-53 - 0.5;
  return x;
}

SymmetricMatrix HalfOf(const Eigen::MatrixXd& full) {
  SymmetricMatrix half(static_cast<int>(full.rows()));
  for (int r = 0; r < half.size(); ++r)
    for (int c = 0; c <= r; ++c) half.At(r, c) = full(r, c);
  return half;
}

// Every kernel that this processor has against three plain loops, bit by bit: the element's own sum over k from 0, then
// one subtraction. The plain kernel runs everywhere, so this also holds the wide ones to the narrow one.
TEST(BlockKernels, AllEqualTheNaiveProduct) {
  constexpr std::size_t n = kBlockRows;
  constexpr std::size_t stride = n + 8;
  std::mt19937_64 bits(1);
  std::vector<double> left(n * n);
  std::vector<double> right(n * stride);
  std::vector<double> out(n * stride);
  for (auto* v : {&left, &right, &out})
    for (double& x : *v) x = static_cast<double>(bits() >> 11) * 0x1p-53 - 0.5;
  std::vector<double> expected = out;
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t c = 0; c < n; ++c) {
      double sum = 0;
      for (std::size_t k = 0; k < n; ++k) sum += left[r * n + k] * right[c * stride + k];
      expected[r * stride + c] -= sum;
    }
  std::vector<double> packed_left(n * n);
  std::vector<double> packed_right(n * n);
  for (const BlockKernel& kernel : BlockKernels()) {
    std::vector<double> found = out;
    kernel.pack_left(left.data(), n, packed_left.data());
    kernel.pack_right(right.data(), stride, packed_right.data());
    kernel.subtract_product(packed_left.data(), packed_right.data(), found.data(), stride);
    EXPECT_EQ(found, expected) << kernel.name;
  }
}

// Against Eigen's LU inverse, for sizes on both sides of a band's edge.
TEST(SymmetricMatrix, InverseMatchesEigen) {
  std::mt19937_64 bits(2);
  for (const int n : {1, 2, 7, SymmetricMatrix::kBand - 1, SymmetricMatrix::kBand, SymmetricMatrix::kBand + 1, 500}) {
    const Eigen::MatrixXd x = RandomMatrix(n + 5, n, bits);
    Eigen::MatrixXd full = x.transpose() * x;
    full.diagonal().array() += 0.5;
    SymmetricMatrix half = HalfOf(full);
    ASSERT_TRUE(half.Invert());
    const Eigen::MatrixXd inverse = full.inverse();
    for (int r = 0; r < n; ++r)
      for (int c = 0; c < n; ++c) ASSERT_NEAR(half(r, c), inverse(r, c), 1e-12) << n << ": " << r << ", " << c;
  }
}

// A Gram matrix of fewer rows than items under a tiny ridge, condition number about 1e7: against Eigen's Cholesky in
// long double.
TEST(SymmetricMatrix, AnIllConditionedInverseKeepsItsDigits) {
  std::mt19937_64 bits(3);
  const int n = 300;
  const Eigen::MatrixXd x = 100 * RandomMatrix(200, n, bits);
  Eigen::MatrixXd full = x.transpose() * x;
  full.diagonal().array() += 0.1;
  SymmetricMatrix half = HalfOf(full);
  ASSERT_TRUE(half.Invert());
  using Wide = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
  const Wide one = Wide::Identity(n, n);
  const Wide exact = full.cast<long double>().llt().solve(one);
  const auto largest = static_cast<double>(exact.cwiseAbs().maxCoeff());
  for (int r = 0; r < n; ++r)
    for (int c = 0; c < n; ++c) ASSERT_NEAR(half(r, c), static_cast<double>(exact(r, c)), 1e-8 * largest);
}

TEST(SymmetricMatrix, WhatIsNotPositiveDefiniteIsRefused) {
  for (const int n : {2, 300}) {
    SymmetricMatrix m(n);
    m.AddToDiagonal(1);
    m.At(n - 1, 0) = 1;  // the second pivot of the pair is 0
    EXPECT_FALSE(m.Invert()) << n;
    SymmetricMatrix negative(n);
    negative.AddToDiagonal(-1);
    EXPECT_FALSE(negative.Invert());
  }
  EXPECT_TRUE(SymmetricMatrix(0).Invert());
}

TEST(SymmetricMatrix, GramMatchesEigen) {
  std::mt19937_64 bits(4);
  SparseRows x;
  x.columns = 211;
  Eigen::MatrixXd dense = Eigen::MatrixXd::Zero(90, x.columns);
  for (int r = 0; r < 90; ++r) {
    for (int c = 210; c >= 0; --c) {  // descending: rows need no order
      if (bits() % 5 != 0) continue;
      const auto value = static_cast<float>(1 + bits() % 3);
      x.entries.push_back({c, value});
      dense(r, c) = value;
    }
    x.EndRow();
  }
  const SymmetricMatrix gram = GramOf(x);
  const Eigen::MatrixXd expected = dense.transpose() * dense;
  ASSERT_EQ(gram.size(), 211);
  for (int r = 0; r < 211; ++r)
    for (int c = 0; c < 211; ++c) ASSERT_EQ(gram(r, c), expected(r, c));  // whole numbers: exact
}

}  // namespace
}  // namespace souk
