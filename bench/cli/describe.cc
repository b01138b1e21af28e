// `souk describe`: one strategy, the fields of a scenario, one scenario or one results file.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "bench/cli/app.h"
#include "bench/cli/memory.h"
#include "bench/cli/options.h"
#include "bench/cli/results_file.h"
#include "bench/cli/scenario_file.h"
#include "bench/cli/strategy_text.h"
#include "bench/cli/table.h"
#include "bench/cli/terminal.h"
#include "bench/experiment/experiment.h"
#include "bench/experiment/stopping.h"
#include "results/report/text_grid.h"
#include "sim/base/fingerprint.h"
#include "strategies/registry.h"

namespace souk {
namespace {

struct DescribeOptions {
  std::string what;
  std::string prefix;
  std::vector<std::string> sets;
  bool json = false;
};

using Rows = std::vector<std::vector<std::string>>;

int Width() { return Columns(STDOUT_FILENO); }

void PrintIndented(const std::string& text) {
  for (const std::string& line : WrapText(Printable(text), Width() > 2 ? Width() - 2 : 0)) Out("  " + line + "\n");
}

// ---------------------------------------------------------------- a strategy

/// Strategies called `name` or `slot/name`.
std::vector<const StrategyInfo*> Named(const std::string& name) {
  std::vector<const StrategyInfo*> found;
  for (const StrategyEntry& entry : Registry()) {
    const StrategyInfo& info = entry.info();
    if (info.name == name || std::string(SlotName(info.slot)) + "/" + info.name == name) found.push_back(&info);
  }
  return found;
}

void PrintStrategy(const StrategyInfo& info) {
  Out(fmt::format("{} ({})\n", info.name, SlotName(info.slot)));
  PrintIndented(info.summary);
  Out(fmt::format("  status: {}\n  source: {}\n", info.status, info.source));
  if (info.sees_truth) Out("  sees the truth of the simulation: a ceiling, never a strategy to launch\n");
  Rows rows;
  for (const ParamSpec& p : info.params)
    rows.push_back({p.name, TypeText(p), ValueText(p.default_value), RangeText(p), p.unit, p.help});
  rows.push_back({"pretrained", "file", "", "a model file", "",
                  "takes the place of all training (souk run --save-models); every strategy has it"});
  Out("\n" + TextTable({"PARAMETER", "TYPE", "DEFAULT", "ALLOWED", "UNIT", "MEANING"}, rows, Width()));
}

int DescribeStrategies(const std::vector<const StrategyInfo*>& found, bool json) {
  if (json) {
    Json::Array list;
    for (const StrategyInfo* info : found) list.push_back(StrategyJson(*info));
    Out(Json(list).Dump());
    return kExitOk;
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i > 0) Out("\n");
    PrintStrategy(*found[i]);
  }
  return kExitOk;
}

[[noreturn]] void UnknownName(const std::string& name) {
  std::vector<std::string> allowed = {"scenario"};
  for (const StrategyEntry& entry : Registry()) allowed.push_back(entry.info().name);
  const std::string nearest = NearestName(name, allowed);
  throw Error(fmt::format("found '{}'; allowed a strategy (see souk list), the word scenario, or a file{}", name,
                          nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)));
}

// ---------------------------------------------------------------- the fields of a scenario

bool Under(const std::string& path, const std::string& prefix) {
  if (prefix.empty()) return true;
  if (path.compare(0, prefix.size(), prefix) != 0) return false;
  const char next = path.size() > prefix.size() ? path[prefix.size()] : '.';
  return next == '.' || next == '[' || next == '!' || prefix.back() == '.';
}

