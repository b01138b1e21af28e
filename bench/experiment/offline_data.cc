#include "bench/experiment/offline_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <unordered_map>
#include <utility>

#include "sim/base/error.h"

namespace souk {
namespace {

/// The numbers of a file, line by line; empty lines are left out.
struct NumberLines {
  std::string file;
  std::vector<std::int64_t> numbers;
  std::vector<std::size_t> begin{0};  ///< size lines + 1
  std::vector<std::int64_t> line;     ///< where each stood in the file, from 1

  [[nodiscard]] std::size_t size() const { return line.size(); }
  [[nodiscard]] std::size_t count(std::size_t i) const { return begin[i + 1] - begin[i]; }
  [[nodiscard]] std::int64_t first(std::size_t i) const { return numbers[begin[i]]; }
};

std::string ReadWhole(const std::string& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw Error("is a directory, not a file", file);
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(std::string("cannot be read: ") + std::strerror(errno), file);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw Error(std::string("cannot be read: ") + std::strerror(errno), file);
  return text;
}

bool Separates(char c) { return c == ' ' || c == '\t' || c == ',' || c == '\r'; }

[[noreturn]] void BadNumber(const std::string& file, std::int64_t line, std::size_t column, std::string_view rest) {
  constexpr std::size_t kShown = 24;
  std::size_t end = 0;
  while (end < rest.size() && end < kShown && !Separates(rest[end]) && rest[end] != '\n') ++end;
  std::string word;
  for (const char c : rest.substr(0, end))
    word += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? fmt::format("\\x{:02x}", static_cast<unsigned char>(c))
                                                              : std::string(1, c);
  throw Error(fmt::format("found '{}'; allowed whole numbers from 0 to {}, separated by blanks, tabs or commas", word,
                          std::numeric_limits<std::int64_t>::max()),
              fmt::format("{}:{}:{}", file, line, column));
}

/// Splits text into lines of numbers.
NumberLines ParseNumbers(const std::string& text, const std::string& file) {
  NumberLines result;
  result.file = file;
  std::int64_t line = 1;
  std::size_t line_begin = 0;
  const auto end_line = [&] {
    if (result.numbers.size() > result.begin.back()) {
      result.begin.push_back(result.numbers.size());
      result.line.push_back(line);
    }
  };
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '\n') {
      end_line();
      ++line;
      line_begin = ++at;
    } else if (Separates(c)) {
      ++at;
    } else {
      const std::size_t begin = at;
      std::int64_t value = 0;
      bool fits = true;
      for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
        fits = fits && !__builtin_mul_overflow(value, 10, &value) &&
               !__builtin_add_overflow(value, text[at] - '0', &value);
      const bool ends = at == text.size() || text[at] == '\n' || Separates(text[at]);
      if (at == begin || !ends || !fits)
        BadNumber(file, line, begin - line_begin + 1, std::string_view(text).substr(begin));
      result.numbers.push_back(value);
    }
  }
  end_line();
  if (result.size() == 0) throw Error("found no numbers; allowed lines of users and items", file);
  return result;
}

OfflineFormat Detect(const NumberLines& lines) {
  bool pairs = true;
  bool lists = lines.size() > 1;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    pairs = pairs && lines.count(i) == 2;
    lists = lists && lines.first(i) == lines.first(0) + static_cast<std::int64_t>(i);
  }
  return pairs ? OfflineFormat::kPairs : lists ? OfflineFormat::kLists : OfflineFormat::kSessions;
}

/// Item ids by user or session, before they are made dense.
using RawSequences = std::vector<std::vector<std::int64_t>>;

RawSequences Pairs(const NumberLines& lines) {
  RawSequences sequences;
  std::unordered_map<std::int64_t, std::size_t> place;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines.count(i) != 2)
      throw Error(fmt::format("found {} in the line; allowed two, user and item",
                              lines.count(i) == 1 ? "one number" : fmt::format("{} numbers", lines.count(i))),
                  fmt::format("{}:{}", lines.file, lines.line[i]));
    const auto [at, is_new] = place.emplace(lines.first(i), sequences.size());
    if (is_new) sequences.emplace_back();
    sequences[at->second].push_back(lines.numbers[lines.begin[i] + 1]);
  }
  return sequences;
}

RawSequences Lines(const NumberLines& lines, bool with_user) {
  RawSequences sequences;
  std::unordered_map<std::int64_t, std::int64_t> line_of;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string where = fmt::format("{}:{}", lines.file, lines.line[i]);
    if (with_user && lines.count(i) < 2) throw Error("found a user without items; allowed user and items", where);
    if (with_user) {
      const auto [at, is_new] = line_of.emplace(lines.first(i), lines.line[i]);
      if (!is_new)
        throw Error(fmt::format("found user {} again, as in line {}; allowed one line per user", at->first, at->second),
                    where);
    }
    const auto begin = lines.numbers.begin() + static_cast<std::ptrdiff_t>(lines.begin[i]);
    const auto end = lines.numbers.begin() + static_cast<std::ptrdiff_t>(lines.begin[i + 1]);
    sequences.emplace_back(begin + (with_user ? 1 : 0), end);
  }
  return sequences;
}

RawSequences SequencesOf(const NumberLines& lines, OfflineFormat format) {
  if (format == OfflineFormat::kPairs) return Pairs(lines);
  return Lines(lines, format == OfflineFormat::kLists);
}

std::vector<std::int64_t> DistinctItems(const RawSequences& a, const RawSequences& b,
                                        const std::vector<std::int64_t>& more) {
  std::vector<std::int64_t> ids = more;
  for (const RawSequences* side : {&a, &b})
    for (const auto& sequence : *side) ids.insert(ids.end(), sequence.begin(), sequence.end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
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

}  // namespace

const char* FormatName(OfflineFormat format) {
  switch (format) {
    case OfflineFormat::kAuto: return "auto";
    case OfflineFormat::kPairs: return "pairs";
    case OfflineFormat::kSessions: return "sessions";
    case OfflineFormat::kLists: return "lists";
  }
  return "";
}

OfflineData ReadOfflineData(const std::string& file, const std::string& test_file, OfflineFormat format,
                            const std::vector<std::int64_t>& more_items) {
  OfflineData data;
  const NumberLines lines = ParseNumbers(ReadWhole(file), file);
  data.format = format == OfflineFormat::kAuto ? Detect(lines) : format;
  const RawSequences train = SequencesOf(lines, data.format);
  RawSequences test;
  if (!test_file.empty()) test = SequencesOf(ParseNumbers(ReadWhole(test_file), test_file), data.format);
  data.item_ids = DistinctItems(train, test, more_items);
  if (data.item_ids.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
    throw Error("found more items than can be numbered", file);
  const DenseItems items(data.item_ids);
  data.sequences = Dense(train, items);
  data.test = Dense(test, items);
  for (const Sequence& s : data.sequences) data.interactions += static_cast<std::int64_t>(s.size());
  return data;
}

}  // namespace souk
