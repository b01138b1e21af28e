#pragma once
// Smooth functions of sums over replications, with what each replication contributes: differences and contrasts of
// such functions are again of this kind, so their standard errors need no formula of their own (delta method).

#include <span>
#include <vector>

#include "results/statistics/uplift.h"

namespace souk {

/// A value and its influences: deviations by replication, mean about zero; their sd ÷ √n is the standard error.
struct Linearised {
  double value = 0;
  std::vector<double> influence;

  [[nodiscard]] double Error() const;  ///< NaN below two replications
  [[nodiscard]] double Skewness() const;
};

/// Σ numerator ÷ Σ denominator.
Linearised RatioOfSums(std::span<const double> numerator, std::span<const double> denominator);
/// The ratios of sums of arm and incumbent.
struct RatiosOfSides {
  Linearised arm;
  Linearised base;
  double base_numerator = 0;  ///< total
};
RatiosOfSides RatiosOf(std::span<const RatioPair> pairs);
/// Arm ÷ incumbent − 1; the value is NaN unless the incumbent's is positive.
Linearised RelativeUpliftOf(std::span<const RatioPair> pairs);
/// a + factor · b.
Linearised Combined(const Linearised& a, double factor, const Linearised& b);
/// a ÷ b.
Linearised Quotient(const Linearised& a, const Linearised& b);

/// Quantile of Student's t.
double StudentQuantile(double degrees_of_freedom, double p);
/// Interval by Hall's transform of the studentised value with Student's t.
Interval HallInterval(double value, double error, double skewness, int replications, double alpha);
/// For far tails (alpha well below 0.05): at least as wide as the plain t interval on either side. Where few orders
/// differ the sample's own skewness is mostly noise, and correcting for it finds effects that are not there.
Interval TailInterval(double value, double error, double skewness, int replications, double alpha);
Interval HallInterval(const Linearised& x, double alpha = 0.05);
/// p of "the true value is at least `null`"; small speaks for lower. The larger of the p of Student's t and the p of
/// Hall's transform of it (see TailInterval). For "at most" negate value, skewness and null.
double OneSidedP(double value, double error, double skewness, int replications, double null);
/// p of "the true value is 0".
double TwoSidedP(double value, double error, double skewness, int replications);
double TwoSidedP(const Linearised& x);
/// No scatter beyond rounding: every replication says the same.
bool NoScatter(double value, double error);

}  // namespace souk
