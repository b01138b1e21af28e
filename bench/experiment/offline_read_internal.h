#pragma once
// How each family of formats becomes sequences of raw item ids; offline_data.cc makes them dense.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/experiment/offline_data.h"

namespace souk::offline {

/// The text of `file`. Throws Error when it cannot be read.
std::string ReadWhole(const std::string& file);
/// A word for a message: cut after 24 bytes, control characters spelt out.
std::string Shown(std::string_view word);

// ---- numbers: pairs, sessions, lists (offline_numbers.cc) ----

/// Item ids by user or session.
using RawSequences = std::vector<std::vector<std::int64_t>>;

/// Reads `file` in the format, which may be kAuto and is then replaced by what it turned out to be.
RawSequences ReadNumbers(const std::string& file, OfflineFormat& format);
/// `user item rating [time]`, also with a header, decimals and `::` between: those of at least `min_rating`, by time
/// where there is one. `left_out` grows by the others.
RawSequences ReadRatings(const std::string& file, double min_rating, std::int64_t& left_out);

// ---- events: clicks, results (offline_clicks.cc, offline_results.cc) ----

struct Click {
  SimTime time;
  std::int64_t item = 0;
  std::int32_t shopper = 0;  ///< numbered as they come
  std::int32_t session = 0;  ///< numbered as they come, over all shoppers
  ShopEventKind kind = ShopEventKind::kView;
};
struct ClickTable {
  std::vector<Click> rows;
  std::int32_t shoppers = 0;
  std::int32_t sessions = 0;
  bool has_times = false;
  bool has_sessions = false;
  std::int64_t left_out = 0;
};

/// A table with a header. Keeps the kinds of `source`, or all.
ClickTable ReadClicks(const std::string& file, const OfflineSource& source);
/// The event log of one arm and replication.
ClickTable ReadEventsOfResults(const std::string& file, const OfflineSource& source);

}  // namespace souk::offline
