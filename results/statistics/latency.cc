#include "results/statistics/latency.h"

#include <algorithm>
#include <cmath>

namespace souk {

LatencyHistogram MergedLatency(const ExperimentResult& result, int arm, int slot) {
  LatencyHistogram merged;
  for (const CellResult& cell : result.cells) {
    if (cell.arm == arm && cell.error.empty()) merged.Merge(cell.latency[static_cast<std::size_t>(slot)]);
  }
  return merged;
}

std::vector<RatioPair> LatencyPairs(const ExperimentResult& a, int arm_a, const ExperimentResult& b, int arm_b,
                                    int slot, double q) {
  std::vector<RatioPair> pairs;
  const auto s = static_cast<std::size_t>(slot);
  for (const CellResult& cell : a.cells) {
    if (cell.arm != arm_a || !cell.error.empty() || cell.latency[s].total() == 0) continue;
    const CellResult* other = b.Cell(cell.replication, arm_b);
    if (other == nullptr || !other->error.empty() || other->latency[s].total() == 0) continue;
    pairs.push_back({cell.latency[s].QuantileNs(q), 1, other->latency[s].QuantileNs(q), 1});
  }
  return pairs;
}

std::vector<RatioPair> RevenueQuantilePairs(const ExperimentResult& result, int arm, double q) {
  const auto quantile = [q](const CellResult& cell) {
    std::vector<std::int64_t> revenue;
    for (const ShopperOutcome& shopper : cell.shoppers) {
      if (shopper.orders > 0) revenue.push_back(shopper.revenue_cents);
    }
    if (revenue.empty()) return std::nan("");
    // Nearest rank: the smallest value that at least a share q does not exceed; 0.07 · 100 is a little above 7.
    const auto rank = static_cast<std::ptrdiff_t>(std::ceil(q * static_cast<double>(revenue.size()) - 1e-9)) - 1;
    const auto at = revenue.begin() + std::clamp<std::ptrdiff_t>(rank, 0, std::ssize(revenue) - 1);
    std::nth_element(revenue.begin(), at, revenue.end());
    return static_cast<double>(*at) / 100;
  };
  std::vector<RatioPair> pairs;
  const int base = result.ArmIndex(result.incumbent);
  for (const CellResult& cell : result.cells) {
    const CellResult* twin = cell.arm == arm && cell.error.empty() ? result.Cell(cell.replication, base) : nullptr;
    if (twin == nullptr || !twin->error.empty()) continue;
    const RatioPair pair{quantile(cell), 1, quantile(*twin), 1};
    if (std::isfinite(pair.arm_numerator) && std::isfinite(pair.base_numerator)) pairs.push_back(pair);
  }
  return pairs;
}

int SlowestSlot(const ExperimentResult& result, int arm) {
  int slowest = -1;
  double most = -1;
  for (int slot = 0; slot < kDecisionSlots; ++slot) {
    const LatencyHistogram latency = MergedLatency(result, arm, slot);
    if (latency.total() == 0 || latency.QuantileNs(0.99) <= most) continue;
    most = latency.QuantileNs(0.99);
    slowest = slot;
  }
  return slowest;
}

}  // namespace souk
