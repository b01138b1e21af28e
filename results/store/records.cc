// Shoppers, events, decisions and slates: columns, one chunked variable per field.

#include <algorithm>
#include <limits>

#include "results/store/layout_internal.h"
#include "sim/base/error.h"

namespace souk::store {
namespace {

using netcdf::Description;
using netcdf::GroupReader;
using netcdf::GroupWriter;

template <class Columns, class Function>
void ForEach(const Columns& columns, Function function) {
  std::apply([&](const auto&... column) { (function(column), ...); }, columns);
}

template <class Record, class T>
std::vector<T> Gather(const std::vector<Record>& records, const Column<Record, T>& column) {
  std::vector<T> values;
  values.reserve(records.size());
  for (const Record& record : records) values.push_back(column.get(record));
  return values;
}

template <class Columns>
void CreateColumns(GroupWriter& group, const Columns& columns, const std::vector<std::string>& dimensions,
                   const std::string& coded, const std::vector<std::string>& meanings) {
  ForEach(columns, [&]<class R, class T>(const Column<R, T>& c) {
    Description about{c.long_name, c.units};
    if (c.name == coded) about.meanings = meanings;
    group.Create<T>(c.name, dimensions, about);
  });
}

/// A group of rows of all cells, one after the other; two more columns say which cell a row belongs
/// to.
template <class Columns>
GroupWriter RowGroup(hid_t file, const char* name, const std::string& title, const std::string& dimension,
                     std::int64_t rows, const Columns& columns, const std::string& coded,
                     const std::vector<std::string>& meanings) {
  GroupWriter group(file, name, title);
  group.AddDimension(dimension, static_cast<hsize_t>(rows), true);
  group.Create<std::int32_t>("replication", {dimension}, {"replication of the experiment"});
  group.Create<std::int32_t>("arm", {dimension}, {"index of the arm, from 0"});
  CreateColumns(group, columns, {dimension}, coded, meanings);
  return group;
}

template <class Record, class Columns>
void AppendRows(GroupWriter& group, const Columns& columns, const CellResult& cell, const std::vector<Record>& records,
                std::int64_t& done) {
  const netcdf::Shape start{static_cast<hsize_t>(done)};
  const netcdf::Shape count{records.size()};
  const std::vector<std::int32_t> replication(records.size(), cell.replication);
  const std::vector<std::int32_t> arm(records.size(), cell.arm);
  group.WriteBlock<std::int32_t>("replication", start, count, replication);
  group.WriteBlock<std::int32_t>("arm", start, count, arm);
  ForEach(columns, [&]<class R, class T>(const Column<R, T>& c) {
    group.WriteBlock<T>(c.name, start, count, Gather(records, c));
  });
  done += static_cast<std::int64_t>(records.size());
}

CellResult& FindCell(ExperimentResult& result, std::int32_t replication, std::int32_t arm) {
  const CellResult* cell = result.Cell(replication, arm);
  if (cell == nullptr) throw hdf5::Failure("holds records of a cell that it does not list");
  return const_cast<CellResult&>(*cell);
}

/// Distributes the rows of a group to the cells; rows of one cell stand together.
template <class Record, class Columns>
void ReadRows(hid_t file, const char* name, const Columns& columns, ExperimentResult& result,
              std::vector<Record> CellResult::*member) {
  if (!hdf5::HasLink(file, name)) return;
  const GroupReader group(file, name);
  const auto replication = group.ReadColumn<std::int32_t>("replication");
  const auto arm = group.Read<std::int32_t>("arm", {replication.size()});
  for (std::size_t begin = 0; begin < replication.size();) {
    std::size_t end = begin;
    while (end < replication.size() && replication[end] == replication[begin] && arm[end] == arm[begin]) ++end;
    std::vector<Record>& records = FindCell(result, replication[begin], arm[begin]).*member;
    const std::size_t old = records.size();
    records.resize(old + (end - begin));
    ForEach(columns, [&]<class R, class T>(const Column<R, T>& c) {
      if (!group.Has(c.name)) return;  // older files
      const std::vector<T> values = group.ReadBlock<T>(c.name, {begin}, {end - begin});
      for (std::size_t i = 0; i < values.size(); ++i) c.set(records[old + i], values[i]);
    });
    begin = end;
  }
}

/// Values are NaN until they are written.
GroupWriter TwinGroup(hid_t file, const Grid& grid, const ExperimentResult& summary) {
  GroupWriter group(file, "twins", "each shopper against the twin under the incumbent, per replication and arm");
  group.AddCoordinate("replication", grid.replications, {"replication of the experiment"}, true);
  group.AddCoordinate("arm", summary.arms, "choice of strategies");
  const std::vector<std::string> over = {"replication", "arm"};
  group.Create<std::int32_t>("pairs", over, {"pairs of twins of whom either came; 0: not recorded"});
  group.Create<double>("helped", over, {"share of pairs who ordered more often than the twin"});
  group.Create<double>("harmed", over, {"share of pairs who ordered less often than the twin"});
  group.Create<double>("revenue_gain", over,
                       {"mean revenue from the shopper less that from the twin", summary.currency});
  group.Create<double>("margin_gain", over, {"mean margin from the shopper less that from the twin", summary.currency});
  return group;
}

std::vector<std::string> KindNames() {
  std::vector<std::string> names;
  for (int k = 0; k < kOutcomeKinds; ++k) names.emplace_back(OutcomeName(static_cast<OutcomeKind>(k)));
  return names;
}

}  // namespace

RecordWriter::RecordWriter(hid_t file, const Grid& grid, const ExperimentResult& summary, const RecordCounts& counts)
    : grid_(grid), counts_(counts), incumbent_(summary.ArmIndex(summary.incumbent)) {
  if (counts.shoppers > 0) {
    GroupWriter& group = shoppers_.emplace_back(file, "shoppers", "outcome of each shopper, the same in every arm");
    group.AddCoordinate("replication", grid.replications, {"replication of the experiment"}, true);
    group.AddCoordinate("arm", summary.arms, "choice of strategies");
    group.AddDimension("shopper", static_cast<hsize_t>(counts.shoppers), false);
    group.Create<std::int32_t>("recorded", {"replication", "arm"}, {"shoppers recorded; the rest of the row is 0"});
    group.Create<std::int32_t>("segment", {"replication", "shopper"}, {"index of the shopper's segment in /sums"});
    CreateColumns(group, ShopperColumns(), {"replication", "arm", "shopper"}, "", {});
  }
  // Arms of a split have different shoppers or times, so nobody has a twin there.
  if (counts.shoppers > 0 && incumbent_ >= 0 && summary.shares.empty()) {
    twins_.push_back(TwinGroup(file, grid, summary));
  }
  if (counts.events > 0) {
    events_.push_back(RowGroup(file, "events", "everything that happened, in time order within a cell", "event",
                               counts.events, EventColumns(), "kind", KindNames()));
  }
  if (counts.decisions > 0) {
    decisions_.push_back(RowGroup(file, "decisions", "every decision of a strategy, in time order within a cell",
                                  "decision", counts.decisions, DecisionColumns(), "slot", summary.slots));
  }
  if (counts.slate_items > 0) {
    slates_.push_back(RowGroup(file, "slates", "the items of all slates, in the order of their decisions", "slate_item",
                               counts.slate_items, SlateColumns(), "", {}));
  }
}

void RecordWriter::Add(const CellResult& cell) {
  if (!cell.error.empty()) return;
  if (!cell.shoppers.empty()) AddShoppers(cell);
  if (!twins_.empty()) AddTwins(cell);
  if (!cell.events.empty()) AppendRows(events_.front(), EventColumns(), cell, cell.events, events_done_);
  if (!cell.decisions.empty()) {
    AppendRows(decisions_.front(), DecisionColumns(), cell, cell.decisions, decisions_done_);
  }
  if (!cell.slate_items.empty()) AppendRows(slates_.front(), SlateColumns(), cell, cell.slate_items, slate_items_done_);
}

void RecordWriter::AddShoppers(const CellResult& cell) {
  const hsize_t n = cell.shoppers.size();
  SOUK_CHECK(static_cast<std::int64_t>(n) <= counts_.shoppers);
  const netcdf::Shape start{grid_.Row(cell.replication), static_cast<hsize_t>(cell.arm), 0};
  ForEach(ShopperColumns(), [&]<class R, class T>(const Column<R, T>& c) {
    shoppers_.front().WriteBlock<T>(c.name, start, {1, 1, n}, Gather(cell.shoppers, c));
  });
  // The same shopper in every arm, so the last arm to come writes what the first one wrote.
  std::vector<std::int32_t> segments;
  segments.reserve(n);
  for (const ShopperOutcome& shopper : cell.shoppers) segments.push_back(shopper.segment);
  shoppers_.front().WriteBlock<std::int32_t>("segment", {start[0], 0}, {1, n}, segments);
  const std::vector<std::int32_t> recorded{static_cast<std::int32_t>(n)};
  shoppers_.front().WriteBlock<std::int32_t>("recorded", {start[0], start[1]}, {1, 1}, recorded);
}

void RecordWriter::AddTwins(const CellResult& cell) {
  if (cell.replication != twin_replication_) waiting_.clear();
  twin_replication_ = cell.replication;
  const std::size_t row = grid_.Row(cell.replication);
  if (cell.arm == incumbent_) {
    waiting_[cell.arm] = cell.shoppers;
    for (const auto& [arm, shoppers] : waiting_)
      WriteTwins(row, static_cast<std::size_t>(arm), shoppers, cell.shoppers);
    std::erase_if(waiting_, [&](const auto& arm) { return arm.first != incumbent_; });
  } else if (const auto twins = waiting_.find(incumbent_); twins != waiting_.end()) {
    WriteTwins(row, static_cast<std::size_t>(cell.arm), cell.shoppers, twins->second);
  } else {
    waiting_[cell.arm] = cell.shoppers;
  }
}

void RecordWriter::WriteTwins(std::size_t row, std::size_t arm, const std::vector<ShopperOutcome>& shoppers,
                              const std::vector<ShopperOutcome>& twins) {
  if (shoppers.empty() || shoppers.size() != twins.size()) return;
  std::int32_t pairs = 0;
  double helped = 0;
  double harmed = 0;
  double revenue = 0;
  double margin = 0;
  for (std::size_t u = 0; u < shoppers.size(); ++u) {
    const ShopperOutcome& a = shoppers[u];
    const ShopperOutcome& b = twins[u];
    if (a.sessions == 0 && b.sessions == 0) continue;
    ++pairs;
    helped += a.orders > b.orders ? 1 : 0;
    harmed += a.orders < b.orders ? 1 : 0;
    revenue += static_cast<double>(a.revenue_cents - b.revenue_cents);
    margin += static_cast<double>(a.margin_cents - b.margin_cents);
  }
  const netcdf::Shape start{row, arm};
  const std::vector<std::int32_t> counted{pairs};
  twins_.front().WriteBlock<std::int32_t>("pairs", start, {1, 1}, counted);
  if (pairs == 0) return;
  const std::pair<const char*, double> means[] = {
      {"helped", helped}, {"harmed", harmed}, {"revenue_gain", 0.01 * revenue}, {"margin_gain", 0.01 * margin}};
  for (const auto& [name, sum] : means) {
    const std::vector<double> mean{sum / pairs};
    twins_.front().WriteBlock<double>(name, start, {1, 1}, mean);
  }
}

RecordCounts ReadRecordCounts(hid_t file) {
  RecordCounts counts;
  if (hdf5::HasLink(file, "shoppers")) {
    const netcdf::Shape shape = GroupReader(file, "shoppers").ShapeOf("sessions");
    if (shape.size() == 3) counts.shoppers = static_cast<std::int64_t>(shape[2]);
  }
  if (hdf5::HasLink(file, "events")) {
    counts.events = static_cast<std::int64_t>(GroupReader(file, "events").ColumnSize("kind"));
  }
  if (hdf5::HasLink(file, "decisions")) {
    counts.decisions = static_cast<std::int64_t>(GroupReader(file, "decisions").ColumnSize("slot"));
  }
  if (hdf5::HasLink(file, "slates")) {
    counts.slate_items = static_cast<std::int64_t>(GroupReader(file, "slates").ColumnSize("item"));
  }
  return counts;
}

void ReadRecords(hid_t file, ExperimentResult& result, bool logs) {
  if (hdf5::HasLink(file, "shoppers")) {
    const GroupReader group(file, "shoppers");
    const Grid grid(result);
    const auto recorded = group.Read<std::int32_t>("recorded", {grid.replications.size(), grid.arms});
    for (CellResult& cell : result.cells) {
      const auto n = static_cast<hsize_t>(recorded[grid.Index(cell)]);
      cell.shoppers.resize(n);
      ForEach(ShopperColumns(), [&]<class R, class T>(const Column<R, T>& c) {
        const std::vector<T> values =
            group.ReadBlock<T>(c.name, {grid.Row(cell.replication), static_cast<hsize_t>(cell.arm), 0}, {1, 1, n});
        for (std::size_t i = 0; i < values.size(); ++i) c.set(cell.shoppers[i], values[i]);
      });
      if (!group.Has("segment")) continue;  // older files
      const auto segments = group.ReadBlock<std::int32_t>("segment", {grid.Row(cell.replication), 0}, {1, n});
      for (std::size_t i = 0; i < segments.size(); ++i) cell.shoppers[i].segment = segments[i];
    }
  }
  if (!logs) return;
  ReadRows(file, "events", EventColumns(), result, &CellResult::events);
  ReadRows(file, "decisions", DecisionColumns(), result, &CellResult::decisions);
  ReadRows(file, "slates", SlateColumns(), result, &CellResult::slate_items);
}

}  // namespace souk::store
