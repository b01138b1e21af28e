// `souk validate`: every problem of every scenario named, without running anything.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "bench/cli/app.h"
#include "bench/cli/memory.h"
#include "bench/cli/options.h"
#include "bench/cli/scenario_file.h"
#include "bench/cli/strategy_text.h"
#include "bench/cli/terminal.h"
#include "results/report/text_grid.h"

namespace souk {
namespace {

struct ValidateOptions {
  std::vector<std::string> files;
  std::vector<std::string> sets;
  std::string max_memory;
  bool json = false;
};

/// The problems of one file; one that cannot be read is a problem of its own.
std::vector<Problem> ProblemsOf(const std::string& file, const std::vector<Override>& overrides,
                                const MemoryPlan& plan) {
  try {
    ScenarioReading read = ReadAndCheck(file, overrides);
    if (!read.problems.empty()) return read.problems;
    std::optional<Problem> size = MemoryProblem(read.scenario, plan);
    if (!size) return {};
    size->mark.file = file;
    return {*size};
  } catch (const Error& error) {
    std::string message = error.what();
    if (!error.where().empty()) message = message.substr(error.where().size() + 2);
    return {{{file, 0, 0}, "", message, ""}};
  }
}

int Validate(const ValidateOptions& options) {
  std::vector<Override> overrides;
  for (const std::string& set : options.sets) overrides.push_back(ParseOverride(set));
  Json::Array json;
  std::size_t bad = 0;
  for (const std::string& file : options.files) {
    const std::vector<Problem> problems = ProblemsOf(file, overrides, {.limit = options.max_memory});
    if (!problems.empty()) ++bad;
    Json::Array list;
    for (const Problem& problem : problems) list.push_back(ProblemJson(problem));
    json.push_back(Json::Object{{"file", file}, {"ok", problems.empty()}, {"problems", std::move(list)}});
    if (options.json) continue;
    // The problems are what was asked for here, so they go to standard output.
    if (problems.empty()) Out(file + ": ok\n");
    for (const Problem& problem : problems) Out(Printable(Format(problem), true) + "\n");
    if (problems.size() > 1) Out(fmt::format("{}: {} problems\n", file, problems.size()));
  }
  if (options.json) Out(Json(json).Dump());
  FlushOut();
  if (bad == 0) return kExitOk;
  PrintError(options.files.size() == 1 ? options.files.front() + " is not valid"
                                       : fmt::format("{} of {} scenarios are not valid", bad, options.files.size()));
  return kExitBadInput;
}

}  // namespace

void AddValidate(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("validate", "Check scenarios: all problems at once, each at its place");
  const auto options = std::make_shared<ValidateOptions>();
  verb->add_option("scenario", options->files, "Scenario files")->required()->type_name("FILE");
  AddSets(*verb, options->sets);
  AddMaxMemory(*verb, options->max_memory);
  AddJson(*verb, options->json);
  verb->footer(
      "Examples:\n  souk validate my.yaml\n  souk validate scenarios/*/*.yaml\n"
      "  souk validate my.yaml --set arms.b.recommender=item-knn");
  verb->callback([options, &action] { action = [options] { return Validate(*options); }; });
}

}  // namespace souk
