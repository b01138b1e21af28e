// `souk evaluate`: recommenders against recorded interactions, by full rankings.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cctype>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "bench/cli/app.h"
#include "bench/cli/evaluate_progress.h"
#include "bench/cli/evaluate_report.h"
#include "bench/cli/options.h"
#include "bench/cli/scenario_file.h"
#include "bench/cli/terminal.h"
#include "bench/experiment/model_files.h"
#include "bench/experiment/offline.h"
#include "sim/base/error.h"
#include "sim/scenario/scalar.h"
#include "strategies/registry.h"

namespace souk {
namespace {

struct EvaluateOptions {
  std::string data;
  std::string test;
  std::string items;
  std::string format = "auto";
  std::string protocol = "leave-one-out";
  std::vector<std::string> strategies;
  bool refit = false;
  bool online = false;
  std::string seen;
  int held_out = 0;
  double told = 0.8;
  std::string told_order = "earliest";
  std::vector<int> ks;
  std::string baseline;
  int resamples = 1999;
  std::string seed;
  std::string models;
  bool json = false;
  bool quiet = false;
};

const std::vector<std::string> kProtocols = {"leave-one-out", "strong", "session"};
const std::vector<std::string> kFormats = {"auto", "pairs", "sessions", "lists"};

int IndexOf(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<int>(std::find(names.begin(), names.end(), name) - names.begin());
}

bool IsFileOfStrategies(const std::string& text) {
  const std::filesystem::path path(text);
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

/// The strategies of all `--strategies`, checked.
std::vector<NamedStrategy> ReadStrategies(const std::vector<std::string>& texts) {
  std::vector<NamedStrategy> strategies;
  std::vector<Problem> problems;
  for (const std::string& text : texts) {
    StrategyListReading read =
        IsFileOfStrategies(text) ? ReadStrategyFile(text) : ReadStrategyText(text, "--strategies");
    problems.insert(problems.end(), read.problems.begin(), read.problems.end());
    for (NamedStrategy& one : read.strategies) strategies.push_back(std::move(one));
  }
  ThrowIfAny(problems);
  for (std::size_t i = 0; i < strategies.size(); ++i) {
    for (StrategyProblem& p : ValidateStrategy(Slot::kRecommender, strategies[i].spec, strategies[i].label))
      problems.push_back({p.mark, p.path, p.message, SourceLine(p.mark)});
    for (std::size_t j = 0; j < i; ++j)
      if (strategies[j].label == strategies[i].label)
        throw Error(fmt::format("found '{}' twice; allowed different labels, as in one=…,two=…", strategies[i].label),
                    "--strategies");
    const StrategyEntry* entry = FindStrategy(Slot::kRecommender, strategies[i].spec.name);
    if (entry != nullptr && entry->info().sees_truth)
      throw Error(fmt::format("'{}' looks at the truth, which recorded data do not have", strategies[i].spec.name),
                  "--strategies");
  }
  ThrowIfAny(problems);
  return strategies;
}

OfflineOptions Resolve(const EvaluateOptions& given) {
  OfflineOptions options;
  options.protocol = static_cast<OfflineProtocol>(IndexOf(kProtocols, given.protocol));
  options.refit = given.refit;
  options.online = given.online;
  if (!given.seen.empty()) options.mask_seen = given.seen == "left-out";
  options.held_out = given.held_out;
  options.told = given.told;
  options.told_at_random = given.told_order == "drawn";
  options.ks = given.ks;
  options.strategies = ReadStrategies(given.strategies);
  if (!given.seed.empty()) options.seed = *ParseUnsigned(given.seed);
  options.bootstrap.resamples = given.resamples;
  options.bootstrap.seed = options.seed;
  if (!given.baseline.empty()) {
    std::vector<std::string> labels;
    for (const NamedStrategy& s : options.strategies) labels.push_back(s.label);
    options.baseline = IndexOf(labels, given.baseline);
    if (options.baseline == static_cast<int>(labels.size())) {
      const std::string nearest = NearestName(given.baseline, labels);
      throw Error(fmt::format("found '{}'; allowed {}{}", given.baseline, fmt::join(labels, ", "),
                              nearest.empty() ? "" : "; did you mean '" + nearest + "'?"),
                  "--baseline");
    }
  }
  if (options.refit && options.protocol != OfflineProtocol::kLeaveOneOut)
    throw Error("found with the protocol " + given.protocol + "; allowed with leave-one-out", "--refit");
  if (options.protocol == OfflineProtocol::kSession && given.test.empty())
    throw Error("is missing; the session protocol needs a file of test sessions", "--test");
  if (options.protocol != OfflineProtocol::kSession && !given.test.empty())
    throw Error("found with the protocol " + given.protocol + "; allowed with session", "--test");
  return options;
}

/// `FOLDER/<label>.h5`, with a dash for what had better not stand in a file's name.
std::vector<std::string> ModelPaths(const std::string& folder, const std::vector<NamedStrategy>& strategies) {
  std::vector<std::string> paths;
  if (folder.empty()) return paths;
  PrepareModelFolder(folder);
  for (const NamedStrategy& strategy : strategies) {
    std::string name = strategy.label;
    for (char& c : name)
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_' && c != '.') c = '-';
    std::string path = folder + "/" + name + ".h5";
    if (std::find(paths.begin(), paths.end(), path) != paths.end())
      throw Error(
          fmt::format("found two strategies that would be saved as {}; allowed labels that differ in letters", path),
          "--save-models");
    CheckModelWritable(path);
    paths.push_back(std::move(path));
  }
  return paths;
}

int Evaluate(const EvaluateOptions& given) {
  OfflineOptions options = Resolve(given);
  options.save_models = ModelPaths(given.models, options.strategies);
  std::optional<ItemFacts> facts;
  if (!given.items.empty()) facts = ReadItemFacts(given.items);
  const OfflineData data =
      ReadOfflineData(given.data, given.test, static_cast<OfflineFormat>(IndexOf(kFormats, given.format)),
                      facts ? facts->ids : std::vector<std::int64_t>{});
  EvaluationProgress progress(options.strategies, given.quiet);
  options.on_progress = [&](const OfflineProgress& p) { progress.Update(p); };
  const OfflineResult result = EvaluateOffline(data, facts ? &*facts : nullptr, options);
  progress.Finish();
  const EvaluatedData about{given.data, given.test, given.items, data.format};
  if (given.json) Out(EvaluationJson(about, options, result));
  else Out(EvaluationTable(about, result, options.protocol, Columns(STDOUT_FILENO), IsTerminal(STDOUT_FILENO)));
  return kExitOk;
}

void AddProtocolOptions(CLI::App& verb, EvaluateOptions& options) {
  verb.add_option("--protocol", options.protocol,
                  "What is wanted: each user's last item, the rest of held-out users, or the next item of sessions")
      ->type_name("NAME")
      ->check(OneOf(kProtocols));
  verb.add_option("--test", options.test, "Test sessions, in the same format")->type_name("FILE");
  verb.add_flag("--refit", options.refit, "leave-one-out: fit to all but the last item; default: all but the last two");
  verb.add_flag("--online", options.online,
                "Tell strategies of what follows the fit as events, so that they may learn from it");
  verb.add_option("--seen", options.seen, "Items of the history: left-out (default) or allowed (default for sessions)")
      ->type_name("HOW")
      ->check(OneOf({"left-out", "allowed"}));
  verb.add_option("--held-out", options.held_out, "strong: users held out of the fit; default: a tenth")
      ->type_name("N")
      ->check(Whole(1, 1'000'000'000));
  verb.add_option("--fold-in", options.told, "strong: share of a held-out user's interactions that is told")
      ->type_name("SHARE")
      ->check(CLI::Range(0.01, 0.99));
  verb.add_option("--fold-in-order", options.told_order, "strong: the earliest ones, or drawn ones")
      ->type_name("HOW")
      ->check(OneOf({"earliest", "drawn"}));
}

}  // namespace

void AddEvaluate(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("evaluate", "Evaluate recommenders on recorded interactions");
  const auto options = std::make_shared<EvaluateOptions>();
  verb->add_option("data", options->data, "Interactions: 'user item' per line, or one session or user per line")
      ->required()
      ->type_name("FILE");
  verb->add_option("--strategies", options->strategies,
                   "Recommenders, e.g. popularity,'item-knn{neighbours: 20}',ease; or a YAML file of them")
      ->required()
      ->type_name("LIST|FILE")
      ->allow_extra_args(false);
  AddProtocolOptions(*verb, *options);
  verb->add_option("--items", options->items,
                   "Item facts: tab-separated item_id, tokens or description, price, category")
      ->type_name("FILE");
  verb->add_option("--format", options->format, "Of the data: pairs, sessions or lists ('user item item …' per line)")
      ->type_name("NAME")
      ->check(OneOf(kFormats));
  verb->add_option("--k", options->ks, "Cut-offs; default: 10, 20,50,100 or 20, by protocol")
      ->type_name("K,…")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(Whole(1, 1'000'000));
  verb->add_option("--baseline", options->baseline, "Strategy that the others are compared with; default: the first")
      ->type_name("LABEL");
  verb->add_option("--resamples", options->resamples, "Bootstrap samples of the intervals")
      ->type_name("N")
      ->check(Whole(99, 1'000'000));
  verb->add_option("--save-models", options->models, "Write what each strategy has learnt to FOLDER/<label>.h5")
      ->type_name("FOLDER");
  AddSeed(*verb, options->seed);
  AddJson(*verb, options->json);
  verb->add_flag("--quiet", options->quiet, "No progress display");
  verb->footer(
      "Examples:\n"
      "  souk evaluate purchases.txt --strategies popularity,item-knn\n"
      "  souk evaluate purchases.txt --refit --strategies popularity,'wide=item-knn{neighbours: 100}'\n"
      "  souk evaluate train.txt --test test.txt --protocol session --strategies session-knn\n\n"
      "The whole catalogue is ranked; equal scores share the middle rank; wanted items that the fit has not seen are\n"
      "misses. Definitions and formats: bench/cli/EVALUATE.md.");
  verb->callback([options, &action] { action = [options] { return Evaluate(*options); }; });
}

}  // namespace souk
