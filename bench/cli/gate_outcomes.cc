#include "bench/cli/gate_outcomes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <sstream>

#include "bench/cli/results_file.h"
#include "bench/cli/terminal.h"
#include "bench/cli/yaml_difference.h"
#include "results/statistics/outcome_gate.h"
#include "results/store/resolved.h"
#include "results/store/store.h"
#include "sim/base/error.h"
#include "sim/base/fingerprint.h"

namespace souk {
namespace {

/// The first lines in which the two scenarios differ, arms aside.
std::string FirstDifferences(const ExperimentResult& base, const ExperimentResult& head) {
  constexpr int kMostLines = 10;
  std::istringstream lines(DifferenceOfYaml(base.provenance.resolved_yaml, head.provenance.resolved_yaml));
  std::string text;
  int shown = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.compare(2, 4, "arms") == 0) continue;  // after `- ` or `+ `
    if (++shown > kMostLines) return text + "\n  …";
    text += "\n  " + line;
  }
  return text;
}

bool SameDesign(const Scenario& a, const Scenario& b) {
  if (!(a.design == b.design)) return false;
  if (a.design.kind == DesignKind::kParallelWorlds || a.design.kind == DesignKind::kFactorial) return true;
  if (a.arms.size() != b.arms.size()) return false;  // arms share one shop: the others matter to each
  return std::equal(a.arms.begin(), a.arms.end(), b.arms.begin(),
                    [](const ArmSpec& x, const ArmSpec& y) { return x.name == y.name && x.share == y.share; });
}

std::string UnitOf(const MetricInfo& metric, const ExperimentResult& result) {
  return metric.unit == std::string("EUR") ? result.currency : metric.unit;
}

std::string Replications(std::size_t n) { return fmt::format("{} replication{}", n, n == 1 ? "" : "s"); }

/// Fingerprint over the replications and arms that are compared.
std::string DigestOf(const ExperimentResult& result, const std::vector<std::int32_t>& replications,
                     const std::vector<int>& arms) {
  Fingerprint hash;
  for (const std::int32_t replication : replications)
    for (const int arm : arms) hash.Add(result.Cell(replication, arm)->fingerprint);
  return hash.hex();
}

struct Checks {
  std::vector<OutcomeCheck> checks;
  std::vector<const GateMetric*> metrics;  ///< of each
};

Checks ChecksOf(const GateSpec& spec, const std::vector<GateMetric>& metrics, const std::vector<ArmPair>& arms) {
  Checks all;
  for (const GateMetric& metric : metrics) {
    for (const std::string& name : metric.arms) {
      OutcomeCheck check;
      check.metric = FindMetric(metric.metric);
      check.arm = *std::find_if(arms.begin(), arms.end(), [&](const ArmPair& a) { return a.name == name; });
      check.higher_is_better = metric.direction == GateDirection::kUsual ? check.metric->higher_is_better
                                                                         : metric.direction == GateDirection::kHigher;
      check.relative = metric.scale == MarginScale::kRelative;
      check.margin = std::isnan(metric.margin) ? spec.margin : metric.margin;
      all.checks.push_back(check);
      all.metrics.push_back(&metric);
    }
  }
  return all;
}

std::string NoteOf(const OutcomeCheck& check, const OutcomeJudgement& j) {
  if (j.identical || j.harm.verdict != GateVerdict::kInconclusive) return {};
  if (check.relative && !std::isfinite(j.harm.estimate))
    return "the baseline's value is not above 0, so a relative margin has no meaning; give scale: absolute";
  if (j.replications < 2) return "one replication says nothing about the scatter; compare at least two, better 20";
  return "more replications or a wider margin would settle it";
}

GateRow RowOf(const OutcomeCheck& check, const OutcomeJudgement& j, const GateMetric& metric, const std::string& unit) {
  GateRow row;
  row.metric = metric.metric;
  row.where = check.arm.name;
  row.unit = unit;
  row.higher_is_better = check.higher_is_better;
  row.relative = check.relative;
  row.base = j.base;
  row.head = j.head;
  const double sign = check.higher_is_better ? -1 : 1;
  row.change = sign * j.harm.estimate + 0.0;  // no −0
  row.low = check.higher_is_better ? -j.harm.high : j.harm.low;
  row.high = check.higher_is_better ? -j.harm.low : j.harm.high;
  row.margin = check.margin;
  row.samples = j.replications;
  row.verdict = j.harm.verdict;
  row.identical = j.identical;
  row.note = NoteOf(check, j);
  row.file = metric.mark.file;
  row.line = metric.mark.line;
  return row;
}

}  // namespace

ExperimentResult LoadBaseline(const std::string& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    throw BadBaseline(file + ": there is no baseline; `souk baseline accept CANDIDATE --baseline " + file +
                      " --reason …` makes one");
  }
  try {
    ExperimentResult base = LoadResult(file);
    if (base.CompleteReplications().empty()) throw Error("holds no replication in which every arm finished", file);
    return base;
  } catch (const Error& error) {
    throw BadBaseline(std::string("the baseline cannot be used: ") + error.what());
  }
}

