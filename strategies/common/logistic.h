#pragma once
// Logistic regression with a Gaussian prior on each coefficient, by Newton's method.

#include <cstdint>
#include <span>
#include <vector>

namespace souk {

/// Rows of a binomial regression: row i stands for `trials[i]` equal observations of which `successes[i]`
/// were 1. Shapes: x (n × d, row-major), trials and successes (n).
struct BinomialRows {
  int d = 0;
  std::vector<double> x;
  std::vector<double> trials;
  std::vector<double> successes;

  [[nodiscard]] std::size_t size() const { return trials.size(); }
  void Add(std::span<const double> row, double n, double k);
};

/// A Gaussian prior per coefficient: precision 0 leaves it free. Empty vectors mean 0.
struct RidgePrior {
  std::vector<double> mean;
  std::vector<double> precision;
};

struct LogisticFit {
  std::vector<double> beta;       ///< size d
  std::vector<double> std_error;  ///< square roots of the diagonal of the inverse Hessian
  double log_posterior = 0;       ///< log-likelihood plus log-prior, constants dropped
  int iterations = 0;
  bool converged = false;
};

/// Maximises Σ k·log p + (n − k)·log(1 − p) − ½ Σ precision·(β − mean)², p = 1/(1 + e^{−x·β}).
/// A step that lowers the objective is halved, so it climbs on separable data too; there a positive
/// precision is what keeps β finite. Every precision is raised by 1e-9, which settles directions that
/// neither data nor prior fix.
/// Randomness: none. Thread safety: a pure function. Cost: O(n·d²) per iteration, about 6 iterations.
/// Source: McCullagh & Nelder 1989, §4.4 (iteratively reweighted least squares).
/// Tested by: Logistic.* (closed forms, planted coefficients, brute force).
LogisticFit FitLogistic(const BinomialRows& rows, const RidgePrior& prior = {}, int max_iterations = 50);

/// One row of a regression with one intercept per group and one common slope.
struct GroupedRow {
  std::int32_t group = 0;
  double x = 0;
  double trials = 0;
  double successes = 0;
};
struct GroupedLogisticFit {
  std::vector<double> intercept;  ///< per group; the common mean for groups without rows
  double common = 0;              ///< the mean that intercepts shrink to
  double slope = 0;
  double slope_std_error = 0;
  bool converged = false;
};

/// Maximises the binomial log-likelihood − ½ slope_precision·(slope − slope_mean)²
/// − ½ intercept_precision·Σ (intercept_g − common)². `intercept_precision` must be positive (checked).
/// The common mean has the weak prior N(−4, 5²) and the slope at least the precision 1e-6, so that no
/// data at all has an answer too. For many groups: the Hessian is an arrow, and a step is O(rows).
/// Randomness: none. Thread safety: a pure function. Cost: O(rows + groups) per iteration.
/// Tested by: Logistic.GroupedAgreesWithDense.
GroupedLogisticFit FitGroupedLogistic(std::span<const GroupedRow> rows, int groups, double slope_mean,
                                      double slope_precision, double intercept_precision);

}  // namespace souk
