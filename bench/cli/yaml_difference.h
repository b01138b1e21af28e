#pragma once
// What differs between two resolved scenarios, field by field.

#include <string>

namespace souk {

/// Lines `- path: old` and `+ path: new` for every value that differs, in the order of `a`. Both
/// texts are as WriteScenario writes them: one value per line, nesting by indentation, lists with
/// `- `. Cost: O(lines). Tested by: DifferenceOfYaml.*.
std::string DifferenceOfYaml(const std::string& a, const std::string& b);

}  // namespace souk