int DescribeFields(const std::string& prefix, bool json) {
  Rows rows;
  Json::Array list;
  std::vector<std::string> paths;
  for (const FieldInfo& f : ScenarioFieldList()) {
    paths.push_back(f.path);
    if (!Under(f.path, prefix)) continue;
    rows.push_back({f.path, f.type, f.default_text, f.range, f.unit, f.help});
    list.push_back(Json::Object{{"path", f.path},
                                {"type", f.type},
                                {"unit", f.unit},
                                {"range", f.range},
                                {"default", f.default_text},
                                {"help", f.help}});
  }
  if (rows.empty()) {
    const std::string nearest = NearestName(prefix, paths);
    throw Error(fmt::format(
        "there is no field '{}' in a scenario{}", prefix,
        nearest.empty() ? "; souk describe scenario lists all" : fmt::format("; did you mean '{}'?", nearest)));
  }
  if (json) Out(Json(list).Dump());
  else Out(TextTable({"FIELD", "TYPE", "DEFAULT", "ALLOWED", "UNIT", "MEANING"}, rows, Width()));
  return kExitOk;
}

// ---------------------------------------------------------------- one scenario

std::vector<std::string> SlotTexts(const ArmSpec& arm) {
  std::vector<std::string> texts;
  for (const StrategySpec& spec : arm.slots) texts.push_back(SpecText(spec));
  return texts;
}

/// What a run with all cores takes.
MemoryNeed Need(const Scenario& s) { return EstimateMemory(s, Cores(), StoppingRule(s.stop, s.replications).most()); }

std::string MemoryText(const Scenario& s) {
  return fmt::format("about {} for a run with {} threads; this machine gives {}{}", BytesText(Need(s).total()), Cores(),
                     BytesText(static_cast<double>(AvailableMemory())),
                     MemoryProblem(s, {}) ? ", which is too little: souk run will refuse" : "");
}

Json ScenarioJson(const Scenario& s) {
  Json::Array arms;
  for (const ArmSpec& arm : s.arms) {
    Json::Object slots;
    const std::vector<std::string> texts = SlotTexts(arm);
    for (int i = 0; i < kSlots; ++i)
      slots.emplace_back(SlotName(static_cast<Slot>(i)), texts[static_cast<std::size_t>(i)]);
    arms.push_back(Json::Object{{"name", arm.name}, {"label", arm.label}, {"slots", std::move(slots)}});
  }
  return Json::Object{{"name", s.name},
                      {"question", s.question},
                      {"source", s.source},
                      {"currency", s.currency},
                      {"seed", s.seed},
                      {"replications", s.replications},
                      {"warmup_days", s.time.warmup_days},
                      {"days", s.time.days},
                      {"shoppers", s.population.shoppers},
                      {"items", s.catalogue.items},
                      {"hash", ScenarioHash(s)},
                      {"memory_bytes", static_cast<std::int64_t>(std::min(Need(s).total(), 9e18))},
                      {"incumbent", s.incumbent},
                      {"arms", std::move(arms)}};
}

int DescribeScenario(const DescribeOptions& options) {
  const Scenario s = LoadScenario(options.what, options.sets);
  if (options.json) {
    Out(ScenarioJson(s).Dump());
    return kExitOk;
  }
  Out(s.name + "\n");
  PrintIndented(s.question);
  Out("\n");
  const auto plural = [](std::size_t n, const char* word) {
    return fmt::format("{} {}{}", n, word, n == 1 ? "" : "s");
  };
  std::string segments;
  for (const SegmentSpec& segment : s.segments) segments += (segments.empty() ? " in segments " : ", ") + segment.name;
  Rows facts = {
      {"population", plural(static_cast<std::size_t>(s.population.shoppers), "shopper") + segments},
      {"catalogue", fmt::format("{} items in {} categories", s.catalogue.items, s.catalogue.categories)},
      {"time", fmt::format("{} days of warm-up, {} days measured", s.time.warmup_days, s.time.days)},
      {"experiment", fmt::format("{}, {}, seed {}", plural(s.arms.size(), "arm"),
                                 plural(static_cast<std::size_t>(s.replications), "replication"), s.seed)},
      {"currency", s.currency},
      {"numbers from", s.source},
      {"memory", MemoryText(s)},
      {"hash", ScenarioHash(s)},
  };
  std::erase_if(facts, [](const auto& row) { return row[1].empty(); });
  for (const auto& fact : facts) Out(fmt::format("  {:<14}{}\n", fact[0] + ":", Printable(fact[1])));
  Rows rows;
  for (const ArmSpec& arm : s.arms) {
    std::vector<std::string> row = SlotTexts(arm);
    row.insert(row.begin(), arm.name + (arm.name == s.incumbent ? " *" : ""));
    row.push_back(arm.label);
    rows.push_back(std::move(row));
  }
  Out("\n" + TextTable({"ARM", "RECOMMENDER", "COUPONS", "PRICING", "ASSISTANT", "OUTREACH", "LABEL"}, rows, Width()) +
      "* the incumbent, which the others are compared with\n");
  return kExitOk;
}

