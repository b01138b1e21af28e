#pragma once
// The event log of one arm in one replication, read without the rest of the file: logs can be larger than memory.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/outcome/outcome.h"

namespace souk {

struct EventLog {
  std::string arm;
  std::int32_t replication = 0;
  std::vector<Outcome> events;  ///< in time order
};

/// Reads the events of `arm` (empty: the incumbent) in `replication` (−1: the first that has some of the arm). Throws
/// Error as ReadResult does, and when the file has no event log, no such arm (naming the nearest) or no events of it.
/// Thread safety: as store.h. Tested by: EventLog.*.
EventLog ReadEventLog(const std::string& file, const std::string& arm = {}, std::int32_t replication = -1);

}  // namespace souk
