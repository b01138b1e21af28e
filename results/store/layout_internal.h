#pragma once
// How a result lies in the file; SCHEMA.md says the same to readers. The summary (everything but
// records) is small and written at once; records (shoppers, events, decisions) may be large and are
// written and read cell by cell.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <new>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "results/store/netcdf_internal.h"
#include "results/store/results.h"
#include "sim/base/error.h"

namespace souk::store {

/// Why a (replication, arm) has no numbers.
enum class CellStatus : std::uint8_t { kFinished, kFailed, kMissing };
inline const std::vector<std::string> kStatusMeanings = {"finished", "failed", "missing"};

/// The replications of a result in ascending order and where a cell stands in arrays of
/// (replication, arm).
struct Grid {
  std::vector<std::int32_t> replications;
  std::size_t arms = 0;

  Grid() = default;
  explicit Grid(const ExperimentResult& result);
  [[nodiscard]] std::size_t size() const { return replications.size() * arms; }
  /// Index of the row of `replication`, which must be there.
  [[nodiscard]] std::size_t Row(std::int32_t replication) const;
  [[nodiscard]] std::size_t Index(const CellResult& cell) const {
    return Row(cell.replication) * arms + static_cast<std::size_t>(cell.arm);
  }
};

/// How many records a file holds.
struct RecordCounts {
  std::int64_t shoppers = 0;  ///< the most of any cell
  std::int64_t events = 0;
  std::int64_t decisions = 0;
  std::int64_t slate_items = 0;

  void Add(const RecordCounts& other) {
    shoppers = std::max(shoppers, other.shoppers);
    events += other.events;
    decisions += other.decisions;
    slate_items += other.slate_items;
  }
  /// What `cell` will bring: nothing if it failed.
  void Add(const CellResult& cell) {
    if (!cell.error.empty()) return;
    Add(RecordCounts{std::ssize(cell.shoppers), std::ssize(cell.events), std::ssize(cell.decisions),
                     std::ssize(cell.slate_items)});
  }
  friend bool operator==(const RecordCounts&, const RecordCounts&) = default;
};

// ---- writing (writer.cc, records.cc) ----

/// Root attributes and all groups but the records.
void WriteSummary(hid_t file, const ExperimentResult& result);

/// Writes /shoppers, /twins, /events, /decisions and /slates, each only if there is something for it.
class RecordWriter {
 public:
  /// `counts`: what all cells together will bring.
  RecordWriter(hid_t file, const Grid& grid, const ExperimentResult& summary, const RecordCounts& counts);
  /// Appends the records of one cell. Call in (replication, arm) order.
  void Add(const CellResult& cell);

 private:
  void AddShoppers(const CellResult& cell);
  void AddTwins(const CellResult& cell);
  void WriteTwins(std::size_t row, std::size_t arm, const std::vector<ShopperOutcome>& shoppers,
                  const std::vector<ShopperOutcome>& twins);

