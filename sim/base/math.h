#pragma once
// Elementary functions with the same bits on every x86-64 processor. The C library picks its
// log and exp by processor (with or without fused multiply-add), so two machines can disagree in
// the last bit with one binary; these use only +, −, ×, ÷ and sqrt, which IEEE 754 fixes.

#include <cmath>
#include <cstdint>
#include <cstring>

namespace souk {

/// log(m · 2^e) for m in [√½, √2). Without branches, so loops over it become vector code with the same bits.
inline double LogOfParts(double m, double e) {
  // log m = 2 artanh(s), s = (m − 1)/(m + 1), |s| < 0.1716.
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double tail =
      z *
      (2.0 / 3 +
       z * (2.0 / 5 +
            z * (2.0 / 7 +
                 z * (2.0 / 9 + z * (2.0 / 11 + z * (2.0 / 13 + z * (2.0 / 15 + z * (2.0 / 17 + z * (2.0 / 19)))))))));
  constexpr double kLn2Hi = 6.93147180369123816490e-01;  // 32 leading bits: exact times e
  constexpr double kLn2Lo = 1.90821492927058770002e-10;
  const double hfsq = 0.5 * f * f;
  // log m = f − f²/2 + s (f²/2 + tail): keeps full precision when f is small.
  return e * kLn2Hi - ((hfsq - (s * (hfsq + tail) + e * kLn2Lo)) - f);
}

/// Bits of √½: subtracting them from those of x = 2^e · m, m in [√½, √2), leaves e in the exponent field, floored.
inline constexpr std::uint64_t kSqrtHalfBits = 0x3FE6A09E667F3BCDULL;

/// Natural logarithm of a positive, normal number. Relative error below 4e-16 away from 1.
/// Tested by: Math.LogAgreesWithLongDouble.
inline double Log(double x) {
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  const auto e = static_cast<std::int64_t>(bits - kSqrtHalfBits) >> 52;
  bits -= static_cast<std::uint64_t>(e) << 52;
  double m;
  std::memcpy(&m, &bits, sizeof m);
  return LogOfParts(m, static_cast<double>(e));
}

/// e to the x. Relative error below 4e-16; 0 below −708, infinity above 709.
inline double Exp(double x) {
  if (x > 709.0) return HUGE_VAL;
  if (x < -708.0) return 0.0;
  constexpr double kInvLn2 = 1.44269504088896338700e+00;
  constexpr double kLn2Hi = 6.93147180369123816490e-01;
  constexpr double kLn2Lo = 1.90821492927058770002e-10;
  constexpr double kShift = 6755399441055744.0;  // 1.5 · 2^52: rounds to nearest integer
  const double k = (x * kInvLn2 + kShift) - kShift;
  const double r = (x - k * kLn2Hi) - k * kLn2Lo;  // |r| ≤ 0.3466
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  const double value = 1.0 + (r + r * r * p);
  const auto exponent = static_cast<std::int64_t>(k) + 1023;
  const std::uint64_t bits = static_cast<std::uint64_t>(exponent) << 52;
  double scale;
  std::memcpy(&scale, &bits, sizeof scale);
  return value * scale;
}

/// 1 / (1 + e^−x), without overflow.
inline double Logistic(double x) {
  if (x >= 0) return 1.0 / (1.0 + Exp(-x));
  const double e = Exp(x);
  return e / (1.0 + e);
}

/// Quantile of the standard normal law, 0 < p < 1. Relative error about 1e-15.
/// Source: Wichura 1988, "Algorithm AS 241", PPND16 (rational approximations and coefficients).
double NormalQuantile(double p);

}  // namespace souk
