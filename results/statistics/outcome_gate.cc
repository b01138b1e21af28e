#include "results/statistics/outcome_gate.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace souk {
namespace {

/// Calls `visit` for every cell that both finished, until it returns false.
void ForEachTwin(const ExperimentResult& base, const ExperimentResult& head, const ArmPair& arm,
                 const std::function<bool(const CellResult&, const CellResult&)>& visit) {
  for (const CellResult& cell : base.cells) {
    if (cell.arm != arm.base || !cell.error.empty()) continue;
    const CellResult* twin = head.Cell(cell.replication, arm.head);
    if (twin == nullptr || !twin->error.empty()) continue;
    if (!visit(cell, *twin)) return;
  }
}

double Ratio(double numerator, double denominator) { return denominator == 0 ? std::nan("") : numerator / denominator; }

/// Values of both sides over all pairs.
std::pair<double, double> Values(std::span<const RatioPair> pairs, double scale) {
  RatioPair sum;
  for (const RatioPair& p : pairs) {
    sum.arm_numerator += p.arm_numerator;
    sum.arm_denominator += p.arm_denominator;
    sum.base_numerator += p.base_numerator;
    sum.base_denominator += p.base_denominator;
  }
  return {scale * Ratio(sum.base_numerator, sum.base_denominator),
          scale * Ratio(sum.arm_numerator, sum.arm_denominator)};
}

bool Moved(const RatioPair& p) {
  const double base = Ratio(p.base_numerator, p.base_denominator);
  const double head = Ratio(p.arm_numerator, p.arm_denominator);
  return base != head && !(std::isnan(base) && std::isnan(head));
}

bool SameSums(const RatioPair& p) {
  return p.arm_numerator == p.base_numerator && p.arm_denominator == p.base_denominator;
}

}  // namespace

std::vector<ArmPair> CommonArms(const ExperimentResult& base, const ExperimentResult& head) {
  std::vector<ArmPair> arms;
  for (int arm = 0; arm < static_cast<int>(base.arms.size()); ++arm) {
    const std::string& name = base.arms[static_cast<std::size_t>(arm)];
    if (const int other = head.ArmIndex(name); other >= 0) arms.push_back({name, arm, other});
  }
  return arms;
}

std::vector<std::int32_t> CommonReplications(const ExperimentResult& base, const ExperimentResult& head,
                                             std::span<const ArmPair> arms) {
  std::vector<std::int32_t> common;
  if (arms.empty()) return common;
  ForEachTwin(base, head, arms.front(), [&](const CellResult& cell, const CellResult&) {
    const bool all = std::all_of(arms.begin(), arms.end(), [&](const ArmPair& arm) {
      const CellResult* a = base.Cell(cell.replication, arm.base);
      const CellResult* b = head.Cell(cell.replication, arm.head);
      return a != nullptr && a->error.empty() && b != nullptr && b->error.empty();
    });
    if (all) common.push_back(cell.replication);
    return true;
  });
  return common;
}

bool SameOutcomes(const ExperimentResult& base, const ExperimentResult& head, std::span<const ArmPair> arms) {
  bool same = true;
  bool any = false;
  for (const ArmPair& arm : arms) {
    ForEachTwin(base, head, arm, [&](const CellResult& cell, const CellResult& twin) {
      any = true;
      same = cell.fingerprint == twin.fingerprint && cell.Total() == twin.Total();
      return same;
    });
    if (!same) return false;
  }
  return any;
}

std::vector<MovedMetric> MovedMetrics(const ExperimentResult& base, const ExperimentResult& head,
                                      std::span<const ArmPair> arms) {
  std::vector<MovedMetric> moved;
  for (const ArmPair& arm : arms) {
    for (const MetricInfo& metric : Metrics()) {
      const std::vector<RatioPair> pairs = PairUp(head, arm.head, base, arm.base, metric);
      if (std::none_of(pairs.begin(), pairs.end(), Moved)) continue;
      const auto [of_base, of_head] = Values(pairs, metric.scale);
      moved.push_back({&metric, arm.name, of_base, of_head});
    }
  }
  return moved;
}

std::vector<OutcomeJudgement> JudgeOutcomes(const ExperimentResult& base, const ExperimentResult& head,
                                            std::span<const OutcomeCheck> checks, double alpha) {
  std::vector<OutcomeJudgement> result;
  std::vector<std::unique_ptr<HarmEvidence>> evidence;
  std::vector<double> margins;
  std::vector<std::size_t> family;
  for (const OutcomeCheck& check : checks) {
    const std::vector<RatioPair> pairs = PairUp(head, check.arm.head, base, check.arm.base, *check.metric);
    OutcomeJudgement j;
    std::tie(j.base, j.head) = Values(pairs, check.metric->scale);
    j.replications = static_cast<int>(pairs.size());
    j.identical = !pairs.empty() && std::all_of(pairs.begin(), pairs.end(), SameSums);
    if (j.identical) {
      j.harm = {GateVerdict::kPass, 0, 0, 0, 1};
    } else {
      family.push_back(result.size());
      margins.push_back(check.margin);
      evidence.push_back(PairedEvidence(pairs, check.higher_is_better, check.relative, check.metric->scale));
    }
    result.push_back(j);
  }
  const std::vector<Judgement> judged = JudgeFamily(evidence, margins, alpha, alpha);
  for (std::size_t i = 0; i < family.size(); ++i) result[family[i]].harm = judged[i];
  return result;
}

}  // namespace souk
