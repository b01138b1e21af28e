#include "strategies/common/logistic.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <cmath>

#include "sim/base/error.h"
#include "sim/base/math.h"

namespace souk {
namespace {

constexpr double kTinyPrecision = 1e-9;
constexpr double kCommonMean = -4;  // a conversion near 2 %, give or take a factor of 150
constexpr double kCommonPrecision = 1.0 / 25;
constexpr double kSlopePrecision = 1e-6;

/// log(1 + e^eta) without overflow.
double LogOnePlusExp(double eta) { return eta > 0 ? eta + Log(1 + Exp(-eta)) : Log(1 + Exp(eta)); }

/// Log-likelihood of k successes in n trials at log odds eta.
double LogLikelihood(double n, double k, double eta) { return k * eta - n * LogOnePlusExp(eta); }

}  // namespace

void BinomialRows::Add(std::span<const double> row, double n, double k) {
  SOUK_DCHECK(static_cast<int>(row.size()) == d);
  x.insert(x.end(), row.begin(), row.end());
  trials.push_back(n);
  successes.push_back(k);
}

LogisticFit FitLogistic(const BinomialRows& rows, const RidgePrior& prior, int max_iterations) {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Eigen::VectorXd;
  const int d = rows.d;
  const auto n = static_cast<Eigen::Index>(rows.size());
  SOUK_CHECK(rows.x.size() == rows.size() * static_cast<std::size_t>(d) && rows.successes.size() == rows.size());
  SOUK_CHECK(prior.mean.empty() || static_cast<int>(prior.mean.size()) == d);
  SOUK_CHECK(prior.precision.empty() || static_cast<int>(prior.precision.size()) == d);
  const Eigen::Map<const Matrix> x(rows.x.data(), n, d);
  VectorXd mean = VectorXd::Zero(d);
  VectorXd precision = VectorXd::Constant(d, kTinyPrecision);
  for (int j = 0; j < d && !prior.mean.empty(); ++j) mean[j] = prior.mean[static_cast<std::size_t>(j)];
  for (int j = 0; j < d && !prior.precision.empty(); ++j) precision[j] += prior.precision[static_cast<std::size_t>(j)];

  const auto objective = [&](const VectorXd& beta) {
    double sum = -0.5 * ((beta - mean).array().square() * precision.array()).sum();
    for (Eigen::Index i = 0; i < n; ++i)
      sum += LogLikelihood(rows.trials[static_cast<std::size_t>(i)], rows.successes[static_cast<std::size_t>(i)],
                           x.row(i).dot(beta));
    return sum;
  };

  VectorXd beta = mean;
  VectorXd gradient(d);
  Matrix hessian(d, d);
  LogisticFit fit;
  double value = objective(beta);
  const auto differentiate = [&] {
    gradient = (mean - beta).cwiseProduct(precision);
    hessian.setZero();
    hessian.diagonal() = precision;
    for (Eigen::Index i = 0; i < n; ++i) {
      const double trials = rows.trials[static_cast<std::size_t>(i)];
      const double p = Logistic(x.row(i).dot(beta));
      gradient.noalias() += (rows.successes[static_cast<std::size_t>(i)] - trials * p) * x.row(i).transpose();
      const double weight = trials * p * (1 - p);
      for (int r = 0; r < d; ++r) {  // lower triangle only; d is small
        const double wx = weight * x(i, r);
        for (int c = 0; c <= r; ++c) hessian(r, c) += wx * x(i, c);
      }
    }
  };
  for (; fit.iterations < max_iterations && !fit.converged; ++fit.iterations) {
    differentiate();
    const VectorXd step = hessian.selfadjointView<Eigen::Lower>().llt().solve(gradient);
    const double gain = step.dot(gradient);  // twice the rise that the quadratic model promises
    if (!(gain > 1e-10)) {
      fit.converged = std::isfinite(gain);
      break;
    }
    double length = 1;
    double next = objective(beta + step);
    for (; !(next >= value) && length > 1e-6; next = objective(beta + length * step)) length /= 2;
    if (!(next >= value)) break;
    beta += length * step;
    value = next;
  }
  differentiate();
  const Matrix inverse = hessian.selfadjointView<Eigen::Lower>().llt().solve(Matrix::Identity(d, d));
  fit.log_posterior = value;
  for (int j = 0; j < d; ++j) {
    fit.beta.push_back(beta[j]);
    fit.std_error.push_back(std::sqrt(inverse(j, j)));
  }
  return fit;
}

namespace {

/// The grouped problem at one point: value, gradient and the arrow-shaped Hessian (of minus the objective).
struct Arrow {
  std::vector<double> group_gradient;
  std::vector<double> group_hessian;  ///< diagonal
  std::vector<double> group_slope;    ///< off-diagonal with the slope; with the common mean it is −precision
  double common_gradient = 0;
  double slope_gradient = 0;
  double common_hessian = 0;
  double slope_hessian = 0;
};

struct Point {
  std::vector<double> intercept;
  double common = 0;
  double slope = 0;
};

class GroupedProblem {
 public:
  GroupedProblem(std::span<const GroupedRow> rows, double slope_mean, double slope_precision,
                 double intercept_precision)
      : rows_(rows),
        slope_mean_(slope_mean),
        slope_precision_(slope_precision + kSlopePrecision),
        intercept_precision_(intercept_precision) {}

