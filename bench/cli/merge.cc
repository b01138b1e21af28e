// `souk merge`: one results file of the parts that shards or a killed run have left.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "bench/cli/app.h"
#include "bench/cli/experiment_run.h"
#include "bench/cli/options.h"
#include "bench/cli/run_report.h"
#include "bench/cli/terminal.h"
#include "bench/experiment/stopping.h"
#include "results/report/json.h"
#include "results/store/part_collection.h"
#include "results/store/resolved.h"
#include "results/store/store.h"
#include "sim/base/error.h"
#include "sim/base/fingerprint.h"
#include "sim/scenario/reader.h"

namespace souk {
namespace {

struct MergeOptions {
  std::string file;
  std::vector<std::string> sources;
  std::string experiment;
  bool partial = false;
  bool json = false;
};

/// What is there, as the run would have written it, and what is not.
struct Settled {
  ExperimentResult result;
  std::vector<std::int32_t> missing;
  bool undecided = false;  ///< a stopping rule asks for more, but not for how many
};

std::vector<std::int32_t> ReplicationsOf(const ExperimentResult& result) {
  std::vector<std::int32_t> replications;
  for (const CellResult& cell : result.cells)
    if (replications.empty() || replications.back() != cell.replication) replications.push_back(cell.replication);
  return replications;
}

/// Applies the stopping rule, if there is one, as the run does: in the order of replications.
Settled Settle(const ExperimentResult& found) {
  Settled settled{found, {}, false};
  ExperimentResult& result = settled.result;
  int expected = result.planned_replications;
  const std::optional<Scenario> scenario = ResolvedScenario(found);
  // A single replication has a plan of one; a rule has no say in it.
  if (scenario && scenario->stop.mode != StopMode::kFixed && expected > 1) {
    if (const std::optional<int> stop = StopsAt(*scenario, found)) {
      expected = *stop;
      std::erase_if(result.cells, [&](const CellResult& cell) { return cell.replication >= expected; });
    } else {
      settled.undecided = true;
      expected = result.cells.back().replication + 1;
    }
    result.planned_replications = settled.undecided ? scenario->stop.max_replications : expected;
  }
  const std::vector<std::int32_t> there = ReplicationsOf(result);
  if (std::ssize(there) < expected) {
    for (std::int32_t r = 0; r < expected; ++r)
      if (!std::binary_search(there.begin(), there.end(), r)) settled.missing.push_back(r);
  }
  result.provenance.interrupted = settled.undecided || !settled.missing.empty();
  return settled;
}

Json NumbersJson(const std::vector<std::int32_t>& numbers) {
  Json::Array values;
  for (const std::int32_t number : numbers) values.emplace_back(number);
  return values;
}

int Report(const MergeOptions& options, const Settled& settled) {
  const ExperimentResult& r = settled.result;
  const std::vector<std::int32_t> failed = FailedReplications(r);
  const auto complete = static_cast<int>(r.CompleteReplications().size());
  if (options.json) {
    Out(Json(Json::Object{{"file", options.file},
                          {"fingerprint", Hex64(r.Fingerprint())},
                          {"seed", r.provenance.seed},
                          {"replications", complete},
                          {"planned_replications", r.planned_replications},
                          {"complete", !r.provenance.interrupted && failed.empty()},
                          {"missing", NumbersJson(settled.missing)},
                          {"failed", NumbersJson(failed)}})
            .Dump());
  } else {
    Out(fmt::format("{}: {} of {} replications  fingerprint {}\n", options.file, complete, r.planned_replications,
                    Hex64(r.Fingerprint())));
  }
  FlushOut();
  int code = kExitOk;
  if (!settled.missing.empty()) {
    Note(fmt::format("missing: replication{} {}", settled.missing.size() == 1 ? "" : "s", RangesText(settled.missing)));
  }
  if (settled.undecided) Note("the stopping rule asks for more replications; souk run --resume goes on");
  if (r.provenance.interrupted && !options.partial) code = kExitRunFailed;
  if (!failed.empty()) {
    Note(fmt::format("failed: replication{} {}", failed.size() == 1 ? "" : "s", RangesText(failed)));
    code = kExitRunFailed;
  }
  return code;
}

int Merge(const MergeOptions& options) {
  PartCollection parts(options.file, options.sources, options.experiment);
  const Settled settled = Settle(parts.result());
  const bool as_found = settled.result.cells.size() == parts.result().cells.size() &&
                        settled.result.planned_replications == parts.result().planned_replications &&
                        settled.result.provenance.interrupted == parts.result().provenance.interrupted;
  if (!parts.IsMerged() || !as_found) {
    const bool complete = !settled.result.provenance.interrupted;
    try {
      CheckWritable(options.file);
    } catch (const CannotWrite& error) {
      throw RunFailed(error.what());
    }
    try {  // the place is right, so what fails now is no bad input
      parts.Write(settled.result, complete);
    } catch (const Error& error) {
      throw RunFailed(error.what());
    }
    if (complete) RemoveAbandoned(options.file);
  }
  return Report(options, settled);
}

constexpr const char* kFooter = R"(Examples:
  souk merge out.h5                         the parts in out.h5.parts, and what is in out.h5 already
  souk merge out.h5 node1/out.h5.parts node2/out.h5.parts
  souk merge all.h5 first.h5 second.h5      results of two runs of the same scenario and seed

The file is the one that a single run would have written. Repeating it changes nothing, and it may
be done while shards are at work. Exit code 3: replications are missing or have failed; the file is
written all the same, of what is there (--partial: missing ones are no failure).)";

}  // namespace

void AddMerge(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("merge", "Make one results file of the parts of shards or of a killed run");
  const auto options = std::make_shared<MergeOptions>();
  verb->add_option("file", options->file, "Results file to make; its parts are in FILE.parts")
      ->required()
      ->type_name("FILE");
  verb->add_option("source", options->sources, "More parts: folders of them, or results files")->type_name("SOURCE");
  verb->add_option("--experiment", options->experiment, "Which one, if there are parts of several: name of its folder")
      ->type_name("KEY");
  verb->add_flag("--partial", options->partial, "Exit with 0 even when replications are missing");
  AddJson(*verb, options->json);
  verb->footer(kFooter);
  verb->callback([options, &action] { action = [options] { return Merge(*options); }; });
}

}  // namespace souk
