#include "sim/scenario/reader.h"

#include "sim/base/error.h"
#include "sim/scenario/check.h"
#include "sim/scenario/layers.h"

namespace souk {

Override ParseOverride(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw Error("found '" + text + "'; allowed path=value, e.g. browse.slate_size=12", "--set");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

ScenarioReading ReadScenario(const std::string& file, const std::vector<Override>& overrides) {
  return ReadScenarioText(ReadFile(file), file, overrides);
}

ScenarioReading ReadScenarioText(const std::string& text, const std::string& name,
                                 const std::vector<Override>& overrides) {
  Problems problems;
  ScenarioReading result;
  Node root = LoadLayers(text, name, problems);
  if (root.is_map()) {
    ApplyOverrides(root, overrides, problems);
    FieldReader reader(problems);
    reader.ReadSection(root, FieldsOf(result.scenario), "");
    if (!root.incomplete) {
      ResolveArms(result.scenario, reader, problems);
      if (problems.size() == 0) AddFactorialArms(result.scenario, reader, problems);
      CheckScenario(result.scenario, reader, problems);
    }
  }
  result.problems = problems.Sorted();
  return result;
}

}  // namespace souk
