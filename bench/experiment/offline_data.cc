#include "bench/experiment/offline_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <utility>

#include "bench/experiment/offline_read_internal.h"
#include "sim/base/error.h"

namespace souk {

namespace offline {

std::string ReadWhole(const std::string& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw Error("is a directory, not a file", file);
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(std::string("cannot be read: ") + std::strerror(errno), file);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw Error(std::string("cannot be read: ") + std::strerror(errno), file);
  return text;
}

std::string Shown(std::string_view word) {
  constexpr std::size_t kShown = 24;
  std::string text;
  for (const char c : word.substr(0, kShown))
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? fmt::format("\\x{:02x}", static_cast<unsigned char>(c))
                                                              : std::string(1, c);
  return text;
}

}  // namespace offline

namespace {

using offline::ClickTable;
using offline::RawSequences;

/// Sorts `ids`, which becomes the catalogue.
void SetItems(std::vector<std::int64_t> ids, const std::string& file, OfflineData& data) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
    throw Error("found more items than can be numbered", file);
  data.item_ids = std::move(ids);
}

/// Dense numbers of ids: a table where ids are small, else by halving.
class DenseItems {
 public:
  explicit DenseItems(const std::vector<std::int64_t>& ids) : ids_(ids) {
    if (ids.empty() || ids.back() > 8 * static_cast<std::int64_t>(ids.size()) + 1'000'000) return;
    table_.assign(static_cast<std::size_t>(ids.back()) + 1, -1);
    for (std::size_t i = 0; i < ids.size(); ++i)
      table_[static_cast<std::size_t>(ids[i])] = static_cast<std::int32_t>(i);
  }
  [[nodiscard]] std::int32_t Of(std::int64_t id) const {
    if (!table_.empty()) return table_[static_cast<std::size_t>(id)];
    return static_cast<std::int32_t>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
  }

