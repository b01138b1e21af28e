#pragma once
// What follows what: distance-weighted counts of item pairs, kept up to date event by event.

#include <cstdint>
#include <span>
#include <vector>

#include "sim/decision/shop_log.h"
#include "strategies/common/baskets.h"
#include "strategies/common/growing_rows.h"
#include "strategies/common/serial.h"

namespace souk {

struct TransitionSettings {
  int window = 10;                         ///< largest distance of a pair
  BasketOf sequence = BasketOf::kSession;  ///< what a pair lies within: one session or all that a shopper did
  EventWeights weights;
  double half_life_days = 0;  ///< age at which an event counts half; 0: events never age
  bool repeats = false;       ///< an item may follow itself
};

/// M[a, b] = Σ worth(b) ÷ d over all pairs whose b stands d ≤ window places after a in a sequence; b ≠ a unless
/// `repeats`.
/// Places. A view takes a place, unless it repeats the item of the latest one and not `repeats`. A cart or purchase
/// event takes a place only when its item has none among the latest `window` ones; else, like a repeated view, it may
/// raise the worth of the latest such place. Worth: the largest weight · 2^(age ÷ −half_life) of the events that a
/// place stands for. Ages count from the log's last event, in hours of the clock; later events are worth more than 1,
/// so that nothing that was counted has to change (forward decay, Cormode et al. 2009). Thread safety: const calls may
/// run concurrently. Tested by: SequentialRules.*.
class Transitions {
 public:
  Transitions(int n_items, const TransitionSettings& settings);

  /// Forgets all, then reads the log. Events of weight 0 and items outside the catalogue are ignored.
  /// Cost: O(events · window), about 1.5 ns each.
  void Rebuild(const ShopLog& log);
  /// One event more: the same sums as if it stood in the log, up to rounding and a factor common to all.
  /// Cost: O(window) searches of a row, about 0.1 µs each.
  void Observe(const ShopEvent& event);

  /// M[item, ·], ascending columns.
  [[nodiscard]] std::span<const Entry> row(std::int32_t item) const { return counts_.row(item); }
  /// Σ_b M[item, b] and Σ_a M[a, item].
  [[nodiscard]] double out(std::int32_t item) const { return out_[static_cast<std::size_t>(item)]; }
  [[nodiscard]] double in(std::int32_t item) const { return in_[static_cast<std::size_t>(item)]; }
  [[nodiscard]] int items() const { return counts_.size(); }
  /// Grows when all counts were scaled down, as happens every forty half-lives.
  [[nodiscard]] double rescaled() const { return shift_; }

  void Save(StateWriter& out) const;
  /// Reads what Save wrote under the same settings; refuses anything else.
  void Load(StateReader& in);

 private:
  struct Step {
    std::int32_t item;
    float worth;
  };
  /// The latest places of a shopper's sequence, `2 · window` of them at most: the later half may still be raised, and
  /// the places before it must be known then.
  struct Tail {
    std::int32_t session = -1;
    std::int32_t size = 0;
  };

  [[nodiscard]] bool Counts(const ShopEvent& event) const;
  [[nodiscard]] double Worth(const ShopEvent& event);
  /// The place that an event stands for among the latest ones of `steps`, −1: a new one.
  [[nodiscard]] int PlaceOf(std::span<const Step> steps, const ShopEvent& event) const;
  [[nodiscard]] std::span<Step> StepsOf(std::size_t tail) {
    const auto width = 2 * static_cast<std::size_t>(settings_.window);
    return {steps_.data() + tail * width, width};
  }
  Tail& TailOf(ShopperId shopper);
  void KeepTail(ShopperId shopper, std::int32_t session, std::span<const Step> sequence);
  /// Adds worth ÷ d to the pairs of `item` with the places before `place`.
  void Pair(std::span<const Step> steps, int place, float worth);
  void CountAll(const std::vector<Step>& sequences);
  void Rescale(double half_lives);

  TransitionSettings settings_;
  std::vector<float> inverse_;  ///< 1 ÷ d
  GrowingRows counts_;
  std::vector<double> out_, in_;
  std::int64_t origin_hour_ = 0;
  double shift_ = 0;                ///< half-lives by which all counts were scaled down
  std::int64_t hour_ = 0;           ///< since origin_hour_, of the latest event
  double growth_ = 1;               ///< at hour_
  std::vector<std::int32_t> slot_;  ///< per shopper: number of their tail, −1: none
  std::vector<Tail> tails_;
  std::vector<Step> steps_;
};

}  // namespace souk
