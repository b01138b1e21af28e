// `souk run`: the experiment, its results file and the table.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include "bench/cli/app.h"
#include "bench/cli/experiment_run.h"
#include "bench/cli/interrupt.h"
#include "bench/cli/memory.h"
#include "bench/cli/options.h"
#include "bench/cli/results_file.h"
#include "bench/cli/run_plan.h"
#include "bench/cli/run_report.h"
#include "bench/cli/scenario_file.h"
#include "bench/cli/terminal.h"
#include "bench/cli/utc_time.h"
#include "bench/experiment/build_info.h"
#include "bench/experiment/model_files.h"

namespace souk {
namespace {

struct RunVerbOptions {
  ExperimentOptions experiment;
  std::string output;
  int replication = -1;
  std::string precision;  ///< a share as text, or empty
  bool decide = false;
  std::string shard;  ///< i/n, or empty
  std::string progress = "auto";
  std::vector<std::string> record;
  std::string models;  ///< folder for model files, or empty
  bool resume = false;
  bool json = false;
  bool quiet = false;
};

Provenance ProvenanceOf(const RunVerbOptions& options, const Scenario& scenario) {
  const BuildInfo& build = GetBuildInfo();
  Provenance p;
  p.scenario_yaml = FileText(options.experiment.scenario);
  p.resolved_yaml = WriteScenario(scenario);
  p.scenario_hash = ScenarioHash(scenario);
  p.argv = CommandLine();
  p.version = build.version;
  p.git = build.git_revision == "unknown" ? "" : build.git_revision;
  p.compiler = fmt::format("{}, {}: {}", build.compiler, build.build_type, build.flags);
  p.created = UtcNow();
  p.seed = scenario.seed;
  return p;
}

// ---- values of options ----------------------------------------------------------------------------------------------

/// Accepts `1%` and `0.01`, and hands on the latter.
CLI::Validator Share() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        const bool percent = !text.empty() && text.back() == '%';
        const char* end = text.data() + text.size() - (percent ? 1 : 0);
        double value = 0;
        const auto read = std::from_chars(text.data(), end, value, std::chars_format::fixed);
        const bool number = read.ec == std::errc() && read.ptr == end && value > 0;
        if (number && !percent && value >= 1) return fmt::format("found '{0}'; did you mean '{0}%'?", text);
        if (!number || value > 100) return fmt::format("found '{}'; allowed a share such as 1% or 0.01", text);
        text = fmt::format("{}", percent ? value / 100 : value);
        return {};
      },
      "", "Share");
}

CLI::Validator IsShard() {
  return CLI::Validator(
      [](std::string& text) {
        return ReadShard(text) ? std::string()
                               : fmt::format("found '{}'; allowed i/n with 1 <= i <= n, such as 1/4", text);
      },
      "", "Shard");
}

// ---- the run --------------------------------------------------------------------------------------------------------

class Run {
 public:
  explicit Run(const RunVerbOptions& options) : options_(options) {
    // A shard needs no company. In a build without MPI this refuses to be one of several that do the same.
    if (options.shard.empty() || Ranks::BuiltWithMpi()) ranks_.emplace();
  }

  int Do() {
    const bool first = !ranks_ || ranks_->first();
    if (!first && !ranks_->WaitForStart()) return kExitOk;  // rank 0 says why
    scenario_ = Load();
    plan_ = RunPlan(scenario_, options_.replication, ReadShard(options_.shard));
    CheckMemory(scenario_, {options_.experiment.threads, plan_.own(), options_.experiment.max_memory});
    CheckModels(scenario_, Planned());
    if (!options_.models.empty()) PrepareModelFolder(options_.models);
    header_ = HeaderOf(scenario_);
    header_.provenance = ProvenanceOf(options_, scenario_);
    header_.planned_replications = plan_.planned();
    ResultsFile file(options_.output.empty() ? DefaultResultsPath(scenario_.name, scenario_.seed, options_.replication)
                                             : options_.output,
                     header_);
    const Interrupt interrupt;  // from here on, Ctrl-C keeps what is finished
    return first ? Lead(file) : Follow(file);
  }

 private:
  [[nodiscard]] Scenario Load() const {
    std::vector<Override> more;
    for (const std::string& what : options_.record) more.push_back({"record." + what, "true"});
    if (options_.decide) more.push_back({"stop.mode", "decide"});
    if (!options_.precision.empty()) {
      more.push_back({"stop.mode", "precision"});
      more.push_back({"stop.half_width", options_.precision});
    }
    return LoadForExperiment(options_.experiment, more);
  }

