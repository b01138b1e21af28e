#pragma once
// What the tests of designs share.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/scenario/reader.h"
#include "strategies/registry.h"

namespace souk {

/// A scenario of the folder `scenarios`, which must be valid.
inline Scenario Read(const std::string& file, const std::vector<Override>& overrides = {}) {
  ScenarioReading r = ReadScenario(std::string(SOUK_SOURCE_DIR) + "/scenarios/" + file, overrides);
  ThrowIfAny(r.problems);
  EXPECT_TRUE(ValidateArms(r.scenario).empty());
  return r.scenario;
}

/// A list of arms for an override, from the insides of their maps.
inline std::string Arms(const std::vector<std::string>& arms) {
  std::string text = "[";
  for (const std::string& arm : arms) text += (text.size() > 1 ? ", {" : "{") + arm + "}";
  return text + "]";
}

}  // namespace souk
