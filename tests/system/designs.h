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

/// A shop in which shoppers share nothing: no limit of stock, servers to spare, slates that nobody looks at.
inline std::vector<Override> NothingShared(const std::string& kind) {
  return {{"design.kind", kind},
          {"stock.limited", "false"},
          {"server.workers", "1000"},
          {"browse.slate_attention", "0"},
          {"browse.leave_per_quality", "0"},
          {"chat.question_rate", "0"},
          {"record.shoppers", "true"},
          {"arms", Arms({"name: incumbent, recommender: popularity, coupons: none, pricing: list, assistant: none, "
                         "outreach: none",
                         "name: coupons, coupons: {name: blanket, discount: 0.3}",
                         "name: price, pricing: {name: cost-plus, markup: 0.2}"})}};
}

/// A small shop with two arms and this stopping rule.
inline std::vector<Override> Stopping(const std::string& stop) {
  return {{"stop", stop},
          {"population.shoppers", "120"},
          {"time", "{warmup_days: 2, days: 3}"},
          {"arms", Arms({"name: incumbent, recommender: popularity, coupons: none, pricing: list, assistant: none, "
                         "outreach: none",
                         "name: price, pricing: {name: cost-plus, markup: 0.2}"})}};
}

}  // namespace souk
