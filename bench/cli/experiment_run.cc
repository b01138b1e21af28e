#include "bench/cli/experiment_run.h"

#include "bench/cli/interrupt.h"
#include "bench/cli/progress.h"

namespace souk {
namespace {

ProgressStyle StyleNamed(const std::string& style) {
  if (style == "bar") return ProgressStyle::kBar;
  if (style == "plain") return ProgressStyle::kPlain;
  if (style == "none") return ProgressStyle::kNone;
  return ProgressStyle::kAuto;
}

}  // namespace

ExperimentResult HeaderOf(const Scenario& scenario) {
  ExperimentResult header;
  header.name = scenario.name;
  header.question = scenario.question;
  header.currency = scenario.currency;
  header.incumbent = scenario.incumbent;
  for (const ArmSpec& arm : scenario.arms) {
    header.arms.push_back(arm.name);
    header.arm_labels.push_back(arm.label.empty() ? arm.name : arm.label);
  }
  for (const SegmentSpec& segment : scenario.segments) header.segments.push_back(segment.name);
  if (header.segments.empty()) header.segments.push_back(SegmentSpec{}.name);
  for (int slot = 0; slot < kSlots; ++slot)
    header.slots.emplace_back(SlotName(static_cast<Slot>(slot)));
  header.planned_replications = scenario.replications;
  header.days = scenario.time.days;
  header.provenance.seed = scenario.seed;
  return header;
}

ExperimentResult RunWithProgress(const Scenario& scenario, RunOptions options,
                                 const std::string& style) {
  ProgressDisplay display(StyleNamed(style));
  Progress start;
  start.replications = options.replications.empty() ? scenario.replications
                                                    : static_cast<int>(options.replications.size());
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
