#include "results/store/event_log.h"

#include <fmt/format.h>

#include "results/store/layout_internal.h"
#include "results/store/store.h"
#include "sim/base/error.h"

namespace souk {
namespace {

using hdf5::Failure;
using netcdf::GroupReader;

/// The rows of one cell: they stand together.
struct Rows {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::int32_t replication = 0;
};

Rows FindRows(const GroupReader& group, std::int32_t arm, std::int32_t wanted, const std::string& name) {
  const auto replication = group.ReadColumn<std::int32_t>("replication");
  const auto arms = group.Read<std::int32_t>("arm", {replication.size()});
  std::size_t begin = 0;
  while (begin < arms.size() && (arms[begin] != arm || (wanted >= 0 && replication[begin] != wanted))) ++begin;
  if (begin == arms.size())
    throw Failure(wanted < 0 ? fmt::format("found no events of the arm {}", name)
                             : fmt::format("found no events of the arm {} in replication {}", name, wanted));
  std::size_t end = begin;
  while (end < arms.size() && arms[end] == arm && replication[end] == replication[begin]) ++end;
  return {begin, end, replication[begin]};
}

std::int32_t ArmNamed(const std::vector<std::string>& arms, const std::string& name) {
  for (std::size_t a = 0; a < arms.size(); ++a)
    if (arms[a] == name) return static_cast<std::int32_t>(a);
  const std::string nearest = NearestName(name, arms);
  throw Failure(fmt::format("found no arm '{}'; allowed {}{}", name, fmt::join(arms, ", "),
                            nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
}

}  // namespace

EventLog ReadEventLog(const std::string& file, const std::string& arm, std::int32_t replication) {
  return store::Guarded(file, [&] {
    const hdf5::Handle handle = hdf5::OpenForReading(file);
    store::ReadIdentity(handle.get());
    EventLog log{.arm = arm.empty() ? hdf5::TextAttribute(handle.get(), "incumbent") : arm};
    const std::int32_t index = ArmNamed(GroupReader(handle.get(), "metrics").ReadStrings("arm"), log.arm);
    if (!hdf5::HasLink(handle.get(), "events"))
      throw Failure("has no event log; allowed results of a run with record.events (--set record.events=true)");
    const GroupReader group(handle.get(), "events");
    const Rows rows = FindRows(group, index, replication, log.arm);
    log.replication = rows.replication;
    log.events.resize(rows.end - rows.begin);
    std::apply(
        [&](const auto&... column) {
          const auto read = [&]<class R, class T>(const store::Column<R, T>& c) {
            const std::vector<T> values = group.ReadBlock<T>(c.name, {rows.begin}, {log.events.size()});
            for (std::size_t i = 0; i < values.size(); ++i) c.set(log.events[i], values[i]);
          };
          (read(column), ...);
        },
        store::EventColumns());
    return log;
  });
}

}  // namespace souk
