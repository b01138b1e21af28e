#pragma once
// Helpers shared by the sources of this room.

#include <cstdint>

#include "sim/base/tick_clock.h"
#include "sim/market/market.h"

namespace souk {

inline std::uint32_t Entity(ShopperId u) { return static_cast<std::uint32_t>(u.value); }

/// Index of a draw that belongs to (session, item) and a small number: the n-th view of the item.
constexpr std::uint64_t ItemIndex(std::int32_t ordinal, ItemId item, int n = 0) {
  return Index((static_cast<std::uint64_t>(ordinal) << 6) | static_cast<std::uint64_t>(n < 63 ? n : 63),
               static_cast<std::uint64_t>(item.value));
}

/// Asks a strategy and records how long the answer took by the wall clock.
template <class Ask>
auto Market::Timed(int arm, Slot slot, Ask&& ask) {
  const std::uint64_t start = TickClock::Now();
  auto answer = ask();
  const std::uint64_t end = TickClock::Now();
  measured_[static_cast<std::size_t>(arm)].latency[static_cast<std::size_t>(slot)].Add(TickClock::Ns(start, end));
  return answer;
}

}  // namespace souk
