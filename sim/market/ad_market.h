#pragma once
// RecoGym's world at work (sim/world/recogym.h): shoppers come one after the other, each walks between organic views
// and advertisements until it leaves. The recommender is asked for every advertisement – a slate of one.
//
// A run of organic views is a session; a click starts the next one. One step – a view or an advertisement – takes a
// microsecond of the shop's clock, which runs on through all shoppers.
// Determinism: draws are keyed by shopper and step, so another recommender changes neither tastes nor dice.

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "sim/market/market.h"

namespace souk {

/// A RecoGym shop before its first shopper.
MarketState OpenAdShop(const World& world);

/// What the ceiling may know: the shopper's chance to click now.
class AdTruth final : public Truth {
 public:
  explicit AdTruth(const World& world) : world_(&world), omega_(static_cast<std::size_t>(world.ads.dims)) {}
  /// Equal for all: what is shown is seen.
  [[nodiscard]] double ViewUtility(ShopperId, ItemId) const override { return 0; }
  /// Log odds of a click by the present shopper.
  [[nodiscard]] double PurchaseLogit(ShopperId shopper, ItemId item) const override;
  [[nodiscard]] CategoryId NextCategory(ShopperId) const override { return {}; }

 private:
  friend class AdMarket;
  const World* world_;
  std::vector<double> omega_;  ///< taste of the shopper who is in the shop
};

/// Borrows everything; `state` holds the shop's records and log. Trains every strategy on the log so far, once.
/// Throws Error when a strategy breaks the contract of the waist. Cost: about 0.15 µs a step and 1.5 ns per
/// product and organic view.
class AdMarket {
 public:
  AdMarket(const World& world, MarketState& state, StrategySet& strategies, AdTruth& truth, const Dice& strategy_dice,
           OutcomeSink& sink);

  /// Shoppers `first` … `last` − 1, each to the end. `stop` (may be null) is polled between shoppers; false when it
  /// ended the run.
  bool Run(int first, int last, const std::atomic<bool>* stop = nullptr);

  [[nodiscard]] const MeasuredTimes& measured() const { return measured_; }

 private:
  enum class Mode : std::uint8_t { kOrganic, kAd, kGone };

  /// Room in the log for what so many shoppers will do, so that it moves seldom.
  void MakeRoom(int shoppers);
  void Visit(ShopperId u);
  void Tick();
  void StartSession(ShopperId u);
  void View(ShopperId u, double dice);
  /// True when the shopper clicks.
  bool ShowAd(ShopperId u, double dice);
  /// ω += sd · N(0, 1), by the dice of `step`.
  void Walk(ShopperId u, double sd, std::uint32_t step);
  [[nodiscard]] Mode Next(Mode mode, double dice) const;
  void Emit(Outcome outcome, ShopperId u);
  void Log(const ShopEvent& event);

  const World& world_;
  const RecoGymModel& model_;
  MarketState& state_;
  StrategySet& strategies_;
  AdTruth& truth_;
  Dice private_dice_;
  OutcomeSink& sink_;
  MeasuredTimes measured_;
  std::vector<float> weights_;  ///< scratch, by product
  std::vector<ItemId> viewed_;  ///< in the session
  std::int32_t session_ = -1;   ///< ordinal of the shopper's
};

}  // namespace souk
