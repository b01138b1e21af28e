#include <algorithm>
#include <cmath>

#include "results/report/format_internal.h"
#include "results/report/html_data_internal.h"
#include "results/report/html_text_internal.h"
#include "results/report/relation.h"
#include "results/store/resolved.h"

namespace souk::html {
namespace {

void ReadStrategies(const Scenario& scenario, std::vector<ArmData>& arms) {
  for (ArmData& arm : arms) {
    const auto spec = std::find_if(scenario.arms.begin(), scenario.arms.end(),
                                   [&](const ArmSpec& candidate) { return candidate.name == arm.name; });
    if (spec == scenario.arms.end()) continue;
    for (const StrategySpec& slot : spec->slots) {
      arm.ceiling |= slot.name == "oracle";
      arm.floor |= slot.name == "random";
    }
  }
}

std::vector<ArmData> CollectArms(const ExperimentResult& result, int base) {
  std::vector<ArmData> arms(result.arms.size());
  for (std::size_t a = 0; a < arms.size(); ++a) {
    arms[a].name = result.arms[a];
    if (a < result.arm_labels.size() && result.arm_labels[a] != result.arms[a]) arms[a].label = result.arm_labels[a];
    arms[a].identical = static_cast<int>(a) != base && SameOutcomes(result, static_cast<int>(a), result, base);
  }
  for (const CellResult& cell : result.cells) {
    ArmData& arm = arms[static_cast<std::size_t>(cell.arm)];
    ++(cell.error.empty() ? arm.finished : arm.failed);
  }
  return arms;
}

/// Arms between which one could choose: not those that see what no shop can.
BestSet BestToLaunch(const ReportData& data, const MetricInfo& metric) {
  std::vector<int> candidates;
  for (int arm = 0; arm < data.arm_count(); ++arm)
    if (!data.arm(arm).ceiling || arm == data.base) candidates.push_back(arm);
  std::vector<std::vector<double>> values;
  for (const std::int32_t replication : data.result.CompleteReplications()) {
    std::vector<double> row;
    for (const int arm : candidates) {
      const double value = Value(metric, data.result.Cell(replication, arm)->Total());
      row.push_back(metric.higher_is_better ? value : -value);
    }
    if (std::all_of(row.begin(), row.end(), [](double v) { return std::isfinite(v); })) values.push_back(row);
  }
  BestSet best = SelectBest(values);
  for (int& arm : best.arms) arm = candidates[static_cast<std::size_t>(arm)];
  return best;
}

MetricData CollectMetric(const ReportData& data, std::size_t index) {
  MetricData metric;
  metric.info = HeadlineMetrics(data.result)[index];
  metric.title = MetricTitle(*metric.info);
  metric.id = "m" + std::to_string(index);
  for (int arm = 0; arm < data.arm_count(); ++arm) metric.values.push_back(ArmValue(data.result, *metric.info, arm));
  metric.members.resize(data.arms.size());
  if (data.arms.empty()) return metric;
  for (FamilyMember& member : CompareFamily(data.result, *metric.info)) {
    const auto arm = static_cast<std::size_t>(member.arm);
    metric.members[arm] = std::move(member);
  }
  metric.best = BestToLaunch(data, *metric.info);
  return metric;
}

Standing StandingOf(const ReportData& data, int arm) {
  if (arm == data.base) return Standing::kIncumbent;
  if (data.arm(arm).identical) return Standing::kIdentical;
  bool better = false;
  bool worse = false;
  bool maybe_worse = false;  // by the plain interval: a loss need not be proven to be a warning
  bool inside = true;
  bool known = false;
  for (std::size_t m = 0; m < data.metrics.size(); ++m) {
    const FamilyMember& member = data.member(m, arm);
    if (!HasBounds(member.simultaneous)) {
      inside = false;
      continue;
    }
    known = true;
    const int sign = data.metrics[m].info->higher_is_better ? 1 : -1;
    const int side = sign * SideOf(member.simultaneous);
    // What is smaller than the margin is no difference that matters, however sure it is.
    const bool small = member.simultaneous.low > -data.margin && member.simultaneous.high < data.margin;
    inside &= small;
    if (small) continue;
    better |= side > 0;
    worse |= side < 0;
    maybe_worse |= sign * SideOf(member.uplift.relative) < 0;
  }
  if (!known) return Standing::kUnknown;
  if (better && maybe_worse) return Standing::kMixed;
  if (better) return Standing::kBetter;
  if (worse) return Standing::kWorse;
  return inside ? Standing::kSame : Standing::kUnclear;
}

}  // namespace

ReportData CollectReportData(const ExperimentResult& result, const HtmlOptions& options) {
  ReportData data{
      .result = result, .options = options, .arms = {}, .metrics = {}, .scenario = ResolvedScenario(result)};
  data.base = report::Incumbent(result);
  data.complete = static_cast<int>(result.CompleteReplications().size());
  data.arms = CollectArms(result, data.base);
  const double asked = std::isfinite(options.margin) ? options.margin : data.scenario ? data.scenario->stop.margin : 0;
  data.margin_is_default = !(asked > 0) && !std::isfinite(options.margin);
  data.margin = data.margin_is_default ? kDefaultMargin : asked;
  if (data.scenario) ReadStrategies(*data.scenario, data.arms);
  for (std::size_t m = 0; m < HeadlineMetrics(result).size(); ++m) data.metrics.push_back(CollectMetric(data, m));
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    ArmData& of = data.arms[static_cast<std::size_t>(arm)];
    if (arm != data.base) {
      const Uplift& uplift = data.member(0, arm).uplift;
      of.paired = uplift.replications;
      of.discordant = uplift.discordant_orders;
      of.thin = uplift.thin && !of.identical;
      data.most_paired = std::max(data.most_paired, of.paired);
    }
    of.standing = StandingOf(data, arm);
  }
  return data;
}

std::size_t PrimaryMetric(const ReportData& data) {
  if (!data.scenario || data.scenario->stop.mode == StopMode::kFixed) return 0;
  for (std::size_t m = 0; m < data.metrics.size(); ++m)
    if (data.scenario->stop.metric == data.metrics[m].info->name) return m;
  return 0;
}

}  // namespace souk::html
