#pragma once
// Wall-clock time for things that take nanoseconds: measured latency of decisions. Never part of outcomes.

#include <chrono>
#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace souk {

/// Reads the processor's time stamp counter, which costs a third of a call of std::chrono::steady_clock, and converts
/// differences to nanoseconds by a rate measured against that clock. Elsewhere, or where the counter does not run at a
/// constant rate, it is that clock.
/// Thread safety: all functions may be called concurrently. Differences must be of reads on one thread.
class TickClock {
 public:
  /// Counts from an unknown start.
  static std::uint64_t Now() {
#if defined(__x86_64__)
    if (rate().use_counter) return __rdtsc();
#endif
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  }
  /// Nanoseconds between two reads; 0 if they are in the wrong order.
  static std::int64_t Ns(std::uint64_t start, std::uint64_t end) {
    return end > start ? static_cast<std::int64_t>(static_cast<double>(end - start) * rate().ns_per_tick) : 0;
  }

 private:
  struct Rate {
    bool use_counter = false;
    double ns_per_tick = 1;
  };
  static Rate Calibrate();
  static const Rate& rate() {
    static const Rate measured = Calibrate();
    return measured;
  }
};

}  // namespace souk
