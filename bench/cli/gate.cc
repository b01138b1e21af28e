// `souk gate`: is the candidate worse than the baseline? Compatibility, digest, business metrics, then measured times;
// one verdict, one exit code. GATE.md says what each step promises.

#include <fmt/format.h>

#include <unistd.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>

#include "bench/cli/app.h"
#include "bench/cli/baseline_log.h"
#include "bench/cli/gate_benchmark.h"
#include "bench/cli/gate_json.h"
#include "bench/cli/gate_measure.h"
#include "bench/cli/gate_outcomes.h"
#include "bench/cli/interrupt.h"
#include "bench/cli/options.h"
#include "bench/cli/output_file.h"
#include "bench/cli/report_view.h"
#include "bench/cli/results_file.h"
#include "bench/cli/scenario_file.h"
#include "bench/cli/terminal.h"
#include "bench/experiment/experiment.h"
#include "results/statistics/outcome_gate.h"
#include "sim/base/error.h"

namespace souk {
namespace {

struct GateOptions {
  std::string candidate;
  std::string baseline;
  std::string base_binary;
  std::string head_binary;
  std::string scenario;
  std::vector<std::string> benchmarks;
  std::string spec;
  std::vector<std::string> metrics;
  std::vector<std::string> arms;
  std::string inconclusive;
  double alpha = 0;    // 0: as the specification says
  double margin = -1;  // < 0: likewise
  double measured_margin = -1;
  int pairs = 0;
  double seconds = 0;
  std::uint64_t coin_seed = 1;
  double timeout_s = 600;
  std::string junit;
  std::string markdown;
  std::string annotations = "auto";
  bool json = false;
  bool quiet = false;
};

/// A pair of options that need each other.
void NeedBoth(const std::string& a, const char* name_a, const std::string& b, const char* name_b) {
  if (a.empty() == b.empty()) return;
  throw Error(fmt::format("is given without {}; a gate compares two sides", a.empty() ? name_a : name_b),
              a.empty() ? name_b : name_a);
}

GateSpec SpecOf(const GateOptions& options) {
  GateSpec spec;
  if (!options.spec.empty()) {
    GateReading reading = ReadGateSpec(options.spec);
    ThrowIfAny(reading.problems);
    spec = std::move(reading.spec);
  }
  if (options.alpha > 0) spec.alpha = options.alpha;
  if (options.margin >= 0) spec.margin = options.margin;
  if (options.measured_margin >= 0) spec.measured_margin = options.measured_margin;
  if (options.pairs > 0) spec.budget.pairs = options.pairs;
  if (options.seconds > 0) spec.budget.seconds = options.seconds;
  if (!options.inconclusive.empty()) spec.inconclusive_passes = options.inconclusive == "pass";
  if (!options.arms.empty()) {
    spec.arms = options.arms;
    spec.arms_mark = {};
  }
  KeepMetrics(spec, options.metrics);
  return spec;
}

/// The inputs, read and checked; what is missing stays empty.
struct Inputs {
  std::optional<ExperimentResult> base, head;
  std::optional<BenchmarkPairs> benchmarks;
  std::optional<Scenario> scenario;  ///< that the binaries run
  std::string scenario_file;
};

/// The scenario that the binaries run: the one given, the baseline's own, or the repository's smallest.
void ChooseScenario(const GateOptions& options, const ScratchFolder& folder, Inputs& inputs) {
  inputs.scenario_file = options.scenario;
  if (inputs.scenario_file.empty() && inputs.base) {
    inputs.scenario_file = folder.File("scenario.yaml");
    ReplaceFile(inputs.scenario_file, inputs.base->provenance.resolved_yaml);
  }
  if (inputs.scenario_file.empty()) {
    const std::string repository = FindRepository();
    if (repository.empty()) throw Error("needs --scenario: the file that both run", "--base-binary");
    inputs.scenario_file = repository + "/scenarios/tiny/shop.yaml";
  }
  inputs.scenario = LoadScenario(inputs.scenario_file, {});
}

/// The first kind of input names the two sides.
void NameSides(const std::string& base, const std::string& head, GateReport& report) {
  if (!report.head.empty()) return;
  report.base = base;
  report.head = head;
}

Inputs ReadInputs(const GateOptions& options, const GateSpec& spec, const ScratchFolder& folder, GateReport& report) {
  NeedBoth(options.candidate, "CANDIDATE", options.baseline, "--baseline");
  NeedBoth(options.base_binary, "--base-binary", options.head_binary, "--head-binary");
  if (options.candidate.empty() && options.base_binary.empty() && options.benchmarks.empty()) {
    throw Error(
        "there is nothing to judge; give CANDIDATE and --baseline, --base-binary and --head-binary, or --benchmark");
  }
  if (!options.scenario.empty() && options.base_binary.empty())
    throw Error("is only run by --base-binary and --head-binary, which are missing", "--scenario");
  Inputs inputs;
  if (!options.candidate.empty()) {
    inputs.head = LoadResult(options.candidate);
    inputs.base = LoadBaseline(options.baseline);
    NameSides(options.baseline, options.candidate, report);
    CheckComplete(*inputs.head, options.candidate);
    CheckComparable(*inputs.base, *inputs.head, spec.arms, report);
    if (const std::string odd = NotAsAccepted(options.baseline, *inputs.base); !odd.empty())
      report.facts.push_back("Baseline: " + odd);
  }
  if (!options.benchmarks.empty()) {
    inputs.benchmarks = LoadBenchmarks(options.benchmarks);
    NameSides(options.benchmarks[0], options.benchmarks[1], report);
  }
  if (!options.base_binary.empty()) {
    ChooseScenario(options, folder, inputs);
    NameSides(options.base_binary, options.head_binary, report);
  }
  return inputs;
}

GatePlan PlanOf(const GateSpec& spec, const Inputs& inputs) {
  GateInputs have;
  have.files = inputs.base.has_value();
  have.binaries = inputs.scenario.has_value();
  if (inputs.benchmarks) have.benchmarks = BenchmarkNames(*inputs.benchmarks);
  if (inputs.scenario)
    for (const ArmSpec& arm : inputs.scenario->arms) have.measured_arms.push_back(arm.name);
  have.outcome_arms = have.measured_arms;
  if (inputs.scenario) have.headline = HeadlineMetrics(HeaderOf(*inputs.scenario));
  if (inputs.base) {
    have.outcome_arms.clear();
    have.headline = HeadlineMetrics(*inputs.base);
    for (const ArmPair& arm : CommonArms(*inputs.base, *inputs.head)) have.outcome_arms.push_back(arm.name);
  }
  return PlanGate(spec, have);
}

/// The arms that are run: those that any check looks at.
std::vector<std::string> ArmsToRun(const GatePlan& plan, const Scenario& scenario, bool outcomes_too) {
  std::vector<std::string> arms;
  for (const ArmSpec& arm : scenario.arms) {
    const auto looks = [&](const GateMetric& m) {
      return std::find(m.arms.begin(), m.arms.end(), arm.name) != m.arms.end() || m.metric == "run_time";
    };
    const bool wanted = std::any_of(plan.measured.begin(), plan.measured.end(), looks) ||
                        (outcomes_too && std::any_of(plan.outcomes.begin(), plan.outcomes.end(), looks));
    if (wanted) arms.push_back(arm.name);
  }
  if (arms.size() == scenario.arms.size() || scenario.design.kind != DesignKind::kParallelWorlds) arms.clear();
  return arms;
}

void RunBinaries(const GateOptions& options, const GateSpec& spec, const GatePlan& plan, const Inputs& inputs,
                 GateReport& report) {
  const bool outcomes_too = !inputs.base;  // else the files speak
  PairOptions pair;
  pair.base_binary = options.base_binary;
  pair.head_binary = options.head_binary;
  pair.scenario = inputs.scenario_file;
  pair.arms = ArmsToRun(plan, *inputs.scenario, outcomes_too);
  pair.replications = inputs.scenario->replications;
  pair.coin_seed = options.coin_seed;
  pair.timeout_s = options.timeout_s;
  const Interrupt interrupt;
  PairRunner runner(pair, Interrupt::Requested);
  if (outcomes_too) {
    CheckComparable(runner.first().base.result, runner.first().head.result, pair.arms, report);
  }
  const bool show = !options.quiet && IsTerminal(STDERR_FILENO);
  const auto on_pair = [&](int round, int n) {
    if (show)
      PutError(fmt::format("\r\033[Ksouk: {} {} of at most {}", round == 1 ? "pair" : "measuring again, pair", n,
                           spec.budget.pairs));
  };
  if (!plan.measured.empty()) GateMeasured(runner, *inputs.scenario, spec, plan, on_pair, report);
  // Business metrics need every replication, however soon the times were settled.
  while (outcomes_too && !plan.outcomes.empty() && runner.pairs() < pair.replications) runner.Next();
  if (show) PutError("\r\033[K");
  if (!outcomes_too) return;
  std::vector<GateRow> measured;
  measured.swap(report.rows);
  GateOutcomes(runner.BaseOutcomes(), runner.HeadOutcomes(), spec, plan.outcomes, report);
  report.rows.insert(report.rows.end(), measured.begin(), measured.end());
}

bool OnGithub(const GateOptions& options) {
  const char* actions = std::getenv("GITHUB_ACTIONS");
  return options.annotations == "github" ||
         (options.annotations == "auto" && actions != nullptr && std::string(actions) == "true");
}

void AppendSummary(const std::string& text) {
  const char* file = std::getenv("GITHUB_STEP_SUMMARY");
  if (file == nullptr || *file == '\0') return;
  std::ofstream stream(file, std::ios::app);
  if (!(stream << text << std::flush)) Note(fmt::format("{}: the job summary cannot be written", file));
}

int ExitCodeOf(const GateReport& report) {
  switch (VerdictOf(report)) {
    case GateVerdict::kPass: return kExitOk;
    case GateVerdict::kRegression: return kExitRegression;
    case GateVerdict::kInconclusive: break;
  }
  return report.inconclusive_passes ? kExitOk : kExitInconclusive;
}

int Report(const GateOptions& options, const GateReport& report) {
  const int code = ExitCodeOf(report);
  if (options.json) Out(GateJson(report, code).Dump());
  else Out(GateText(report, OutputOptions()));
  FlushOut();
  if (!options.junit.empty()) ReplaceFile(options.junit, GateJunit(report));
  if (!options.markdown.empty()) ReplaceFile(options.markdown, GateMarkdown(report));
  if (OnGithub(options)) {
    const std::string lines = GateAnnotations(report);
    if (options.json) PutError(lines);  // the runner reads both streams; JSON must stay JSON
    else Out(lines);
    AppendSummary(GateMarkdown(report));
  }
  return code;
}

int Gate(const GateOptions& options) {
  const GateSpec spec = SpecOf(options);
  GateReport report;
  report.alpha = spec.alpha;
  report.inconclusive_passes = spec.inconclusive_passes;
  const ScratchFolder folder;
  const Inputs inputs = ReadInputs(options, spec, folder, report);
  const GatePlan plan = PlanOf(spec, inputs);
  try {
    if (inputs.base && !plan.outcomes.empty()) GateOutcomes(*inputs.base, *inputs.head, spec, plan.outcomes, report);
    if (inputs.scenario) RunBinaries(options, spec, plan, inputs, report);
    if (inputs.benchmarks) GateBenchmarks(*inputs.benchmarks, spec, plan.benchmarks, report);
  } catch (const GateInterrupted&) {
    Note("stopped; nothing was judged");
    return kExitInterrupted;
  }
  return Report(options, report);
}

void AddInputs(CLI::App& verb, GateOptions& options) {
  verb.add_option("candidate", options.candidate, "Results file to judge")->type_name("FILE");
  verb.add_option("--baseline", options.baseline, "Results file to compare with")->type_name("FILE");
  verb.add_option("--base-binary", options.base_binary, "The souk before the change: times are measured here and now")
      ->type_name("FILE");
  verb.add_option("--head-binary", options.head_binary, "The souk after the change")->type_name("FILE");
  verb.add_option("--scenario", options.scenario,
                  "What both run; default: the baseline's own, or scenarios/tiny/shop.yaml of the repository")
      ->type_name("FILE");
  verb.add_option("--benchmark", options.benchmarks, "Google Benchmark JSON in turns: base, head, base, head, …")
      ->type_name("FILE ...");
}

void AddChoices(CLI::App& verb, GateOptions& options) {
  verb.add_option("--spec", options.spec, "What is judged, with which margins (gate.yaml)")->type_name("FILE");
  verb.add_option("--metric", options.metrics, "Only this metric; may be repeated")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("NAME");
  verb.add_option("--arm", options.arms, "Only this arm; may be repeated")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("NAME");
  verb.add_option("--alpha", options.alpha, "Highest chance of a false alarm; default: 0.01")
      ->check(CLI::Range(1e-6, 0.2));
  verb.add_option("--margin", options.margin, "How much worse a business metric may be; default: 0.01")
      ->check(CLI::Range(0.0, 1e6));
  verb.add_option("--measured-margin", options.measured_margin, "The same of measured times; default: 0.025")
      ->check(CLI::Range(0.0, 1e6));
  verb.add_option("--pairs", options.pairs, "Most pairs of runs in a round; default: 100")->check(CLI::Range(10, 500));
  verb.add_option("--seconds", options.seconds, "No pair of a round begins after this time; default: 600")
      ->check(CLI::Range(1.0, 1e6));
  verb.add_option("--inconclusive", options.inconclusive, "What an undecided gate exits with: 11, or 0; default: fail")
      ->check(OneOf({"fail", "pass"}));
  verb.add_option("--coin-seed", options.coin_seed, "Of the coin that decides which binary runs first; default: 1");
  verb.add_option("--timeout", options.timeout_s, "Seconds that one run may take; default: 600")
      ->check(CLI::Range(0.1, 1e6));
}

}  // namespace

void AddGate(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("gate", "Pass or fail a change: business metrics, latency, throughput; for CI");
  const auto options = std::make_shared<GateOptions>();
  AddInputs(*verb, *options);
  AddChoices(*verb, *options);
  verb->add_option("--junit", options->junit, "Also write JUnit XML to this file")->type_name("FILE");
  verb->add_option("--markdown", options->markdown, "Also write a Markdown summary to this file")->type_name("FILE");
  verb->add_option("--annotations", options->annotations,
                   "Annotation lines and job summary; auto: under GitHub Actions")
      ->check(OneOf({"auto", "github", "none"}));
  AddJson(*verb, options->json);
  verb->add_flag("--quiet", options->quiet, "No progress");
  verb->footer(
      "Examples:\n  souk gate candidate.h5 --baseline main.h5\n"
      "  souk gate candidate.h5 --baseline main.h5 --spec gate.yaml --junit gate.xml\n"
      "  souk gate --base-binary old/souk --head-binary new/souk --scenario my.yaml\n"
      "  souk gate --base-binary old/souk --head-binary new/souk --metric run_time,throughput --arm item-knn\n"
      "  souk gate --benchmark base1.json head1.json base2.json head2.json …\n\n"
      "Exit codes: 0 pass, 2 bad input, 3 a run failed, 10 regression, 11 inconclusive,\n"
      "12 the baseline is missing or cannot be compared with.");
  verb->callback([options, &action] { action = [options] { return Gate(*options); }; });
}

}  // namespace souk
