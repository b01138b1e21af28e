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

#include "sim/market/market.h"
#include "sim/outcome/tally.h"
#include "strategies/registry.h"

namespace souk {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t NsSince(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
}

/// Drops everything: the warm-up is not measured.
class NullSink final : public OutcomeSink {
 public:
  void Record(const Outcome&) override {}
  void RecordSlate(const Outcome&, std::span<const ItemId>) override {}
  void RecordDecision(const DecisionOutcome&) override {}
};

/// Passes everything on to a tally and keeps what the scenario asks to record.
class RecordingSink final : public OutcomeSink {
 public:
  RecordingSink(Tally& tally, const RecordSpec& record, SimTime begin, CellResult& cell)
      : tally_(tally), record_(record), begin_(begin), cell_(cell) {}
  void Record(const Outcome& o) override {
    tally_.Record(o);
    if (record_.events && o.time >= begin_) cell_.events.push_back(o);
  }
  void RecordSlate(const Outcome& page, std::span<const ItemId> items) override { tally_.RecordSlate(page, items); }
  void RecordDecision(const DecisionOutcome& d) override {
    tally_.RecordDecision(d);
    if (record_.decisions && d.time >= begin_) cell_.decisions.push_back(d);
  }

 private:
  Tally& tally_;
  RecordSpec record_;
  SimTime begin_;
  CellResult& cell_;
};

const ArmSpec& ArmNamed(const Scenario& scenario, const std::string& name) {
  for (const ArmSpec& arm : scenario.arms)
    if (arm.name == name) return arm;
  std::vector<std::string> names;
  for (const ArmSpec& arm : scenario.arms) names.push_back(arm.name);
  const std::string near = NearestName(name, names);
  throw Error("no arm '" + name + "' in the scenario" + (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

/// Room for a log that grows as it did in the warm-up, so that it moves once rather than often.
void Reserve(const World& world, ShopLog& log) {
  const auto& time = world.scenario.time;
  if (time.warmup_days == 0) return;
  const double growth = 1.0 + 1.1 * time.days / time.warmup_days;
  const auto grow = [&](auto& column) {
    column.reserve(static_cast<std::size_t>(growth * static_cast<double>(column.size())));
  };
  grow(log.events);
  grow(log.slates);
  grow(log.slate_items);
  grow(log.slate_propensity);
  grow(log.coupons);
}

using Maker = std::function<StrategySet(const ArmSpec&, const StrategyContext&)>;

/// Every arm plays with the same private dice: two arms of the same strategies are the same shop.
Dice PrivateDice(const World& world) { return world.dice.ForArm(0); }

/// One arm's running shop. The view and the truth point into `state`, so this never moves.
struct Shop {
  Shop(const World& world, const MarketState& start, const ArmSpec& arm, const Maker& make, OutcomeSink& sink)
      : state(start),
        view(world.catalogue, world.help_desk.articles(), world.help_desk.intents(), state.records),
        truth(world, state),
        strategies(make ? make(arm, {&view, &truth}) : MakeStrategies(arm, {&view, &truth})),
        market(world, state, strategies, PrivateDice(world), sink) {
    Reserve(world, state.records.log);
  }
  Shop(const Shop&) = delete;

  MarketState state;
  ShopView view;
  MarketTruth truth;
  StrategySet strategies;
  Market market;
};

/// The shop at the end of its warm-up; empty when `stop` came first.
std::optional<MarketState> WarmUp(const World& world, const Maker& make, OutcomeSink& sink,
                                  const std::atomic<bool>* stop) {
  const Scenario& s = world.scenario;
  const MarketState opening = OpenShop(world);
  Shop shop(world, opening, ArmNamed(s, s.incumbent), make, sink);
  if (!shop.market.RunUntil(StartOfDay(s.time.warmup_days), stop)) return std::nullopt;
  return std::move(shop.state);
}

Tally MakeTally(const World& world, const MarketState& start) {
  Tally::Setup setup;
  setup.begin = StartOfDay(world.scenario.time.warmup_days);
  setup.days = world.scenario.time.days;
  setup.segments = static_cast<int>(world.population.segments.size());
  for (const Shopper& u : world.population.shoppers) setup.segment_of.push_back(u.segment.value);
  for (const CategoryId c : world.catalogue.category) setup.category_of.push_back(c.value);
  setup.base_views.assign(setup.category_of.size(), 0);
  for (const ShopEvent& e : start.records.log.events)
    if (e.kind == ShopEventKind::kView) ++setup.base_views[e.item.index()];
  return Tally(std::move(setup));
}

/// Runs the measured period of one arm; false when stopped.
bool RunArm(const World& world, const MarketState& start, const ArmSpec& arm, const Maker& make,
            const std::atomic<bool>* stop, CellResult& cell) {
  const Scenario& s = world.scenario;
  const auto began = Clock::now();
  Tally tally = MakeTally(world, start);
  RecordingSink sink(tally, s.record, StartOfDay(s.time.warmup_days), cell);
  Shop shop(world, start, arm, make, sink);
  if (!shop.market.RunUntil(StartOfDay(s.time.warmup_days + s.time.days), stop)) return false;
  cell.by_segment = tally.BySegment();
  cell.by_day = tally.ByDay();
  cell.slates = tally.Slates();
  cell.fingerprint = tally.fingerprint();
  cell.latency = shop.market.measured().latency;
  cell.train_ns = shop.market.measured().train_ns;
  if (s.record.shoppers)
    for (const ShopperTotals& t : tally.Shoppers())
      cell.shoppers.push_back({t.sessions, t.orders, t.revenue_cents, t.margin_cents});
  cell.wall_ns = NsSince(began);
  return true;
}

std::int64_t PeakMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

/// Shared by the workers of one experiment.
class Runner {
 public:
  Runner(const Scenario& scenario, const RunOptions& options) : scenario_(scenario), options_(options) {
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
      for (int r = 0; r < scenario.replications; ++r) replications_.push_back(r);
    std::sort(replications_.begin(), replications_.end());
    if (std::adjacent_find(replications_.begin(), replications_.end()) != replications_.end())
      throw Error("a replication is listed twice");
    if (replications_.front() < 0) throw Error("replications are numbered from 0");
    header_ = HeaderOf(scenario_);
    progress_.replications = static_cast<int>(replications_.size());
    progress_.cells = progress_.replications * static_cast<int>(scenario_.arms.size());
  }

  ExperimentResult Run() {
    const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    const int threads = options_.threads > 0 ? options_.threads : cores;
    header_.provenance.threads = threads;
    slots_.resize(replications_.size());
    // Arms come and go by the dozen of megabytes: keep freed memory instead of faulting it in anew.
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    // The list of replications is fixed and each writes its own place, so threads change nothing but time.
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      for (std::size_t n = next++; n < replications_.size(); n = next++) RunReplication(n);
    };
    tbb::task_arena arena(threads);
    arena.execute([&] {
      std::vector<int> workers(static_cast<std::size_t>(std::min<int>(threads, progress_.replications)));
      tbb::parallel_for_each(workers, [&](int) { work(); });
    });
    ExperimentResult result = header_;
    for (auto& cells : slots_)
      for (CellResult& cell : cells) result.cells.push_back(std::move(cell));
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
    if (options_.on_replication) options_.on_replication(header_, cells);
    slots_[n] = std::move(cells);
    ++progress_.replications_done;
    Report("replication " + std::to_string(replication));
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
  std::vector<std::vector<CellResult>> slots_;
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
  Shop shop(world, *start, arm, {}, sink);
  shop.market.RunUntil(StartOfDay(scenario.time.warmup_days + scenario.time.days), options.stop);
  cell.by_segment = tally.BySegment();
  cell.by_day = tally.ByDay();
  cell.slates = tally.Slates();
  cell.fingerprint = tally.fingerprint();
  return cell;
}

}  // namespace souk
