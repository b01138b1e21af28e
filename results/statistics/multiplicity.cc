#include "results/statistics/multiplicity.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace souk {
namespace {

/// Indices of the numbers among `p`, smallest first.
std::vector<std::size_t> Ascending(std::span<const double> p) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (!std::isnan(p[i])) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  return order;
}

}  // namespace

std::vector<double> HolmAdjusted(std::span<const double> p) {
  std::vector<double> adjusted(p.begin(), p.end());
  const std::vector<std::size_t> order = Ascending(p);
  double largest = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    largest = std::max(largest, std::min(1.0, static_cast<double>(order.size() - k) * p[order[k]]));
    adjusted[order[k]] = largest;
  }
  return adjusted;
}

std::vector<double> BenjaminiHochberg(std::span<const double> p) {
  std::vector<double> adjusted(p.begin(), p.end());
  const std::vector<std::size_t> order = Ascending(p);
  double smallest = 1;
  for (std::size_t k = order.size(); k-- > 0;) {
    smallest = std::min(smallest, static_cast<double>(order.size()) / static_cast<double>(k + 1) * p[order[k]]);
    adjusted[order[k]] = smallest;
  }
  return adjusted;
}

}  // namespace souk
