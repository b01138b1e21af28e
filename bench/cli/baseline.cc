// `souk baseline`: makes a result the one that gates compare with, and says why it is that one.

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include "bench/cli/app.h"
#include "bench/cli/baseline_log.h"
#include "bench/cli/gate_outcomes.h"
#include "bench/cli/options.h"
#include "bench/cli/output_file.h"
#include "bench/cli/results_file.h"
#include "bench/cli/scenario_file.h"
#include "bench/cli/terminal.h"
#include "bench/cli/utc_time.h"
#include "results/report/json.h"
#include "sim/base/error.h"
#include "sim/base/fingerprint.h"

namespace souk {
namespace {

namespace fs = std::filesystem;

struct BaselineOptions {
  std::string verb;
  std::string file;
  std::string baseline;
  std::string reason;
  std::string who;
  bool json = false;
};

/// The person, as far as the machine knows: of the CI job, else of the account.
std::string CurrentUser() {
  for (const char* name : {"GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "LOGNAME"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  const passwd* account = ::getpwuid(::getuid());
  return account != nullptr ? account->pw_name : "unknown";
}

std::string SoukOf(const ExperimentResult& result) {
  const Provenance& p = result.provenance;
  return p.version + (p.git.empty() ? "" : " (" + p.git + ")");
}

Acceptance AcceptanceOf(const BaselineOptions& options, const ExperimentResult& result, const std::string& replaces) {
  Acceptance a;
  a.when = UtcNow();
  a.who = options.who.empty() ? CurrentUser() : options.who;
  a.reason = options.reason;
  a.fingerprint = Hex64(result.Fingerprint());
  a.replaces = replaces;
  a.scenario_hash = result.provenance.scenario_hash;
  a.seed = std::to_string(result.provenance.seed);
  a.souk = SoukOf(result);
  return a;
}

/// The baseline that is there, if it can be read.
std::string FingerprintOf(const std::string& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return "none";
  try {
    return Hex64(LoadResult(file).Fingerprint());
  } catch (const Error&) {
    return "unreadable";
  }
}

int Accept(const BaselineOptions& options) {
  if (options.file.empty()) throw Error("needs the results file to accept", "souk baseline accept");
  if (options.baseline.empty()) throw Error("is missing; give the file that gates compare with", "--baseline");
  if (options.reason.find_first_not_of(" \t\r\n") == std::string::npos)
    throw Error("is missing or empty; say in a sentence why these numbers are right", "--reason");
  const ExperimentResult result = LoadResult(options.file);
  CheckComplete(result, options.file);
  if (result.CompleteReplications().empty()) throw Error("holds no finished replication", options.file);
  std::error_code ignored;
  if (fs::equivalent(options.file, options.baseline, ignored))
    throw Error("is the baseline itself; run the candidate into a file of its own", options.file);
  const std::string before = FingerprintOf(options.baseline);
  std::vector<Acceptance> log = ReadAcceptances(options.baseline);
  const std::string old_log = log.empty() ? "" : AcceptanceText(log);
  log.push_back(AcceptanceOf(options, result, before));

  // The log first: a baseline that nobody gave a reason for must not come about. Should the second step fail, the log
  // is put back.
  const std::string candidate = FileText(options.file);
  ReplaceFile(LogOf(options.baseline), AcceptanceText(log));
  try {
    ReplaceFile(options.baseline, candidate);
  } catch (...) {
    if (old_log.empty()) fs::remove(LogOf(options.baseline), ignored);
    else ReplaceFile(LogOf(options.baseline), old_log);
    throw;
  }
  const Acceptance& now = log.back();
  if (options.json) {
    Out(Json(Json::Object{{"baseline", options.baseline},
                          {"log", LogOf(options.baseline)},
                          {"fingerprint", now.fingerprint},
                          {"replaces", now.replaces},
                          {"who", now.who},
                          {"when", now.when},
                          {"reason", now.reason}})
            .Dump());
    return kExitOk;
  }
  Out(fmt::format("{} is now {} (fingerprint {}, before: {}).\n{} says why; commit both.\n", options.baseline,
                  options.file, now.fingerprint, now.replaces, LogOf(options.baseline)));
  return kExitOk;
}

int Show(const BaselineOptions& options) {
  if (!options.file.empty() && !options.baseline.empty())
    throw Error(fmt::format("one argument too many: '{}'", options.file));
  const std::string file = options.file.empty() ? options.baseline : options.file;
  if (file.empty()) throw Error("needs the baseline's file", "souk baseline show");
  const ExperimentResult base = LoadBaseline(file);
  const std::vector<Acceptance> log = ReadAcceptances(file);
  const std::string odd = NotAsAccepted(file, base);
  if (options.json) {
    Json::Array entries;
    for (const Acceptance& a : log) {
      entries.push_back(Json::Object{{"when", a.when},
                                     {"who", a.who},
                                     {"reason", a.reason},
                                     {"fingerprint", a.fingerprint},
                                     {"replaces", a.replaces},
                                     {"scenario_hash", a.scenario_hash},
                                     {"seed", a.seed},
                                     {"souk", a.souk}});
    }
    Out(Json(Json::Object{{"baseline", file},
                          {"fingerprint", Hex64(base.Fingerprint())},
                          {"as_accepted", !log.empty() && odd.empty()},
                          {"scenario", base.name},
                          {"scenario_hash", base.provenance.scenario_hash},
                          {"seed", base.provenance.seed},
                          {"replications", static_cast<int>(base.CompleteReplications().size())},
                          {"arms", base.arms},
                          {"souk", SoukOf(base)},
                          {"accepted", std::move(entries)}})
            .Dump());
    return kExitOk;
  }
  Out(fmt::format("{}: {}, {} replications, seed {}, fingerprint {}, made by souk {} on {}\n", file, base.name,
                  base.CompleteReplications().size(), base.provenance.seed, Hex64(base.Fingerprint()), SoukOf(base),
                  base.provenance.created));
  if (log.empty()) Out("There is no log: nobody said why it is the baseline.\n");
  for (const Acceptance& a : log)
    Out(fmt::format("{}  {}  {} → {}: {}\n", a.when, a.who, a.replaces, a.fingerprint, a.reason));
  if (!odd.empty()) Note(odd);
  return kExitOk;
}

}  // namespace

void AddBaseline(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("baseline", "Accept a result as the one that gates compare with, or show it");
  const auto options = std::make_shared<BaselineOptions>();
  verb->add_option("what", options->verb, "What to do")->required()->check(OneOf({"accept", "show"}));
  verb->add_option("file", options->file, "accept: the new result; show: the baseline")->type_name("FILE");
  verb->add_option("--baseline", options->baseline, "The file that gates compare with")->type_name("FILE");
  verb->add_option("--reason", options->reason, "accept: why these numbers are right, in a sentence")
      ->type_name("TEXT");
  verb->add_option("--who", options->who, "accept: who says so; default: the user of the CI job or account")
      ->type_name("NAME");
  AddJson(*verb, options->json);
  verb->footer(
      "Examples:\n  souk baseline accept candidate.h5 --baseline main.h5 --reason \"new free-shipping rule, see #41\"\n"
      "  souk baseline show main.h5\n\n"
      "The reason is kept beside the baseline, in main.h5.accepted.yaml: commit both files.");
  verb->callback([options, &action] {
    action = [options] { return options->verb == "accept" ? Accept(*options) : Show(*options); };
  });
}

}  // namespace souk
