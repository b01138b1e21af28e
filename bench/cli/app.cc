#include "bench/cli/app.h"

#include <fmt/format.h>

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <new>

#include "bench/cli/scenario_file.h"
#include "bench/cli/terminal.h"
#include "bench/experiment/build_info.h"
#include "bench/experiment/ranks.h"
#include "results/report/text_grid.h"
#include "sim/base/error.h"

namespace souk {
namespace {

constexpr const char* kFooter = R"(Examples:
  souk run scenarios/standard/marketplace.yaml     compare ten arms; a table, and a results file
  souk list recommender                            which recommenders there are
  souk describe item-knn                           what one of them does, and its parameters
  souk new-strategy recommender my-own             start one of your own
  souk <command> --help                            every command has examples of its own

Exit codes: 0 done, 2 bad input, 3 a run failed or its results could not be kept, 130 interrupted;
souk gate also 10, 11, 12.)";

std::string g_command_line;

std::string VersionText() {
  const BuildInfo& build = GetBuildInfo();
  return fmt::format("souk {} ({}, {}, {}{})", build.version, build.git_revision, build.compiler, build.build_type,
                     Ranks::BuiltWithMpi() ? ", MPI" : "");
}

/// Breaks what an option means where the terminal ends.
class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter() {
    column_width(kColumn);
    label("SUBCOMMAND", "COMMAND");
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    constexpr int kWidest = 110;
    constexpr int kNarrowest = 24;
    const int columns = Columns(STDOUT_FILENO);
    const int width = std::max((columns > 0 ? std::min(columns, kWidest) : kWidest) - kColumn, kNarrowest);
    return fmt::format("{}", fmt::join(WrapText(CLI::Formatter::make_option_desc(option), width), "\n"));
  }

  /// A long list of choices is for completion; help shows how it begins.
  std::string make_option_opts(const CLI::Option* option) const override {
    constexpr std::size_t kLongList = 60;
    std::string text = CLI::Formatter::make_option_opts(option);
    const std::size_t open = text.find('{');
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos || close - open < kLongList) return text;
    const std::size_t cut = text.rfind(',', open + kLongList);
    return text.substr(0, cut) + ",…" + text.substr(close);
  }

 private:
  static constexpr int kColumn = 34;
};

/// `souk help run` for `souk run --help`.
std::vector<std::string> Words(const CLI::App& app, int argc, const char* const* argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (words.empty() || words.front() != "help") return words;
  words.erase(words.begin());
  const std::vector<const CLI::App*> verbs = app.get_subcommands(nullptr);
  const bool known = std::any_of(verbs.begin(), verbs.end(), [&](const CLI::App* verb) {
    return !words.empty() && verb->get_name() == words.front();
  });
  if (known || words.empty()) words.emplace_back("--help");
  return words;
}

void AddVerbs(CLI::App& app, Action& action) {
  AddRun(app, action);
  AddList(app, action);
  AddDescribe(app, action);
  AddValidate(app, action);
  AddCompare(app, action);
  AddReport(app, action);
  AddMerge(app, action);
  AddTrace(app, action);
  AddFacts(app, action);
  AddEvaluate(app, action);
  AddFingerprint(app, action);
  AddGate(app, action);
  AddBaseline(app, action);
  AddNewStrategy(app, action);
  AddSchema(app, action);
  AddCompletion(app, action);
}

/// The verb on the command line, or the app itself.
const CLI::App& ChosenVerb(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : *chosen.front();
}

std::string Extras(const CLI::App& app) {
  const CLI::App& verb = ChosenVerb(app);
  const std::vector<std::string> found = app.remaining(true);
  const std::string first = found.empty() ? "" : found.front();
  std::vector<std::string> allowed;
  if (first.rfind('-', 0) == 0) {
    for (const CLI::Option* option : verb.get_options())
      for (const std::string& name : option->get_lnames()) allowed.push_back("--" + name);
  } else if (&verb == &app) {
    for (const CLI::App* sub : app.get_subcommands(nullptr)) allowed.push_back(sub->get_name());
  }
  const std::string nearest = NearestName(first, allowed);
  std::string message;
  if (first.rfind('-', 0) == 0) message = fmt::format("there is no option '{}'", first);
  else if (&verb == &app) message = fmt::format("there is no command '{}'", first);
  else message = fmt::format("one argument too many: '{}'", first);
  return message + (nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest));
}

/// Help and version are no errors for us; everything else on the command line is bad input.
int HandleParseError(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& verb = ChosenVerb(app);
  if (dynamic_cast<const CLI::CallForHelp*>(&error) || dynamic_cast<const CLI::CallForAllHelp*>(&error)) {
    Out(verb.help(&verb == &app ? "" : "souk"));
    return kExitOk;
  }
  if (dynamic_cast<const CLI::CallForVersion*>(&error)) {
    Out(VersionText() + "\n");
    return kExitOk;
  }
  const std::string what = dynamic_cast<const CLI::ExtrasError*>(&error) ? Extras(app) : std::string(error.what());
  const std::string help = &verb == &app ? "souk --help" : "souk " + verb.get_name() + " --help";
  PrintError(what + "\nTry '" + help + "'.");
  return kExitBadInput;
}

/// Runs `work` and turns whatever it throws into a message and an exit code.
int Guarded(const std::function<int()>& work) {
  try {
    const int code = work();
    FlushOut();
    return code;
  } catch (const OutputClosed&) {
    return kExitOk;  // the reader has all it wanted
  } catch (const BadScenario& bad) {
    PrintError(bad.what());
    return kExitBadInput;
  } catch (const Error& error) {
    PrintError(error.what());
    return kExitBadInput;
  } catch (const RunFailed& error) {
    PrintError(error.what());
    return kExitRunFailed;
  } catch (const BadBaseline& error) {
    PrintError(error.what());
    return kExitBadBaseline;
  } catch (const std::bad_alloc&) {
    PrintError("there is not enough memory");
    return kExitRunFailed;
  } catch (const std::exception& error) {
    PrintError(error.what());
    return kExitRunFailed;
  }
}

}  // namespace

const std::string& CommandLine() { return g_command_line; }

std::string ShellQuoted(const std::string& word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%") ==
                                          std::string::npos;
  if (plain) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

int RunSouk(int argc, const char* const* argv) {
  // A reader that goes away must not kill a simulation half-way; Out notices it instead.
  std::signal(SIGPIPE, SIG_IGN);
  return Guarded([&] {
    g_command_line = "souk";  // not argv[0]: where the program lies says nothing about the run
    for (int i = 1; i < argc; ++i) g_command_line += " " + ShellQuoted(argv[i]);
    CLI::App app(
        "souk: a wind tunnel for online shops. Compares recommenders, coupons, prices, chat "
        "assistants and\n"
        "outreach in a simulated shop: what they do to conversion, revenue and latency.");
    app.name("souk");
    app.set_help_flag("-h,--help", "Show this help");
    app.set_version_flag("--version", VersionText(), "Show the version and the build");
    app.formatter(std::make_shared<HelpFormatter>());
    app.footer(kFooter);
    app.require_subcommand(0, 1);
    Action action;
    AddVerbs(app, action);
    for (CLI::App* verb : app.get_subcommands(nullptr)) verb->group("Commands");
    try {
      std::vector<std::string> words = Words(app, argc, argv);
      std::reverse(words.begin(), words.end());  // CLI11 takes them from the end
      app.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
      return HandleParseError(app, error);
    }
    if (!action) {
      PutError(app.help());
      return static_cast<int>(kExitBadInput);
    }
    return action();
  });
}

}  // namespace souk
