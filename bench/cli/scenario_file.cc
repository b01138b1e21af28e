#include "bench/cli/scenario_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <tuple>

#include "sim/outcome/metrics.h"
#include "strategies/registry.h"

namespace souk {
namespace {

namespace fs = std::filesystem;

std::string ListProblems(const std::vector<Problem>& problems) {
  if (problems.size() == 1) return Format(problems.front());
  std::string text = fmt::format("{} problems", problems.size());
  for (const Problem& problem : problems) text += "\n" + Format(problem);
  return text;
}

/// The line that `mark` points into. For `--set`, the option's own text.
std::string LineAt(const SourceMark& mark, const std::vector<Override>& overrides) {
  if (mark.file != "--set") return SourceLine(mark);
  const auto n = static_cast<std::size_t>(mark.line);
  if (n < 1 || n > overrides.size()) return {};
  return overrides[n - 1].path + "=" + overrides[n - 1].value;
}

}  // namespace

BadScenario::BadScenario(std::vector<Problem> all) : Error(ListProblems(all)), problems(std::move(all)) {}

ScenarioReading ReadAndCheck(const std::string& file, const std::vector<Override>& overrides) {
  ScenarioReading result = ReadScenario(file, overrides);
  Scenario complete = result.scenario;
  if (!result.problems.empty()) {
    // What left a slot empty has been reported; "no strategy chosen" would only repeat it.
    std::erase_if(complete.arms, [](const ArmSpec& arm) {
      return std::any_of(arm.slots.begin(), arm.slots.end(), [](const StrategySpec& s) { return s.name.empty(); });
    });
  }
  for (StrategyProblem& p : ValidateArms(complete)) {
    const bool known = std::any_of(result.problems.begin(), result.problems.end(),
                                   [&](const Problem& q) { return q.mark.line > 0 && q.mark == p.mark; });
    if (!known) result.problems.push_back({p.mark, p.path, p.message, LineAt(p.mark, overrides)});
  }
  if (FindMetric(complete.stop.metric) == nullptr) {
    const std::vector<std::string> names = MetricNames();
    const std::string& found = complete.stop.metric;
    const std::string nearest = NearestName(found, names);
    result.problems.push_back({complete.stop.mark, "stop.metric",
                               fmt::format("found {}, which is no metric; {}", found,
                                           nearest.empty() ? fmt::format("allowed {}", fmt::join(names, ", "))
                                                           : fmt::format("did you mean {}?", nearest)),
                               LineAt(complete.stop.mark, overrides)});
  }
  std::stable_sort(result.problems.begin(), result.problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.mark.file, a.mark.line, a.mark.column) < std::tie(b.mark.file, b.mark.line, b.mark.column);
  });
  return result;
}

Scenario LoadScenario(const std::string& file, const std::vector<std::string>& sets,
                      const std::vector<Override>& more) {
  std::vector<Override> overrides;
  for (const std::string& set : sets) overrides.push_back(ParseOverride(set));
  overrides.insert(overrides.end(), more.begin(), more.end());
  ScenarioReading result = ReadAndCheck(file, overrides);
  if (!result.problems.empty()) throw BadScenario(std::move(result.problems));
  return std::move(result.scenario);
}

std::string FileText(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) throw Error(std::string("cannot be read: ") + std::strerror(errno), file);
  return text.str();
}

void KeepArms(Scenario& scenario, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::vector<std::string> all;
  for (const ArmSpec& arm : scenario.arms) all.push_back(arm.name);
  for (const std::string& name : names) {
    if (std::find(all.begin(), all.end(), name) != all.end()) continue;
    const std::string nearest = NearestName(name, all);
    throw Error(nearest.empty() ? fmt::format("found no arm '{}'; allowed {}", name, fmt::join(all, ", "))
                                : fmt::format("found no arm '{}'; did you mean '{}'?", name, nearest),
                "--arm");
  }
  const auto kept = [&](const std::string& arm) {
    return arm == scenario.incumbent || std::find(names.begin(), names.end(), arm) != names.end();
  };
  std::erase_if(scenario.arms, [&](const ArmSpec& arm) { return !kept(arm.name); });
  // Slots are resolved by now; a name that points nowhere would make the written scenario
  // unreadable.
  for (ArmSpec& arm : scenario.arms)
    if (!kept(arm.extends)) arm.extends.clear();
}

std::string FindRepository() {
  std::error_code ignored;
  for (fs::path folder = fs::current_path(ignored); !folder.empty(); folder = folder.parent_path()) {
    std::ifstream cmake(folder / "CMakeLists.txt");
    const std::string text{std::istreambuf_iterator<char>(cmake), {}};
    if (text.find("project(souk ") != std::string::npos && fs::is_directory(folder / "scenarios", ignored))
      return folder.string();
    if (folder == folder.root_path()) break;
  }
  return {};
}

bool LooksLikeResult(const std::string& file) {
  const std::string extension = fs::path(file).extension().string();
  if (extension == ".h5" || extension == ".hdf5" || extension == ".nc") return true;
  std::ifstream stream(file, std::ios::binary);
  char head[8] = {};
  stream.read(head, sizeof head);
  return std::memcmp(head, "\x89HDF\r\n\x1a\n", sizeof head) == 0;
}

}  // namespace souk
