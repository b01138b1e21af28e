#pragma once
// Recorded interactions for offline evaluation: who took which item in which order, read from the files in which public
// data sets come. Items become dense numbers in ascending order of their ids.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/sim_time.h"
#include "sim/decision/shop_log.h"

namespace souk {

/// One event of a user with an item.
struct Interaction {
  SimTime time;  ///< all the same where the file has no times
  std::int32_t item = 0;
  ShopEventKind kind = ShopEventKind::kView;
};

/// The file formats. Numbers are whole, from 0, separated by blanks, tabs or commas; empty lines do not count.
enum class OfflineFormat {
  kAuto,      ///< kPairs if every line has two numbers; kLists if lines begin with consecutive numbers; else kSessions
  kPairs,     ///< `user item`, one interaction per line, each user's in time order
  kSessions,  ///< `item item …`, one session or user per line, in time order
  kLists,     ///< `user item item …`, one user per line
};
/// `auto`, `pairs` …
const char* FormatName(OfflineFormat format);
constexpr int kOfflineFormats = 4;

/// One user or session, oldest first.
using Sequence = std::vector<Interaction>;

struct OfflineData {
  OfflineFormat format = OfflineFormat::kPairs;
  std::vector<std::int64_t> item_ids;  ///< of dense item 0, 1, 2 …; ascending
  std::vector<Sequence> sequences;     ///< users or sessions, in the order of the file
  std::vector<Sequence> test;          ///< of the file of test sessions; empty without one
  std::int64_t interactions = 0;       ///< of `sequences`

  [[nodiscard]] int items() const { return static_cast<int>(item_ids.size()); }
};

/// Reads `file` and, unless its name is empty, `test_file` in the same format. `more_items`: ids that belong to the
/// catalogue also where nobody took them. Throws Error with file, line and column: what was found and what is allowed.
/// Cost: about 10 ns per byte. Tested by: OfflineData.*.
OfflineData ReadOfflineData(const std::string& file, const std::string& test_file = {},
                            OfflineFormat format = OfflineFormat::kAuto,
                            const std::vector<std::int64_t>& more_items = {});

}  // namespace souk
