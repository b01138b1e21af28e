#include "strategies/common/nn/matrix.h"

#include <algorithm>
#include <cstring>

// One body per routine, compiled for three register widths. An element of a result never meets its neighbours, so the
// width decides how many are computed at a time and nothing else.
#if defined(__x86_64__) && defined(__GNUC__)
#define SOUK_NN_WIDTHS 1
#endif

namespace souk::nn {
namespace {

// One by one: g++ 12 ignores a vector size that depends on a template's parameter.
template <int kBytes>
struct Vector;
template <>
struct Vector<16> {
  using Float = float __attribute__((vector_size(16)));
  using Int = std::int32_t __attribute__((vector_size(16)));
  static constexpr int kLanes = 4;
};
template <>
struct Vector<32> {
  using Float = float __attribute__((vector_size(32)));
  using Int = std::int32_t __attribute__((vector_size(32)));
  static constexpr int kLanes = 8;
};
template <>
struct Vector<64> {
  using Float = float __attribute__((vector_size(64)));
  using Int = std::int32_t __attribute__((vector_size(64)));
  static constexpr int kLanes = 16;
};

/// Where the factors and the result of one product lie. Element (i, p) of the left factor: a[i·a_row + p·a_step].
struct Operands {
  const float* a;
  std::ptrdiff_t a_row;
  std::ptrdiff_t a_step;
  const float* b;  ///< k rows
  std::ptrdiff_t b_row;
  float* c;
  std::ptrdiff_t c_row;
  std::ptrdiff_t k;
  bool add;
};

/// kRows × (kVectors · lanes) elements of the result, held in registers while the inner index runs.
template <int kBytes, int kRows, int kVectors>
[[gnu::always_inline]] inline void Tile(const Operands& o) {
  using V = typename Vector<kBytes>::Float;
  constexpr int kLanes = Vector<kBytes>::kLanes;
  V sum[kRows][kVectors];
  for (int r = 0; r < kRows; ++r)
    for (int v = 0; v < kVectors; ++v) {
      if (o.add) std::memcpy(&sum[r][v], o.c + r * o.c_row + v * kLanes, sizeof(V));
      else sum[r][v] = V{};
    }
  const float* a = o.a;
  const float* b = o.b;
  for (std::ptrdiff_t p = 0; p < o.k; ++p, a += o.a_step, b += o.b_row) {
    V y[kVectors];
    for (int v = 0; v < kVectors; ++v) std::memcpy(&y[v], b + v * kLanes, sizeof(V));
    for (int r = 0; r < kRows; ++r) {
      const float x = a[r * o.a_row];
      for (int v = 0; v < kVectors; ++v) sum[r][v] += y[v] * x;
    }
  }
  for (int r = 0; r < kRows; ++r)
    for (int v = 0; v < kVectors; ++v) std::memcpy(o.c + r * o.c_row + v * kLanes, &sum[r][v], sizeof(V));
}

template <int kBytes, int kRows, int kVectors>
[[gnu::always_inline]] inline void RowsOf(Operands o, std::ptrdiff_t m) {
  std::ptrdiff_t i = 0;
  for (; i + kRows <= m; i += kRows, o.a += kRows * o.a_row, o.c += kRows * o.c_row) Tile<kBytes, kRows, kVectors>(o);
  for (; i < m; ++i, o.a += o.a_row, o.c += o.c_row) Tile<kBytes, 1, kVectors>(o);
}

[[gnu::always_inline]] inline void LastColumns(const Operands& o, std::ptrdiff_t m, std::ptrdiff_t n) {
  for (std::ptrdiff_t i = 0; i < m; ++i)
    for (std::ptrdiff_t j = 0; j < n; ++j) {
      float sum = o.add ? o.c[i * o.c_row + j] : 0.0F;
      for (std::ptrdiff_t p = 0; p < o.k; ++p) sum += o.b[p * o.b_row + j] * o.a[i * o.a_row + p * o.a_step];
      o.c[i * o.c_row + j] = sum;
    }
}

/// By panels of columns, so that a panel of b stays near while all rows of a pass.
template <int kBytes, int kRows, int kVectors>
[[gnu::always_inline]] inline void ProductBody(Operands o, std::ptrdiff_t m, std::ptrdiff_t n) {
  constexpr std::ptrdiff_t kLanes = Vector<kBytes>::kLanes;
  std::ptrdiff_t j = 0;
  for (; j + kVectors * kLanes <= n; j += kVectors * kLanes, o.b += kVectors * kLanes, o.c += kVectors * kLanes)
    RowsOf<kBytes, kRows, kVectors>(o, m);
  for (; j + kLanes <= n; j += kLanes, o.b += kLanes, o.c += kLanes) RowsOf<kBytes, kRows, 1>(o, m);
  if constexpr (kBytes > 16)
    for (; j + 4 <= n; j += 4, o.b += 4, o.c += 4) RowsOf<16, kRows, 1>(o, m);
  LastColumns(o, m, n - j);
}

/// e^x = 2^n · e^r, |r| ≤ ln 2 / 2, by a polynomial of degree 6.
template <int kBytes>
[[gnu::always_inline]] inline void ExpVector(typename Vector<kBytes>::Float& x) {
  using V = typename Vector<kBytes>::Float;
  using I = typename Vector<kBytes>::Int;
  x = x < -87.0F ? V{} - 87.0F : x;
  x = x > 88.0F ? V{} + 88.0F : x;
  constexpr float kShift = 12582912.0F;  // 1.5 · 2^23: rounds to the nearest integer, which then stands in the low bits
  const V shifted = x * 1.44269504F + kShift;
  const V n = shifted - kShift;
  const V r = (x - n * 0.693359375F) - n * -2.12194440e-4F;
  V p = r * (1.0F / 720.0F) + (1.0F / 120.0F);
  p = p * r + (1.0F / 24.0F);
  p = p * r + (1.0F / 6.0F);
  p = p * r + 0.5F;
  p = (p * r) * r + r + 1.0F;
  I bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = (bits - 0x4B400000 + 127) << 23;
  V scale;
  std::memcpy(&scale, &bits, sizeof scale);
  x = p * scale;
}

enum class Law : std::uint8_t { kExp, kSigmoid, kTanh };

template <int kBytes, Law kLaw>
[[gnu::always_inline]] inline void ApplyVector(float* at) {
  using V = typename Vector<kBytes>::Float;
  V x;
  std::memcpy(&x, at, sizeof x);
  if constexpr (kLaw == Law::kSigmoid) x = -x;
  if constexpr (kLaw == Law::kTanh) x = x + x;
  ExpVector<kBytes>(x);
  if constexpr (kLaw == Law::kSigmoid) x = 1.0F / (1.0F + x);
  if constexpr (kLaw == Law::kTanh) x = 1.0F - 2.0F / (x + 1.0F);
  std::memcpy(at, &x, sizeof x);
}

template <int kBytes, Law kLaw>
[[gnu::always_inline]] inline void ApplyBody(float* x, std::size_t n) {
  constexpr std::size_t kLanes = Vector<kBytes>::kLanes;
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) ApplyVector<kBytes, kLaw>(x + i);
  if (i == n) return;
  float rest[kLanes] = {};
  std::memcpy(rest, x + i, (n - i) * sizeof(float));
  ApplyVector<kBytes, kLaw>(rest);
  std::memcpy(x + i, rest, (n - i) * sizeof(float));
}

#ifdef SOUK_NN_WIDTHS
__attribute__((target("avx512f"))) void Product512(const Operands& o, std::ptrdiff_t m, std::ptrdiff_t n) {
  ProductBody<64, 6, 2>(o, m, n);
}
__attribute__((target("avx2"))) void Product256(const Operands& o, std::ptrdiff_t m, std::ptrdiff_t n) {
  ProductBody<32, 6, 2>(o, m, n);
}
template <Law kLaw>
__attribute__((target("avx512f"))) void Apply512(float* x, std::size_t n) {
  ApplyBody<64, kLaw>(x, n);
}
template <Law kLaw>
__attribute__((target("avx2"))) void Apply256(float* x, std::size_t n) {
  ApplyBody<32, kLaw>(x, n);
}
const int kWidth = (__builtin_cpu_init(), __builtin_cpu_supports("avx512f")) ? 512
                   : __builtin_cpu_supports("avx2")                          ? 256
                                                                             : 128;
#endif

void Product(const Operands& o, std::ptrdiff_t m, std::ptrdiff_t n) {
#ifdef SOUK_NN_WIDTHS
  if (kWidth == 512) return Product512(o, m, n);
  if (kWidth == 256) return Product256(o, m, n);
#endif
  ProductBody<16, 4, 2>(o, m, n);
}

template <Law kLaw>
void Apply(std::span<float> x) {
#ifdef SOUK_NN_WIDTHS
  if (kWidth == 512) return Apply512<kLaw>(x.data(), x.size());
  if (kWidth == 256) return Apply256<kLaw>(x.data(), x.size());
#endif
  ApplyBody<16, kLaw>(x.data(), x.size());
}

void Prepare(Matrix& c, int m, int n, Into into) {
  if (into == Into::kReplace) c.Resize(m, n);
  SOUK_CHECK(c.rows == m && c.cols == n);
}

}  // namespace

