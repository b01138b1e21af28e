// `souk evaluate`: recommenders against recorded interactions, by full rankings.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "bench/cli/app.h"
#include "bench/cli/evaluate_file.h"
#include "bench/cli/evaluate_progress.h"
#include "bench/cli/evaluate_report.h"
#include "bench/cli/interrupt.h"
#include "bench/cli/options.h"
#include "bench/cli/scenario_file.h"
#include "bench/cli/terminal.h"
#include "bench/cli/utc_time.h"
#include "bench/experiment/model_files.h"
#include "bench/experiment/offline.h"
#include "results/report/text_grid.h"
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
  double min_rating = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::string> events;
  std::string arm;
  int replication = -1;
  double test_days = 0;
  std::string protocol = "leave-one-out";
  std::vector<std::string> strategies;
  bool refit = false;
  bool online = false;
  bool shuffle_history = false;
  std::string seen;
  int held_out = 0;
  double told = 0.8;
  std::string told_order = "earliest";
  std::vector<int> ks;
  std::string baseline;
  int resamples = 1999;
  std::string seed;
  std::string models;
  std::string output;
  bool json = false;
  bool quiet = false;
};

const std::vector<std::string> kProtocols = {"leave-one-out", "strong", "session"};
const std::vector<std::string> kFormats = {"auto", "pairs", "sessions", "lists", "clicks", "results"};
const std::vector<std::string> kEvents = {"view", "cart", "buy"};  // as InteractionKinds()

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

/// Refuses options that contradict each other.
void CheckTogether(const EvaluateOptions& given, const OfflineOptions& options) {
  const bool sessions = options.protocol == OfflineProtocol::kSession;
  if (options.refit && options.protocol != OfflineProtocol::kLeaveOneOut)
    throw Error("found with the protocol " + given.protocol + "; allowed with leave-one-out", "--refit");
  if (options.shuffle_history && (options.refit || options.online))
    throw Error(fmt::format("found with {}, by which strategies know the true order already; allowed without",
                            options.refit ? "--refit" : "--online"),
                "--shuffle-history");
  if (sessions && given.test.empty() && given.test_days == 0)
    throw Error("is missing; the session protocol needs a file of test sessions, or --test-days", "--test");
  for (const auto& [option, is_given] :
       {std::pair{"--test", !given.test.empty()}, {"--test-days", given.test_days > 0}})
    if (!sessions && is_given)
      throw Error("found with the protocol " + given.protocol + "; allowed with session", option);
  if (!given.test.empty() && given.test_days > 0)
    throw Error("found beside --test; allowed one of the two", "--test-days");
}

