#pragma once
// What the vector routines share: sixteen lanes of floats, whatever the registers hold, and one body per routine
// compiled for three register widths. The lanes are part of each definition, so the bits agree on every processor.

#include <cstddef>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#define SOUK_WIDTHS 1
#endif

namespace souk {

using Lanes = float __attribute__((vector_size(64)));
using HalfLanes = float __attribute__((vector_size(32)));
using FourLanes = float __attribute__((vector_size(16)));
constexpr std::size_t kLanes = 16;

#define SOUK_INLINE [[gnu::always_inline]] inline

template <class Vector>
SOUK_INLINE void LoadTo(Vector& lanes, const float* from) {
  std::memcpy(&lanes, from, sizeof lanes);
}
template <class Vector>
SOUK_INLINE void StoreTo(float* to, const Vector& lanes) {
  std::memcpy(to, &lanes, sizeof lanes);
}

/// sums[r] = the lanes of x[r], added by halves.
SOUK_INLINE void SumFour(const Lanes (&x)[4], FourLanes& sums) {
  FourLanes q[4];
  for (int r = 0; r < 4; ++r) {
    const HalfLanes h = __builtin_shufflevector(x[r], x[r], 0, 1, 2, 3, 4, 5, 6, 7) +
                        __builtin_shufflevector(x[r], x[r], 8, 9, 10, 11, 12, 13, 14, 15);
    q[r] = __builtin_shufflevector(h, h, 0, 1, 2, 3) + __builtin_shufflevector(h, h, 4, 5, 6, 7);
  }
  const FourLanes t01 =
      __builtin_shufflevector(q[0], q[1], 0, 1, 4, 5) + __builtin_shufflevector(q[0], q[1], 2, 3, 6, 7);
  const FourLanes t23 =
      __builtin_shufflevector(q[2], q[3], 0, 1, 4, 5) + __builtin_shufflevector(q[2], q[3], 2, 3, 6, 7);
  sums = __builtin_shufflevector(t01, t23, 0, 2, 4, 6) + __builtin_shufflevector(t01, t23, 1, 3, 5, 7);
}
/// The lanes of x, added by halves.
SOUK_INLINE float SumOne(const Lanes& x) {
  float lane[kLanes];
  StoreTo(lane, x);
  for (std::size_t half = kLanes / 2; half > 0; half /= 2)
    for (std::size_t r = 0; r < half; ++r) lane[r] += lane[r + half];
  return lane[0];
}

// SOUK_BY_WIDTH(F, (parameters), (arguments)) defines void F(parameters) from an inline FBody(arguments).
#ifdef SOUK_WIDTHS
/// Bits of the widest registers that this processor has.
int VectorWidth();
#define SOUK_BY_WIDTH(name, parameters, arguments)                                       \
  namespace {                                                                            \
  __attribute__((target("avx512f"))) void name##512 parameters { name##Body arguments; } \
  __attribute__((target("avx2"))) void name##256 parameters { name##Body arguments; }    \
  }                                                                                      \
  void name parameters {                                                                 \
    const int width = VectorWidth();                                                     \
    if (width == 512) return name##512 arguments;                                        \
    if (width == 256) return name##256 arguments;                                        \
    name##Body arguments;                                                                \
  }
#else
#define SOUK_BY_WIDTH(name, parameters, arguments) \
  void name parameters { name##Body arguments; }
#endif

}  // namespace souk
