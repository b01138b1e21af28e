#include "bench/experiment/experiment.h"

#include <malloc.h>
#include <sys/resource.h>
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for_each.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>

#include "bench/experiment/cells_internal.h"
#include "bench/experiment/errands_internal.h"
#include "bench/experiment/ledger_internal.h"
#include "bench/experiment/model_files.h"
#include "bench/experiment/stopping.h"
#include "sim/scenario/factorial.h"
#include "strategies/registry.h"

namespace souk {
namespace {

std::int64_t PeakMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

/// Shared by the workers of one experiment.
class Runner {
 public:
  Runner(const Scenario& scenario, const RunOptions& options)
      : scenario_(WithArms(scenario, options.arms)),
        options_(options),
        several_(options.ranks != nullptr && options.ranks->size() > 1),
        rule_(scenario.stop, scenario.replications),
        header_(HeaderOf(scenario_)),
        ledger_(header_, Numbers(), Adaptive() ? &rule_ : nullptr, options.done) {
    threads_ = options.threads > 0 ? options.threads : several_ ? 1 : Cores();
    header_.provenance.threads = threads_ * (several_ ? options.ranks->size() : 1);
    progress_.replications = ledger_.to_run();
    progress_.cells = progress_.replications * static_cast<int>(scenario_.arms.size());
  }

  ExperimentResult Run() {
    // Arms come and go by the dozen of megabytes: keep freed memory instead of faulting it in anew.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    if (!several_) {
      InThreads([this] { WorkForLedger(); });
    } else if (options_.ranks->first()) {
      LeadRanks(*options_.ranks);
    } else {
      FollowRankZero(*options_.ranks);
      return header_;
    }
    const bool complete = ledger_.Complete();
    ExperimentResult result = ledger_.TakeResult();
    result.provenance = header_.provenance;
    result.provenance.wall_s = static_cast<double>(NsSince(began_)) * 1e-9;
    result.provenance.peak_rss_bytes = PeakMemory();
    result.provenance.interrupted = !complete;
    return result;
  }

 private:
  static Scenario WithArms(const Scenario& scenario, const std::vector<std::string>& names) {
    Scenario kept = scenario;
    for (const std::string& name : names) (void)ArmNamed(scenario, name);
    std::erase_if(kept.arms, [&](const ArmSpec& arm) {
      return !names.empty() && arm.name != scenario.incumbent &&
             std::find(names.begin(), names.end(), arm.name) == names.end();
    });
    return kept;
  }

  /// Replications named by the user are run as they are; else the scenario's rule may stop.
  [[nodiscard]] bool Adaptive() const { return rule_.adaptive() && options_.replications.empty(); }

  [[nodiscard]] std::vector<int> Numbers() const {
    std::vector<int> numbers = options_.replications;
    if (numbers.empty())
      for (int r = 0; r < rule_.most(); ++r) numbers.push_back(r);
    std::sort(numbers.begin(), numbers.end());
    if (std::adjacent_find(numbers.begin(), numbers.end()) != numbers.end())
      throw Error("a replication is listed twice");
    if (numbers.front() < 0) throw Error("replications are numbered from 0");
    return numbers;
  }

  [[nodiscard]] bool Stopped() const { return halt_ || (options_.stop != nullptr && *options_.stop); }
  /// What the simulations under way watch: among ranks, the end may come from rank 0 as well as from a signal.
  [[nodiscard]] const std::atomic<bool>* stop() const { return several_ ? &halt_ : options_.stop; }

