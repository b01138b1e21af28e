#pragma once
// The one error type for bad user input, and the checks for our own bugs.

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace souk {

/// Bad input by the user: what was found, what is allowed, and where.
/// Libraries throw it and never print; bench/cli turns it into a message and an exit code.
class Error : public std::runtime_error {
 public:
  /// `where` is `file:line:column`, a path, an argument, or empty.
  explicit Error(const std::string& message, std::string where = {})
      : std::runtime_error(where.empty() ? message : where + ": " + message), where_(std::move(where)) {}
  [[nodiscard]] const std::string& where() const { return where_; }

 private:
  std::string where_;
};

/// The name in `allowed` closest to `found` by edit distance, or empty when none is near
/// (distance above max(2, length / 3)). Cost: O(total length of `allowed` · |found|).
std::string NearestName(std::string_view found, const std::vector<std::string>& allowed);

/// Prints the failed condition and aborts: our own bug, never the user's.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace souk

/// Always checked; states an invariant of our own code.
#define SOUK_CHECK(condition) ((condition) ? static_cast<void>(0) : ::souk::CheckFailed(#condition, __FILE__, __LINE__))

/// Checked in debug and checked builds only.
#ifdef NDEBUG
#define SOUK_DCHECK(condition) static_cast<void>(0)
#else
#define SOUK_DCHECK(condition) SOUK_CHECK(condition)
#endif
