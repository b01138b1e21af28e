#pragma once
// What the blocks of the report page share, computed once: arms, the headline metrics, what the scenario says.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/report/html.h"
#include "results/statistics/family.h"
#include "results/statistics/uplift.h"
#include "results/store/results.h"
#include "sim/scenario/scenario.h"

namespace souk::html {

/// Verdict on one arm over the headline metrics.
enum class Standing {
  kIncumbent,
  kIdentical,  ///< every paired replication has the same outcomes
  kBetter,     ///< some metric is better for sure, none seems worse
  kWorse,      ///< some metric is worse for sure, none better
  kMixed,      ///< some metric is better for sure, another seems worse
  kSame,       ///< all metrics inside the margin
  kUnclear,    ///< intervals, but nothing is settled
  kUnknown,    ///< no intervals
};

struct ArmData {
  std::string name;
  std::string label;     ///< empty when it says no more than the name
  bool ceiling = false;  ///< uses the `oracle`, which sees what no shop can
  bool floor = false;    ///< chooses at random
  int finished = 0;
  int failed = 0;
  int paired = 0;  ///< replications in common with the incumbent
  bool identical = false;
  bool thin = false;
  std::optional<std::int64_t> discordant;
  Standing standing = Standing::kUnknown;
};

struct MetricData {
  const MetricInfo* info = nullptr;
  std::string title;                  ///< `revenue per visitor`
  std::string id;                     ///< for ids and classes: m0, m1, m2
  std::vector<Interval> values;       ///< by arm
  std::vector<FamilyMember> members;  ///< by arm; the incumbent's is empty
  BestSet best;                       ///< among arms that could be launched, the incumbent included
};

struct ReportData {
  const ExperimentResult& result;
  HtmlOptions options;
  int base = 0;
  int complete = 0;  ///< replications in which every arm finished
  int most_paired = 0;
  double margin = kDefaultMargin;
  bool margin_is_default = true;  ///< nobody asked for this margin
  std::vector<ArmData> arms;
  std::vector<MetricData> metrics;   ///< headline, one at least
  std::optional<Scenario> scenario;  ///< none when the file's own cannot be read

  [[nodiscard]] const FamilyMember& member(std::size_t metric, int arm) const {
    return metrics[metric].members[static_cast<std::size_t>(arm)];
  }
  [[nodiscard]] int arm_count() const { return static_cast<int>(arms.size()); }
  [[nodiscard]] const ArmData& arm(int index) const { return arms[static_cast<std::size_t>(index)]; }
  [[nodiscard]] bool failed() const {
    return std::any_of(arms.begin(), arms.end(), [](const ArmData& arm) { return arm.failed > 0; });
  }
  [[nodiscard]] bool sales() const { return HasSales(result); }
  [[nodiscard]] bool split() const { return !result.shares.empty(); }
};

/// Throws nothing; a result without arms has no metrics either.
ReportData CollectReportData(const ExperimentResult& result, const HtmlOptions& options);

/// The metric that the headline is about: the one of the scenario's stopping rule if it is one of the headline.
std::size_t PrimaryMetric(const ReportData& data);

}  // namespace souk::html
