#pragma once
// How much memory a run will take, before anything is built: a shop of fifty million shoppers is refused with a
// number, not killed by the system half-way.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "sim/scenario/reader.h"

namespace souk {

/// Bytes that a run takes at its peak, by what they are for. From measurements (souk run, peak resident size): about
/// 250 B per item, 36 kB per category, 1.8 kB per shopper and 220 B per page view in every world that is simulated at
/// the same time; 0.5 MB per finished cell. Within a factor of two where it matters.
struct MemoryNeed {
  double items = 0;                         ///< items and categories
  double shoppers = 0;                      ///< shoppers and their state
  double log = 0;                           ///< the shop's log, which grows with the days
  double replications = 0;                  ///< results of finished cells
  [[nodiscard]] double total() const;       ///< the program itself included
  [[nodiscard]] const char* field() const;  ///< path of the field that asks for most
};

/// `threads` and `replications` (that run, of all that are planned) at least 1.
/// Tested by: MemoryNeed.*, system.cli_memory.
MemoryNeed EstimateMemory(const Scenario& scenario, int threads, int replications);

/// The bytes that this process may use: physical memory, or what its control group or its address-space limit leaves.
std::int64_t AvailableMemory();

/// `900 MB`, `1.2 GB`: powers of 1000.
std::string BytesText(double bytes);
/// Reads `8G`, `500 MB`, `1e9`; nothing when it is no size above 0.
std::optional<double> ParseBytes(const std::string& text);

/// What a verb knows about its run.
struct MemoryPlan {
  int threads = 0;       ///< 0: all cores
  int replications = 0;  ///< that run and are kept; 0: as many as the scenario plans
  std::string limit;     ///< `--max-memory`; empty: AvailableMemory()
};
/// Adds `--max-memory`.
void AddMaxMemory(CLI::App& verb, std::string& limit);

/// What is wrong with the size of the scenario, if anything.
std::optional<Problem> MemoryProblem(const Scenario& scenario, const MemoryPlan& plan);
/// Throws it as an Error.
void CheckMemory(const Scenario& scenario, const MemoryPlan& plan);

}  // namespace souk
