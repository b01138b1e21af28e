#pragma once
// A scenario of one arm that does nothing of interest: for tests of shoppers.

#include "sim/scenario/scenario.h"

namespace souk::testing {

/// Adds the arm `incumbent` – random slates, list prices, no coupons, assistant or messages – and makes it that.
inline void AddPlainIncumbent(Scenario& scenario) {
  ArmSpec arm;
  arm.name = "incumbent";
  const char* const names[] = {"random", "none", "list", "none", "none"};
  for (std::size_t slot = 0; slot < kSlots; ++slot) arm.slots[slot].name = names[slot];
  scenario.arms.push_back(arm);
  scenario.incumbent = arm.name;
}

}  // namespace souk::testing
