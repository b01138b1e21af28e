#pragma once
// Recorded interactions for offline evaluation: who took which item in which order, read from the files in which public
// data sets come, or from the event log of a simulated run. Items become dense numbers in ascending order of their ids.
// The formats in full: bench/cli/EVALUATE.md.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/sim_time.h"
#include "sim/decision/shop_log.h"

namespace souk {

/// One event of a user with an item.
struct Interaction {
  SimTime time;  ///< from midnight of the first day; all the same where the file has no times
  std::int32_t item = 0;
  ShopEventKind kind = ShopEventKind::kView;
  std::int32_t session = -1;  ///< running number over the data; −1: all that a user did is one session
};

/// The file formats. In pairs, sessions and lists, numbers are whole, from 0, separated by blanks, tabs or commas;
/// empty lines do not count.
enum class OfflineFormat {
  kAuto,   ///< kResults for HDF5, kClicks if the first line begins with a letter or a quote, kPairs if every line has
           ///< two numbers or a least rating is asked for, kLists if lines begin with consecutive numbers, else
           ///< kSessions
  kPairs,  ///< `user item`, one interaction per line, each user's in time order; or `user item rating [time]`
  kSessions,  ///< `item item …`, one session or user per line, in time order
  kLists,     ///< `user item item …`, one user per line
  kClicks,    ///< a table with a header: shopper and session, item, time, kind
  kResults,   ///< a results file of souk with an event log
};
/// `auto`, `pairs` …
const char* FormatName(OfflineFormat format);
constexpr int kOfflineFormats = 6;

/// The kinds of events that count as interactions: kView, kCart, kPurchase.
const std::vector<ShopEventKind>& InteractionKinds();
/// `view`, `cart`, `buy`.
const char* InteractionName(ShopEventKind kind);

/// What to read, and how.
struct OfflineSource {
  std::string file;
  std::string test_file;  ///< in the same format; empty: none
  OfflineFormat format = OfflineFormat::kAuto;
  std::vector<std::int64_t> more_items;  ///< ids that belong to the catalogue also where nobody took them
  std::optional<double> min_rating;      ///< pairs: lines have ratings, and those below do not count
  std::vector<ShopEventKind> kinds;      ///< clicks and results: what counts; empty: all of InteractionKinds()
  bool by_session = false;               ///< clicks and results: a sequence is a session, not a shopper
  double test_days = 0;  ///< above 0, with by_session: sessions that begin in so many last days are the test
  std::string arm;       ///< results: whose log; empty: the incumbent's
  int replication = -1;  ///< results: which; −1: the first that has events of the arm
};

/// One user or session, oldest first.
using Sequence = std::vector<Interaction>;

struct OfflineData {
  OfflineFormat format = OfflineFormat::kPairs;
  std::vector<std::int64_t> item_ids;  ///< of dense item 0, 1, 2 …; ascending
  std::vector<Sequence> sequences;     ///< users or sessions, in the order of the file
  std::vector<Sequence> test;          ///< test sessions; empty without them
  std::int64_t interactions = 0;       ///< of `sequences`
  std::int64_t left_out = 0;           ///< events that do not count: ratings too low, other kinds

  [[nodiscard]] int items() const { return static_cast<int>(item_ids.size()); }
};

/// Reads what `source` says. Throws Error with file, line and column (or option): what was found and what is allowed.
/// Cost: about 10 ns per byte of numbers, 20 of clicks. Tested by: OfflineData.*, OfflineClicks.*.
OfflineData ReadOfflineData(const OfflineSource& source);
/// The same of files alone.
inline OfflineData ReadOfflineData(const std::string& file, const std::string& test_file = {},
                                   OfflineFormat format = OfflineFormat::kAuto,
                                   const std::vector<std::int64_t>& more_items = {}) {
  return ReadOfflineData(
      OfflineSource{.file = file, .test_file = test_file, .format = format, .more_items = more_items});
}

}  // namespace souk
