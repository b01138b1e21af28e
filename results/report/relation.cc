#include "results/report/relation.h"

#include <optional>

#include "results/store/resolved.h"
#include "sim/scenario/reader.h"

namespace souk {
namespace {

/// Empty when this version cannot read the scenario.
std::string WorldOf(const ExperimentResult& result) {
  const std::optional<Scenario> scenario = ResolvedScenario(result);
  return scenario ? WorldHash(*scenario) : "";
}

}  // namespace

Relation Relate(const ExperimentResult& a, const ExperimentResult& b) {
  if (a.provenance.seed != b.provenance.seed) return Relation::kUnrelated;
  if (a.provenance.scenario_hash == b.provenance.scenario_hash) return Relation::kSameScenario;
  const std::string world = WorldOf(a);
  return !world.empty() && world == WorldOf(b) ? Relation::kSameWorld : Relation::kUnrelated;
}

bool SameOutcomes(const ExperimentResult& a, int arm_a, const ExperimentResult& b, int arm_b) {
  bool any = false;
  for (const CellResult& cell : a.cells) {
    if (cell.arm != arm_a || !cell.error.empty()) continue;
    const CellResult* twin = b.Cell(cell.replication, arm_b);
    if (twin == nullptr || !twin->error.empty()) continue;
    if (twin->fingerprint != cell.fingerprint) return false;
    any = true;
  }
  return any;
}

Interval Change(const ExperimentResult& a, int arm_a, const ExperimentResult& b, int arm_b, const MetricInfo& metric,
                bool paired) {
  return paired ? RelativeUplift(PairUp(b, arm_b, a, arm_a, metric)) : UnpairedUplift(b, arm_b, a, arm_a, metric);
}

BothValues ValuesOf(const ExperimentResult& a, int arm_a, const ExperimentResult& b, int arm_b,
                    const MetricInfo& metric, bool paired) {
  if (!paired) return {ArmValueOfAll(a, metric, arm_a).estimate, ArmValueOfAll(b, metric, arm_b).estimate};
  return {ArmValueBeside(a, metric, arm_a, b, arm_b).estimate, ArmValueBeside(b, metric, arm_b, a, arm_a).estimate};
}

TestAndTruth FindTestAndTruth(const ExperimentResult& a, const ExperimentResult& b) {
  if (a.shares.empty() == b.shares.empty() || Relate(a, b) != Relation::kSameWorld) return {};
  return a.shares.empty() ? TestAndTruth{&a, &b} : TestAndTruth{&b, &a};
}

}  // namespace souk
