#pragma once
// A number in a scenario may be a law instead: `patience_s: !LogNormal { median: 8, sigma: 0.6 }`.

#include <string>

namespace souk {

/// A real-valued law. Parameters by kind:
/// kConstant (value a), kUniform (a low … b high), kNormal (mean a, sd b), kLogNormal (median a,
/// sigma b of the logarithm), kGamma (shape a, rate b), kBeta (a, b), kExponential (mean a),
/// kErlang (whole shape a, mean b).
struct Distribution {
  enum class Kind { kConstant, kUniform, kNormal, kLogNormal, kGamma, kBeta, kExponential, kErlang };
  Kind kind = Kind::kConstant;
  double a = 0;
  double b = 0;

  static constexpr Distribution Constant(double v) { return {Kind::kConstant, v, 0}; }
  static constexpr Distribution LogNormal(double median, double sigma) { return {Kind::kLogNormal, median, sigma}; }
  static constexpr Distribution Gamma(double shape, double rate) { return {Kind::kGamma, shape, rate}; }
  static constexpr Distribution Beta(double a, double b) { return {Kind::kBeta, a, b}; }
  static constexpr Distribution Exponential(double mean) { return {Kind::kExponential, mean, 0}; }

  friend bool operator==(const Distribution&, const Distribution&) = default;
};

/// Mean of the law.
double Mean(const Distribution& law);

/// The law's quantile at p in (0, 1), by inversion, so that one uniform draw gives one value and
/// larger draws give larger values. Cost: closed form or, for gamma, beta and Erlang, Boost.Math.
double Quantile(const Distribution& law, double p);

}  // namespace souk
