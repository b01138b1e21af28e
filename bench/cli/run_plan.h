#pragma once
// Which replications a run is about: one alone, one shard's share, a fixed number, or as many as a stopping rule needs.
// Resuming, shards, MPI and rules all ask this one value.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace souk {

/// The i-th of n shares, `i/n`: every n-th replication.
struct Shard {
  int index = 1;  ///< from 1
  int of = 1;
  [[nodiscard]] bool Has(std::int32_t replication) const { return replication % of == index - 1; }
};
/// Nothing when `text` is not i/n with 1 ≤ i ≤ n.
std::optional<Shard> ReadShard(const std::string& text);

class RunPlan {
 public:
  RunPlan() = default;
  /// `alone`: the one replication to run, or −1. Throws Error for a shard of a run whose length depends on what it
  /// shows.
  RunPlan(const Scenario& scenario, int alone, std::optional<Shard> shard);

  /// Does the number of replications depend on what they show?
  [[nodiscard]] bool adaptive() const { return adaptive_; }
  [[nodiscard]] bool alone() const { return alone_ >= 0; }
  /// Replications of the whole run, at most; 1 for one alone.
  [[nodiscard]] int planned() const { return alone() ? 1 : most_; }
  /// Of these, at most so many are run by this process and kept in its memory.
  [[nodiscard]] int own() const;
  /// Is it a replication that this process was asked for?
  [[nodiscard]] bool Wanted(std::int32_t replication) const;
  /// Is it one that the finished run of `replications` has no place for?
  [[nodiscard]] bool Surplus(std::int32_t replication, int replications) const;
  /// Those asked for that are not among `done` (ascending). Only when not adaptive: a rule picks its own.
  [[nodiscard]] std::vector<int> Missing(const std::vector<std::int32_t>& done) const;

 private:
  int most_ = 0;
  int alone_ = -1;
  std::optional<Shard> shard_;
  bool adaptive_ = false;
};

}  // namespace souk
