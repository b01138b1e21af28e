#pragma once
// What no single field can know: names that refer to one another, sizes that must fit together.

#include "sim/scenario/field_reader.h"

namespace souk {

/// Fills every arm's slots from the arm that it extends, and reports arms that cannot be filled.
void ResolveArms(Scenario& scenario, const FieldReader& reader, Problems& problems);

/// In a factorial design every arm but the incumbent is a lever: adds the arms of all combinations, named `a+b`, each
/// with the slots that its levers change. Reports two levers that change the same slot, or too many of them.
void AddFactorialArms(Scenario& scenario, const FieldReader& reader, Problems& problems);

/// Reports contradictions between fields. Fields that are themselves wrong are left alone.
void CheckScenario(const Scenario& scenario, const FieldReader& reader, Problems& problems);

}  // namespace souk
