#include "bench/cli/experiment_run.h"

#include "bench/cli/interrupt.h"
#include "bench/cli/progress.h"
#include "bench/experiment/stopping.h"

namespace souk {
namespace {

ProgressStyle StyleNamed(const std::string& style) {
  if (style == "bar") return ProgressStyle::kBar;
  if (style == "json") return ProgressStyle::kJson;
  if (style == "plain") return ProgressStyle::kPlain;
  if (style == "none") return ProgressStyle::kNone;
  return ProgressStyle::kAuto;
}

}  // namespace

ExperimentResult RunWithProgress(const Scenario& scenario, RunOptions options, const std::string& style) {
  ProgressDisplay display(StyleNamed(style));
  Progress start;
  start.replications =
      static_cast<int>(options.replications.empty() ? StoppingRule(scenario.stop, scenario.replications).most()
                                                    : options.replications.size());
  start.cells = start.replications * static_cast<int>(scenario.arms.size());
  display.Update(start);
  options.stop = Interrupt::flag();
  options.on_progress = [&display](const Progress& progress) { display.Update(progress); };
  ExperimentResult result = RunExperiment(scenario, options);
  display.Finish();
  return result;
}

std::vector<std::int32_t> FailedReplications(const ExperimentResult& result) {
  std::vector<std::int32_t> failed;
  for (const CellResult& cell : result.cells)  // sorted by replication
    if (!cell.error.empty() && (failed.empty() || failed.back() != cell.replication))
      failed.push_back(cell.replication);
  return failed;
}

}  // namespace souk
