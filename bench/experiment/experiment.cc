#include "bench/experiment/experiment.h"

#include <malloc.h>
#include <sys/resource.h>
#include <tbb/parallel_for_each.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "bench/experiment/cells_internal.h"
#include "bench/experiment/stopping.h"
#include "sim/scenario/factorial.h"

namespace souk {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t NsSince(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
}

std::int64_t PeakMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

/// Shared by the workers of one experiment.
class Runner {
 public:
  Runner(const Scenario& scenario, const RunOptions& options)
      : scenario_(scenario), options_(options), rule_(scenario.stop, scenario.replications) {
    if (!options.arms.empty()) {
      std::vector<ArmSpec> kept;
      for (const std::string& name : options.arms) (void)ArmNamed(scenario, name);
      for (const ArmSpec& arm : scenario.arms)
        if (arm.name == scenario.incumbent ||
            std::find(options.arms.begin(), options.arms.end(), arm.name) != options.arms.end())
          kept.push_back(arm);
      scenario_.arms = std::move(kept);
    }
    replications_ = options.replications;
    if (replications_.empty())
      for (int r = 0; r < rule_.most(); ++r) replications_.push_back(r);
    std::sort(replications_.begin(), replications_.end());
    if (std::adjacent_find(replications_.begin(), replications_.end()) != replications_.end())
      throw Error("a replication is listed twice");
    if (replications_.front() < 0) throw Error("replications are numbered from 0");
    header_ = HeaderOf(scenario_);
    accepted_ = header_;
    progress_.replications = static_cast<int>(replications_.size());
    progress_.cells = progress_.replications * static_cast<int>(scenario_.arms.size());
  }

  ExperimentResult Run() {
    const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    const int threads = options_.threads > 0 ? options_.threads : cores;
    header_.provenance.threads = threads;
    slots_.resize(replications_.size());
    limit_ = slots_.size();
    // Arms come and go by the dozen of megabytes: keep freed memory instead of faulting it in anew.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    // The list of replications is fixed and each writes its own place, so threads change nothing but time.
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      for (std::size_t n = next++; n < limit_; n = next++) RunReplication(n);
    };
    tbb::task_arena arena(threads);
    arena.execute([&] {
      std::vector<int> workers(static_cast<std::size_t>(std::min<int>(threads, progress_.replications)));
      tbb::parallel_for_each(workers, [&](int) { work(); });
    });
    ExperimentResult result = header_;
    if (Adaptive()) {
      result.cells = std::move(accepted_.cells);
      result.planned_replications = static_cast<int>(limit_);
    } else {
      for (auto& cells : slots_)
        for (CellResult& cell : cells) result.cells.push_back(std::move(cell));
    }
    result.provenance.wall_s = static_cast<double>(NsSince(began_)) * 1e-9;
    result.provenance.peak_rss_bytes = PeakMemory();
    result.provenance.interrupted = Stopped();
    return result;
  }

 private:
  [[nodiscard]] bool Stopped() const { return options_.stop != nullptr && *options_.stop; }

  void RunReplication(std::size_t n) {
    if (Stopped()) return;
    const int replication = replications_[n];
    std::vector<CellResult> cells(scenario_.arms.size());
    for (std::size_t a = 0; a < cells.size(); ++a) {
      cells[a].replication = replication;
      cells[a].arm = static_cast<std::int32_t>(a);
    }
    if (!RunCells(replication, cells)) return;
    const std::lock_guard lock(mutex_);
    slots_[n] = std::move(cells);
    if (Adaptive()) {
      AcceptInOrder();
    } else if (options_.on_replication) {
      options_.on_replication(header_, slots_[n]);
    }
    ++progress_.replications_done;
    Report("replication " + std::to_string(replication));
  }

  /// Replications named by the user are run as they are; else the scenario's rule may stop.
  [[nodiscard]] bool Adaptive() const { return rule_.adaptive() && options_.replications.empty(); }

  /// Takes finished replications in the order of their numbers, whatever the order in which they finish, and stops at
  /// the first look that says so. What ran ahead of that look is dropped.
  void AcceptInOrder() {
    for (; accepted_count_ < limit_ && !slots_[accepted_count_].empty(); ++accepted_count_) {
      std::vector<CellResult>& cells = slots_[accepted_count_];
      if (options_.on_replication) options_.on_replication(header_, cells);
      for (CellResult& cell : cells) accepted_.cells.push_back(std::move(cell));
      const int count = static_cast<int>(accepted_count_) + 1;
      if (rule_.LookDue(count) && rule_.Enough(accepted_)) limit_ = static_cast<std::size_t>(count);
    }
  }

  /// False when stopped. Failures end up in the cells: of one arm in its cell, of the world or the
  /// warm-up in all of them.
  bool RunCells(int replication, std::vector<CellResult>& cells) {
    std::optional<MarketState> start;
    World world;
    try {
      world = BuildWorld(scenario_, static_cast<std::uint64_t>(replication));
      NullSink sink;
      start = WarmUp(world, options_.make_strategies, sink, options_.stop);
      if (!start) return false;
    } catch (const std::exception& e) {
      for (CellResult& cell : cells) cell.error = std::string("warm-up: ") + e.what();
      const std::lock_guard lock(mutex_);
      progress_.cells_done += static_cast<int>(cells.size());
      progress_.failed += static_cast<int>(cells.size());
      Report("replication " + std::to_string(replication) + " failed");
      return true;
    }
    if (!SharesOf(scenario_).empty()) return RunSplit(world, *start, cells);
    for (CellResult& cell : cells) {
      const ArmSpec& arm = scenario_.arms[static_cast<std::size_t>(cell.arm)];
      try {
        if (!RunArm(world, *start, arm, options_.make_strategies, options_.stop, cell)) return false;
      } catch (const std::exception& e) {
        CellResult failed;
        failed.replication = cell.replication;
        failed.arm = cell.arm;
        failed.error = e.what();
        cell = std::move(failed);
      }
      const std::lock_guard lock(mutex_);
      ++progress_.cells_done;
      if (!cell.error.empty()) ++progress_.failed;
      Report("replication " + std::to_string(replication) + ": " + arm.name);
    }
    return true;
  }

