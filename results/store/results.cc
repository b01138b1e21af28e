#include "results/store/results.h"

#include <algorithm>
#include <limits>
#include <map>

#include "sim/base/fingerprint.h"

namespace souk {
namespace {

auto Key(const CellResult& cell) { return std::pair(cell.replication, cell.arm); }

}  // namespace

Sums CellResult::Total() const {
  Sums total{};
  for (const Sums& sums : by_segment) Accumulate(total, sums);
  At(total, Sum::kOne) = 1;  // one cell, however many segments
  return total;
}

std::uint64_t ExperimentResult::Fingerprint() const {
  souk::Fingerprint hash;
  for (const CellResult& cell : cells) {
    hash.Add(static_cast<std::int64_t>(cell.replication));
    hash.Add(static_cast<std::int64_t>(cell.arm));
    hash.Add(cell.error.empty() ? cell.fingerprint : std::uint64_t{0});
  }
  return hash.value();
}

std::vector<std::int32_t> ExperimentResult::CompleteReplications() const {
  std::map<std::int32_t, std::size_t> finished;
  for (const CellResult& cell : cells) {
    if (cell.error.empty()) ++finished[cell.replication];
  }
  std::vector<std::int32_t> complete;
  for (const auto& [replication, arms_done] : finished) {
    if (arms_done == arms.size()) complete.push_back(replication);
  }
  return complete;
}

const CellResult* ExperimentResult::Cell(std::int32_t replication, std::int32_t arm) const {
  const auto wanted = std::pair(replication, arm);
  const auto at = std::lower_bound(cells.begin(), cells.end(), wanted,
                                   [](const CellResult& cell, const auto& key) { return Key(cell) < key; });
  return at != cells.end() && Key(*at) == wanted ? &*at : nullptr;
}

int ExperimentResult::ArmIndex(const std::string& arm) const {
  const auto at = std::find(arms.begin(), arms.end(), arm);
  return at == arms.end() ? -1 : static_cast<int>(at - arms.begin());
}

std::vector<std::string> DefaultHeadline() {
  std::vector<std::string> names;
  for (const MetricInfo* metric : HeadlineMetrics()) names.emplace_back(metric->name);
  return names;
}

std::vector<const MetricInfo*> HeadlineMetrics(const ExperimentResult& result) {
  std::vector<const MetricInfo*> metrics;
  for (const std::string& name : result.headline) {
    const MetricInfo* metric = FindMetric(name);
    if (metric != nullptr && metrics.size() < HeadlineMetrics().size()) metrics.push_back(metric);
  }
  return metrics.empty() ? HeadlineMetrics() : metrics;
}

double ClicksWithoutGain(const ExperimentResult& result, const CellResult& cell) {
  const auto arm = static_cast<std::size_t>(cell.arm);
  const std::int32_t bare = arm < result.without_recommender.size() ? result.without_recommender[arm] : -1;
  const CellResult* twin = bare < 0 ? nullptr : result.Cell(cell.replication, bare);
  const Sums total = cell.Total();
  const auto clicks = static_cast<double>(At(total, Sum::kClicks));
  if (twin == nullptr || !twin->error.empty() || clicks == 0) return std::numeric_limits<double>::quiet_NaN();
  const std::int64_t gained = At(total, Sum::kViews) - At(twin->Total(), Sum::kViews);
  return 1 - static_cast<double>(gained) / clicks;
}

bool HasSales(const ExperimentResult& result) {
  const std::vector<const MetricInfo*> headline = HeadlineMetrics(result);
  return std::any_of(headline.begin(), headline.end(), [](const MetricInfo* metric) {
    return metric->numerator == Sum::kBuyers || metric->numerator == Sum::kRevenueCents ||
           metric->numerator == Sum::kMarginCents;
  });
}

}  // namespace souk
