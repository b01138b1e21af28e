#include "strategies/common/nn/matrix.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "sim/base/random.h"

namespace souk::nn {
namespace {

Matrix Drawn(int rows, int cols, std::uint32_t entity) {
  Rng rng(Dice(7, 0), Purpose::kTest, entity);
  Matrix m(rows, cols);
  for (float& x : m.data) x = static_cast<float>(rng.Normal());
  return m;
}

bool SameBits(const Matrix& a, const Matrix& b) {
  return a.rows == b.rows && a.cols == b.cols &&
         std::memcmp(a.data.data(), b.data.data(), a.data.size() * sizeof(float)) == 0;
}

Matrix Turned(const Matrix& m) {
  Matrix t(m.cols, m.rows);
  for (int r = 0; r < m.rows; ++r)
    for (int c = 0; c < m.cols; ++c) t(c, r) = m(r, c);
  return t;
}

// The definition, and so the expectation: one sum per element over the inner index in order, product and sum rounded
// each by itself. The sizes cross every boundary of tiles, panels and registers.
TEST(NnMatrix, ProductsHaveTheBitsOfTheirDefinition) {
  for (const int m : {1, 5, 6, 13})
    for (const int n : {1, 3, 4, 17, 32, 39, 100})
      for (const int k : {1, 2, 31}) {
        const Matrix a = Drawn(m, k, 1);
        const Matrix b = Drawn(k, n, 2);
        const Matrix start = Drawn(m, n, 3);
        for (const Into into : {Into::kReplace, Into::kAdd}) {
          Matrix expected(m, n);
          for (int i = 0; i < m; ++i)
            for (int j = 0; j < n; ++j) {
              volatile float sum = into == Into::kAdd ? start(i, j) : 0.0F;
              for (int p = 0; p < k; ++p) {
                volatile float product = a(i, p) * b(p, j);
                sum = sum + product;
              }
              expected(i, j) = sum;
            }
          Matrix c = start;
          Multiply(a, b, c, into);
          EXPECT_TRUE(SameBits(c, expected)) << m << " " << n << " " << k;
          c = start;
          MultiplyByTransposed(a, Turned(b), c, into);
          EXPECT_TRUE(SameBits(c, expected)) << m << " " << n << " " << k;
          c = start;
          MultiplyTransposed(Turned(a), b, c, into);
          EXPECT_TRUE(SameBits(c, expected)) << m << " " << n << " " << k;
        }
      }
}

// Against the C library in double precision, to the accuracy that the header states.
TEST(NnMatrix, ElementaryFunctionsAreAccurate) {
  std::vector<float> x;
  for (int i = -8700; i <= 8800; ++i) x.push_back(static_cast<float>(i) * 0.01F);
  std::vector<float> e = x;
  std::vector<float> s = x;
  std::vector<float> t = x;
  ExpInPlace(e);
  SigmoidInPlace(s);
  TanhInPlace(t);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double v = static_cast<double>(x[i]);
    EXPECT_NEAR(static_cast<double>(e[i]) / std::exp(v), 1, 3e-7) << v;
    EXPECT_NEAR(static_cast<double>(s[i]), 1 / (1 + std::exp(-v)), 2e-7) << v;
    EXPECT_NEAR(static_cast<double>(t[i]), std::tanh(v), 3e-7) << v;
  }
}

// An element's value does not depend on where in a vector it stands: every offset and length gives the same bits.
TEST(NnMatrix, ElementaryFunctionsIgnorePosition) {
  std::vector<float> all(67);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<float>(i) * 0.13F - 4;
  std::vector<float> whole = all;
  ExpInPlace(whole);
  for (std::size_t i = 0; i < all.size(); ++i) {
    float one = all[i];
    ExpInPlace({&one, 1});
    EXPECT_EQ(one, whole[i]) << i;
  }
}

}  // namespace
}  // namespace souk::nn
