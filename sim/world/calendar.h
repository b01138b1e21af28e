#pragma once
// How busy the shop is over time: hour of day × day of week × month × campaigns × day noise.
// Visits happen in operational time, in which intensity is constant; the calendar maps it to the
// clock. So a law of off-times becomes a non-homogeneous process by inversion of one function,
// with as many draws in every arm (thinning would need a varying number).

#include <cstdint>
#include <vector>

#include "sim/base/random.h"
#include "sim/base/sim_time.h"
#include "sim/scenario/scenario.h"

namespace souk {

class Calendar {
 public:
  Calendar() = default;
  /// Covers `days` days from day 0; beyond, the last week repeats. Day noise is an AR(1) of the
  /// log intensity keyed by the day.
  Calendar(const ArrivalSpec& spec, const TimeSpec& time, const Dice& dice);

  /// The clock time that lies `operational` hours after `from`: the integral of the relative
  /// intensity over that span equals `operational`. Monotone. Cost: O(log n).
  [[nodiscard]] SimTime After(SimTime from, double operational_hours) const;
  /// The same by a clock that is `ahead` of the shop's: `from` and the result are on the shop's.
  [[nodiscard]] SimTime AfterBy(SimDuration ahead, SimTime from, double operational_hours) const {
    const SimTime local = After(from + ahead, operational_hours);
    return local == kNever ? kNever : local - ahead;
  }
  /// Integral of the relative intensity from time 0, in hours.
  [[nodiscard]] double Operational(SimTime t) const;
  /// Relative intensity at `t` (mean about 1).
  [[nodiscard]] double Intensity(SimTime t) const;

 private:
  std::vector<double> rate_;        // per hour
  std::vector<double> cumulative_;  // at the start of each hour; one longer
};

}  // namespace souk
