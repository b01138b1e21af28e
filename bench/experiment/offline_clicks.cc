// Tables of clicks: a header names the columns, each further line is one event.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "bench/experiment/offline_read_internal.h"
#include "sim/base/error.h"

namespace souk::offline {
namespace {

enum Column { kShopper, kSession, kItem, kTime, kKind, kColumns };
constexpr std::array<const char*, kColumns> kColumnNames = {"shopper", "session", "item", "time", "kind"};

/// What public data sets call the columns.
const std::unordered_map<std::string_view, Column>& ColumnOf() {
  static const std::unordered_map<std::string_view, Column> kOf = {
      {"shopper", kShopper},      {"user", kShopper},      {"user_id", kShopper},    {"userid", kShopper},
      {"visitor", kShopper},      {"visitorid", kShopper}, {"visitor_id", kShopper}, {"customer", kShopper},
      {"customer_id", kShopper},  {"session", kSession},   {"session_id", kSession}, {"sessionid", kSession},
      {"user_session", kSession}, {"item", kItem},         {"item_id", kItem},       {"itemid", kItem},
      {"product", kItem},         {"product_id", kItem},   {"time", kTime},          {"timestamp", kTime},
      {"event_time", kTime},      {"unixtime", kTime},     {"kind", kKind},          {"event", kKind},
      {"event_type", kKind},      {"type", kKind}};
  return kOf;
}

/// nullopt: known, but no interaction.
const std::unordered_map<std::string_view, std::optional<ShopEventKind>>& KindOf() {
  using enum ShopEventKind;
  static const std::unordered_map<std::string_view, std::optional<ShopEventKind>> kOf = {{"view", kView},
                                                                                         {"click", kView},
                                                                                         {"pv", kView},
                                                                                         {"cart", kCart},
                                                                                         {"addtocart", kCart},
                                                                                         {"add_to_cart", kCart},
                                                                                         {"buy", kPurchase},
                                                                                         {"purchase", kPurchase},
                                                                                         {"order", kPurchase},
                                                                                         {"transaction", kPurchase},
                                                                                         {"remove_from_cart", {}},
                                                                                         {"fav", {}}};
  return kOf;
}

/// Cuts a line into fields. A field in quotes may hold the separator and doubled quotes; `unquoted` keeps its text.
class FieldSplitter {
 public:
  FieldSplitter(char separator, const std::string& file) : separator_(separator), file_(file) {}

  void Split(std::string_view line, std::int64_t number, std::vector<std::string_view>& fields) {
    fields.clear();
    for (std::size_t at = 0;;) {
      std::size_t end = std::min(line.find(separator_, at), line.size());
      if (at < line.size() && line[at] == '"') fields.push_back(Quoted(line, number, at, end));
      else fields.push_back(line.substr(at, end - at));
      if (end == line.size()) return;
      at = end + 1;
    }
  }

 private:
  std::string_view Quoted(std::string_view line, std::int64_t number, std::size_t begin, std::size_t& end) {
    std::size_t close = begin + 1;
    bool doubled = false;
    for (; close < line.size(); ++close) {
      if (line[close] != '"') continue;
      if (close + 1 == line.size() || line[close + 1] != '"') break;
      doubled = true;
      ++close;
    }
    if (close >= line.size() || (close + 1 < line.size() && line[close + 1] != separator_))
      throw Error("found a quote that does not end with the field; allowed '\"…\"' within one line, '\"\"' for a quote",
                  fmt::format("{}:{}:{}", file_, number, begin + 1));
    end = close + 1;
    const std::string_view text = line.substr(begin + 1, close - begin - 1);
    if (!doubled) return text;
    std::string& plain = unquoted_.emplace_back();
    for (std::size_t i = 0; i < text.size(); ++i) {
      plain += text[i];
      if (text[i] == '"') ++i;
    }
    return plain;
  }

