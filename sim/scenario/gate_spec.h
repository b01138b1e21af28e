#pragma once
// What `souk gate` judges: gate.yaml as plain structs with defaults, read as strictly as a scenario. Whether a metric
// or an arm of that name exists is for the caller to say, who knows them: every name keeps its place in the file.

#include <limits>
#include <string>
#include <vector>

#include "sim/scenario/reader.h"

namespace souk {

enum class GateDirection { kUsual, kHigher, kLower };  ///< which way is better; kUsual: as the table of metrics says
enum class MarginScale { kRelative, kAbsolute };

/// One metric to judge.
struct GateMetric {
  std::string metric;
  int slot = 0;                   ///< of a latency: 0 every slot that is asked, else 1 + the slot
  std::vector<std::string> arms;  ///< empty: as the whole specification says
  GateDirection direction = GateDirection::kUsual;
  double margin = std::numeric_limits<double>::quiet_NaN();  ///< NaN: as the whole specification says
  MarginScale scale = MarginScale::kRelative;
  SourceMark mark;         ///< of the entry; empty file when it came from nowhere
  SourceMark metric_mark;  ///< of the name
  SourceMark arms_mark;
};

/// How long a measurement may go on before it is called inconclusive.
struct GateBudget {
  int pairs = 100;
  double seconds = 600;
};

struct GateSpec {
  double alpha = 0.01;
  double margin = 0.01;
  double measured_margin = 0.025;
  std::vector<std::string> arms;  ///< empty: every arm of the baseline
  bool inconclusive_passes = false;
  GateBudget budget;
  std::vector<GateMetric> metrics;  ///< empty: the usual ones
  SourceMark arms_mark;
};

/// A specification as far as it could be read, and everything that was wrong.
struct GateReading {
  GateSpec spec;
  std::vector<Problem> problems;
};

/// Throws Error only when the file itself cannot be read.
GateReading ReadGateSpec(const std::string& file);
/// The same from text; `name` stands for the file in messages.
GateReading ReadGateSpecText(const std::string& text, const std::string& name);

/// JSON Schema (draft-07) for editors.
std::string GateJsonSchema();
/// One row per field, as ScenarioFieldList.
std::vector<FieldInfo> GateFieldList();

}  // namespace souk
