// Pairs, sessions and lists: lines of whole numbers; and ratings, which need not be whole.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "bench/experiment/offline_read_internal.h"
#include "sim/base/error.h"

namespace souk::offline {
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

std::string Counted(std::size_t n, const char* what) {
  return n == 1 ? fmt::format("one {}", what) : fmt::format("{} {}s", n, what);
}

bool Separates(char c) { return c == ' ' || c == '\t' || c == ',' || c == '\r'; }

[[noreturn]] void BadNumber(const std::string& file, std::int64_t line, std::size_t column, std::string_view rest) {
  std::size_t end = 0;
  while (end < rest.size() && !Separates(rest[end]) && rest[end] != '\n') ++end;
  throw Error(fmt::format("found '{}'; allowed whole numbers from 0 to {}, separated by blanks, tabs or commas",
                          Shown(rest.substr(0, end)), std::numeric_limits<std::int64_t>::max()),
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

RawSequences Pairs(const NumberLines& lines) {
  RawSequences sequences;
  std::unordered_map<std::int64_t, std::size_t> place;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines.count(i) != 2)
      throw Error(fmt::format("found {} in the line; allowed two, user and item (with --min-rating: user, item, rating "
                              "and, if known, time)",
                              Counted(lines.count(i), "number")),
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

/// Cuts a line of ratings into words. `::` separates like a comma.
std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < line.size();) {
    if (Separates(line[at]) || line[at] == ':') {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < line.size() && !Separates(line[at]) && line[at] != ':') ++at;
    words.push_back(line.substr(begin, at - begin));
  }
  return words;
}

template <class T>
std::optional<T> Number(std::string_view word) {
  T value{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

struct Rating {
  std::int64_t user = 0;
  std::int64_t item = 0;
  double rating = 0;
  double time = 0;
};

Rating ParseRating(const std::vector<std::string_view>& words, std::size_t expected, std::string_view line,
                   const std::string& where) {
  if (words.size() != expected)
    throw Error(fmt::format("found {} in the line; allowed {}", Counted(words.size(), "word"),
                            expected == 0   ? "user, item, rating and, if known, time"
                            : expected == 3 ? "user, item and rating, as before"
                                            : "user, item, rating and time, as before"),
                where);
  const auto bad = [&](std::string_view word, const char* allowed) {
    throw Error(fmt::format("found '{}'; allowed {}", Shown(word), allowed),
                fmt::format("{}:{}", where, word.data() - line.data() + 1));
  };
  const auto user = Number<std::int64_t>(words[0]);
  const auto item = Number<std::int64_t>(words[1]);
  if (!user || *user < 0) bad(words[0], "a user: a whole number from 0");
  if (!item || *item < 0) bad(words[1], "an item: a whole number from 0");
  const auto rating = Number<double>(words[2]);
  if (!rating || !std::isfinite(*rating)) bad(words[2], "a rating: a number");
  const auto time = words.size() > 3 ? Number<double>(words[3]) : std::optional<double>(0);
  if (!time || !std::isfinite(*time)) bad(words[3], "a time: a number, such as seconds since 1970");
  return {*user, *item, *rating, *time};
}

/// Users in the order of their first rating that counts; each one's items by time.
RawSequences ByUser(const std::vector<Rating>& ratings) {
  std::unordered_map<std::int64_t, std::size_t> place;
  std::vector<std::vector<Rating>> users;
  for (const Rating& r : ratings) {
    const auto [at, is_new] = place.emplace(r.user, users.size());
    if (is_new) users.emplace_back();
    users[at->second].push_back(r);
  }
  RawSequences sequences;
  for (std::vector<Rating>& user : users) {
    std::stable_sort(user.begin(), user.end(), [](const Rating& a, const Rating& b) { return a.time < b.time; });
    sequences.emplace_back();
    for (const Rating& r : user) sequences.back().push_back(r.item);
  }
  return sequences;
}

}  // namespace

RawSequences ReadRatings(const std::string& file, double min_rating, std::int64_t& left_out) {
  const std::string text = ReadWhole(file);
  std::vector<Rating> kept;
  std::size_t expected = 0;
  std::int64_t number = 0;
  bool first = true;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line(text.data() + begin, end - begin);
    begin = end + 1;
    ++number;
    const std::vector<std::string_view> words = Words(line);
    if (words.empty()) continue;
    const bool is_header = std::exchange(first, false) && std::isalpha(static_cast<unsigned char>(words[0][0])) != 0;
    if (is_header) continue;
    if (expected == 0 && (words.size() == 3 || words.size() == 4)) expected = words.size();
    const Rating rating = ParseRating(words, expected, line, fmt::format("{}:{}", file, number));
    if (rating.rating >= min_rating) kept.push_back(rating);
    else ++left_out;
  }
  if (kept.empty()) throw Error(fmt::format("found no rating of at least {:g} among {}", min_rating, left_out), file);
  return ByUser(kept);
}

RawSequences ReadNumbers(const std::string& file, OfflineFormat& format) {
  const NumberLines lines = ParseNumbers(ReadWhole(file), file);
  if (format == OfflineFormat::kAuto) format = Detect(lines);
  return SequencesOf(lines, format);
}

}  // namespace souk::offline