  /// All replications that may be run here.
  [[nodiscard]] std::vector<int> Planned() const {
    std::vector<int> planned;
    for (int r = 0; r < std::max(plan_.planned(), options_.replication + 1); ++r)
      if (plan_.Wanted(r)) planned.push_back(r);
    return planned;
  }
  [[nodiscard]] bool Several() const { return ranks_ && ranks_->size() > 1; }
  [[nodiscard]] RunReport Report() const { return {ReplayCommand(), options_.replication, options_.json}; }

  /// The options that decide what one replication does, for a shell.
  [[nodiscard]] std::string ReplayCommand() const {
    const ExperimentOptions& o = options_.experiment;
    std::string command = "souk run " + ShellQuoted(o.scenario);
    for (const std::string& set : o.sets) command += " --set " + ShellQuoted(set);
    for (const std::string& arm : o.arms) command += " --arm " + ShellQuoted(arm);
    for (const std::string& log : options_.record) command += " --record " + log;
    if (!o.max_memory.empty()) command += " --max-memory " + ShellQuoted(o.max_memory);
    return command + fmt::format(" --seed {}", scenario_.seed);
  }

  [[nodiscard]] RunOptions Options(ResultsFile& file) {
    RunOptions run;
    run.threads = options_.experiment.threads;
    run.ranks = ranks_ ? &*ranks_ : nullptr;
    run.on_replication = [&file](const ExperimentResult&, const std::vector<CellResult>& cells) { file.Keep(cells); };
    run.read_replication = [&file](int replication) { return file.Kept(replication); };
    if (!options_.models.empty())
      run.on_strategies = [this](int replication, const ArmSpec& arm, const StrategySet& set, const ShopView& view) {
        SaveModels(options_.models, replication, arm, set, view);
      };
    return run;
  }

  /// Another rank: works for rank 0, and has nothing to say.
  int Follow(ResultsFile& file) {
    RunOptions run = Options(file);
    RunWithProgress(scenario_, run, "none");
    return kExitOk;
  }

  int Lead(ResultsFile& file) {
    std::vector<std::int32_t> done =
        options_.shard.empty() ? file.Begin(options_.resume)
                               : file.BeginShared(options_.resume, [this](std::int32_t r) { return plan_.Wanted(r); });
    std::erase_if(done, [this](std::int32_t r) { return !plan_.Wanted(r); });
    RunOptions run = Options(file);
    if (plan_.adaptive()) {
      for (const std::int32_t r : done)
        for (CellResult& cell : file.Kept(r)) run.done.push_back(std::move(cell));
    } else {
      run.replications = plan_.Missing(done);
    }
    if (options_.resume && !options_.quiet)
      Note(plan_.adaptive()
               ? fmt::format("{} replications are finished", done.size())
               : fmt::format("{} replications are finished, {} to run", done.size(), run.replications.size()));
    if (Several()) ranks_->SendToAll(RankWord::kStart);
    ExperimentResult result = header_;
    if (plan_.adaptive() || !run.replications.empty())
      result = RunWithProgress(scenario_, run, options_.quiet ? "none" : options_.progress);
    const Provenance measured = result.provenance;
    result.provenance = header_.provenance;
    result.provenance.wall_s = measured.wall_s;
    result.provenance.peak_rss_bytes = measured.peak_rss_bytes;
    result.provenance.threads = measured.threads;
    result.provenance.interrupted = measured.interrupted;
    if (plan_.alone()) result.planned_replications = 1;
    if (!options_.shard.empty()) return ReportShard(Report(), result, options_.shard, file.path());
    return Finish(file, std::move(result), done);
  }

  int Finish(ResultsFile& file, ExperimentResult result, const std::vector<std::int32_t>& done) {
    const Provenance& p = result.provenance;
    if (p.interrupted && Several()) {
      const std::size_t before = plan_.adaptive() ? 0 : done.size();  // a rule has counted them already
      return ReportUnmerged(before + result.CompleteReplications().size(), file.path());
    }
    const bool any =
        std::any_of(result.cells.begin(), result.cells.end(), [](const CellResult& c) { return c.error.empty(); });
    if (!any && done.empty()) {
      file.Drop();
      return ReportNothing(Report(), result);
    }
    // What ran ahead of the look that stopped, or is left of a longer run, is no part of this one.
    file.Discard([&](std::int32_t r) { return plan_.Surplus(r, result.planned_replications); });
    file.Merge(p, result.planned_replications);
    const bool whole = done.empty() && !Several();
    return ReportResult(Report(), whole ? result : LoadResult(file.path()), file.path());
  }

