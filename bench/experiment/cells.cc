#include <algorithm>
#include <chrono>

#include "bench/experiment/cells_internal.h"
#include "bench/experiment/model_files.h"
#include "sim/base/error.h"
#include "strategies/registry.h"

namespace souk {
namespace {

/// Passes everything on to a tally and keeps what the scenario asks to record.
class RecordingSink final : public OutcomeSink {
 public:
  RecordingSink(Tally tally, const RecordSpec& record, SimTime begin, CellResult& cell)
      : tally_(std::move(tally)), record_(record), begin_(begin), cell_(cell) {}
  void Record(const Outcome& o) override {
    tally_.Record(o);
    if (record_.events && BookingTime(o) >= begin_) cell_.events.push_back(o);
  }
  void RecordSlate(const Outcome& page, std::span<const ItemId> items, std::span<const float> propensity) override {
    tally_.RecordSlate(page, items, propensity);
    if (!record_.decisions || page.time < begin_) return;
    const auto decision = static_cast<std::int32_t>(cell_.decisions.size());  // the one that follows
    for (std::size_t r = 0; r < items.size(); ++r) {
      cell_.slate_items.push_back(
          {decision, static_cast<std::int32_t>(r) + 1, items[r], static_cast<double>(propensity[r])});
    }
  }
  void RecordDecision(const DecisionOutcome& d) override {
    tally_.RecordDecision(d);
    if (record_.decisions && d.time >= begin_) cell_.decisions.push_back(d);
  }
  void Expect(ShopperId shopper) const override { tally_.Expect(shopper); }
  [[nodiscard]] const Tally& tally() const { return tally_; }

 private:
  Tally tally_;
  RecordSpec record_;
  SimTime begin_;
  CellResult& cell_;
};

/// Hands each outcome to the arm that caused it: the one that served the session in which it began – an order that is
/// sent back a week later still belongs to the arm that sold it – or that planned the message.
class SplitSink final : public OutcomeSink {
 public:
  SplitSink(const Split& split, SimDuration washout, std::size_t shoppers, std::vector<RecordingSink>& arms)
      : split_(split), washout_(washout), arms_(arms), served_(shoppers) {}

  void Record(const Outcome& o) override {
    if (o.kind == OutcomeKind::kSessionStart) Note(o);
    if (o.arm >= 0) return arms_[static_cast<std::size_t>(o.arm)].Record(o);
    if (OutcomeSink* arm = ArmOf(o.shopper, o.session, BookingTime(o))) arm->Record(o);
  }
  void RecordSlate(const Outcome& page, std::span<const ItemId> items, std::span<const float> propensity) override {
    if (OutcomeSink* arm = ArmOf(page.shopper, page.session, page.time)) arm->RecordSlate(page, items, propensity);
  }
  void RecordDecision(const DecisionOutcome& d) override {
    if (d.arm >= 0) return arms_[static_cast<std::size_t>(d.arm)].RecordDecision(d);
    if (OutcomeSink* arm = ArmOf(d.shopper, d.session, d.time)) arm->RecordDecision(d);
  }

 private:
  static constexpr std::int16_t kWashedOut = -1;
  struct Served {
    std::int32_t first = -1;         // ordinal of the first session of the period
    std::vector<std::int16_t> arms;  // of the sessions since
  };

  void Note(const Outcome& o) {
    Served& served = served_[o.shopper.index()];
    if (served.first < 0) served.first = o.session;
    const bool counts = split_.SinceSwitch(o.time) >= washout_;
    served.arms.push_back(counts ? static_cast<std::int16_t>(split_.ArmOf(o.shopper, o.time)) : kWashedOut);
  }

  /// Null during a washout. What belongs to no session of the period goes by the time at which it happens.
  OutcomeSink* ArmOf(ShopperId shopper, std::int32_t session, SimTime time) {
    const Served& served = served_[shopper.index()];
    const std::int64_t at = std::int64_t{session} - served.first;
    if (served.first >= 0 && session >= 0 && at >= 0 && at < std::ssize(served.arms)) {
      const std::int16_t arm = served.arms[static_cast<std::size_t>(at)];
      return arm == kWashedOut ? nullptr : &arms_[static_cast<std::size_t>(arm)];
    }
    return &arms_[static_cast<std::size_t>(split_.ArmOf(shopper, time))];
  }

