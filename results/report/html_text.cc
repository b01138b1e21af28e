#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/report/format_internal.h"
#include "results/report/html_text_internal.h"

namespace souk::html {
namespace {

std::string WithRealMinus(std::string text) {
  if (!text.empty() && text.front() == '-') text.replace(0, 1, "−");
  return text;
}

std::string WithoutSign(const std::string& text) {
  return !text.empty() && (text.front() == '-' || text.front() == '+') ? text.substr(1) : text;
}

}  // namespace

std::string Escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t i = 0; i < text.size();) {
    const int length = report::Utf8Length(text, i);
    const auto c = static_cast<unsigned char>(text[i]);
    if (length == 0 || (length == 1 && (c == 0x7F || (c < 0x20 && c != '\n' && c != '\t' && c != '\r')))) {
      out += "\xEF\xBF\xBD";
      ++i;
      continue;
    }
    if (length > 1) out += text.substr(i, static_cast<std::size_t>(length));
    else if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (c == '\'') out += "&#39;";
    else out += text[i];
    i += static_cast<std::size_t>(length);
  }
  return out;
}

std::string Number(double value) { return std::isfinite(value) ? fmt::format("{:.6g}", value) : ""; }

std::string Coordinate(double value) {
  std::string text = fmt::format("{:.2f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string Position(double share) { return Coordinate(100 * share) + "%"; }

std::string Change(double share) {
  return std::isfinite(share) ? WithRealMinus(report::SignedPercent(share)) + "%" : "–";
}

std::string Size(double share) { return std::isfinite(share) ? WithoutSign(report::SignedPercent(share)) + "%" : "–"; }

std::string ChangeRange(const Interval& interval) {
  if (!HasBounds(interval)) return {};
  return WithRealMinus(report::SignedPercent(interval.low)) + " to " +
         WithRealMinus(report::SignedPercent(interval.high)) + "%";
}

std::string SizeRange(const Interval& interval) {
  if (!HasBounds(interval)) return {};
  const auto [low, high] = std::minmax({std::abs(interval.low), std::abs(interval.high)});
  return WithoutSign(report::SignedPercent(low)) + " to " + WithoutSign(report::SignedPercent(high)) + "%";
}

std::string Probability(double p) {
  if (!std::isfinite(p)) return "–";
  return p < 0.001 ? "<0.001" : fmt::format("{:.3f}", p);
}

bool IsShare(const MetricInfo& metric) { return report::IsShare(metric); }

std::string ValueText(const MetricInfo& metric, double value) {
  return WithRealMinus(report::ValueText(metric, value));
}

std::string ValueWithUnit(const MetricInfo& metric, double value, const std::string& currency) {
  const std::string text = ValueText(metric, value);
  const std::string_view unit = metric.unit;
  if (unit == "1" || !std::isfinite(value)) return text;
  return text + " " + (unit == "EUR" ? currency : std::string(unit));
}

std::string MetricTitle(const MetricInfo& metric) { return report::MetricTitle(metric); }

bool HasBounds(const Interval& interval) { return std::isfinite(interval.low) && std::isfinite(interval.high); }

int SideOf(const Interval& interval) {
  if (!HasBounds(interval)) return 0;
  return interval.low > 0 ? 1 : interval.high < 0 ? -1 : 0;
}

}  // namespace souk::html