  [[nodiscard]] double Value(const Point& at) const {
    const double ds = at.slope - slope_mean_;
    const double dc = at.common - kCommonMean;
    double sum = -0.5 * (slope_precision_ * ds * ds + kCommonPrecision * dc * dc);
    for (const double a : at.intercept) sum -= 0.5 * intercept_precision_ * (a - at.common) * (a - at.common);
    for (const GroupedRow& r : rows_)
      sum += LogLikelihood(r.trials, r.successes, at.intercept[static_cast<std::size_t>(r.group)] + at.slope * r.x);
    return sum;
  }

  void Differentiate(const Point& at, Arrow& arrow) const {
    const std::size_t groups = at.intercept.size();
    arrow.group_gradient.resize(groups);
    arrow.group_hessian.assign(groups, intercept_precision_);
    arrow.group_slope.assign(groups, 0.0);
    arrow.common_gradient = kCommonPrecision * (kCommonMean - at.common);
    arrow.common_hessian = kCommonPrecision + intercept_precision_ * static_cast<double>(groups);
    arrow.slope_gradient = slope_precision_ * (slope_mean_ - at.slope);
    arrow.slope_hessian = slope_precision_;
    for (std::size_t g = 0; g < groups; ++g) {
      arrow.group_gradient[g] = intercept_precision_ * (at.common - at.intercept[g]);
      arrow.common_gradient -= arrow.group_gradient[g];
    }
    for (const GroupedRow& r : rows_) {
      const auto g = static_cast<std::size_t>(r.group);
      const double p = Logistic(at.intercept[g] + at.slope * r.x);
      const double residual = r.successes - r.trials * p;
      const double weight = r.trials * p * (1 - p);
      arrow.group_gradient[g] += residual;
      arrow.slope_gradient += residual * r.x;
      arrow.group_hessian[g] += weight;
      arrow.group_slope[g] += weight * r.x;
      arrow.slope_hessian += weight * r.x * r.x;
    }
  }

  /// Newton's step and its promised gain; `slope_variance` is the slope's entry of the inverse Hessian.
  double Step(const Arrow& arrow, Point& step, double& slope_variance) const {
    // Eliminate the intercepts: what is left is 2 × 2 in (common mean, slope).
    double cc = arrow.common_hessian;
    double cs = 0;
    double ss = arrow.slope_hessian;
    double rc = arrow.common_gradient;
    double rs = arrow.slope_gradient;
    const double off = -intercept_precision_;
    for (std::size_t g = 0; g < arrow.group_gradient.size(); ++g) {
      const double inverse = 1 / arrow.group_hessian[g];
      const double b = arrow.group_slope[g];
      cc -= off * off * inverse;
      cs -= off * b * inverse;
      ss -= b * b * inverse;
      rc -= off * arrow.group_gradient[g] * inverse;
      rs -= b * arrow.group_gradient[g] * inverse;
    }
    const double determinant = cc * ss - cs * cs;
    step.common = (rc * ss - rs * cs) / determinant;
    step.slope = (rs * cc - rc * cs) / determinant;
    slope_variance = cc / determinant;
    step.intercept.resize(arrow.group_gradient.size());
    double gain = step.common * arrow.common_gradient + step.slope * arrow.slope_gradient;
    for (std::size_t g = 0; g < step.intercept.size(); ++g) {
      step.intercept[g] =
          (arrow.group_gradient[g] - off * step.common - arrow.group_slope[g] * step.slope) / arrow.group_hessian[g];
      gain += step.intercept[g] * arrow.group_gradient[g];
    }
    return gain;
  }

 private:
  std::span<const GroupedRow> rows_;
  double slope_mean_;
  double slope_precision_;
  double intercept_precision_;
};

Point Along(const Point& from, const Point& step, double length) {
  Point to = from;
  to.common += length * step.common;
  to.slope += length * step.slope;
  for (std::size_t g = 0; g < to.intercept.size(); ++g) to.intercept[g] += length * step.intercept[g];
  return to;
}

}  // namespace

GroupedLogisticFit FitGroupedLogistic(std::span<const GroupedRow> rows, int groups, double slope_mean,
                                      double slope_precision, double intercept_precision) {
  SOUK_CHECK(intercept_precision > 0 && slope_precision >= 0 && groups >= 0);
  for (const GroupedRow& r : rows) SOUK_CHECK(r.group >= 0 && r.group < groups);
  const GroupedProblem problem(rows, slope_mean, slope_precision, intercept_precision);
  Point at{std::vector<double>(static_cast<std::size_t>(groups), kCommonMean), kCommonMean, slope_mean};
  Point step;
  Arrow arrow;
  GroupedLogisticFit fit;
  double value = problem.Value(at);
  double variance = 0;
  for (int iteration = 0; iteration < 100; ++iteration) {
    problem.Differentiate(at, arrow);
    const double gain = problem.Step(arrow, step, variance);
    if (!(gain > 1e-10)) {
      fit.converged = std::isfinite(gain);
      break;
    }
    double length = 1;
    Point candidate = Along(at, step, length);
    double next = problem.Value(candidate);
    while (!(next >= value) && length > 1e-6) {
      length /= 2;
      candidate = Along(at, step, length);
      next = problem.Value(candidate);
    }
    if (!(next >= value)) break;
    at = std::move(candidate);
    value = next;
  }
  fit.intercept = std::move(at.intercept);
  fit.common = at.common;
  fit.slope = at.slope;
  fit.slope_std_error = std::sqrt(variance);
  return fit;
}

}  // namespace souk
