#pragma once
// Strict reading of YAML scalars. YAML libraries guess: `010` becomes 8, `1_000` text, `.nan` a
// number. souk accepts one spelling of each type and refuses whatever looks like a failed number.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace souk {

enum class ScalarKind {
  kText,
  kBool,       ///< true, false
  kInt,        ///< -?(0|[1-9][0-9]*)
  kReal,       ///< an int with a fraction, an exponent or both
  kBadNumber,  ///< 010, 0x1f, 1_000, +5, 1., .nan: meant as a number, but not one here
};

/// What a plain (unquoted) scalar is.
[[nodiscard]] ScalarKind Classify(std::string_view plain);

/// `text` as a number of the given type, or nothing when it is of another kind or does not fit.
[[nodiscard]] std::optional<std::int64_t> ParseInt(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> ParseUnsigned(std::string_view text);
/// Ints count as reals; −0 becomes 0. Infinities and values that under- or overflow do not.
[[nodiscard]] std::optional<double> ParseReal(std::string_view text);

/// The shortest text that reads back as `value`.
[[nodiscard]] std::string FormatReal(double value);

/// `text` as a YAML scalar that reads back as the same text: plain where safe, else double-quoted.
[[nodiscard]] std::string QuoteYaml(std::string_view text);
/// `text` as a JSON string with its quotes.
[[nodiscard]] std::string QuoteJson(std::string_view text);

}  // namespace souk
