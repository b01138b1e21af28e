#include "sim/scenario/factorial.h"

#include <algorithm>

#include "sim/scenario/check.h"

namespace souk {
namespace {

const ArmSpec& ArmNamed(const Scenario& scenario, const std::string& name) {
  return *std::find_if(scenario.arms.begin(), scenario.arms.end(), [&](const ArmSpec& a) { return a.name == name; });
}

/// Does the lever choose another strategy, or other parameters, than the incumbent?
bool Changes(const ArmSpec& lever, const ArmSpec& incumbent, std::size_t slot) {
  return lever.slots[slot].name != incumbent.slots[slot].name ||
         !SameParams(lever.slots[slot].params, incumbent.slots[slot].params);
}

/// False when two levers pull at the same slot.
bool LeversAreApart(const Scenario& scenario, const std::vector<std::string>& levers, const FieldReader& reader,
                    Problems& problems) {
  const ArmSpec& incumbent = ArmNamed(scenario, scenario.incumbent);
  bool apart = true;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    std::string first;
    for (const std::string& lever : levers) {
      if (!Changes(ArmNamed(scenario, lever), incumbent, slot)) continue;
      if (!first.empty()) {
        const std::string path = "arms." + lever;
        problems.Add(reader.MarkOf(path), path,
                     "found a lever that changes " + std::string(SlotName(static_cast<Slot>(slot))) + ", as " + first +
                         " does; allowed one lever per slot in a factorial design");
        apart = false;
      }
      first = lever;
    }
  }
  return apart;
}

/// False when a lever changes nothing.
bool LeversPull(const Scenario& scenario, const std::vector<std::string>& levers, const FieldReader& reader,
                Problems& problems) {
  const ArmSpec& incumbent = ArmNamed(scenario, scenario.incumbent);
  bool all = true;
  for (const std::string& lever : levers) {
    bool changes = false;
    for (std::size_t slot = 0; slot < kSlots; ++slot) changes |= Changes(ArmNamed(scenario, lever), incumbent, slot);
    changes |= ArmNamed(scenario, lever).decision_time != incumbent.decision_time;
    if (changes) continue;
    const std::string path = "arms." + lever;
    problems.Add(reader.MarkOf(path), path,
                 "found a lever that changes nothing; allowed levers that differ from " + scenario.incumbent);
    all = false;
  }
  return all;
}

/// The arm in which the levers of `mask` are on.
ArmSpec Combination(const Scenario& scenario, const std::vector<std::string>& levers, std::int32_t mask) {
  const ArmSpec& incumbent = ArmNamed(scenario, scenario.incumbent);
  ArmSpec arm = incumbent;
  arm.name.clear();
  arm.label.clear();
  arm.extends.clear();
  for (std::size_t l = 0; l < levers.size(); ++l) {
    if ((mask >> l & 1) == 0) continue;
    const ArmSpec& lever = ArmNamed(scenario, levers[l]);
    arm.name += (arm.name.empty() ? "" : "+") + lever.name;
    for (std::size_t slot = 0; slot < kSlots; ++slot)
      if (Changes(lever, incumbent, slot)) arm.slots[slot] = lever.slots[slot];
    arm.decision_time *= lever.decision_time / incumbent.decision_time;
  }
  return arm;
}

/// Arms named with '+' may stand in the file, as they do in one that was written out, if they are what their names say.
void CheckNamedCombinations(const Scenario& scenario, const std::vector<ArmSpec>& combinations,
                            const FieldReader& reader, Problems& problems) {
  for (const ArmSpec& arm : scenario.arms) {
    if (arm.name.find('+') == std::string::npos) continue;
    const std::string path = "arms." + arm.name;
    const auto known =
        std::find_if(combinations.begin(), combinations.end(), [&](const ArmSpec& c) { return c.name == arm.name; });
    if (known == combinations.end()) {
      std::vector<std::string> names;
      for (const ArmSpec& c : combinations) names.push_back(c.name);
      problems.Add(reader.MarkOf(path), path,
                   "found an arm with '+' in its name that is no combination of levers" + Suggest(arm.name, names));
      continue;
    }
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
      if (!Changes(arm, *known, slot)) continue;
      problems.Add(reader.MarkOf(path), path,
                   "found another " + std::string(SlotName(static_cast<Slot>(slot))) +
                       " than the levers in its name choose; leave the arm out: it is added by itself");
    }
  }
}

}  // namespace

std::vector<std::string> LeversOf(const Scenario& scenario) {
  std::vector<std::string> levers;
  if (scenario.design.kind != DesignKind::kFactorial) return levers;
  for (const ArmSpec& arm : scenario.arms) {
    if (arm.name != scenario.incumbent && arm.name.find('+') == std::string::npos) levers.push_back(arm.name);
  }
  return levers;
}

std::int32_t LeverMask(const std::string& arm, const std::vector<std::string>& levers) {
  std::int32_t mask = 0;
  for (std::size_t begin = 0; begin <= arm.size();) {
    const std::size_t end = std::min(arm.find('+', begin), arm.size());
    const auto lever = std::find(levers.begin(), levers.end(), arm.substr(begin, end - begin));
    if (lever != levers.end()) mask |= 1 << (lever - levers.begin());
    begin = end + 1;
  }
  return mask;
}

void AddFactorialArms(Scenario& scenario, const FieldReader& reader, Problems& problems) {
  const std::vector<std::string> levers = LeversOf(scenario);
  if (scenario.design.kind != DesignKind::kFactorial) return;
  if (levers.size() < 2 || levers.size() > kMaxLevers) {
    problems.Add(reader.MarkOf("design.kind"), "design.kind",
                 "found a factorial design of " + std::to_string(levers.size()) + " arm" +
                     (levers.size() == 1 ? "" : "s") + " beside the incumbent; allowed 2 … " +
                     std::to_string(kMaxLevers) + " of them: the levers");
    return;
  }
  if (!LeversPull(scenario, levers, reader, problems) || !LeversAreApart(scenario, levers, reader, problems)) return;
  std::vector<ArmSpec> combinations;
  for (std::int32_t mask = 1; mask < 1 << levers.size(); ++mask) {
    if ((mask & (mask - 1)) == 0) continue;  // one lever: an arm of its own already
    combinations.push_back(Combination(scenario, levers, mask));
  }
  CheckNamedCombinations(scenario, combinations, reader, problems);
  for (ArmSpec& arm : combinations) {
    const bool known =
        std::any_of(scenario.arms.begin(), scenario.arms.end(), [&](const ArmSpec& a) { return a.name == arm.name; });
    if (!known) scenario.arms.push_back(std::move(arm));
  }
}

}  // namespace souk
