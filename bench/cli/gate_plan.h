#pragma once
// Which checks a gate makes: the names of the specification against what the inputs can answer.

#include <string>
#include <vector>

#include "sim/outcome/metrics.h"
#include "sim/scenario/gate_spec.h"

namespace souk {

/// A time or rate that is measured by running two programs.
struct MeasuredMetric {
  enum class Kind { kRunTime, kThroughput, kLatency };
  const char* name;
  const char* long_name;
  const char* unit;
  Kind kind;
  double quantile;
  bool higher_is_better;
};
const std::vector<MeasuredMetric>& MeasuredMetrics();
/// The one of that name, or nullptr.
const MeasuredMetric* FindMeasured(const std::string& name);

/// What there is to judge.
struct GateInputs {
  bool files = false;                      ///< two results
  bool binaries = false;                   ///< two programs
  std::vector<std::string> outcome_arms;   ///< arms whose outcomes both sides have
  std::vector<std::string> measured_arms;  ///< arms of the scenario that the programs run
  std::vector<std::string> benchmarks;     ///< names in the benchmark files
  /// Metrics that decide in the world that is judged; empty: those of a shop.
  std::vector<const MetricInfo*> headline = {};
};

/// The checks by kind; every metric with its arms written out (none where it has no arms).
struct GatePlan {
  std::vector<GateMetric> outcomes;
  std::vector<GateMetric> measured;
  std::vector<GateMetric> benchmarks;
  bool usual = false;  ///< the specification names no metric: these are the usual ones
};

/// Throws Error that lists everything that the specification asks for and nobody can answer, with place and nearest
/// name; BadBaseline where it wants a wall-clock time judged that was stored, not measured here and now.
GatePlan PlanGate(const GateSpec& spec, const GateInputs& inputs);

/// Keeps only the metrics named, in the order of the specification; without one, asks for these. Throws Error naming
/// the nearest.
void KeepMetrics(GateSpec& spec, const std::vector<std::string>& names);

/// `gate.yaml:7:5`, or empty for what stands in no file.
std::string PlaceOf(const SourceMark& mark);

}  // namespace souk
