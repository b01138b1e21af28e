#pragma once
// Which arm serves whom, when several share one shop: what a real test does. Alone, arm 0 serves everybody.

#include <cstdint>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/random.h"
#include "sim/base/sim_time.h"

namespace souk {

/// A pure function of seed, replication, shopper (A/B test) or time (switchback).
class Split {
 public:
  /// One arm for all.
  Split() = default;
  /// Each shopper belongs to one arm for good, with chances in proportion to `shares`.
  static Split ByShopper(const Dice& dice, const std::vector<double>& shares);
  /// The whole shop changes arm at the end of each block. Every round of blocks gives each arm one block, in random
  /// order, so that no arm owns an hour or a weekday by design. Times before `begin` count as the first block.
  static Split ByTime(const Dice& dice, int arms, SimTime begin, SimDuration block);

  /// The arm that serves the shopper from now on; a session stays with the arm that it started with.
  [[nodiscard]] int ArmOf(ShopperId shopper, SimTime now) const;
  /// Time since the present block began; very long in a split by shopper.
  [[nodiscard]] SimDuration SinceSwitch(SimTime now) const;

 private:
  Dice dice_{0, 0};
  std::vector<double> upper_;  ///< by shopper: cumulative shares
  int arms_ = 1;
  SimTime begin_;
  SimDuration block_{0};
};

}  // namespace souk