  const RunVerbOptions& options_;
  std::optional<Ranks> ranks_;
  Scenario scenario_;
  RunPlan plan_;
  ExperimentResult header_;
};

constexpr const char* kFooter = R"(Examples:
  souk run scenarios/standard/marketplace.yaml
  souk run my.yaml --arm item-knn --replications 4 -o quick.h5
  souk run my.yaml --set population.shoppers=5000 --set arms.b.recommender=random
  souk run my.yaml --precision 1%           until every uplift is known to +-1 %
  souk run my.yaml --decide                 until every sign is settled, looking after each replication
  souk run my.yaml --replication 3          one replication again, on its own
  souk run my.yaml --json | jq .fingerprint

On several machines that share a folder, each job with its share of the replications, then one merge:
  parallel souk run my.yaml -o out.h5 --quiet --shard {}/8 ::: $(seq 8); souk merge out.h5
  sbatch --array=1-8 --wrap 'souk run my.yaml -o out.h5 --quiet --shard $SLURM_ARRAY_TASK_ID/8'
or, built with -DSOUK_MPI=ON, as one job; --threads then is per process, 1 by default:
  mpirun -n 64 souk run my.yaml -o out.h5

Ctrl-C stops, keeps the finished replications and prints their table (exit code 130);
a second Ctrl-C ends at once. --resume goes on after that, or after a kill or a full disk.
Exit code 3: a replication failed, or the results could not be kept.)";

}  // namespace

void AddRun(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("run", "Run a scenario: print the comparison, write the results file");
  const auto options = std::make_shared<RunVerbOptions>();
  verb->add_option("scenario", options->experiment.scenario, "Scenario file")->required()->type_name("FILE");
  verb->add_option("-o,--output", options->output,
                   "Results file; default: <name>-<seed>.h5, in results/runs/ when started in the "
                   "repository")
      ->type_name("FILE");
  AddExperimentOptions(*verb, options->experiment);
  CLI::Option* replications = verb->get_option("--replications");
  CLI::Option* precision =
      verb->add_option("--precision", options->precision,
                       "Run until the 95% interval of every relative uplift of stop.metric is at most this wide to "
                       "each side; stop.max_replications ends it in any case")
          ->type_name("SHARE")
          ->transform(Share())
          ->excludes(replications);
  CLI::Option* decide = verb->add_flag("--decide", options->decide,
                                       "Run until the sign of every uplift of stop.metric is settled, or that it is "
                                       "within stop.margin")
                            ->excludes(replications)
                            ->excludes(precision);
  CLI::Option* replication = verb->add_option("--replication", options->replication,
                                              "Run only this one, numbered from 0, into a file of its own")
                                 ->type_name("K")
                                 ->check(Whole(0, 999'999))
                                 ->excludes(precision)
                                 ->excludes(decide);
  verb->add_option("--shard", options->shard,
                   "Run only the i-th of n shares of the replications, and leave their parts to souk merge")
      ->type_name("i/n")
      ->check(IsShard())
      ->excludes(replication)
      ->excludes(precision)
      ->excludes(decide);
  verb->add_option("--record", options->record, "Also keep this log in the results file; may be repeated")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(OneOf({"events", "decisions", "shoppers"}));
  verb->add_option(
          "--save-models", options->models,
          "Write what each strategy has learnt by the end of the period to FOLDER/<arm>.<slot>.r<replication>.h5")
      ->type_name("FOLDER");
  verb->add_option("--progress", options->progress,
                   "How progress is shown on standard error; json: a line per finished replication")
      ->check(OneOf({"auto", "bar", "plain", "json", "none"}));
  verb->add_flag("--resume", options->resume, "Go on from the replications that an earlier run finished")
      ->excludes(replication);
  AddJson(*verb, options->json);
  verb->add_flag("--quiet", options->quiet, "No progress; errors and the table only");
  verb->footer(kFooter);
  verb->callback([options, &action] { action = [options] { return Run(*options).Do(); }; });
}

}  // namespace souk