  // The numbers to run are fixed and each has a world of its own, so threads change nothing but time.
  void InThreads(const std::function<void()>& work) {
    // Else TBB grants no more than there are cores, and complains on standard error.
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads_));
    tbb::task_arena arena(threads_);
    arena.execute([&] {
      std::vector<int> workers(static_cast<std::size_t>(threads_));
      tbb::parallel_for_each(workers, [&](int) { work(); });
    });
  }

  void WorkForLedger() {
    try {
      Work([this] { return ledger_.Claim(); },
           [this](std::vector<CellResult> cells) { ledger_.Finish(std::move(cells)); });
    } catch (...) {
      ledger_.Close();  // the other threads go home, too
      throw;
    }
  }

  /// Runs what `next` names until that is nothing, or the run is stopped.
  void Work(const std::function<std::optional<int>()>& next,
            const std::function<void(std::vector<CellResult>)>& finished) {
    while (const std::optional<int> replication = next()) {
      std::vector<CellResult> cells(scenario_.arms.size());
      for (std::size_t a = 0; a < cells.size(); ++a) {
        cells[a].replication = *replication;
        cells[a].arm = static_cast<std::int32_t>(a);
      }
      if (Stopped() || !RunCells(*replication, cells)) return;
      const std::lock_guard lock(mutex_);
      if (options_.on_replication) options_.on_replication(header_, cells);
      finished(std::move(cells));
      ReportFinished(*replication);
    }
  }

  /// Rank 0: its workers and the other ranks claim from one ledger.
  void LeadRanks(Ranks& ranks) {
    auto workers = std::async(std::launch::async, [this] { InThreads([this] { WorkForLedger(); }); });
    try {
      std::vector<std::set<int>> out(static_cast<std::size_t>(ranks.size()));  // by rank, what it is at
      int present = ranks.size() - 1;
      bool working = true;
      while (working || (present > 0 && !halt_)) {
        if (Stopped()) halt_ = true;
        while (const auto message = ranks.Receive()) {
          Answer(ranks, *message, out[static_cast<std::size_t>(message->from)]);
          if (message->word == RankWord::kLeft) --present;
        }
        if (working && workers.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
          workers.get();
          working = false;
        }
        Ranks::Nap();
      }
    } catch (...) {
      halt_ = true;
      ledger_.Close();
      if (workers.valid()) workers.wait();
      throw;
    }
  }

  void Answer(Ranks& ranks, const RankMessage& message, std::set<int>& out) {
    if (message.word == RankWord::kAsk) {
      const std::optional<int> replication = halt_ ? std::nullopt : ledger_.Claim();
      if (replication) out.insert(*replication);
      ranks.Send(message.from, replication ? RankWord::kRun : RankWord::kNoMore, replication.value_or(-1));
    } else if (message.word == RankWord::kFinished) {
      out.erase(message.value);
      TakeFromRank(message.from, message.value);
    } else if (message.word == RankWord::kLeft && !halt_ && (message.value != 0 || !out.empty())) {
      throw std::runtime_error("rank " + std::to_string(message.from) + " of " + std::to_string(ranks.size()) +
                               " has left before its work was done");
    }
  }

  void TakeFromRank(int rank, int replication) {
    std::vector<CellResult> cells = options_.read_replication(replication);
    const std::lock_guard lock(mutex_);
    progress_.cells_done += static_cast<int>(cells.size());
    for (const CellResult& cell : cells)
      if (!cell.error.empty()) ++progress_.failed;
    ledger_.Finish(std::move(cells));
    ReportFinished(replication, rank);
  }

  /// Any other rank.
  void FollowRankZero(Ranks& ranks) {
    Errands errands;
    auto workers = std::async(std::launch::async, [&] {
      InThreads([&] {
        try {
          Work([&] { return errands.Next(); },
               [&](const std::vector<CellResult>& cells) { errands.Finished(cells.front().replication); });
        } catch (...) {
          errands.Close();
          throw;
        }
      });
    });
    while (workers.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      if (!errands.Talk(ranks) || Stopped()) {
        halt_ = true;
        errands.Close();
      }
      Ranks::Nap();
    }
    errands.Talk(ranks);
    workers.get();
  }

  /// False when stopped. Failures end up in the cells: of one arm in its cell, of the world or the
  /// warm-up in all of them.
  bool RunCells(int replication, std::vector<CellResult>& cells) {
    std::optional<MarketState> start;
    World world;
    try {
      world = BuildWorld(ForReplication(scenario_, replication), static_cast<std::uint64_t>(replication));
      NullSink sink;
      start = WarmUp(world, options_.make_strategies, sink, stop());
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
      const ArmSpec& arm = world.scenario.arms[static_cast<std::size_t>(cell.arm)];
      try {
        if (!RunArm(world, *start, arm, options_.make_strategies, stop(), Keeper(replication), cell)) return false;
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

  [[nodiscard]] StrategyKeeper Keeper(int replication) const {
    if (!options_.on_strategies) return {};
    return [this, replication](const ArmSpec& arm, const StrategySet& set, const ShopView& view) {
      options_.on_strategies(replication, arm, set, view);
    };
  }

  /// All arms in one shop: they finish, or fail, together.
  bool RunSplit(const World& world, const MarketState& start, std::vector<CellResult>& cells) {
    std::string error;
    try {
      const StrategyKeeper keep = Keeper(cells.front().replication);
      if (!RunShared(world, start, options_.make_strategies, stop(), keep, cells)) return false;
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

  /// A replication is finished and kept. Called with the mutex held.
  void ReportFinished(int replication, int rank = 0) {
    ++progress_.replications_done;
    progress_.replications = progress_.replications_done + ledger_.to_run();
    progress_.cells = std::max(progress_.cells_done, progress_.replications * static_cast<int>(scenario_.arms.size()));
    progress_.finished = replication;
    progress_.rank = rank;
    Report("replication " + std::to_string(replication));
    progress_.finished = -1;
  }

  const Scenario scenario_;
  const RunOptions& options_;
  const bool several_;  ///< ranks
  const StoppingRule rule_;
  ExperimentResult header_;
  Ledger ledger_;
  int threads_ = 1;
  std::atomic<bool> halt_{false};
  std::mutex mutex_;
  Progress progress_;
  WallClock::time_point began_ = WallClock::now();
};

/// Has the arm a strategy that knows what no shop can?
bool SeesTruth(const ArmSpec& arm) {
  for (int slot = 0; slot < kSlots; ++slot) {
    const StrategyEntry* entry = FindStrategy(static_cast<Slot>(slot), arm.slots[static_cast<std::size_t>(slot)].name);
    if (entry != nullptr && entry->info().sees_truth) return true;
  }
  return false;
}

bool SameStrategy(const ArmSpec& a, const ArmSpec& b, Slot slot) {
  const StrategySpec& x = a.slots[static_cast<std::size_t>(slot)];
  const StrategySpec& y = b.slots[static_cast<std::size_t>(slot)];
  return x.name == y.name && x.params == y.params;
}

/// Per arm the one that lacks its recommender and nothing else; empty when no arm has such a twin.
std::vector<std::int32_t> WithoutRecommender(const Scenario& s) {
  const auto bare = [](const ArmSpec& arm) {
    return arm.slots[static_cast<std::size_t>(Slot::kRecommender)].name == "none";
  };
  const auto alike = [](const ArmSpec& a, const ArmSpec& b) {
    bool same = a.decision_time == b.decision_time;
    for (int slot = 0; slot < kSlots; ++slot)
      same &= static_cast<Slot>(slot) == Slot::kRecommender || SameStrategy(a, b, static_cast<Slot>(slot));
    return same;
  };
  std::vector<std::int32_t> without(s.arms.size(), -1);
  bool any = false;
  if (s.design.kind == DesignKind::kAbTest || s.design.kind == DesignKind::kSwitchback) return {};
  for (std::size_t a = 0; a < s.arms.size(); ++a) {
    const auto twin =
        std::find_if(s.arms.begin(), s.arms.end(), [&](const ArmSpec& b) { return bare(b) && alike(s.arms[a], b); });
    if (bare(s.arms[a]) || twin == s.arms.end()) continue;
    without[a] = static_cast<std::int32_t>(twin - s.arms.begin());
    any = true;
  }
  if (!any) without.clear();
  return without;
}

/// Calls a function for every outcome, besides adding it up.
class CallbackSink final : public OutcomeSink {
 public:
  CallbackSink(OutcomeSink* next, const std::function<void(const Outcome&)>* call) : next_(next), call_(call) {}
  void Record(const Outcome& o) override {
    if (next_ != nullptr) next_->Record(o);
    if (call_ != nullptr) (*call_)(o);
  }
  void RecordSlate(const Outcome& page, std::span<const ItemId> items, std::span<const float> propensity) override {
    if (next_ != nullptr) next_->RecordSlate(page, items, propensity);
  }
  void RecordDecision(const DecisionOutcome& d) override {
    if (next_ != nullptr) next_->RecordDecision(d);
  }

 private:
  OutcomeSink* next_;
  const std::function<void(const Outcome&)>* call_;
};

}  // namespace

int Cores() { return tbb::info::default_concurrency(); }

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
  for (const ArmSpec& arm : s.arms)
    if (SeesTruth(arm)) r.ceilings.push_back(arm.name);
  r.without_recommender = WithoutRecommender(s);
  if (std::holds_alternative<RecoGymModel>(s.world)) r.headline = {"click_through_rate", "clicks_per_visitor"};
  r.design = DesignName(s.design.kind);
  r.shares = SharesOf(s);
  r.levers = LeversOf(s);
  if (!r.levers.empty())
    for (const ArmSpec& arm : s.arms) r.arm_levers.push_back(LeverMask(arm.name, r.levers));
  r.planned_replications = StoppingRule(s.stop, s.replications).most();
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
  (void)ArmNamed(scenario, name);  // a wrong name is told before anything is built
  const World world =
      BuildWorld(ForReplication(scenario, options.replication), static_cast<std::uint64_t>(options.replication));
  const ArmSpec& arm = ArmNamed(world.scenario, name);
  CellResult cell;
  cell.replication = options.replication;
  cell.arm = static_cast<std::int32_t>(&arm - world.scenario.arms.data());
  CallbackSink warm(nullptr, options.warmup ? &on_outcome : nullptr);
  const auto start = WarmUp(world, {}, warm, options.stop);
  if (!start) return cell;
  Tally tally = MakeTally(world, *start);
  CallbackSink sink(&tally, &on_outcome);
  (void)RunPeriod(world, *start, arm, {}, sink, options.stop);
  FillCell(world, tally, cell);
  return cell;
}

}  // namespace souk
