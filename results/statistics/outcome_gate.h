#pragma once
// Two results of the same shop, replication by replication: did any outcome change, which metrics moved, and did one
// that is guarded get worse? Outcomes are a function of scenario, seed and code, so equal ones need no statistics.

#include <span>
#include <string>
#include <vector>

#include "results/statistics/gate.h"

namespace souk {

/// An arm that both results have.
struct ArmPair {
  std::string name;
  int base = 0;
  int head = 0;
};
/// The arms of `base` that `head` has too, in the order of `base`.
std::vector<ArmPair> CommonArms(const ExperimentResult& base, const ExperimentResult& head);

/// Replications in which both finished all of `arms`, ascending.
std::vector<std::int32_t> CommonReplications(const ExperimentResult& base, const ExperimentResult& head,
                                             std::span<const ArmPair> arms);

/// The same outcomes to the byte, and the same sums of them, in every cell that both finished? False if there is none.
bool SameOutcomes(const ExperimentResult& base, const ExperimentResult& head, std::span<const ArmPair> arms);

/// A metric of an arm whose value differs in at least one replication.
struct MovedMetric {
  const MetricInfo* metric = nullptr;
  std::string arm;
  double base = 0;  ///< over the replications that both finished, in the metric's unit
  double head = 0;
};
/// In the order of `arms` and Metrics(). Tested by: OutcomeGate.OneCentMovesExactlyTheMetricsMadeOfIt.
std::vector<MovedMetric> MovedMetrics(const ExperimentResult& base, const ExperimentResult& head,
                                      std::span<const ArmPair> arms);

/// A metric to judge in an arm.
struct OutcomeCheck {
  const MetricInfo* metric = nullptr;
  ArmPair arm;
  bool higher_is_better = true;
  bool relative = true;
  double margin = 0;  ///< ≥ 0, a share or in the metric's unit
};
struct OutcomeJudgement {
  Judgement harm;
  double base = 0;  ///< NaN: nothing to divide by, that is no sample
  double head = 0;
  int replications = 0;
  bool identical = false;  ///< the same sums in every replication: passes, and is no part of the family
};
/// One judgement per check, Holm over those that are not identical.
std::vector<OutcomeJudgement> JudgeOutcomes(const ExperimentResult& base, const ExperimentResult& head,
                                            std::span<const OutcomeCheck> checks, double alpha);

}  // namespace souk
