// `souk list`: which strategies and scenarios there are.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "bench/cli/app.h"
#include "bench/cli/options.h"
#include "bench/cli/scenario_file.h"
#include "bench/cli/strategy_text.h"
#include "bench/cli/table.h"
#include "bench/cli/terminal.h"
#include "strategies/registry.h"

namespace souk {
namespace {

namespace fs = std::filesystem;

struct ListOptions {
  std::string what;
  bool json = false;
};

/// The first author and year: a table has no room for the whole bibliography, which `describe`
/// shows.
std::string FirstSource(const std::string& source) {
  return source.substr(0, std::min(source.find("; "), source.find(" (")));
}

int ListStrategies(const ListOptions& options) {
  Json::Array json;
  std::vector<std::vector<std::string>> rows;
  for (const StrategyEntry& entry : Registry()) {
    const StrategyInfo& info = entry.info();
    if (!options.what.empty() && options.what != SlotName(info.slot)) continue;
    json.push_back(StrategyJson(info));
    rows.push_back({info.name, SlotName(info.slot), info.status, FirstSource(info.source), info.summary});
  }
  if (options.json) Out(Json(json).Dump());
  else Out(TextTable({"NAME", "SLOT", "STATUS", "SOURCE", "SUMMARY"}, rows, Columns(STDOUT_FILENO)));
  return kExitOk;
}

std::vector<std::string> ScenarioFiles() {
  const std::string folder = "scenarios";
  if (!fs::is_directory(folder)) throw Error("there is no such folder here; start souk where scenarios/ is", folder);
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    if (entry.is_regular_file() && (extension == ".yaml" || extension == ".yml"))
      files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

int ListScenarios(const ListOptions& options) {
  Json::Array json;
  std::vector<std::vector<std::string>> rows;
  for (const std::string& file : ScenarioFiles()) {
    std::size_t problems = 0;
    Scenario scenario;
    try {
      ScenarioReading read = ReadAndCheck(file, {});
      problems = read.problems.size();
      scenario = std::move(read.scenario);
    } catch (const Error&) {  // unreadable: `souk validate` says why
      problems = 1;
    }
    const std::string arms = problems > 0 ? "" : fmt::format("{} × {}", scenario.arms.size(), scenario.replications);
    rows.push_back({file, arms, problems > 0 ? "has problems: see souk validate " + file : scenario.question});
    json.push_back(Json::Object{{"file", file},
                                {"ok", problems == 0},
                                {"name", scenario.name},
                                {"question", scenario.question},
                                {"arms", static_cast<int>(scenario.arms.size())},
                                {"replications", scenario.replications}});
  }
  if (options.json) Out(Json(json).Dump());
  else Out(TextTable({"FILE", "ARMS × REPLICATIONS", "QUESTION"}, rows, Columns(STDOUT_FILENO)));
  return kExitOk;
}

}  // namespace

void AddList(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("list", "List strategies, or the scenarios under ./scenarios");
  const auto options = std::make_shared<ListOptions>();
  std::vector<std::string> allowed = SlotNames();
  allowed.emplace_back("scenarios");
  verb->add_option("what", options->what, "A slot, or scenarios; default: all strategies")->check(OneOf(allowed));
  AddJson(*verb, options->json);
  verb->footer("Examples:\n  souk list\n  souk list recommender\n  souk list scenarios --json");
  verb->callback([options, &action] {
    action = [options] { return options->what == "scenarios" ? ListScenarios(*options) : ListStrategies(*options); };
  });
}

}  // namespace souk
