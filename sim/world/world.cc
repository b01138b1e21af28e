#include "sim/world/world.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "sim/world/build.h"

namespace souk {

World BuildWorld(const Scenario& scenario, std::uint64_t replication) {
  World world;
  world.scenario = scenario;
  if (world.scenario.segments.empty()) world.scenario.segments.emplace_back();
  world.dice = Dice(scenario.seed, replication);
  if (const auto* model = std::get_if<RecoGymModel>(&scenario.world)) {
    BuildRecoGym(*model, replication, world);
    return world;
  }
  BuildCatalogue(world.scenario, world.dice, world.catalogue, world.hidden);
  world.stay = QuantileTable(Distribution::Beta(scenario.browse.stay_a, scenario.browse.stay_b));
  if (const auto* law = std::get_if<BetaGeometricLeave>(&scenario.browse.leave))
    world.leave = QuantileTable(Distribution::Beta(law->a, law->b));
  if (const auto* law = std::get_if<ErlangReturn>(&scenario.arrivals.return_law))
    world.erlang = QuantileTable({Distribution::Kind::kErlang, static_cast<double>(law->shape), 1.0});
  world.calendar = Calendar(scenario.arrivals, scenario.time, world.dice);
  BuildPopulation(world.scenario, world.dice, world.hidden, world.calendar, world.population);
  return world;
}

std::string PublicCatalogue::Word(std::int32_t word) {
  static const char* const kAspects[] = {"fit", "colour", "finish", "shape", "tone", "weight", "cut", "pattern"};
  static const char* const kLevels[] = {"plain", "light", "classic", "strong", "bold"};
  if (word < kStyleWords) {
    const int dim = word / kStyleLevels;
    const std::string aspect = dim < 8 ? kAspects[dim] : "style" + std::to_string(dim);
    return std::string(kLevels[word % kStyleLevels]) + "-" + aspect;
  }
  return "word" + std::to_string(word - kStyleWords);
}

std::string PublicCatalogue::Title(ItemId i) const {
  std::string title = "Brand" + std::to_string(brand[i.index()].value);
  const auto all = description(i);
  for (std::size_t n = 0; n < std::min<std::size_t>(2, all.size()); ++n) title += " " + Word(all[n]);
  return title + " C" + std::to_string(category[i.index()].value) + "-" + std::to_string(i.value);
}

}  // namespace souk