void Multiply(const Matrix& a, const Matrix& b, Matrix& c, Into into) {
  SOUK_CHECK(a.cols == b.rows && &c != &a && &c != &b);
  Prepare(c, a.rows, b.cols, into);
  Product({a.data.data(), a.cols, 1, b.data.data(), b.cols, c.data.data(), c.cols, a.cols, into == Into::kAdd}, a.rows,
          b.cols);
}

void MultiplyTransposed(const Matrix& a, const Matrix& b, Matrix& c, Into into) {
  SOUK_CHECK(a.rows == b.rows && &c != &a && &c != &b);
  Prepare(c, a.cols, b.cols, into);
  Product({a.data.data(), 1, a.cols, b.data.data(), b.cols, c.data.data(), c.cols, a.rows, into == Into::kAdd}, a.cols,
          b.cols);
}

void MultiplyByTransposed(const Matrix& a, const Matrix& b, Matrix& c, Into into) {
  SOUK_CHECK(a.cols == b.cols && &c != &a && &c != &b);
  Prepare(c, a.rows, b.rows, into);
  constexpr std::ptrdiff_t kPanel = 32;
  const std::ptrdiff_t k = a.cols;
  thread_local std::vector<float> panel;
  panel.resize(static_cast<std::size_t>(k * kPanel));
  for (std::ptrdiff_t j = 0; j < b.rows; j += kPanel) {
    const std::ptrdiff_t width = std::min<std::ptrdiff_t>(kPanel, b.rows - j);
    const float* from = b.data.data() + j * k;
    for (std::ptrdiff_t p = 0; p < k; ++p)
      for (std::ptrdiff_t r = 0; r < width; ++r) panel[static_cast<std::size_t>(p * kPanel + r)] = from[r * k + p];
    Product({a.data.data(), k, 1, panel.data(), kPanel, c.data.data() + j, c.cols, k, into == Into::kAdd}, a.rows,
            width);
  }
}

void ExpInPlace(std::span<float> x) { Apply<Law::kExp>(x); }
void SigmoidInPlace(std::span<float> x) { Apply<Law::kSigmoid>(x); }
void TanhInPlace(std::span<float> x) { Apply<Law::kTanh>(x); }

}  // namespace souk::nn
