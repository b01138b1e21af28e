#pragma once
// The two halves of BuildWorld. See world.h.

#include "sim/world/world.h"

namespace souk {

/// Fills both sides of the catalogue. Randomness: Purpose::kCatalogue. Cost: O(items · dims).
void BuildCatalogue(const Scenario& scenario, const Dice& dice, PublicCatalogue& open, HiddenCatalogue& hidden);

/// Draws shoppers, tastes and first visits. Randomness: Purpose::kShopper, kPopulation.
void BuildPopulation(const Scenario& scenario, const Dice& dice, const HiddenCatalogue& hidden,
                     const Calendar& calendar, Population& population);

}  // namespace souk
