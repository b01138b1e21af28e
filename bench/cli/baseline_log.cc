#include "bench/cli/baseline_log.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "bench/cli/scenario_file.h"
#include "sim/base/error.h"
#include "sim/base/fingerprint.h"
#include "sim/scenario/scalar.h"
#include "sim/scenario/yaml_node.h"

namespace souk {
namespace {

struct LogField {
  const char* name;
  std::string Acceptance::*text;
};
constexpr std::array<LogField, 8> kFields = {{{"when", &Acceptance::when},
                                              {"who", &Acceptance::who},
                                              {"reason", &Acceptance::reason},
                                              {"fingerprint", &Acceptance::fingerprint},
                                              {"replaces", &Acceptance::replaces},
                                              {"scenario_hash", &Acceptance::scenario_hash},
                                              {"seed", &Acceptance::seed},
                                              {"souk", &Acceptance::souk}}};

constexpr const char* kHeader =
    "# Why the baseline beside this file is what it is; `souk baseline accept` adds to it. Newest last.\n";

}  // namespace

std::string LogOf(const std::string& baseline) { return baseline + ".accepted.yaml"; }

std::vector<Acceptance> ReadAcceptances(const std::string& baseline) {
  const std::string file = LogOf(baseline);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  const std::string text = FileText(file);
  Problems problems;
  problems.AddSource(file, text);
  const Node root = ParseYaml(text, {file, 1, 1}, problems);
  if (problems.size() == 0 && !root.is_list())
    problems.Add({file, 1, 1}, "", "found no list; allowed what `souk baseline accept` wrote");
  ThrowIfAny(problems.Sorted());
  std::vector<Acceptance> acceptances;
  for (const Node& item : root.items) {
    Acceptance acceptance;
    for (const LogField& field : kFields) {
      const Node* node = item.Find(field.name);
      if (node != nullptr && node->is_scalar()) acceptance.*field.text = node->scalar;
    }
    acceptances.push_back(std::move(acceptance));
  }
  return acceptances;
}

std::string AcceptanceText(const std::vector<Acceptance>& acceptances) {
  std::string text = kHeader;
  for (const Acceptance& acceptance : acceptances) {
    const char* lead = "- ";
    for (const LogField& field : kFields) {
      text += fmt::format("{}{}: {}\n", lead, field.name, QuoteJson(acceptance.*field.text));
      lead = "  ";
    }
  }
  return text;
}

std::string NotAsAccepted(const std::string& baseline, const ExperimentResult& result) {
  try {
    const std::vector<Acceptance> acceptances = ReadAcceptances(baseline);
    const std::string found = Hex64(result.Fingerprint());
    if (acceptances.empty() || acceptances.back().fingerprint == found) return {};
    return fmt::format("{} is not what was accepted last (fingerprint {}, accepted {}).", baseline, found,
                       acceptances.back().fingerprint);
  } catch (const Error& error) {
    return fmt::format("its log cannot be read: {}", error.what());
  }
}

}  // namespace souk