  const Split& split_;
  SimDuration washout_;
  std::vector<RecordingSink>& arms_;
  std::vector<Served> served_;
};

/// Every arm plays with the same private dice: two arms of the same strategies are the same shop.
Dice PrivateDice(const World& world) { return world.dice.ForArm(0); }

/// The shop at `start` with a table of prices for each arm.
MarketState WithPrices(const MarketState& start, std::size_t arms) {
  MarketState state = start;
  state.prices.resize(arms, start.prices.front());
  return state;
}

std::vector<ShopView> MakeViews(const World& world, const MarketState& state) {
  std::vector<ShopView> views;
  for (const PriceTable& table : state.prices) {
    views.emplace_back(world.catalogue, world.help_desk.articles(), world.help_desk.intents(), state.records,
                       &table.price);
  }
  return views;
}

StrategySet MakeOne(const ArmSpec& arm, const ShopView& view, const Truth& truth, const StrategyMaker& make) {
  const StrategyContext context{&view, nullptr, SealedTruth(truth)};
  StrategySet set = make ? make(arm, context) : MakeStrategies(arm, context);
  LoadModels(arm, view, set);
  return set;
}

std::vector<StrategySet> MakeAll(std::span<const ArmSpec> arms, const std::vector<ShopView>& views, const Truth& truth,
                                 const StrategyMaker& make) {
  std::vector<StrategySet> sets;
  for (std::size_t arm = 0; arm < arms.size(); ++arm) sets.push_back(MakeOne(arms[arm], views[arm], truth, make));
  return sets;
}

Split SplitOf(const World& world) {
  const Scenario& s = world.scenario;
  if (s.design.kind == DesignKind::kAbTest) return Split::ByShopper(world.dice, SharesOf(s));
  SOUK_CHECK(s.design.kind == DesignKind::kSwitchback);
  return Split::ByTime(world.dice, static_cast<int>(s.arms.size()), StartOfDay(s.time.warmup_days),
                       Hours(s.design.block_h));
}

/// Who belongs to `arm` for good; empty, that is everybody, in a switchback.
std::vector<std::uint8_t> Members(const World& world, const Split& split, int arm) {
  std::vector<std::uint8_t> members;
  if (world.scenario.design.kind != DesignKind::kAbTest) return members;
  for (std::size_t u = 0; u < world.population.shoppers.size(); ++u)
    members.push_back(split.ArmOf(ShopperId(u), SimTime{}) == arm ? 1 : 0);
  return members;
}

SimTime BeginOf(const Scenario& s) { return StartOfDay(s.time.warmup_days); }
SimTime EndOf(const Scenario& s) { return StartOfDay(s.time.warmup_days + s.time.days); }

bool IsRecoGym(const Scenario& s) { return std::holds_alternative<RecoGymModel>(s.world); }

std::optional<MarketState> WarmUpAds(const World& world, const StrategyMaker& make, OutcomeSink& sink,
                                     const std::atomic<bool>* stop) {
  MarketState state = OpenAdShop(world);
  if (std::get<RecoGymModel>(world.scenario.world).warmup_shoppers > 0) {
    AdShop shop(world, state, ArmNamed(world.scenario, world.scenario.incumbent), make, sink);
    if (!shop.Run(true, stop)) return std::nullopt;
    state = std::move(shop.state);
  }
  state.records.now = BeginOf(world.scenario);
  return state;
}

}  // namespace

Shop::Shop(const World& world, const MarketState& start, std::span<const ArmSpec> arms, const Split& split,
           const StrategyMaker& make, OutcomeSink& sink)
    : state(WithPrices(start, arms.size())),
      views(MakeViews(world, state)),
      truth(world, state),
      strategies(MakeAll(arms, views, truth, make)),
      market(world, state, strategies, split, PrivateDice(world), sink) {}

AdShop::AdShop(const World& world, const MarketState& start, const ArmSpec& arm, const StrategyMaker& make,
               OutcomeSink& sink)
    : model(std::get<RecoGymModel>(world.scenario.world)),
      state(start),
      view(world.catalogue, world.help_desk.articles(), world.help_desk.intents(), state.records),
      truth(world),
      strategies(MakeOne(arm, view, truth, make)),
      market(world, state, strategies, truth, PrivateDice(world), sink) {}

bool AdShop::Run(bool warm_up, const std::atomic<bool>* stop) {
  const int warm = model.warmup_shoppers;
  return warm_up ? market.Run(0, warm, stop) : market.Run(warm, warm + model.shoppers, stop);
}

const ArmSpec& ArmNamed(const Scenario& scenario, const std::string& name) {
  for (const ArmSpec& arm : scenario.arms)
    if (arm.name == name) return arm;
  std::vector<std::string> names;
  for (const ArmSpec& arm : scenario.arms) names.push_back(arm.name);
  const std::string near = NearestName(name, names);
  throw Error("no arm '" + name + "' in the scenario" + (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

std::optional<MarketState> WarmUp(const World& world, const StrategyMaker& make, OutcomeSink& sink,
                                  const std::atomic<bool>* stop) {
  const Scenario& s = world.scenario;
  if (IsRecoGym(s)) return WarmUpAds(world, make, sink, stop);
  const MarketState opening = OpenShop(world);
  Shop shop(world, opening, std::span(&ArmNamed(s, s.incumbent), 1), Split(), make, sink);
  if (!shop.market.RunUntil(StartOfDay(s.time.warmup_days), stop)) return std::nullopt;
  return std::move(shop.state);
}

Tally MakeTally(const World& world, const MarketState& start, std::vector<std::uint8_t> counted) {
  Tally::Setup setup;
  setup.begin = StartOfDay(world.scenario.time.warmup_days);
  setup.days = world.scenario.time.days;
  setup.segments = static_cast<int>(world.population.segments.size());
  for (const Shopper& u : world.population.shoppers) setup.segment_of.push_back(u.segment.value);
  setup.counted = std::move(counted);
  for (const CategoryId c : world.catalogue.category) setup.category_of.push_back(c.value);
  setup.launch_day = world.catalogue.launch_day;
  setup.base_views.assign(setup.category_of.size(), 0);
  for (const ShopEvent& e : start.records.log.events)
    if (e.kind == ShopEventKind::kView) ++setup.base_views[e.item.index()];
  return Tally(std::move(setup));
}

void FillCell(const World& world, const Tally& tally, CellResult& cell) {
  cell.by_segment = tally.BySegment();
  cell.by_day = tally.ByDay();
  cell.by_age = tally.ByAge();
  cell.slates = tally.Slates();
  cell.by_week = tally.ByWeek();
  cell.fingerprint = tally.fingerprint();
  if (!world.scenario.record.shoppers) return;
  for (std::size_t u = 0; u < tally.Shoppers().size(); ++u) {
    const ShopperTotals& t = tally.Shoppers()[u];
    cell.shoppers.push_back(
        {world.population.shoppers[u].segment.value, t.sessions, t.orders, t.revenue_cents, t.margin_cents});
  }
}

std::optional<MeasuredTimes> RunPeriod(const World& world, const MarketState& start, const ArmSpec& arm,
                                       const StrategyMaker& make, OutcomeSink& sink, const std::atomic<bool>* stop,
                                       const StrategyKeeper& keep) {
  if (IsRecoGym(world.scenario)) {
    AdShop shop(world, start, arm, make, sink);
    if (!shop.Run(false, stop)) return std::nullopt;
    if (keep) keep(arm, shop.strategies, shop.view);
    return shop.market.measured();
  }
  Shop shop(world, start, std::span(&arm, 1), Split(), make, sink);
  if (!shop.market.RunUntil(EndOf(world.scenario), stop)) return std::nullopt;
  shop.market.Drain();
  if (keep) keep(arm, shop.strategies.front(), shop.views.front());
  return shop.market.measured();
}

bool RunArm(const World& world, const MarketState& start, const ArmSpec& arm, const StrategyMaker& make,
            const std::atomic<bool>* stop, const StrategyKeeper& keep, CellResult& cell) {
  const Scenario& s = world.scenario;
  const auto began = WallClock::now();
  RecordingSink sink(MakeTally(world, start), s.record, BeginOf(s), cell);
  const auto measured = RunPeriod(world, start, arm, make, sink, stop, keep);
  if (!measured) return false;
  FillCell(world, sink.tally(), cell);
  cell.latency = measured->latency;
  cell.train_ns = measured->train_ns;
  cell.wall_ns = NsSince(began);
  return true;
}

bool RunShared(const World& world, const MarketState& start, const StrategyMaker& make, const std::atomic<bool>* stop,
               const StrategyKeeper& keep, std::vector<CellResult>& cells) {
  const Scenario& s = world.scenario;
  SOUK_CHECK(cells.size() == s.arms.size());
  const auto began = WallClock::now();
  const Split split = SplitOf(world);
  std::vector<RecordingSink> sinks;
  for (std::size_t arm = 0; arm < cells.size(); ++arm) {
    sinks.emplace_back(MakeTally(world, start, Members(world, split, static_cast<int>(arm))), s.record,
                       StartOfDay(s.time.warmup_days), cells[arm]);
  }
  SplitSink sink(split, Hours(s.design.washout_h), world.population.shoppers.size(), sinks);
  Shop shop(world, start, s.arms, split, make, sink);
  if (!shop.market.RunUntil(EndOf(s), stop)) return false;
  shop.market.Drain();
  for (std::size_t arm = 0; arm < cells.size(); ++arm) {
    if (keep) keep(s.arms[arm], shop.strategies[arm], shop.views[arm]);
    FillCell(world, sinks[arm].tally(), cells[arm]);
    cells[arm].latency = shop.market.measured(static_cast<int>(arm)).latency;
    cells[arm].train_ns = shop.market.measured(static_cast<int>(arm)).train_ns;
    // One run served all arms: each is given its equal part of the time.
    cells[arm].wall_ns = NsSince(began) / static_cast<std::int64_t>(cells.size());
  }
  return true;
}

std::vector<double> SharesOf(const Scenario& scenario) {
  std::vector<double> shares;
  if (scenario.design.kind == DesignKind::kAbTest)
    for (const ArmSpec& arm : scenario.arms) shares.push_back(arm.share);
  if (scenario.design.kind == DesignKind::kSwitchback) shares.assign(scenario.arms.size(), 1.0);
  return shares;
}

}  // namespace souk