OfflineOptions Resolve(const EvaluateOptions& given) {
  OfflineOptions options;
  options.protocol = static_cast<OfflineProtocol>(IndexOf(kProtocols, given.protocol));
  options.refit = given.refit;
  options.online = given.online;
  options.shuffle_history = given.shuffle_history;
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
  CheckTogether(given, options);
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

OfflineSource SourceOf(const EvaluateOptions& given, const std::optional<ItemFacts>& facts) {
  OfflineSource source{.file = given.data, .test_file = given.test};
  source.format = static_cast<OfflineFormat>(IndexOf(kFormats, given.format));
  if (facts) source.more_items = facts->ids;
  if (!std::isnan(given.min_rating)) source.min_rating = given.min_rating;
  for (const std::string& event : given.events)
    source.kinds.push_back(InteractionKinds()[static_cast<std::size_t>(IndexOf(kEvents, event))]);
  source.by_session = given.protocol == "session";
  source.test_days = given.test_days;
  source.arm = given.arm;
  source.replication = given.replication;
  return source;
}

/// Before anything is read or run: can the file be written? Throws Error or RunFailed.
void CheckOutput(const std::string& file) {
  try {
    if (!file.empty()) CheckEvaluationWritable(file);
  } catch (const CannotWrite& error) {
    throw RunFailed(error.what());
  }
}

void WriteOutput(const std::string& file, Evaluation evaluation) {
  evaluation.argv = CommandLine();
  evaluation.created = UtcNow();
  const PromptInterrupt::Shield whole;
  try {
    WriteEvaluation(file, evaluation);
  } catch (const Error& error) {
    throw RunFailed(error.what());
  }
}

int Evaluate(const EvaluateOptions& given) {
  const PromptInterrupt interrupt;
  OfflineOptions options = Resolve(given);
  CheckOutput(given.output);
  options.save_models = ModelPaths(given.models, options.strategies);
  options.protect = [](const std::function<void()>& write) {
    const PromptInterrupt::Shield whole;
    write();
  };
  std::optional<ItemFacts> facts;
  if (!given.items.empty()) facts = ReadItemFacts(given.items);
  const OfflineData data = ReadOfflineData(SourceOf(given, facts));
  EvaluationProgress progress(options.strategies, given.quiet);
  options.on_progress = [&](const OfflineProgress& p) { progress.Update(p); };
  const OfflineResult result = EvaluateOffline(data, facts ? &*facts : nullptr, options);
  progress.Finish();
  const EvaluatedData about{given.data, given.test, given.items, data.format, data.left_out};
  if (!given.output.empty()) WriteOutput(given.output, EvaluationOf(about, options, result));
  if (given.json) Out(EvaluationJson(about, options, result));
  else Out(EvaluationTable(about, result, options.protocol, Columns(STDOUT_FILENO), IsTerminal(STDOUT_FILENO)));
  if (!given.json && !given.output.empty()) Out("\n" + Printable(given.output) + "\n");
  return kExitOk;
}

void AddDataOptions(CLI::App& verb, EvaluateOptions& options) {
  verb.add_option(
          "--format", options.format,
          "Of the data: pairs, sessions, lists ('user item item …' per line), clicks (a table with a header) or "
          "results (of souk run, with events)")
      ->type_name("NAME")
      ->check(OneOf(kFormats));
  verb.add_option("--items", options.items, "Item facts: tab-separated item_id, tokens or description, price, category")
      ->type_name("FILE");
  verb.add_option("--min-rating", options.min_rating,
                  "pairs: lines are 'user item rating [time]', and lower ratings do not count")
      ->type_name("R");
  verb.add_option("--events", options.events, "clicks, results: what counts as an interaction; default: all of them")
      ->type_name("LIST")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(OneOf(kEvents));
  verb.add_option("--arm", options.arm, "results: whose log; default: the incumbent's")->type_name("NAME");
  verb.add_option("--replication", options.replication, "results: which; default: the first that has the arm")
      ->type_name("N")
      ->check(Whole(0, 1'000'000'000));
}

void AddProtocolOptions(CLI::App& verb, EvaluateOptions& options) {
  verb.add_option("--protocol", options.protocol,
                  "What is wanted: each user's last item, the rest of held-out users, or the next item of sessions")
      ->type_name("NAME")
      ->check(OneOf(kProtocols));
  verb.add_option("--test", options.test, "Test sessions, in the same format")->type_name("FILE");
  verb.add_option("--test-days", options.test_days,
                  "session, instead of --test: sessions that begin in the last DAYS of the data are the test")
      ->type_name("DAYS")
      ->check(CLI::Range(1e-6, 1e6));
  verb.add_flag("--refit", options.refit, "leave-one-out: fit to all but the last item; default: all but the last two");
  verb.add_flag("--online", options.online,
                "Tell strategies of what follows the fit as events, so that they may learn from it");
  verb.add_flag("--shuffle-history", options.shuffle_history,
                "Ask a second time with each history in a drawn order, and tell what its order is worth");
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
  verb->add_option("data", options->data,
                   "Interactions: 'user item' per line, one session or user per line, clicks, or results")
      ->required()
      ->type_name("FILE");
  verb->add_option("--strategies", options->strategies,
                   "Recommenders, e.g. popularity,'item-knn{neighbours: 20}',ease; or a YAML file of them")
      ->required()
      ->type_name("LIST|FILE")
      ->allow_extra_args(false);
  AddDataOptions(*verb, *options);
  AddProtocolOptions(*verb, *options);
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
  verb->add_option("-o,--output", options->output,
                   "Also write an HDF5 file: measures, comparisons of all strategies, the rank of every wanted item")
      ->type_name("FILE");
  AddSeed(*verb, options->seed);
  AddJson(*verb, options->json);
  verb->add_flag("--quiet", options->quiet, "No progress display");
  verb->footer(
      "Examples:\n"
      "  souk evaluate purchases.txt --strategies popularity,item-knn\n"
      "  souk evaluate purchases.txt --refit --strategies popularity,'wide=item-knn{neighbours: 100}'\n"
      "  souk evaluate train.txt --test test.txt --protocol session --strategies session-knn\n"
      "  souk evaluate clicks.csv --events view --test-days 7 --protocol session --strategies session-knn,popularity\n"
      "  souk evaluate run.h5 --arm random --events view --strategies ease,popularity --shuffle-history -o order.h5\n\n"
      "The whole catalogue is ranked; equal scores share the middle rank; wanted items that the fit has not seen are\n"
      "misses. Definitions and formats: bench/cli/EVALUATE.md.");
  verb->callback([options, &action] { action = [options] { return Evaluate(*options); }; });
}

}  // namespace souk
