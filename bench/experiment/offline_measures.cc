// From ranks to measures.

#include <algorithm>
#include <span>

#include "bench/experiment/offline_examination.h"

namespace souk::offline {
namespace {

/// Sums by user of one measure at one cut-off.
UserSums SumsOf(const OfflinePlan& plan, const std::vector<double>& ranks, RankingMeasure measure, int k) {
  UserSums sums{std::vector<double>(static_cast<std::size_t>(plan.users), 0.0)};
  for (std::size_t c = 0; c < plan.cases.size(); ++c) {
    const auto begin = static_cast<std::size_t>(plan.wanted_begin[c]);
    const auto end = static_cast<std::size_t>(plan.wanted_begin[c + 1]);
    sums.sum[static_cast<std::size_t>(plan.cases[c].user)] +=
        MeasureAt(measure, std::span(ranks).subspan(begin, end - begin), k);
  }
  return sums;
}

void AddColumns(const OfflinePlan& plan, const OfflineResult& result, const std::vector<double>& ranks,
                std::vector<UserSums>& columns) {
  for (const int k : result.ks)
    for (int m = 0; m < kRankingMeasures; ++m)
      columns.push_back(SumsOf(plan, ranks, static_cast<RankingMeasure>(m), k));
}

}  // namespace

void Measure(const OfflinePlan& plan, const OfflineOptions& options, OfflineResult& result) {
  std::vector<double> cases(static_cast<std::size_t>(plan.users), 0.0);
  for (const OfflineCase& c : plan.cases) cases[static_cast<std::size_t>(c.user)] += 1;
  const auto per_arm = static_cast<int>(result.ks.size()) * kRankingMeasures;
  const auto arms = static_cast<int>(result.arms.size());
  std::vector<UserSums> columns;  // of all arms in order, then of all arms shuffled
  for (const OfflineArm& arm : result.arms) AddColumns(plan, result, arm.ranks, columns);
  if (options.shuffle_history)
    for (const OfflineArm& arm : result.arms) AddColumns(plan, result, arm.shuffled_ranks, columns);
  std::vector<ColumnPair> pairs;
  for (int a = 0; a < arms; ++a)
    for (int b = 0; b < arms; ++b)
      for (int v = 0; a != b && v < per_arm; ++v) pairs.push_back({a * per_arm + v, b * per_arm + v});
  if (options.shuffle_history)
    for (int c = 0; c < arms * per_arm; ++c) pairs.push_back({c, arms * per_arm + c});

  const BootstrapResult drawn = BootstrapUsers(cases, columns, pairs, options.bootstrap);
  auto difference = drawn.differences.begin();
  for (int a = 0; a < arms; ++a) {
    OfflineArm& arm = result.arms[static_cast<std::size_t>(a)];
    for (int v = 0; v < per_arm; ++v) {
      OfflineValue value;
      value.k = result.ks[static_cast<std::size_t>(v / kRankingMeasures)];
      value.measure = static_cast<RankingMeasure>(v % kRankingMeasures);
      value.value = drawn.means[static_cast<std::size_t>(a * per_arm + v)];
      if (options.shuffle_history) value.shuffled = drawn.means[static_cast<std::size_t>((arms + a) * per_arm + v)];
      value.over.resize(static_cast<std::size_t>(arms));
      arm.values.push_back(value);
    }
    for (int b = 0; b < arms; ++b)
      for (int v = 0; a != b && v < per_arm; ++v)
        arm.values[static_cast<std::size_t>(v)].over[static_cast<std::size_t>(b)] = *difference++;
    for (OfflineValue& value : arm.values) value.difference = value.over[static_cast<std::size_t>(result.baseline)];
  }
  if (!options.shuffle_history) return;
  for (OfflineArm& arm : result.arms)
    for (OfflineValue& value : arm.values) value.order = *difference++;
}

}  // namespace souk::offline
