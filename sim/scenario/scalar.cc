#include "sim/scenario/scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "sim/base/error.h"

namespace souk {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::size_t SkipDigits(std::string_view s, std::size_t i) {
  while (i < s.size() && IsDigit(s[i])) ++i;
  return i;
}

/// The kind of a well-formed number; kText when it is not one.
ScalarKind NumberKind(std::string_view s) {
  std::size_t i = !s.empty() && s[0] == '-' ? 1 : 0;
  const std::size_t whole = i;
  i = SkipDigits(s, i);
  if (i == whole || (s[whole] == '0' && i > whole + 1)) return ScalarKind::kText;
  ScalarKind kind = ScalarKind::kInt;
  if (i < s.size() && s[i] == '.') {
    const std::size_t fraction = i + 1;
    i = SkipDigits(s, fraction);
    if (i == fraction) return ScalarKind::kText;
    kind = ScalarKind::kReal;
  }
  if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
    std::size_t exponent = i + 1;
    if (exponent < s.size() && (s[exponent] == '+' || s[exponent] == '-')) ++exponent;
    i = SkipDigits(s, exponent);
    if (i == exponent) return ScalarKind::kText;
    kind = ScalarKind::kReal;
  }
  return i == s.size() ? kind : ScalarKind::kText;
}

std::string Lower(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

/// True for what some reader of numbers, somewhere, would take.
bool LooksLikeNumber(std::string_view s) {
  if (!s.empty() && (s[0] == '+' || s[0] == '-')) s.remove_prefix(1);
  const std::string low = Lower(s);
  for (const char* word : {"nan", ".nan", "inf", ".inf", "infinity"}) {
    if (low == word) return true;
  }
  const bool starts = !low.empty() && (IsDigit(low[0]) || (low[0] == '.' && low.size() > 1 && IsDigit(low[1])));
  if (!starts) return false;
  if (low.size() > 2 && low[0] == '0' && (low[1] == 'x' || low[1] == 'o' || low[1] == 'b')) {
    return low.find_first_not_of("0123456789abcdef_", 2) == std::string::npos;
  }
  const std::size_t mantissa = low.find_first_not_of("0123456789_.,");
  if (mantissa == std::string::npos) return true;
  if (low[mantissa] != 'e') return false;
  return low.find_first_not_of("0123456789_+-", mantissa + 1) == std::string::npos;
}

template <class T>
std::optional<T> FromChars(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

ScalarKind Classify(std::string_view plain) {
  if (plain == "true" || plain == "false") return ScalarKind::kBool;
  if (const ScalarKind kind = NumberKind(plain); kind != ScalarKind::kText) return kind;
  return LooksLikeNumber(plain) ? ScalarKind::kBadNumber : ScalarKind::kText;
}

std::optional<std::int64_t> ParseInt(std::string_view text) {
  if (Classify(text) != ScalarKind::kInt) return std::nullopt;
  return FromChars<std::int64_t>(text);
}

std::optional<std::uint64_t> ParseUnsigned(std::string_view text) {
  if (Classify(text) != ScalarKind::kInt) return std::nullopt;
  return FromChars<std::uint64_t>(text);
}

std::optional<double> ParseReal(std::string_view text) {
  const ScalarKind kind = Classify(text);
  if (kind != ScalarKind::kInt && kind != ScalarKind::kReal) return std::nullopt;
  const std::optional<double> value = FromChars<double>(text);
  return value ? std::optional<double>(*value + 0.0) : std::nullopt;  // −0 + 0 is 0
}

std::string FormatReal(double value) {
  std::array<char, 32> buffer;
  char* const last = buffer.data() + buffer.size();
  // The shortest text of 2000000 is 2e+06, which people do not write.
  const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
  const auto [end, error] = whole ? std::to_chars(buffer.data(), last, value, std::chars_format::fixed)
                                  : std::to_chars(buffer.data(), last, value);
  SOUK_CHECK(error == std::errc());
  return {buffer.data(), end};
}

std::string QuoteYaml(std::string_view text) {
  const bool plain =
      !text.empty() && Classify(text) == ScalarKind::kText &&
      std::all_of(text.begin(), text.end(),
                  [](char c) {
                    return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
                  }) &&
      text.front() != '-';
  const std::string low = Lower(text);
  // Words that a YAML 1.1 reader takes for null or a boolean.
  constexpr std::array<std::string_view, 7> kWords = {"null", "yes", "no", "on", "off", "y", "n"};
  const bool reserved = low == "true" || low == "false" || std::find(kWords.begin(), kWords.end(), low) != kWords.end();
  return plain && !reserved ? std::string(text) : QuoteJson(text);  // JSON strings are YAML strings
}

std::string QuoteJson(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          std::array<char, 8> code;
          std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(c));
          out += code.data();
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

}  // namespace souk
