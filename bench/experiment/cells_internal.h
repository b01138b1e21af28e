#pragma once
// Runs the shops of one replication: the warm-up, one arm alone, or several arms inside one shop.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "results/store/results.h"
#include "sim/decision/strategy.h"
#include "sim/market/ad_market.h"
#include "sim/market/market.h"
#include "sim/outcome/tally.h"

namespace souk {

using WallClock = std::chrono::steady_clock;
/// Measured time, for provenance only.
inline std::int64_t NsSince(WallClock::time_point start) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(WallClock::now() - start).count();
}

using StrategyMaker = std::function<StrategySet(const ArmSpec&, const StrategyContext&)>;
/// Looks at the strategies of an arm when its period is over; may be empty.
using StrategyKeeper = std::function<void(const ArmSpec&, const StrategySet&, const ShopView&)>;

/// Drops everything: the warm-up is not measured.
class NullSink final : public OutcomeSink {
 public:
  void Record(const Outcome&) override {}
  void RecordSlate(const Outcome&, std::span<const ItemId>, std::span<const float>) override {}
  void RecordDecision(const DecisionOutcome&) override {}
};

/// One running shop. Views and truth point into `state`, so this never moves.
struct Shop {
  Shop(const World& world, const MarketState& start, std::span<const ArmSpec> arms, const Split& split,
       const StrategyMaker& make, OutcomeSink& sink);
  Shop(const Shop&) = delete;

  MarketState state;
  std::vector<ShopView> views;  ///< by arm
  MarketTruth truth;
  std::vector<StrategySet> strategies;  ///< by arm
  Market market;
};

/// The same for a RecoGym world. `warm_up`: the shoppers of the warm-up come, else those of the measured period.
struct AdShop {
  AdShop(const World& world, const MarketState& start, const ArmSpec& arm, const StrategyMaker& make,
         OutcomeSink& sink);
  AdShop(const AdShop&) = delete;
  bool Run(bool warm_up, const std::atomic<bool>* stop);

  const RecoGymModel& model;
  MarketState state;
  ShopView view;
  AdTruth truth;
  StrategySet strategies;
  AdMarket market;
};

/// Throws Error with the nearest name.
const ArmSpec& ArmNamed(const Scenario& scenario, const std::string& name);

/// The shop at the end of its warm-up under the incumbent; empty when `stop` came first.
std::optional<MarketState> WarmUp(const World& world, const StrategyMaker& make, OutcomeSink& sink,
                                  const std::atomic<bool>* stop);

/// An empty tally of the measured period. `counted`: see Tally::Setup.
Tally MakeTally(const World& world, const MarketState& start, std::vector<std::uint8_t> counted = {});

/// What the tally says, into the cell.
void FillCell(const World& world, const Tally& tally, CellResult& cell);

/// The measured period of one arm, outcomes into `sink`; what was measured by the wall clock, or nothing when stopped.
std::optional<MeasuredTimes> RunPeriod(const World& world, const MarketState& start, const ArmSpec& arm,
                                       const StrategyMaker& make, OutcomeSink& sink, const std::atomic<bool>* stop,
                                       const StrategyKeeper& keep = {});

/// Runs the measured period of one arm in a world of its own; false when stopped.
bool RunArm(const World& world, const MarketState& start, const ArmSpec& arm, const StrategyMaker& make,
            const std::atomic<bool>* stop, const StrategyKeeper& keep, CellResult& cell);

/// Runs all arms inside one world, split as the scenario's design says; false when stopped. `cells` by arm.
bool RunShared(const World& world, const MarketState& start, const StrategyMaker& make, const std::atomic<bool>* stop,
               const StrategyKeeper& keep, std::vector<CellResult>& cells);

/// The intended split; empty for designs of parallel worlds.
std::vector<double> SharesOf(const Scenario& scenario);

}  // namespace souk
