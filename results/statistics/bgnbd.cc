#include "results/statistics/bgnbd.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace souk {
namespace {

constexpr std::size_t kDims = 4;
using Point = std::array<double, kDims>;

BgNbdFit AtLogs(const Point& logs) {
  return {std::exp(logs[0]), std::exp(logs[1]), std::exp(logs[2]), std::exp(logs[3]), 0};
}

/// Lowest point of `f` by the downhill simplex, from a simplex of side 0.5 around `start`.
template <class F>
Point Minimise(const Point& start, F f) {
  struct Vertex {
    Point at;
    double value;
  };
  std::array<Vertex, kDims + 1> simplex;
  for (std::size_t i = 0; i <= kDims; ++i) {
    Point p = start;
    if (i > 0) p[i - 1] += 0.5;
    simplex[i] = {p, f(p)};
  }
  const auto by_value = [](const Vertex& x, const Vertex& y) { return x.value < y.value; };
  for (int step = 0; step < 2000; ++step) {
    std::sort(simplex.begin(), simplex.end(), by_value);
    if (simplex[kDims].value - simplex[0].value < 1e-7) break;
    const auto along = [&](double t) {  // the mean of all but the worst, moved by t away from the worst
      Point p{};
      for (std::size_t d = 0; d < kDims; ++d) {
        for (std::size_t i = 0; i < kDims; ++i) p[d] += simplex[i].at[d] / kDims;
        p[d] += t * (p[d] - simplex[kDims].at[d]);
        p[d] = std::clamp(p[d], -12.0, 12.0);
      }
      return Vertex{p, f(p)};
    };
    const Vertex reflected = along(1);
    if (reflected.value < simplex[0].value) {
      const Vertex further = along(2);
      simplex[kDims] = further.value < reflected.value ? further : reflected;
    } else if (reflected.value < simplex[kDims - 1].value) {
      simplex[kDims] = reflected;
    } else {
      const Vertex nearer = along(reflected.value < simplex[kDims].value ? 0.5 : -0.5);
      if (nearer.value < std::min(reflected.value, simplex[kDims].value)) {
        simplex[kDims] = nearer;
      } else {
        for (std::size_t i = 1; i <= kDims; ++i) {
          for (std::size_t d = 0; d < kDims; ++d) simplex[i].at[d] = 0.5 * (simplex[i].at[d] + simplex[0].at[d]);
          simplex[i].value = f(simplex[i].at);
        }
      }
    }
  }
  return std::min_element(simplex.begin(), simplex.end(), by_value)->at;
}

}  // namespace

double BgNbdLogLikelihood(std::span<const CustomerHistory> customers, const BgNbdFit& p) {
  int most = 0;
  for (const CustomerHistory& c : customers) most = std::max(most, c.repeats);
  // Ratios of gamma functions as products. By number of repeats x: Γ(r + x)/Γ(r), B(a, b + x)/B(a, b), and
  // B(a + 1, b + x − 1)/B(a, b).
  std::vector<double> gamma(1, 0.0), alive(1, 0.0), gone(1, 0.0);
  for (int x = 1; x <= most; ++x) {
    gamma.push_back(gamma.back() + std::log(p.r + x - 1));
    gone.push_back(alive.back() + std::log(p.a / (p.a + p.b + x - 1)));
    alive.push_back(alive.back() + std::log((p.b + x - 1) / (p.a + p.b + x - 1)));
  }
  double sum = 0;
  for (const CustomerHistory& c : customers) {
    const auto x = static_cast<std::size_t>(c.repeats);
    const double stays = alive[x] - (p.r + c.repeats) * std::log(p.alpha_weeks + c.observed);
    double both = stays;
    if (c.repeats > 0) {
      const double left = gone[x] - (p.r + c.repeats) * std::log(p.alpha_weeks + c.last);
      both = std::max(stays, left) + std::log1p(std::exp(-std::abs(stays - left)));
    }
    sum += c.weight * (gamma[x] + p.r * std::log(p.alpha_weeks) + both);
  }
  return sum;
}

BgNbdFit FitBgNbd(std::span<const CustomerHistory> customers) {
  double repeaters = 0, orders = 0, weeks = 0;
  for (const CustomerHistory& c : customers) {
    repeaters += c.repeats > 0 ? c.weight : 0;
    orders += c.weight * c.repeats;
    weeks += c.weight * c.observed;
  }
  const double none = std::nan("");
  if (repeaters < 50) return {none, none, none, none, none};
  const Point start = {std::log(0.5), std::log(0.5 * weeks / orders), 0, std::log(3.0)};
  BgNbdFit fit =
      AtLogs(Minimise(start, [&](const Point& logs) { return -BgNbdLogLikelihood(customers, AtLogs(logs)); }));
  fit.log_likelihood = BgNbdLogLikelihood(customers, fit);
  return fit;
}

}  // namespace souk