void CheckComplete(const ExperimentResult& head, const std::string& file) {
  for (const CellResult& cell : head.cells) {
    if (cell.error.empty()) continue;
    throw RunFailed(fmt::format("{}: replication {} failed in arm {}: {}", file, cell.replication,
                                head.arms[static_cast<std::size_t>(cell.arm)], cell.error));
  }
  if (head.provenance.interrupted) {
    throw RunFailed(fmt::format("{}: the run was interrupted: {} of {} replications are finished", file,
                                head.CompleteReplications().size(), head.planned_replications));
  }
}

void CheckComparable(const ExperimentResult& base, const ExperimentResult& head, const std::vector<std::string>& arms,
                     GateReport& report) {
  const auto refuse = [&](const std::string& why) {
    throw BadBaseline(fmt::format("{} cannot be compared with {}: {}", report.head, report.base, why));
  };
  if (base.provenance.seed != head.provenance.seed)
    refuse(fmt::format("the world seeds differ ({} and {}), so no shopper has a twin", head.provenance.seed,
                       base.provenance.seed));
  const std::optional<Scenario> a = ResolvedScenario(base);
  const std::optional<Scenario> b = ResolvedScenario(head);
  std::string shop = base.provenance.scenario_hash;
  if (!a || !b) {
    if (base.provenance.scenario_hash != head.provenance.scenario_hash)
      refuse("the scenarios differ, and this souk does not read both of them any more");
  } else {
    shop = WorldHash(*a);
    if (shop != WorldHash(*b)) refuse("the shops or shoppers differ; only arms may:" + FirstDifferences(base, head));
    if (!SameDesign(*a, *b)) refuse("the experiments' designs differ:" + FirstDifferences(base, head));
  }
  const std::vector<std::string>& needed = arms.empty() ? base.arms : arms;
  for (const std::string& arm : needed) {
    if (base.ArmIndex(arm) >= 0 && head.ArmIndex(arm) < 0)
      refuse(fmt::format("the baseline has the arm {}, the candidate has only {}", arm, fmt::join(head.arms, ", ")));
  }
  report.facts.push_back(fmt::format("Compatible: the same shop and shoppers (hash {}), seed {}, schema {}.", shop,
                                     base.provenance.seed, kSchemaVersion));
}

void GateOutcomes(const ExperimentResult& base, const ExperimentResult& head, const GateSpec& spec,
                  const std::vector<GateMetric>& metrics, GateReport& report) {
  std::vector<ArmPair> arms = CommonArms(base, head);
  std::erase_if(arms, [&](const ArmPair& arm) {
    return !metrics.empty() && std::none_of(metrics.begin(), metrics.end(), [&](const GateMetric& m) {
      return std::find(m.arms.begin(), m.arms.end(), arm.name) != m.arms.end();
    });
  });
  const std::vector<std::int32_t> replications = CommonReplications(base, head, arms);
  if (replications.empty()) throw Error("there is no replication that both sides finished: nothing to compare");
  std::vector<int> of_base;
  std::vector<int> of_head;
  for (const ArmPair& arm : arms) {
    of_base.push_back(arm.base);
    of_head.push_back(arm.head);
  }
  const std::string before = DigestOf(base, replications, of_base);
  const std::string after = DigestOf(head, replications, of_head);
  const bool same = SameOutcomes(base, head, arms);
  for (const MovedMetric& moved : MovedMetrics(base, head, arms)) {
    report.changes.push_back(
        {moved.metric->name, moved.arm, UnitOf(*moved.metric, base), moved.base, moved.head, moved.head - moved.base});
  }
  report.facts.push_back(
      same ? fmt::format("Outcomes: identical to the byte in {} of {} arms (digest {}).",
                         Replications(replications.size()), arms.size(), before)
           : fmt::format("Outcomes: changed (digest {} → {}, {}); {} value{} of a metric in an arm moved.", before,
                         after, Replications(replications.size()), report.changes.size(),
                         report.changes.size() == 1 ? "" : "s"));

  const Checks all = ChecksOf(spec, metrics, arms);
  const std::vector<OutcomeJudgement> judged = JudgeOutcomes(base, head, all.checks, spec.alpha);
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const GateMetric& metric = *all.metrics[i];
    if (std::isnan(judged[i].base) || std::isnan(judged[i].head)) {
      throw Error(fmt::format("{} has no sample in the arm {} of the {}: nothing to divide by", metric.metric,
                              all.checks[i].arm.name, std::isnan(judged[i].base) ? "baseline" : "candidate"),
                  PlaceOf(metric.mark));
    }
    report.rows.push_back(RowOf(all.checks[i], judged[i], metric, UnitOf(*all.checks[i].metric, base)));
  }
}

}  // namespace souk
