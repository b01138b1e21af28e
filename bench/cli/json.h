#pragma once
// JSON for `--json`: a value with members in the order in which they were added.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace souk {

/// One JSON value. Numbers that are not finite become null, which is what JSON has for them.
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

  /// Indented by two spaces, with a line end.
  [[nodiscard]] std::string Dump() const;

 private:
  struct RawText {
    std::string text;
  };
  void Write(std::string& out, const std::string& indent) const;

  std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string, RawText, Array, Object> value_;
};

}  // namespace souk