 private:
  const std::vector<std::int64_t>& ids_;
  std::vector<std::int32_t> table_;
};

std::vector<Sequence> Dense(const RawSequences& raw, const DenseItems& items) {
  std::vector<Sequence> sequences;
  sequences.reserve(raw.size());
  for (const auto& ids : raw) {
    sequences.emplace_back();
    sequences.back().reserve(ids.size());
    for (const std::int64_t id : ids) sequences.back().push_back({.item = items.Of(id)});
  }
  return sequences;
}

/// What the first bytes of `file` say; kAuto for numbers.
OfflineFormat FamilyOf(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string start(4096, '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(in.gcount()));
  if (start.starts_with("\x89HDF\r\n\x1a\n")) return OfflineFormat::kResults;
  if (start.starts_with("\xEF\xBB\xBF")) start.erase(0, 3);
  const std::size_t at = start.find_first_not_of(" \t\r\n");
  if (at == std::string::npos) return OfflineFormat::kAuto;
  const std::size_t end = start.find_first_of(",;\t\n", at);
  const bool is_word = std::isalpha(static_cast<unsigned char>(start[at])) != 0 || start[at] == '"';
  return is_word && end != std::string::npos && start[end] != '\n' ? OfflineFormat::kClicks : OfflineFormat::kAuto;
}

bool HasEvents(OfflineFormat format) { return format == OfflineFormat::kClicks || format == OfflineFormat::kResults; }

/// Refuses settings that the format has no use for.
void CheckSettings(const OfflineSource& source, OfflineFormat format) {
  const auto refuse = [&](bool given, const char* option, const char* allowed) {
    if (given)
      throw Error(fmt::format("found with the format {}; allowed with {}", FormatName(format), allowed), option);
  };
  refuse(source.min_rating.has_value() && format != OfflineFormat::kPairs, "--min-rating", "pairs");
  refuse(!source.kinds.empty() && !HasEvents(format), "--events", "clicks and results");
  refuse(source.test_days > 0 && !HasEvents(format), "--test-days", "clicks and results");
  refuse(!source.arm.empty() && format != OfflineFormat::kResults, "--arm", "results");
  refuse(source.replication >= 0 && format != OfflineFormat::kResults, "--replication", "results");
}

/// The sequences of a table, in the order of their first rows, each by time (rows of one time as they stood).
std::vector<Sequence> Group(const ClickTable& table, bool by_session, std::int32_t first_session,
                            const DenseItems& items) {
  std::vector<Sequence> sequences(static_cast<std::size_t>(by_session ? table.sessions : table.shoppers));
  for (const offline::Click& row : table.rows)
    sequences[static_cast<std::size_t>(by_session ? row.session : row.shopper)].push_back(
        {.time = row.time, .item = items.Of(row.item), .kind = row.kind, .session = first_session + row.session});
  std::erase_if(sequences, [](const Sequence& s) { return s.empty(); });
  for (Sequence& s : sequences)
    std::stable_sort(s.begin(), s.end(), [](const Interaction& a, const Interaction& b) { return a.time < b.time; });
  return sequences;
}

/// Moves the sessions that begin in the last `days` to the test.
void SplitByTime(double days, OfflineData& data) {
  SimTime last{std::numeric_limits<std::int64_t>::min()};
  for (const Sequence& s : data.sequences) last = std::max(last, s.back().time);
  const SimTime cut = last - Days(days);
  const auto is_train = [cut](const Sequence& s) { return s.front().time < cut; };
  const auto middle = std::stable_partition(data.sequences.begin(), data.sequences.end(), is_train);
  data.test.assign(std::make_move_iterator(middle), std::make_move_iterator(data.sequences.end()));
  data.sequences.erase(middle, data.sequences.end());
  if (data.sequences.empty())
    throw Error(fmt::format("found no session that begins before the last {:g} days", days), "--test-days");
}

/// All times from midnight of the first day on.
void BeginAtDayZero(ClickTable& train, ClickTable& test) {
  SimTime first{std::numeric_limits<std::int64_t>::max()};
  for (const ClickTable* table : {&train, &test})
    for (const offline::Click& row : table->rows) first = std::min(first, row.time);
  const SimDuration shift{first.day() * SimTime::kDayUs};
  for (ClickTable* table : {&train, &test})
    for (offline::Click& row : table->rows) row.time = row.time - shift;
}

void ReadEvents(const OfflineSource& source, OfflineData& data) {
  const auto read = data.format == OfflineFormat::kClicks ? offline::ReadClicks : offline::ReadEventsOfResults;
  ClickTable train = read(source.file, source);
  ClickTable test;
  if (!source.test_file.empty()) test = read(source.test_file, source);
  if (source.by_session && !(train.has_sessions && (source.test_file.empty() || test.has_sessions)))
    throw Error("found no column 'session'; the session protocol needs one",
                (train.has_sessions ? source.test_file : source.file) + ":1");
  if (source.test_days > 0 && !train.has_times)
    throw Error("found no column 'time'; allowed where times are known", "--test-days");
  BeginAtDayZero(train, test);
  std::vector<std::int64_t> ids = source.more_items;
  for (const ClickTable* table : {&train, &test})
    for (const offline::Click& row : table->rows) ids.push_back(row.item);
  SetItems(std::move(ids), source.file, data);
  const DenseItems items(data.item_ids);
  data.sequences = Group(train, source.by_session, 0, items);
  data.test = Group(test, source.by_session, train.sessions, items);
  data.left_out = train.left_out + test.left_out;
  if (source.test_days > 0) SplitByTime(source.test_days, data);
}

void ReadLines(const OfflineSource& source, OfflineData& data) {
  const auto read = [&](const std::string& file) {
    return source.min_rating ? offline::ReadRatings(file, *source.min_rating, data.left_out)
                             : offline::ReadNumbers(file, data.format);
  };
  const RawSequences train = read(source.file);
  CheckSettings(source, data.format);
  const RawSequences test = source.test_file.empty() ? RawSequences{} : read(source.test_file);
  std::vector<std::int64_t> ids = source.more_items;
  for (const RawSequences* side : {&train, &test})
    for (const auto& sequence : *side) ids.insert(ids.end(), sequence.begin(), sequence.end());
  SetItems(std::move(ids), source.file, data);
  const DenseItems items(data.item_ids);
  data.sequences = Dense(train, items);
  data.test = Dense(test, items);
}

}  // namespace

const char* FormatName(OfflineFormat format) {
  constexpr std::array<const char*, kOfflineFormats> kNames = {"auto",  "pairs",  "sessions",
                                                               "lists", "clicks", "results"};
  return kNames[static_cast<std::size_t>(format)];
}

const std::vector<ShopEventKind>& InteractionKinds() {
  static const std::vector<ShopEventKind> kKinds = {ShopEventKind::kView, ShopEventKind::kCart,
                                                    ShopEventKind::kPurchase};
  return kKinds;
}

const char* InteractionName(ShopEventKind kind) {
  return kind == ShopEventKind::kView ? "view" : kind == ShopEventKind::kCart ? "cart" : "buy";
}

OfflineData ReadOfflineData(const OfflineSource& source) {
  OfflineData data;
  data.format = source.format;
  if (data.format == OfflineFormat::kAuto)
    data.format = source.min_rating ? OfflineFormat::kPairs : FamilyOf(source.file);
  if (data.format != OfflineFormat::kAuto) CheckSettings(source, data.format);
  if (HasEvents(data.format)) ReadEvents(source, data);
  else ReadLines(source, data);
  for (const Sequence& s : data.sequences) data.interactions += std::ssize(s);
  return data;
}

}  // namespace souk
