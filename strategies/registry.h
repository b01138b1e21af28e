#pragma once
// The one registration: a sorted table of all strategies. Adding one is its folder and one line in
// registry.def (`souk new-strategy` writes both).

#include <memory>
#include <string>
#include <vector>

#include "sim/decision/strategy.h"

namespace souk {

/// All strategies, sorted by slot, then name.
const std::vector<StrategyEntry>& Registry();

/// The entry of that name in that slot, or nullptr.
const StrategyEntry* FindStrategy(Slot slot, const std::string& name);

/// A problem with an arm's choice of strategies, at its place in the user's file.
struct StrategyProblem {
  SourceMark mark;
  std::string path;  ///< `arms.<name>.<slot>` or `….<parameter>`
  std::string message;
};
/// Checks every slot of every arm: unknown strategies (with the nearest name) and parameters, those of strategies that
/// are parameters of others included: these must score the whole catalogue and not see the truth.
std::vector<StrategyProblem> ValidateArms(const Scenario& scenario);

/// The same for one strategy; paths of problems begin with `path`, marks are `mark` where the choice has none.
std::vector<StrategyProblem> ValidateStrategy(Slot slot, const StrategySpec& spec, const std::string& path,
                                              const SourceMark& mark = {});

/// Whether the strategy of an entry is a ScoringRecommender. Found out by building one in an empty shop, once.
bool ScoresCatalogue(const StrategyEntry& entry);

/// Builds one strategy. It must have been validated. Strategies that are parameters of it are built by the same
/// function, whatever `context.make` says.
std::unique_ptr<Strategy> MakeStrategy(Slot slot, const StrategySpec& spec, const StrategyContext& context);

/// Builds the five strategies of an arm. The arm must have been validated. Strategies that do not
/// declare `sees_truth` get no Truth, whatever the context holds.
StrategySet MakeStrategies(const ArmSpec& arm, const StrategyContext& context);

}  // namespace souk