  char separator_;
  const std::string& file_;
  std::deque<std::string> unquoted_;  // names are looked up as views into it
};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

template <class T>
bool Parse(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

/// Digits at `at`, moved behind them and behind `after` (0: nothing).
bool Take(std::string_view text, std::size_t& at, std::size_t digits, char after, int& value) {
  if (at + digits > text.size() || !Parse(text.substr(at, digits), value) || value < 0) return false;
  at += digits;
  if (after == 0) return true;
  return at < text.size() && text[at++] == after;
}

/// `2019-10-01 00:00:00 UTC`, `2014-04-07T10:51:09.277Z`, `2019-10-01`.
std::optional<SimTime> ParseDate(std::string_view text) {
  for (const std::string_view zone : {" UTC", "Z"})
    if (text.ends_with(zone)) text.remove_suffix(zone.size());
  std::size_t at = 0;
  int year = 0;
  int month = 0;
  int day = 0;
  if (!Take(text, at, 4, '-', year) || !Take(text, at, 2, '-', month) || !Take(text, at, 2, 0, day)) return {};
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return {};
  const SimTime midnight = StartOfDay(std::chrono::sys_days(date).time_since_epoch().count());
  if (at == text.size()) return midnight;
  int hour = 0;
  int minute = 0;
  double second = 0;
  if (text[at] != ' ' && text[at] != 'T') return {};
  if (!Take(text, ++at, 2, ':', hour) || !Take(text, at, 2, 0, minute)) return {};
  if (at < text.size() && (text[at] != ':' || !Parse(text.substr(at + 1), second))) return {};
  if (hour > 23 || minute > 59 || !(second >= 0 && second < 61)) return {};
  return midnight + SimDuration{hour * SimTime::kHourUs + minute * std::int64_t{60'000'000}} + Seconds(second);
}

/// A date, or a number: seconds below 1e11 (the year 5138), milliseconds below 1e14, else microseconds.
std::optional<SimTime> ParseTime(std::string_view text) {
  std::int64_t whole = 0;
  double parts = 0;
  if (Parse(text, whole)) {
    constexpr std::int64_t kMilliseconds = 100'000'000'000;
    constexpr std::int64_t kMicroseconds = 1000 * kMilliseconds;
    if (whole < 0 || whole >= 100 * kMicroseconds) return {};
    return SimTime{whole * (whole < kMilliseconds ? 1'000'000 : whole < kMicroseconds ? 1000 : 1)};
  }
  if (Parse(text, parts)) {
    if (!(parts >= 0 && parts < 1e11)) return {};
    return SimTime{static_cast<std::int64_t>(parts * 1e6)};
  }
  return ParseDate(text);
}

/// Numbers for names, in the order in which they come. Names must outlive it.
class Numbering {
 public:
  std::int32_t Of(std::string_view name) {
    return of_.emplace(name, static_cast<std::int32_t>(of_.size())).first->second;
  }
  [[nodiscard]] std::int32_t size() const { return static_cast<std::int32_t>(of_.size()); }

 private:
  std::unordered_map<std::string_view, std::int32_t> of_;
};

class ClickReader {
 public:
  ClickReader(const std::string& file, const OfflineSource& source, std::string text)
      : file_(file), kinds_(source.kinds), text_(std::move(text)) {}

  ClickTable Read() {
    std::string_view line;
    while (Next(line) && line.empty()) {
    }
    if (line.empty()) throw Error("found nothing; allowed a header and a line per event", file_);
    splitter_.emplace(SeparatorOf(line), file_);
    ReadHeader(line);
    while (Next(line))
      if (!line.empty()) ReadRow(line);
    if (table_.rows.empty())
      throw Error(fmt::format("found no event that counts, and {} of other kinds", table_.left_out), file_);
    table_.shoppers = shoppers_.size();
    table_.sessions = sessions_;
    return std::move(table_);
  }

 private:
  bool Next(std::string_view& line) {
    if (at_ == 0 && text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    if (at_ >= text_.size()) return false;
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    line = std::string_view(text_).substr(at_, end - at_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at_ = end + 1;
    ++number_;
    return true;
  }

  static char SeparatorOf(std::string_view header) {
    for (const char c : {'\t', ','})
      if (header.find(c) != std::string_view::npos) return c;
    return ';';
  }

  [[nodiscard]] std::string Where(std::string_view field = {}, std::string_view line = {}) const {
    const bool inside = field.data() >= line.data() && field.data() <= line.data() + line.size();
    if (line.empty() || !inside) return fmt::format("{}:{}", file_, number_);
    return fmt::format("{}:{}:{}", file_, number_, field.data() - line.data() + 1);
  }

  void ReadHeader(std::string_view line) {
    splitter_->Split(line, number_, fields_);
    place_.fill(-1);
    columns_ = fields_.size();
    for (std::size_t f = 0; f < fields_.size(); ++f) {
      const auto found = ColumnOf().find(Lower(fields_[f]));
      if (found == ColumnOf().end()) continue;  // brand, price …
      int& place = place_[found->second];
      if (place >= 0)
        throw Error(fmt::format("found '{}' and '{}', both of which name the {}; allowed one of them",
                                Shown(fields_[static_cast<std::size_t>(place)]), Shown(fields_[f]),
                                kColumnNames[found->second]),
                    Where());
      place = static_cast<int>(f);
    }
    if (place_[kItem] < 0 || (place_[kShopper] < 0 && place_[kSession] < 0))
      throw Error(fmt::format("found the columns {}; allowed a header with item and with shopper or session, and with "
                              "time and kind if they are known",
                              Shown(line).size() < line.size() ? Shown(line) + "…" : Shown(line)),
                  Where());
    table_.has_times = place_[kTime] >= 0;
    table_.has_sessions = place_[kSession] >= 0;
  }

  [[nodiscard]] std::string_view Field(Column column) const {
    const int place = place_[column];
    return place < 0 ? std::string_view{} : fields_[static_cast<std::size_t>(place)];
  }

  [[noreturn]] void Bad(Column column, std::string_view line, const char* allowed) const {
    const std::string_view field = Field(column);
    if (field.empty())
      throw Error(fmt::format("found no {}; allowed {}", kColumnNames[column], allowed), Where(field, line));
    throw Error(fmt::format("found the {} '{}'; allowed {}", kColumnNames[column], Shown(field), allowed),
                Where(field, line));
  }

  void ReadRow(std::string_view line) {
    splitter_->Split(line, number_, fields_);
    if (fields_.size() != columns_)
      throw Error(fmt::format("found {} fields in the line; allowed {}, as in the header", fields_.size(), columns_),
                  Where());
    Click click;
    if (place_[kKind] >= 0) {
      const auto kind = KindOf().find(Lower(Field(kKind)));
      if (kind == KindOf().end()) Bad(kKind, line, "view, cart, buy (or click, addtocart, purchase …: EVALUATE.md)");
      if (!kind->second || !Counts(*kind->second)) {
        ++table_.left_out;
        return;
      }
      click.kind = *kind->second;
    } else if (!Counts(click.kind)) {
      ++table_.left_out;
      return;
    }
    if (!Parse(Field(kItem), click.item) || click.item < 0) Bad(kItem, line, "a whole number from 0");
    if (table_.has_times) {
      const std::optional<SimTime> time = ParseTime(Field(kTime));
      if (!time) Bad(kTime, line, "seconds, milliseconds or microseconds since 1970, or 2019-10-01 12:30:00");
      click.time = *time;
    }
    SetShopper(line, click);
    table_.rows.push_back(click);
  }

  [[nodiscard]] bool Counts(ShopEventKind kind) const {
    return kinds_.empty() || std::find(kinds_.begin(), kinds_.end(), kind) != kinds_.end();
  }

  /// A session belongs to its shopper: two may use one name.
  void SetShopper(std::string_view line, Click& click) {
    const Column who = place_[kShopper] >= 0 ? kShopper : kSession;
    if (Field(who).empty()) Bad(who, line, "a name or a number");
    click.shopper = shoppers_.Of(Field(who));
    if (who == kSession || !table_.has_sessions) {
      click.session = click.shopper;
      sessions_ = shoppers_.size();
      return;
    }
    if (Field(kSession).empty()) Bad(kSession, line, "a name or a number");
    const std::uint64_t key =
        (static_cast<std::uint64_t>(click.shopper) << 32) | static_cast<std::uint32_t>(names_.Of(Field(kSession)));
    const auto [at, is_new] = session_of_.emplace(key, sessions_);
    if (is_new) ++sessions_;
    click.session = at->second;
  }

  const std::string& file_;
  const std::vector<ShopEventKind>& kinds_;
  const std::string text_;
  std::size_t at_ = 0;
  std::int64_t number_ = 0;
  std::optional<FieldSplitter> splitter_;
  std::size_t columns_ = 0;
  std::array<int, kColumns> place_{};
  std::vector<std::string_view> fields_;
  Numbering shoppers_;
  Numbering names_;  ///< of sessions
  std::unordered_map<std::uint64_t, std::int32_t> session_of_;
  std::int32_t sessions_ = 0;
  ClickTable table_;
};

}  // namespace

ClickTable ReadClicks(const std::string& file, const OfflineSource& source) {
  return ClickReader(file, source, ReadWhole(file)).Read();
}

}  // namespace souk::offline
