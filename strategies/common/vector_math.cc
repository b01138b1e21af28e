#include "strategies/common/vector_math.h"

#include <cstring>

#include "sim/base/error.h"
#include "strategies/common/vector_lanes_internal.h"

namespace souk {
namespace {

[[gnu::always_inline]] inline float DotBody(const float* a, const float* b, std::size_t n) {
  Lanes sum0{};
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    Lanes x;
    Lanes y;
    std::memcpy(&x, a + i, sizeof x);
    std::memcpy(&y, b + i, sizeof y);
    sum0 += x * y;
  }
  float lane[kLanes];
  std::memcpy(lane, &sum0, sizeof lane);
  for (std::size_t r = 0; i + r < n; ++r) lane[r] += a[i + r] * b[i + r];
  for (std::size_t half = kLanes / 2; half > 0; half /= 2)
    for (std::size_t r = 0; r < half; ++r) lane[r] += lane[r + half];
  return lane[0];
}

[[gnu::always_inline]] inline void AddScaledBody(float factor, const float* x, float* y, std::size_t n) {
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    Lanes a;
    Lanes b;
    std::memcpy(&a, x + i, sizeof a);
    std::memcpy(&b, y + i, sizeof b);
    b += a * factor;
    std::memcpy(y + i, &b, sizeof b);
  }
  for (; i < n; ++i) y[i] += x[i] * factor;
}

[[gnu::always_inline]] inline void AddScaledFourBody(const float (&f)[4], const float* const (&x)[4], float* y,
                                                     std::size_t n) {
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    Lanes a[4];
    Lanes b;
    for (int r = 0; r < 4; ++r) std::memcpy(&a[r], x[r] + i, sizeof(Lanes));
    std::memcpy(&b, y + i, sizeof b);
    for (int r = 0; r < 4; ++r) b += a[r] * f[r];
    std::memcpy(y + i, &b, sizeof b);
  }
  for (; i < n; ++i)
    for (int r = 0; r < 4; ++r) y[i] += x[r][i] * f[r];
}

#ifdef SOUK_WIDTHS
__attribute__((target("avx512f"))) float Dot512(const float* a, const float* b, std::size_t n) {
  return DotBody(a, b, n);
}
__attribute__((target("avx2"))) float Dot256(const float* a, const float* b, std::size_t n) { return DotBody(a, b, n); }
__attribute__((target("avx512f"))) void AddScaled512(float f, const float* x, float* y, std::size_t n) {
  AddScaledBody(f, x, y, n);
}
__attribute__((target("avx2"))) void AddScaled256(float f, const float* x, float* y, std::size_t n) {
  AddScaledBody(f, x, y, n);
}
__attribute__((target("avx512f"))) void AddScaledFour512(const float (&f)[4], const float* const (&x)[4], float* y,
                                                         std::size_t n) {
  AddScaledFourBody(f, x, y, n);
}
__attribute__((target("avx2"))) void AddScaledFour256(const float (&f)[4], const float* const (&x)[4], float* y,
                                                      std::size_t n) {
  AddScaledFourBody(f, x, y, n);
}
const int kWidth = (__builtin_cpu_init(), __builtin_cpu_supports("avx512f")) ? 512
                   : __builtin_cpu_supports("avx2")                          ? 256
                                                                             : 128;
#endif

}  // namespace

#ifdef SOUK_WIDTHS
int VectorWidth() { return kWidth; }
#endif

float Dot(std::span<const float> a, std::span<const float> b) {
  SOUK_CHECK(a.size() == b.size());
#ifdef SOUK_WIDTHS
  if (kWidth == 512) return Dot512(a.data(), b.data(), a.size());
  if (kWidth == 256) return Dot256(a.data(), b.data(), a.size());
#endif
  return DotBody(a.data(), b.data(), a.size());
}

void AddScaled(float factor, std::span<const float> x, std::span<float> y) {
  SOUK_CHECK(x.size() == y.size());
#ifdef SOUK_WIDTHS
  if (kWidth == 512) return AddScaled512(factor, x.data(), y.data(), x.size());
  if (kWidth == 256) return AddScaled256(factor, x.data(), y.data(), x.size());
#endif
  AddScaledBody(factor, x.data(), y.data(), x.size());
}

void AddScaledFour(const float (&factors)[4], const float* const (&rows)[4], std::span<float> y) {
#ifdef SOUK_WIDTHS
  if (kWidth == 512) return AddScaledFour512(factors, rows, y.data(), y.size());
  if (kWidth == 256) return AddScaledFour256(factors, rows, y.data(), y.size());
#endif
  AddScaledFourBody(factors, rows, y.data(), y.size());
}

}  // namespace souk
