#pragma once
// JSON for programs: a value with members in the order in which they were added. Every JSON text that souk prints comes
// from here.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace souk {

/// One JSON value. Numbers that are not finite become null, which is what JSON has for them; bytes that are not UTF-8
/// become U+FFFD, as they would make the document unreadable.
class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;

  Json() : value_(nullptr) {}
  Json(bool v) : value_(v) {}                            // NOLINT(google-explicit-constructor)
  Json(int v) : value_(static_cast<std::int64_t>(v)) {}  // NOLINT(google-explicit-constructor)
  Json(std::int64_t v) : value_(v) {}                    // NOLINT(google-explicit-constructor)
  Json(std::uint64_t v) : value_(v) {}                   // NOLINT(google-explicit-constructor)
  Json(double v) : value_(v) {}                          // NOLINT(google-explicit-constructor)
  Json(const char* v) : value_(std::string(v)) {}        // NOLINT(google-explicit-constructor)
  Json(std::string v) : value_(std::move(v)) {}          // NOLINT(google-explicit-constructor)
  Json(Array v) : value_(std::move(v)) {}                // NOLINT(google-explicit-constructor)
  Json(Object v) : value_(std::move(v)) {}               // NOLINT(google-explicit-constructor)
  Json(const std::vector<std::string>& texts)
      : value_(Array(texts.begin(), texts.end())) {}  // NOLINT(google-explicit-constructor)
  /// `text` is JSON already.
  static Json Raw(std::string text);
  /// The same value; Lines() begins a line before it.
  static Json OnNewLine(Json value);

  /// Indented by two spaces, with a line end.
  [[nodiscard]] std::string Dump() const;
  /// Without blanks, on few lines, with a line end: for large documents, also inside a page of HTML ('<' is escaped).
  [[nodiscard]] std::string Lines() const;

 private:
  struct RawText {
    std::string text;
  };
  void WriteIndented(std::string& out, const std::string& indent) const;
  void WriteLines(std::string& out) const;
  void WriteScalar(std::string& out, bool for_html) const;

  std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string, RawText, Array, Object> value_;
  bool on_new_line_ = false;
};

}  // namespace souk
