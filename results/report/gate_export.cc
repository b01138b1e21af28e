// A gate's findings as JUnit XML and as annotations of GitHub Actions.

#include <fmt/format.h>

#include <algorithm>

#include "results/report/gate_report.h"

namespace souk {
namespace {

/// Text for an attribute or element of XML 1.0; control characters, which XML cannot hold, become blanks.
std::string Xml(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

/// The data of a workflow command; in a property also ':' and ','.
std::string Escaped(const std::string& text, bool property) {
  std::string out;
  for (const char c : text) {
    const bool escape = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
    out += escape ? fmt::format("%{:02X}", static_cast<unsigned>(c)) : std::string(1, c);
  }
  return out;
}

bool Fails(const GateReport& report, const GateRow& row) {
  return row.verdict == GateVerdict::kRegression ||
         (row.verdict == GateVerdict::kInconclusive && !report.inconclusive_passes);
}

}  // namespace

std::string GateJunit(const GateReport& report) {
  std::size_t failures = 0;
  std::size_t skipped = 0;
  for (const GateRow& row : report.rows) {
    if (Fails(report, row)) ++failures;
    else if (row.verdict == GateVerdict::kInconclusive) ++skipped;
  }
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  const std::string counts =
      fmt::format(R"(tests="{}" failures="{}" errors="0" skipped="{}")", report.rows.size(), failures, skipped);
  out += fmt::format("<testsuites name=\"souk gate\" {}>\n  <testsuite name=\"souk gate\" {}>\n", counts, counts);
  for (const GateRow& row : report.rows) {
    out += fmt::format("    <testcase classname=\"souk.gate\" name=\"{}\"", Xml(RowName(row)));
    if (!row.file.empty()) out += fmt::format(" file=\"{}\" line=\"{}\"", Xml(row.file), row.line);
    const std::string message = Xml(RowSentence(row));
    if (Fails(report, row)) {
      out += fmt::format(">\n      <failure type=\"{}\" message=\"{}\"/>\n", VerdictName(row.verdict), message);
    } else if (row.verdict == GateVerdict::kInconclusive) {
      out += fmt::format(">\n      <skipped message=\"{}\"/>\n", message);
    } else {
      out += fmt::format(">\n      <system-out>{}</system-out>\n", message);
    }
    out += "    </testcase>\n";
  }
  return out + "  </testsuite>\n</testsuites>\n";
}

std::string GateAnnotations(const GateReport& report) {
  std::string out;
  for (const GateRow& row : report.rows) {
    if (row.verdict == GateVerdict::kPass) continue;
    std::string place;
    if (!row.file.empty()) place = fmt::format("file={},line={},", Escaped(row.file, true), row.line);
    out += fmt::format("::{} {}title={}::{}\n", Fails(report, row) ? "error" : "warning", place,
                       Escaped(std::string("souk gate: ") + VerdictName(row.verdict), true),
                       Escaped(RowSentence(row), false));
  }
  return out;
}

}  // namespace souk