  Grid grid_;
  RecordCounts counts_;
  std::int32_t incumbent_;
  std::int32_t twin_replication_ = -1;
  std::map<std::int32_t, std::vector<ShopperOutcome>> waiting_;  ///< arms that came before the incumbent, or it alone
  std::int64_t events_done_ = 0;
  std::int64_t decisions_done_ = 0;
  std::int64_t slate_items_done_ = 0;
  std::vector<netcdf::GroupWriter> shoppers_, twins_, events_, decisions_, slates_;  ///< none or one each
};

// ---- reading (reader.cc, records.cc) ----

/// What a results file says about itself in its root attributes.
struct Identity {
  std::int32_t schema = 0;
  std::string scenario_hash;
  std::uint64_t seed = 0;
};
/// Throws hdf5::Failure when the file is not souk's or of a newer schema.
Identity ReadIdentity(hid_t file);
ExperimentResult ReadSummary(hid_t file);
RecordCounts ReadRecordCounts(hid_t file);
/// Fills shoppers and, if `logs`, events and decisions of the cells of `result`, which came from
/// the same file.
void ReadRecords(hid_t file, ExperimentResult& result, bool logs);

// ---- whole files (store.cc) ----

/// A copy without shoppers, events and decisions.
CellResult WithoutRecords(const CellResult& cell);
/// Writes `summary` to a new file and the records that `add_records` hands to the writer; checks
/// the file by reading it back, then puts it in place of `path`. Throws hdf5::Failure, leaving
/// `path` as it was.
void WriteFile(const std::string& path, const ExperimentResult& summary, const RecordCounts& counts,
               const std::function<void(RecordWriter&)>& add_records);

/// Runs `body` as the one user of HDF5 and turns what goes wrong into Error at `path`.
template <class Body>
auto Guarded(const std::string& path, Body body) {
  const hdf5::Session session;
  try {
    return body();
  } catch (const hdf5::Failure& failure) {
    throw Error(failure.what(), path);
  } catch (const std::filesystem::filesystem_error& failure) {
    throw Error(failure.code().message(), failure.path1().empty() ? path : failure.path1().string());
  } catch (const std::bad_alloc&) {
    throw Error("is damaged or needs more memory than there is", path);
  } catch (const std::length_error&) {
    throw Error("is damaged or needs more memory than there is", path);
  }
}

// ---- columns of records ----

/// One field of a record as a column of T.
template <class Record, class T>
struct Column {
  const char* name;
  const char* units;
  const char* long_name;
  T (*get)(const Record&);
  void (*set)(Record&, T);
};

inline auto ShopperColumns() {
  using R = ShopperOutcome;
  return std::tuple{
      Column<R, std::int32_t>{"sessions", "1", "sessions of the shopper", [](const R& r) { return r.sessions; },
                              [](R& r, std::int32_t v) { r.sessions = v; }},
      Column<R, std::int32_t>{"orders", "1", "orders of the shopper", [](const R& r) { return r.orders; },
                              [](R& r, std::int32_t v) { r.orders = v; }},
      Column<R, std::int64_t>{"revenue_cents", "cent", "revenue from the shopper",
                              [](const R& r) { return r.revenue_cents; },
                              [](R& r, std::int64_t v) { r.revenue_cents = v; }},
      Column<R, std::int64_t>{"margin_cents", "cent", "contribution margin from the shopper",
                              [](const R& r) { return r.margin_cents; },
                              [](R& r, std::int64_t v) { r.margin_cents = v; }}};
}

inline auto EventColumns() {
  using R = Outcome;
  return std::tuple{
      Column<R, std::int64_t>{"time_us", "us", "simulated time since midnight of day 0",
                              [](const R& r) { return r.time.us; }, [](R& r, std::int64_t v) { r.time.us = v; }},
      Column<R, std::uint8_t>{"kind", "", "what happened", [](const R& r) { return static_cast<std::uint8_t>(r.kind); },
                              [](R& r, std::uint8_t v) { r.kind = static_cast<OutcomeKind>(v); }},
      Column<R, std::uint8_t>{"detail", "1", "meaning depends on the kind", [](const R& r) { return r.detail; },
                              [](R& r, std::uint8_t v) { r.detail = v; }},
      Column<R, std::uint16_t>{"position", "1", "position in the slate from 1, 0 = none",
                               [](const R& r) { return r.position; }, [](R& r, std::uint16_t v) { r.position = v; }},
      Column<R, std::int32_t>{"shopper", "1", "shopper, -1 = none", [](const R& r) { return r.shopper.value; },
                              [](R& r, std::int32_t v) { r.shopper.value = v; }},
      Column<R, std::int32_t>{"session", "1", "ordinal of the shopper's session, -1 = none",
                              [](const R& r) { return r.session; }, [](R& r, std::int32_t v) { r.session = v; }},
      Column<R, std::int32_t>{"item", "1", "item, -1 = none", [](const R& r) { return r.item.value; },
                              [](R& r, std::int32_t v) { r.item.value = v; }},
      Column<R, std::int32_t>{"quantity", "1", "meaning depends on the kind", [](const R& r) { return r.quantity; },
                              [](R& r, std::int32_t v) { r.quantity = v; }},
      Column<R, std::int64_t>{"amount_cents", "cent", "meaning depends on the kind",
                              [](const R& r) { return r.amount.cents; },
                              [](R& r, std::int64_t v) { r.amount.cents = v; }},
      Column<R, std::int64_t>{"cost_cents", "cent", "meaning depends on the kind",
                              [](const R& r) { return r.cost.cents; }, [](R& r, std::int64_t v) { r.cost.cents = v; }},
      Column<R, double>{"value", "1", "meaning depends on the kind", [](const R& r) { return r.value; },
                        [](R& r, double v) { r.value = v; }}};
}

inline auto DecisionColumns() {
  using R = DecisionOutcome;
  return std::tuple{
      Column<R, std::int64_t>{"time_us", "us", "simulated time since midnight of day 0",
                              [](const R& r) { return r.time.us; }, [](R& r, std::int64_t v) { r.time.us = v; }},
      Column<R, std::uint8_t>{"slot", "", "which strategy decided",
                              [](const R& r) { return static_cast<std::uint8_t>(r.slot); },
                              [](R& r, std::uint8_t v) { r.slot = v; }},
      Column<R, std::int32_t>{"shopper", "1", "shopper, -1 = none", [](const R& r) { return r.shopper.value; },
                              [](R& r, std::int32_t v) { r.shopper.value = v; }},
      Column<R, std::int32_t>{"session", "1", "ordinal of the shopper's session, -1 = none",
                              [](const R& r) { return r.session; }, [](R& r, std::int32_t v) { r.session = v; }},
      Column<R, std::int32_t>{"item", "1", "first of the slate, item priced or asked about, -1 = none",
                              [](const R& r) { return r.item.value; }, [](R& r, std::int32_t v) { r.item.value = v; }},
      Column<R, std::int32_t>{"eligible", "1", "size of the set the choice was made from",
                              [](const R& r) { return r.eligible; }, [](R& r, std::int32_t v) { r.eligible = v; }},
      Column<R, double>{"propensity", "1", "probability of the logged action under the policy",
                        [](const R& r) { return r.propensity; }, [](R& r, double v) { r.propensity = v; }},
      Column<R, std::int64_t>{
          "price_cents", "cent", "price shown, face value of a coupon, or a percentage's value at a typical basket",
          [](const R& r) { return r.price.cents; }, [](R& r, std::int64_t v) { r.price.cents = v; }},
      Column<R, std::int64_t>{"cost_cents", "cent", "cost of the action", [](const R& r) { return r.cost.cents; },
                              [](R& r, std::int64_t v) { r.cost.cents = v; }},
      Column<R, double>{"percent", "1", "coupon: share of the basket; 0 = a fixed amount or no coupon",
                        [](const R& r) { return r.percent; }, [](R& r, double v) { r.percent = v; }},
      Column<R, std::int32_t>{"article", "1", "assistant: help page answered with, -1 = handed over",
                              [](const R& r) { return r.article; }, [](R& r, std::int32_t v) { r.article = v; }},
      Column<R, std::int32_t>{"intent", "1", "assistant: intent as understood, -1 = none",
                              [](const R& r) { return r.intent; }, [](R& r, std::int32_t v) { r.intent = v; }},
      Column<R, std::int32_t>{"content", "1", "outreach: 0 cart reminder, 1 win-back, 2 promotion, -1 = no message",
                              [](const R& r) { return r.content; }, [](R& r, std::int32_t v) { r.content = v; }},
      Column<R, std::int32_t>{"channel", "1", "outreach: 0 e-mail, 1 push, -1 = no message",
                              [](const R& r) { return r.channel; }, [](R& r, std::int32_t v) { r.channel = v; }},
      Column<R, std::int32_t>{"slate_size", "1", "recommender: items shown; they are in /slates",
                              [](const R& r) { return r.slate_size; }, [](R& r, std::int32_t v) { r.slate_size = v; }}};
}

inline auto SlateColumns() {
  using R = SlateItem;
  return std::tuple{
      Column<R, std::int32_t>{"decision", "1", "the decision, counted from 0 within replication and arm",
                              [](const R& r) { return r.decision; }, [](R& r, std::int32_t v) { r.decision = v; }},
      Column<R, std::int32_t>{"position", "1", "position in the slate from 1", [](const R& r) { return r.position; },
                              [](R& r, std::int32_t v) { r.position = v; }},
      Column<R, std::int32_t>{"item", "1", "item shown", [](const R& r) { return r.item.value; },
                              [](R& r, std::int32_t v) { r.item.value = v; }},
      Column<R, double>{"propensity", "1", "probability of this item at this position under the policy",
                        [](const R& r) { return r.propensity; }, [](R& r, double v) { r.propensity = v; }}};
}

}  // namespace souk::store
