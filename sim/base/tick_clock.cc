#include "sim/base/tick_clock.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace souk {

TickClock::Rate TickClock::Calibrate() {
#if defined(__x86_64__)
  // Leaf 0x80000007, EDX bit 8: the counter runs at one rate in all power states.
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(0x80000007, &a, &b, &c, &d) == 0 || (d & (1U << 8)) == 0) return {};
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kSpan{5};  // an error of 100 ns at both ends: 4 in 100,000
  const auto start = Clock::now();
  const std::uint64_t first = __rdtsc();
  auto end = start;
  while (end - start < kSpan) end = Clock::now();
  const std::uint64_t last = __rdtsc();
  if (last <= first) return {};
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(end - start).count();
  return {true, static_cast<double>(ns) / static_cast<double>(last - first)};
#else
  return {};
#endif
}

}  // namespace souk
