#pragma once
// Strategies outside a scenario: on a command line, or in a small file of their own. The same spelling and the same
// strictness as an arm of a scenario.

#include <string>
#include <vector>

#include "sim/scenario/reader.h"
#include "sim/scenario/scenario.h"

namespace souk {

/// A strategy with what it is called in tables.
struct NamedStrategy {
  std::string label;
  StrategySpec spec;
};

/// As far as they could be read, and everything that was wrong.
struct StrategyListReading {
  std::vector<NamedStrategy> strategies;
  std::vector<Problem> problems;
};

/// Reads `popularity,item-knn{neighbours: 20},fast=ease{lambda: 50}`: names, each with parameters in braces where they
/// differ from the defaults and with a label before a `=` where the name does not do. Commas inside braces and quotes
/// do not separate. Without a label a strategy is called by its name, or, where another one has the same, as it is
/// written. `name` stands for the text in messages, e.g. `--strategies`. Tested by: StrategyList.*.
StrategyListReading ReadStrategyText(const std::string& text, const std::string& name);

/// Reads a file of strategies: a map from label to strategy, each as in an arm of a scenario:
///   fast: { name: ease, lambda: 50 }
///   base: popularity
/// Throws Error when the file cannot be read.
StrategyListReading ReadStrategyFile(const std::string& file);
/// The same from text.
StrategyListReading ReadStrategyFileText(const std::string& text, const std::string& name);

}  // namespace souk
