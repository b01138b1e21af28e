#pragma once
// The parts of BuildWorld. See world.h.

#include "sim/world/world.h"

namespace souk {

/// Fills both sides of the catalogue. Randomness: Purpose::kCatalogue. Cost: O(items · dims).
void BuildCatalogue(const Scenario& scenario, const Dice& dice, PublicCatalogue& open, HiddenCatalogue& hidden);

/// Draws shoppers, tastes and first visits. Randomness: Purpose::kShopper, kPopulation.
void BuildPopulation(const Scenario& scenario, const Dice& dice, const HiddenCatalogue& hidden,
                     const Calendar& calendar, Population& population);

/// Fills a RecoGym world: products and response in `world.ads`, and around them the plainest shop that strategies can
/// look at: one category, one price, all products in stock, shoppers of one segment (those of the warm-up first).
void BuildRecoGym(const RecoGymModel& model, std::uint64_t replication, World& world);

}  // namespace souk
