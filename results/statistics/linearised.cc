#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>

#include "results/statistics/linearised_internal.h"
#include "sim/base/error.h"

namespace souk {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double Total(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum;
}

/// Hall's transform g(t) = ((1 + kt/3)³ − 1)/k + k/6, k = skewness/√n, makes the studentised
/// statistic nearly normal.
double Hall(double t, double skewness, double n) {
  const double k = skewness / std::sqrt(n);
  if (std::abs(k) < 1e-6) return t;
  const double cube = 1 + k * t / 3;
  return (cube * cube * cube - 1) / k + k / 6;
}

double InverseHall(double x, double skewness, double n) {
  const double k = skewness / std::sqrt(n);
  if (std::abs(k) < 1e-6) return x;
  return 3 / k * (std::cbrt(1 + k * (x - k / 6)) - 1);
}

}  // namespace

double Linearised::Error() const {
  const auto n = static_cast<double>(influence.size());
  if (n < 2) return kNan;
  double second = 0;
  for (const double v : influence) second += v * v;
  return std::sqrt(second / (n - 1) / n);
}

double Linearised::Skewness() const {
  const auto n = static_cast<double>(influence.size());
  double second = 0;
  double third = 0;
  for (const double v : influence) {
    second += v * v;
    third += v * v * v;
  }
  const double deviation = std::sqrt(second / n);
  return deviation > 0 ? third / n / (deviation * deviation * deviation) : 0;
}

Linearised RatioOfSums(std::span<const double> numerator, std::span<const double> denominator) {
  SOUK_CHECK(numerator.size() == denominator.size());
  const auto n = static_cast<double>(numerator.size());
  const double total = Total(denominator);
  Linearised ratio{Total(numerator) / total, {}};
  for (std::size_t r = 0; r < numerator.size(); ++r) {
    ratio.influence.push_back(n / total * (numerator[r] - ratio.value * denominator[r]));
  }
  return ratio;
}

RatiosOfSides RatiosOf(std::span<const RatioPair> pairs) {
  std::vector<double> columns[4];
  for (const RatioPair& p : pairs) {
    columns[0].push_back(p.arm_numerator);
    columns[1].push_back(p.arm_denominator);
    columns[2].push_back(p.base_numerator);
    columns[3].push_back(p.base_denominator);
  }
  return {RatioOfSums(columns[0], columns[1]), RatioOfSums(columns[2], columns[3]), Total(columns[2])};
}

Linearised RelativeUpliftOf(std::span<const RatioPair> pairs) {
  const RatiosOfSides sides = RatiosOf(pairs);
  Linearised uplift = Quotient(sides.arm, sides.base);
  uplift.value -= 1;
  if (!(sides.base_numerator > 0)) uplift.value = kNan;  // "20 % better than a loss" has no meaning
  return uplift;
}

Linearised Combined(const Linearised& a, double factor, const Linearised& b) {
  SOUK_CHECK(a.influence.size() == b.influence.size());
  Linearised sum{a.value + factor * b.value, a.influence};
  for (std::size_t r = 0; r < b.influence.size(); ++r) sum.influence[r] += factor * b.influence[r];
  return sum;
}

Linearised Quotient(const Linearised& a, const Linearised& b) {
  SOUK_CHECK(a.influence.size() == b.influence.size());
  Linearised quotient{a.value / b.value, a.influence};
  for (std::size_t r = 0; r < b.influence.size(); ++r) {
    quotient.influence[r] = (a.influence[r] - quotient.value * b.influence[r]) / b.value;
  }
  return quotient;
}

double StudentQuantile(double degrees_of_freedom, double p) {
  return boost::math::quantile(boost::math::students_t(degrees_of_freedom), p);
}

bool NoScatter(double value, double error) { return !(error > 1e-13 * (1 + std::abs(value))); }

Interval HallInterval(double value, double error, double skewness, int replications, double alpha) {
  const double t = StudentQuantile(replications - 1, 1 - alpha / 2);
  const double n = replications;
  return {value, value - error * InverseHall(t, skewness, n), value - error * InverseHall(-t, skewness, n),
          IntervalMethod::kHall};
}

Interval TailInterval(double value, double error, double skewness, int replications, double alpha) {
  const Interval hall = HallInterval(value, error, skewness, replications, alpha);
  const double half = error * StudentQuantile(replications - 1, 1 - alpha / 2);
  return {value, std::min(hall.low, value - half), std::max(hall.high, value + half), IntervalMethod::kHall};
}

Interval HallInterval(const Linearised& x, double alpha) {
  if (!std::isfinite(x.value)) return {kNan, kNan, kNan, IntervalMethod::kNone};
  if (x.influence.size() < 2) return {x.value, kNan, kNan, IntervalMethod::kNone};
  const double error = x.Error();
  if (NoScatter(x.value, error)) return {x.value, x.value, x.value, IntervalMethod::kPoint};
  return HallInterval(x.value, error, x.Skewness(), static_cast<int>(x.influence.size()), alpha);
}

double OneSidedP(double value, double error, double skewness, int replications, double null) {
  if (!std::isfinite(value) || replications < 2) return kNan;
  if (NoScatter(value, error)) return value < null ? 0 : 1;
  const double t = (value - null) / error;
  return boost::math::cdf(boost::math::students_t(replications - 1), std::max(t, Hall(t, skewness, replications)));
}

double TwoSidedP(double value, double error, double skewness, int replications) {
  const double below = OneSidedP(value, error, skewness, replications, 0);
  const double above = OneSidedP(-value, error, -skewness, replications, 0);
  return std::isnan(below) ? kNan : std::min(1.0, 2 * std::min(below, above));
}

double TwoSidedP(const Linearised& x) {
  if (x.influence.size() < 2) return kNan;
  return TwoSidedP(x.value, x.Error(), x.Skewness(), static_cast<int>(x.influence.size()));
}

}  // namespace souk
