#pragma once
// When have enough replications run? Looks are at fixed numbers of replications, in their order, so the answer does not
// depend on threads.

#include <optional>
#include "results/statistics/uplift.h"

#include "results/store/results.h"
#include "sim/scenario/scenario.h"

namespace souk {

class StoppingRule {
 public:
  /// Throws Error when the metric is unknown, with the nearest name.
  explicit StoppingRule(const StopSpec& stop, int replications);

  /// Does the number of replications depend on what they show?
  [[nodiscard]] bool adaptive() const { return stop_.mode != StopMode::kFixed; }
  /// Never more than this.
  [[nodiscard]] int most() const;
  /// Is a look due after `replications` of them?
  [[nodiscard]] bool LookDue(int replications) const;
  /// Every arm is precise enough, or decided, on what `result` holds. precision: arms that differ from the incumbent by
  /// nothing are precise. An arm without any replication in common with the incumbent is never enough.
  [[nodiscard]] bool Enough(const ExperimentResult& result) const;

 private:
  StopSpec stop_;
  int replications_;
  const MetricInfo* metric_;
};

/// What the scenario's rule says of results that are there already: the number of replications, counted from 0 without
/// a gap, at which it stops; none when it needs more, or when there is no rule.
std::optional<int> StopsAt(const Scenario& scenario, const ExperimentResult& result);

}  // namespace souk