  /// All arms in one shop: they finish, or fail, together.
  bool RunSplit(const World& world, const MarketState& start, std::vector<CellResult>& cells) {
    std::string error;
    try {
      if (!RunShared(world, start, options_.make_strategies, options_.stop, cells)) return false;
    } catch (const std::exception& e) {
      error = e.what();
    }
    for (CellResult& cell : cells) {
      if (!error.empty()) {
        const CellResult failed{.replication = cell.replication, .arm = cell.arm, .error = error};
        cell = failed;
      }
    }
    const std::lock_guard lock(mutex_);
    progress_.cells_done += static_cast<int>(cells.size());
    if (!error.empty()) progress_.failed += static_cast<int>(cells.size());
    Report("replication " + std::to_string(cells.front().replication) + ": all arms in one shop");
    return true;
  }

  void Report(std::string last) {
    if (!options_.on_progress) return;
    progress_.last = std::move(last);
    progress_.elapsed_s = static_cast<double>(NsSince(began_)) * 1e-9;
    options_.on_progress(progress_);
  }

  Scenario scenario_;
  const RunOptions& options_;
  std::vector<int> replications_;
  ExperimentResult header_;
  StoppingRule rule_;
  std::vector<std::vector<CellResult>> slots_;
  std::atomic<std::size_t> limit_{0};  ///< replications from this place on are not needed
  std::size_t accepted_count_ = 0;     ///< under a stopping rule: places whose turn has come
  ExperimentResult accepted_;
  std::mutex mutex_;
  Progress progress_;
  Clock::time_point began_ = Clock::now();
};

/// Calls a function for every outcome, besides adding it up.
class CallbackSink final : public OutcomeSink {
 public:
  CallbackSink(OutcomeSink* next, const std::function<void(const Outcome&)>* call) : next_(next), call_(call) {}
  void Record(const Outcome& o) override {
    if (next_ != nullptr) next_->Record(o);
    if (call_ != nullptr) (*call_)(o);
  }
  void RecordSlate(const Outcome& page, std::span<const ItemId> items) override {
    if (next_ != nullptr) next_->RecordSlate(page, items);
  }
  void RecordDecision(const DecisionOutcome& d) override {
    if (next_ != nullptr) next_->RecordDecision(d);
  }

 private:
  OutcomeSink* next_;
  const std::function<void(const Outcome&)>* call_;
};

}  // namespace

ExperimentResult HeaderOf(const Scenario& s) {
  ExperimentResult r;
  r.name = s.name;
  r.question = s.question;
  r.currency = s.currency;
  r.incumbent = s.incumbent;
  for (const ArmSpec& arm : s.arms) {
    r.arms.push_back(arm.name);
    r.arm_labels.push_back(arm.label.empty() ? arm.name : arm.label);
  }
  for (const SegmentSpec& segment : s.segments) r.segments.push_back(segment.name);
  if (r.segments.empty()) r.segments.push_back(SegmentSpec{}.name);
  for (int slot = 0; slot < kSlots; ++slot) r.slots.emplace_back(SlotName(static_cast<Slot>(slot)));
  r.design = DesignName(s.design.kind);
  r.shares = SharesOf(s);
  r.levers = LeversOf(s);
  if (!r.levers.empty())
    for (const ArmSpec& arm : s.arms) r.arm_levers.push_back(LeverMask(arm.name, r.levers));
  r.planned_replications = s.replications;
  r.days = s.time.days;
  r.provenance.seed = s.seed;
  return r;
}

ExperimentResult RunExperiment(const Scenario& scenario, const RunOptions& options) {
  return Runner(scenario, options).Run();
}

CellResult TraceCell(const Scenario& scenario, const TraceOptions& options,
                     const std::function<void(const Outcome&)>& on_outcome) {
  const std::string name = options.arm.empty() ? scenario.incumbent : options.arm;
  const ArmSpec& arm = ArmNamed(scenario, name);
  CellResult cell;
  cell.replication = options.replication;
  cell.arm = static_cast<std::int32_t>(&arm - scenario.arms.data());
  const World world = BuildWorld(scenario, static_cast<std::uint64_t>(options.replication));
  CallbackSink warm(nullptr, options.warmup ? &on_outcome : nullptr);
  const auto start = WarmUp(world, {}, warm, options.stop);
  if (!start) return cell;
  Tally tally = MakeTally(world, *start);
  CallbackSink sink(&tally, &on_outcome);
  Shop shop(world, *start, std::span(&arm, 1), Split(), {}, sink);
  shop.market.RunUntil(StartOfDay(scenario.time.warmup_days + scenario.time.days), options.stop);
  FillCell(world, tally, cell);
  return cell;
}

}  // namespace souk
