// The event log of a simulated run as clicks.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "bench/experiment/offline_read_internal.h"
#include "results/store/event_log.h"
#include "sim/base/error.h"

namespace souk::offline {
namespace {

/// nullopt: no interaction with an item.
std::optional<ShopEventKind> KindOf(const Outcome& event) {
  switch (event.kind) {
    case OutcomeKind::kView: return ShopEventKind::kView;
    case OutcomeKind::kCart: return ShopEventKind::kCart;
    case OutcomeKind::kOrderLine: return ShopEventKind::kPurchase;
    default: return std::nullopt;
  }
}

}  // namespace

ClickTable ReadEventsOfResults(const std::string& file, const OfflineSource& source) {
  const EventLog log = ReadEventLog(file, source.arm, source.replication);
  ClickTable table;
  table.has_times = table.has_sessions = true;
  std::unordered_map<std::int32_t, std::int32_t> shopper_of;
  std::unordered_map<std::uint64_t, std::int32_t> session_of;
  for (const Outcome& event : log.events) {
    const std::optional<ShopEventKind> kind = KindOf(event);
    if (!kind || !event.item.valid() || !event.shopper.valid()) continue;
    const bool counts =
        source.kinds.empty() || std::find(source.kinds.begin(), source.kinds.end(), *kind) != source.kinds.end();
    if (!counts) {
      ++table.left_out;
      continue;
    }
    const std::uint64_t key =
        (static_cast<std::uint64_t>(event.shopper.value) << 32) | static_cast<std::uint32_t>(event.session);
    const std::int32_t shopper = shopper_of.emplace(event.shopper.value, table.shoppers).first->second;
    const std::int32_t session = session_of.emplace(key, table.sessions).first->second;
    table.shoppers = static_cast<std::int32_t>(shopper_of.size());
    table.sessions = static_cast<std::int32_t>(session_of.size());
    table.rows.push_back({event.time, event.item.value, shopper, session, *kind});
  }
  if (table.rows.empty())
    throw Error(fmt::format("found no event that counts in arm {}, replication {}", log.arm, log.replication), file);
  return table;
}

}  // namespace souk::offline