// ---------------------------------------------------------------- one results file

int DescribeResult(const DescribeOptions& options) {
  const ExperimentResult r = LoadResult(options.what);
  const Provenance& p = r.provenance;
  const auto complete = static_cast<int>(r.CompleteReplications().size());
  if (options.json) {
    Out(Json(Json::Object{{"name", r.name},
                          {"question", r.question},
                          {"incumbent", r.incumbent},
                          {"arms", r.arms},
                          {"planned_replications", r.planned_replications},
                          {"complete_replications", complete},
                          {"days", r.days},
                          {"seed", p.seed},
                          {"fingerprint", Hex64(r.Fingerprint())},
                          {"scenario_hash", p.scenario_hash},
                          {"created", p.created},
                          {"version", p.version},
                          {"git", p.git},
                          {"compiler", p.compiler},
                          {"threads", p.threads},
                          {"wall_s", p.wall_s},
                          {"interrupted", p.interrupted}})
            .Dump());
    return kExitOk;
  }
  Out(Printable(r.name) + "\n");
  PrintIndented(r.question);
  std::string arms;
  for (std::size_t arm = 0; arm < r.arms.size(); ++arm) {
    const bool labelled = arm < r.arm_labels.size() && !r.arm_labels[arm].empty() && r.arm_labels[arm] != r.arms[arm];
    arms += (arm == 0 ? "" : ", ") + r.arms[arm] + (labelled ? " (" + r.arm_labels[arm] + ")" : "");
  }
  Out("\n  arms:         " + Printable(arms) + "\n");
  Out(fmt::format("  replications: {} of {} complete{}\n", complete, r.planned_replications,
                  p.interrupted ? ", interrupted" : ""));
  Out(fmt::format("  days:         {}\n  seed:         {}\n", r.days, p.seed));
  Out(fmt::format("  made:         {} by souk {} ({}, {}) in {:.1f} s on {} threads\n", p.created, p.version, p.git,
                  p.compiler, p.wall_s, p.threads));
  Out(fmt::format("  scenario:     hash {}\n  fingerprint:  {}\n", p.scenario_hash, Hex64(r.Fingerprint())));
  return kExitOk;
}

int Describe(const DescribeOptions& options) {
  if (options.what == "scenario") return DescribeFields(options.prefix, options.json);
  if (!options.prefix.empty()) throw Error(fmt::format("one argument too many: '{}'", options.prefix));
  const std::vector<const StrategyInfo*> found = Named(options.what);
  if (!found.empty()) return DescribeStrategies(found, options.json);
  const bool named_like_file = options.what.find_first_of("./") != std::string::npos;
  if (!named_like_file && !std::filesystem::exists(options.what)) UnknownName(options.what);
  return LooksLikeResult(options.what) ? DescribeResult(options) : DescribeScenario(options);
}

}  // namespace

void AddDescribe(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("describe", "Describe a strategy, a scenario, its fields, or a results file");
  const auto options = std::make_shared<DescribeOptions>();
  verb->add_option("what", options->what, "A strategy, the word scenario, a scenario file or a results file")
      ->required()
      ->type_name("NAME|FILE");
  verb->add_option("path", options->prefix, "With scenario: only fields under this path");
  AddSets(*verb, options->sets);
  AddJson(*verb, options->json);
  verb->footer(
      "Examples:\n  souk describe item-knn\n  souk describe coupons/none\n  souk describe scenario "
      "browse\n"
      "  souk describe scenarios/standard/marketplace.yaml\n  souk describe "
      "results/runs/marketplace-1.h5 --json");
  verb->callback([options, &action] { action = [options] { return Describe(*options); }; });
}

}  // namespace souk
