// Draws, schedules and looks up strategies through an installed souk; exit 0 if all of it works.

#include <cstdio>

#include "sim/base/money.h"
#include "sim/base/random.h"
#include "sim/events/event_queue.h"
#include "strategies/registry.h"

int main() {
  // Inversion keeps a uniform draw inside (0, 1); the same key gives the same draw.
  const souk::Dice dice(1, 0);
  const double u = souk::ToUniform(dice.Draw(souk::Purpose::kTaste, 7, 0).lo);
  const bool draws = u > 0 && u < 1 && u == souk::ToUniform(dice.Draw(souk::Purpose::kTaste, 7, 0).lo);

  // Half of 19.90 is 9.95.
  const bool counts = souk::Scale(souk::Money{1990}, 0.5) == souk::Money{995};

  souk::EventQueue queue;
  queue.Schedule({.time = souk::SimTime{20}, .kind = 2});
  queue.Schedule({.time = souk::SimTime{10}, .kind = 1});
  const bool orders = queue.Pop().kind == 1;

  const auto strategies = souk::Registry().size();
  std::printf("draws %d, counts %d, orders %d, %zu strategies\n", draws, counts, orders, strategies);
  return draws && counts && orders && strategies > 0 ? 0 : 1;
}
