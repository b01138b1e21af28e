#include "bench/experiment/stopping.h"

#include <algorithm>
#include <numeric>

#include "bench/experiment/ledger_internal.h"
#include "results/statistics/sequential.h"
#include "sim/base/error.h"

namespace souk {
namespace {

/// precision: a narrow interval by chance is likelier the more often one looks.
constexpr int kPrecisionStep = 5;

static_assert(kFirstLook == kFewestAdaptive, "a scenario may not stop before the first look");

bool Settled(const std::vector<RatioPair>& pairs, const StopSpec& stop) {
  if (pairs.empty()) return false;
  const int n = static_cast<int>(pairs.size());
  if (stop.mode == StopMode::kPrecision) return PreciseEnough(RelativeUplift(pairs), n, stop.half_width);
  const Interval sequence = SequentialUplift(pairs);
  // Nothing differs anywhere: there is nothing to decide.
  if (n >= kFirstLook && sequence.low == 0 && sequence.high == 0) return true;
  return Decide(sequence, stop.margin) != Decision::kUndecided;
}

}  // namespace

StoppingRule::StoppingRule(const StopSpec& stop, int replications)
    : stop_(stop), replications_(replications), metric_(FindMetric(stop.metric)) {
  if (metric_ != nullptr) return;
  const std::string near = NearestName(stop.metric, MetricNames());
  throw Error("stop.metric: found '" + stop.metric + "', which is no metric" +
              (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

int StoppingRule::most() const { return adaptive() ? stop_.max_replications : replications_; }

bool StoppingRule::LookDue(int replications) const {
  if (!adaptive() || replications < kFirstLook) return false;
  return stop_.mode == StopMode::kDecide || (replications - kFirstLook) % kPrecisionStep == 0;
}

bool StoppingRule::Enough(const ExperimentResult& result) const {
  const int base = result.ArmIndex(result.incumbent);
  for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm) {
    if (arm != base && !Settled(PairUp(result, arm, result, base, *metric_), stop_)) return false;
  }
  return true;
}

std::optional<int> StopsAt(const Scenario& scenario, const ExperimentResult& result) {
  const StoppingRule rule(scenario.stop, scenario.replications);
  if (!rule.adaptive()) return std::nullopt;
  ExperimentResult header = result;
  header.cells.clear();
  std::vector<int> numbers(static_cast<std::size_t>(rule.most()));
  std::iota(numbers.begin(), numbers.end(), 0);
  Ledger ledger(std::move(header), std::move(numbers), &rule, result.cells);
  if (!ledger.Complete()) return std::nullopt;
  return ledger.TakeResult().planned_replications;
}

}  // namespace souk
