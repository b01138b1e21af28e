#pragma once
// The stylised facts that the simulated log of a scenario shows.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "results/statistics/facts.h"
#include "sim/scenario/scenario.h"

namespace souk {

struct ObservedFactsOptions {
  std::vector<int> replications;  ///< numbers; empty: 0 … scenario.replications − 1
  std::string arm;                ///< empty: the incumbent
  /// Counts only the first views, cart events and order lines of each replication; 0: all of them.
  /// The concentration of popularity depends on the size of the sample: compare it at equal sizes.
  std::int64_t events = 0;
  int threads = 0;                                    ///< 0: all cores
  std::function<void(int done, int of)> on_progress;  ///< one call at a time, from any thread
};

/// Facts of the measured period of one arm, each the mean over replications in which it is defined: worlds
/// differ (a noisy month, a few dear categories), and one of them is no more typical than one real month.
/// The same values for any number of threads. Throws Error as TraceCell does.
std::vector<Fact> ObservedFacts(const Scenario& scenario, const ObservedFactsOptions& options);

}  // namespace souk
