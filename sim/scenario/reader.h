#pragma once
// Reads a scenario strictly: unknown and duplicate keys, wrong types, values out of range and bad
// tags are all reported at once, each with its place, what was found and what is allowed.

#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace souk {

/// One thing wrong with the user's input.
struct Problem {
  SourceMark mark;
  std::string path;         ///< e.g. `browse.leave.intercept`
  std::string message;      ///< found, allowed, nearest name
  std::string source_line;  ///< the line of the file, for the caret; may be empty
};

/// `file:line:col: path: message`, then the source line and a caret.
std::string Format(const Problem& problem);

/// A scenario as far as it could be read, and everything that was wrong.
struct ScenarioReading {
  Scenario scenario;
  std::vector<Problem> problems;
};

/// One `--set path=value`, a layer of its own on top of the file.
struct Override {
  std::string path;
  std::string value;  ///< YAML
};

/// Splits `path=value`. Throws Error when there is no '='.
Override ParseOverride(const std::string& text);

/// Reads `file` (and the files it `extends:`), applies `overrides`, fills every arm's slots from
/// the arm it extends. Throws Error only when the file itself cannot be read.
ScenarioReading ReadScenario(const std::string& file, const std::vector<Override>& overrides = {});

/// The same from text; `name` stands for the file in messages.
ScenarioReading ReadScenarioText(const std::string& text, const std::string& name,
                                 const std::vector<Override>& overrides = {});

/// The source line at `mark`, empty if it cannot be had. For problems found after reading.
std::string SourceLine(const SourceMark& mark);

/// Throws one Error that lists all problems (the text of the first 100), if any.
void ThrowIfAny(const std::vector<Problem>& problems);

/// The scenario as YAML with every value written out; reading it back gives an equal scenario
/// (marks aside).
std::string WriteScenario(const Scenario& scenario);

/// Hash of everything that can change an outcome: not names of labels, record flags or marks.
std::string ScenarioHash(const Scenario& scenario);

/// Hash of what shoppers and shop are before any arm comes in: two results with the same world hash and seed meet the
/// same shoppers with the same dice, whatever their arms and design.
std::string WorldHash(const Scenario& scenario);

/// JSON Schema (draft-07) for editors. `strategies` lists strategy names by slot and their
/// parameters; the caller (which knows the registry) fills it.
struct StrategySchema {
  Slot slot;
  std::string name;
  std::string summary;
  struct Param {
    std::string name, type, help;  ///< type: bool, int, real, string, strategy
    double min, max;
    std::string default_text;
  };
  std::vector<Param> params;
};
std::string ScenarioJsonSchema(const std::vector<StrategySchema>& strategies);

/// One row per field of the scenario, for `souk describe scenario` and the docs.
struct FieldInfo {
  std::string path, type, unit, range, default_text, help;
};
std::vector<FieldInfo> ScenarioFieldList();

}  // namespace souk
