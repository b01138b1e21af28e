#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "results/report/format_internal.h"
#include "sim/base/fingerprint.h"

namespace souk::report {
namespace {

const std::string kNothing = "–";
const std::string kShareNote =
    "Arms have their parts of the shop: the value of a total (orders, revenue, visitors …) is of the part, while an "
    "uplift "
    "compares totals divided by the intended shares, as if each arm had the whole shop.";

}  // namespace

int Utf8Length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char c = byte(at);
  if (c < 0x80) return 1;
  const int length = c >= 0xF0 && c <= 0xF4 ? 4 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xC2 && c < 0xE0 ? 2 : 0;
  if (length == 0 || at + static_cast<std::size_t>(length) > text.size()) return 0;
  for (int k = 1; k < length; ++k)
    if ((byte(at + static_cast<std::size_t>(k)) & 0xC0U) != 0x80U) return 0;
  if (length == 2) return 2;
  // Over-long forms, surrogates, beyond U+10FFFF.
  const unsigned char second = byte(at + 1);
  const bool bad = (c == 0xE0 && second < 0xA0) || (c == 0xED && second >= 0xA0) || (c == 0xF0 && second < 0x90) ||
                   (c == 0xF4 && second >= 0x90);
  return bad ? 0 : length;
}

std::string SignedPercent(double share) {
  const double percent = 100 * share;
  const double size = std::abs(percent);
  if (size == 0) return "0.0";
  return size < 0.095 ? fmt::format("{:+.2f}", percent) : fmt::format("{:+.1f}", percent);
}

std::string Percent(double share) {
  if (!std::isfinite(share)) return kNothing;
  const double percent = 100 * share;
  const bool small = percent != 0 && std::abs(percent) < 10;
  return small ? fmt::format("{:.3f}%", percent) : fmt::format("{:.2f}%", percent);
}

bool IsShare(const MetricInfo& metric) {
  constexpr std::array<std::string_view, 6> kShares = {"conversion", "session_conversion", "retention",
                                                       "churn",      "containment",        "bot_accuracy"};
  const std::string_view name = metric.name;
  return name.ends_with("_rate") || std::find(kShares.begin(), kShares.end(), name) != kShares.end();
}

std::string ValueText(const MetricInfo& metric, double value) {
  return IsShare(metric) ? Percent(value) : Amount(value);
}

std::string MetricTitle(const MetricInfo& metric) {
  std::string title = metric.name;
  std::replace(title.begin(), title.end(), '_', ' ');
  return title;
}

std::string Amount(double value) {
  if (!std::isfinite(value)) return kNothing;
  const double size = std::abs(value);
  if (size >= 1e7) return fmt::format("{:.4g}", value);
  if (size >= 100) return fmt::format("{:.1f}", value);
  if (size >= 10) return fmt::format("{:.2f}", value);
  if (size >= 0.1 || size == 0) return fmt::format("{:.3f}", value);
  return fmt::format("{:.3g}", value);
}

std::string Duration(double ns) {
  if (!std::isfinite(ns)) return kNothing;
  const auto scaled = [](double value, const char* unit) {
    return value < 9.95 ? fmt::format("{:.1f} {}", value, unit) : fmt::format("{:.0f} {}", value, unit);
  };
  if (ns < 999.5) return fmt::format("{:.0f} ns", ns);
  if (ns < 999.5e3) return scaled(ns / 1e3, "µs");
  if (ns < 999.5e6) return scaled(ns / 1e6, "ms");
  return scaled(ns / 1e9, "s");
}

const char* MethodName(IntervalMethod method) {
  switch (method) {
    case IntervalMethod::kNone: return "none";
    case IntervalMethod::kPoint: return "point";
    case IntervalMethod::kHall: return "hall";
    case IntervalMethod::kBootstrapT: return "bootstrap-t";
    case IntervalMethod::kStudent: return "student";
    case IntervalMethod::kWelch: return "welch";
    case IntervalMethod::kSequence: return "sequence";
  }
  return "none";
}

std::string Thousands(std::int64_t n) {
  std::string digits = fmt::format("{}", n);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (n < 0 ? 1 : 0); at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

TextCell UpliftCell(const Interval& relative, bool identical, bool higher_is_better, const std::string& mark) {
  if (identical) return {"identical", Paint::kDim};
  if (!std::isfinite(relative.estimate)) return {kNothing, Paint::kDim};
  if (!std::isfinite(relative.low)) return {SignedPercent(relative.estimate) + "%" + mark, Paint::kNone};
  const bool up = relative.low > 0;
  const bool down = relative.high < 0;
  const Paint paint = up == higher_is_better && (up || down) ? Paint::kGood : up || down ? Paint::kBad : Paint::kNone;
  return {fmt::format("{}% [{}, {}]{}", SignedPercent(relative.estimate), SignedPercent(relative.low),
                      SignedPercent(relative.high), mark),
          paint};
}

std::string LeftOutNote(const std::string& arm, int replications, const std::string& whom) {
  return fmt::format("left out of {}: {} replication{} that {}", arm, replications, replications == 1 ? "" : "s", whom);
}

std::vector<std::string> LeftOutNotes(const ExperimentResult& result) {
  std::vector<std::string> notes;
  const int base = Incumbent(result);
  for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm) {
    const int n = arm == base ? 0 : Unpaired(result, arm, result, base);
    if (n == 0) continue;
    notes.push_back(LeftOutNote(result.arms[static_cast<std::size_t>(arm)], n,
                                fmt::format("only one of it and {} finished; value and uplift are of the others",
                                            result.arms[static_cast<std::size_t>(base)])));
  }
  return notes;
}

std::string ShareNote(const ExperimentResult& result) {
  const auto& shares = result.shares;
  const bool equal = std::adjacent_find(shares.begin(), shares.end(), std::not_equal_to<>()) == shares.end();
  return equal ? "" : kShareNote;
}

std::string ShareNote(const ExperimentResult& a, const ExperimentResult& b) {
  if (a.shares.empty() && b.shares.empty()) return "";
  return a.shares == b.shares ? ShareNote(a) : kShareNote;
}

int Incumbent(const ExperimentResult& result) { return std::max(0, result.ArmIndex(result.incumbent)); }

std::uint64_t ArmFingerprint(const ExperimentResult& result, int arm) {
  souk::Fingerprint hash;
  for (const CellResult& cell : result.cells) {
    if (cell.arm != arm) continue;
    hash.Add(static_cast<std::int64_t>(cell.replication));
    hash.Add(cell.error.empty() ? cell.fingerprint : std::uint64_t{0});
  }
  return hash.value();
}

}  // namespace souk::report
