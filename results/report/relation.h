#pragma once
// What two results have in common, which decides how they may be compared.

#include "results/statistics/uplift.h"
#include "results/store/results.h"

namespace souk {

enum class Relation {
  kSameScenario,  ///< same scenario and seed: the same experiment, perhaps by another program
  kSameWorld,     ///< same world and seed: the same shoppers with the same dice meet other arms, or another design
  kUnrelated,     ///< nothing that pairs their replications
};

/// By scenario hash and, where that differs, by the world that the resolved scenarios describe.
Relation Relate(const ExperimentResult& a, const ExperimentResult& b);

/// Do replications pair, so that their differences have narrow intervals?
inline bool Pairs(Relation relation) { return relation != Relation::kUnrelated; }

/// Do the cells that both arms have finished carry the same fingerprints? False if there are none.
bool SameOutcomes(const ExperimentResult& a, int arm_a, const ExperimentResult& b, int arm_b);

/// Relative change from arm `arm_a` of `a` to arm `arm_b` of `b`: by replication if `paired`, else of independent
/// worlds.
Interval Change(const ExperimentResult& a, int arm_a, const ExperimentResult& b, int arm_b, const MetricInfo& metric,
                bool paired);

/// The two values of which Change is the change: of the replications that pair, or of all.
struct BothValues {
  double a;
  double b;
};
BothValues ValuesOf(const ExperimentResult& a, int arm_a, const ExperimentResult& b, int arm_b,
                    const MetricInfo& metric, bool paired);

/// Is one of the two a test inside one shop and the other the truth that it estimates? Then the truth comes first.
struct TestAndTruth {
  const ExperimentResult* truth = nullptr;
  const ExperimentResult* test = nullptr;
  [[nodiscard]] explicit operator bool() const { return truth != nullptr; }
};
TestAndTruth FindTestAndTruth(const ExperimentResult& a, const ExperimentResult& b);

}  // namespace souk
