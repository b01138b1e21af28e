#include "results/report/relation.h"

#include "sim/scenario/reader.h"

namespace souk {
namespace {

/// Empty when the text is no scenario that this version can read.
std::string WorldOf(const ExperimentResult& result) {
  const ScenarioReading read = ReadScenarioText(result.provenance.resolved_yaml, "resolved scenario");
  return read.problems.empty() ? WorldHash(read.scenario) : "";
}

}  // namespace

Relation Relate(const ExperimentResult& a, const ExperimentResult& b) {
  if (a.provenance.seed != b.provenance.seed) return Relation::kUnrelated;
  if (a.provenance.scenario_hash == b.provenance.scenario_hash) return Relation::kSameScenario;
  const std::string world = WorldOf(a);
  return !world.empty() && world == WorldOf(b) ? Relation::kSameWorld : Relation::kUnrelated;
}

TestAndTruth FindTestAndTruth(const ExperimentResult& a, const ExperimentResult& b) {
  if (a.shares.empty() == b.shares.empty() || Relate(a, b) != Relation::kSameWorld) return {};
  return a.shares.empty() ? TestAndTruth{&a, &b} : TestAndTruth{&b, &a};
}

}  // namespace souk
