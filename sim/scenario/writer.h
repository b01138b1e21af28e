#pragma once
// The text of single values and a walk over all of them; shared by writer, hash and field list.

#include <functional>
#include <string>

#include "sim/scenario/fields.h"

namespace souk {

/// The field's value as YAML on one line. Not for sections and lists of structs.
std::string ValueText(const Field& field);

/// True for an optional text or list of texts that was left empty and a number that was left open (NaN): written files
/// leave it out.
bool IsAbsent(const Field& field);

}  // namespace souk
