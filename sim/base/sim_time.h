#pragma once
// Simulated time as integer microseconds: exact comparison, no drift. Never mixed with measured
// wall-clock time, which is kept in integer nanoseconds (sim/outcome/latency_histogram.h).

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>

namespace souk {

/// A span of simulated time in integer microseconds.
struct SimDuration {
  std::int64_t us = 0;

  friend constexpr auto operator<=>(SimDuration, SimDuration) = default;
  friend constexpr SimDuration operator+(SimDuration a, SimDuration b) { return {a.us + b.us}; }
  friend constexpr SimDuration operator-(SimDuration a, SimDuration b) { return {a.us - b.us}; }
  friend constexpr SimDuration operator*(SimDuration a, std::int64_t n) { return {a.us * n}; }

  [[nodiscard]] constexpr double seconds() const { return static_cast<double>(us) * 1e-6; }
  [[nodiscard]] constexpr double hours() const { return seconds() / 3600.0; }
  [[nodiscard]] constexpr double days() const { return seconds() / 86400.0; }
};

/// A point in simulated time: microseconds since the scenario's midnight of day 0 (a Monday).
struct SimTime {
  std::int64_t us = 0;

  friend constexpr auto operator<=>(SimTime, SimTime) = default;
  friend constexpr SimTime operator+(SimTime t, SimDuration d) { return {t.us + d.us}; }
  friend constexpr SimTime operator-(SimTime t, SimDuration d) { return {t.us - d.us}; }
  friend constexpr SimDuration operator-(SimTime a, SimTime b) { return {a.us - b.us}; }

  static constexpr std::int64_t kDayUs = 86'400'000'000;
  static constexpr std::int64_t kHourUs = 3'600'000'000;

  /// Whole days since day 0 (rounded down; may be negative).
  [[nodiscard]] constexpr std::int64_t day() const { return us >= 0 ? us / kDayUs : -((-us + kDayUs - 1) / kDayUs); }
  /// Hour of the day, 0…23.
  [[nodiscard]] constexpr int hour_of_day() const { return static_cast<int>((us - day() * kDayUs) / kHourUs); }
  /// Day of the week, 0 = Monday … 6 = Sunday.
  [[nodiscard]] constexpr int day_of_week() const { return static_cast<int>(((day() % 7) + 7) % 7); }
  [[nodiscard]] constexpr double seconds() const { return static_cast<double>(us) * 1e-6; }
  [[nodiscard]] constexpr double days() const { return seconds() / 86400.0; }
};

constexpr SimTime kNever{INT64_MAX};

/// Longer spans are cut to this one, about a thousand years, so that sums of a few stay in range.
constexpr SimDuration kLongestSpan{1000 * 365 * SimTime::kDayUs};

/// Nearest microsecond to `s` seconds, within ±kLongestSpan.
inline SimDuration Seconds(double s) {
  constexpr auto kMost = static_cast<double>(kLongestSpan.us);
  return {static_cast<std::int64_t>(std::nearbyint(std::clamp(s * 1e6, -kMost, kMost)))};
}
inline SimDuration Hours(double h) { return Seconds(h * 3600.0); }
inline SimDuration Days(double d) { return Seconds(d * 86400.0); }
/// Midnight at the start of day `day`.
constexpr SimTime StartOfDay(std::int64_t day) { return {day * SimTime::kDayUs}; }

}  // namespace souk
