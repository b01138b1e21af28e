#include "results/report/gate_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "results/report/format_internal.h"
#include "results/report/text_grid.h"

namespace souk {
namespace {

using report::Amount;
using report::Duration;

/// A value in its unit.
std::string ValueText(double value, const std::string& unit) {
  if (unit == "ns") return Duration(value);
  return Amount(value) + (unit == "1" || !std::isfinite(value) ? "" : " " + unit);
}

/// A signed change, as a percentage or in the unit; two decimals unless it is so small that more are needed.
std::string ChangeText(double change, const GateRow& row) {
  if (std::isnan(change)) return "–";
  if (std::isinf(change)) return change > 0 ? "∞" : "-∞";
  if (!row.relative) return (change > 0 ? "+" : "") + (change == 0 ? std::string("0") : fmt::format("{:.3g}", change));
  const double percent = 100 * change;
  return percent == 0                ? "0%"
         : std::abs(percent) < 0.005 ? fmt::format("{:+.1e}%", percent)
                                     : fmt::format("{:+.2f}%", percent);
}

std::string WithBounds(const GateRow& row) {
  if (row.identical) return "identical";
  if (!std::isfinite(row.change)) return "–";
  const std::string unit = row.relative || row.unit == "1" ? "" : " " + row.unit;
  if (std::isnan(row.low) || std::isnan(row.high)) return ChangeText(row.change, row) + unit;
  return fmt::format("{} [{}, {}]{}", ChangeText(row.change, row), ChangeText(row.low, row), ChangeText(row.high, row),
                     unit);
}

std::string MarginText(const GateRow& row) {
  const char* sign = row.higher_is_better ? "-" : "+";
  if (row.relative) return fmt::format("{}{:.4g}%", sign, 100 * row.margin);
  return fmt::format("{}{:.4g}{}", sign, row.margin, row.unit == "1" ? "" : " " + row.unit);
}

std::string SamplesText(const GateRow& row) {
  return fmt::format("{} {}{}", row.samples, row.measured ? "pair" : "replication", row.samples == 1 ? "" : "s");
}

Paint PaintOf(GateVerdict verdict) {
  return verdict == GateVerdict::kPass         ? Paint::kGood
         : verdict == GateVerdict::kRegression ? Paint::kBad
                                               : Paint::kBold;
}

std::vector<const GateRow*> WithVerdict(const GateReport& report, GateVerdict verdict) {
  std::vector<const GateRow*> rows;
  for (const GateRow& row : report.rows)
    if (row.verdict == verdict) rows.push_back(&row);
  return rows;
}

/// The names of the rows; long lists are cut.
std::string Names(const std::vector<const GateRow*>& rows) {
  constexpr std::size_t kMostNames = 5;
  std::string names;
  for (std::size_t i = 0; i < std::min(rows.size(), kMostNames); ++i) names += (i == 0 ? "" : ", ") + RowName(*rows[i]);
  return rows.size() > kMostNames ? names + fmt::format(" and {} more", rows.size() - kMostNames) : names;
}

/// Rows that have the same to say, in the order of the first of each.
std::vector<std::pair<std::string, std::vector<const GateRow*>>> ByNote(const GateReport& report) {
  std::vector<std::pair<std::string, std::vector<const GateRow*>>> notes;
  for (const GateRow& row : report.rows) {
    if (row.note.empty()) continue;
    const auto known = std::find_if(notes.begin(), notes.end(), [&](const auto& n) { return n.first == row.note; });
    if (known == notes.end()) notes.push_back({row.note, {&row}});
    else known->second.push_back(&row);
  }
  return notes;
}

std::string Checks(std::size_t n) { return fmt::format("{} check{}", n, n == 1 ? "" : "s"); }

std::string DifferenceText(const GateChange& change) {
  const std::string unit = change.unit == "1" ? "" : " " + change.unit;
  const double relative = change.difference / std::abs(change.base);
  if (!std::isfinite(change.difference)) return "–";
  return fmt::format("{:+.3g}{}", change.difference, unit) +
         (std::isfinite(relative) ? fmt::format(" ({:+.2g}%)", 100 * relative) : "");
}

/// The rows of the table of changes under their header.
std::vector<std::vector<std::string>> ChangeRows(const GateReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < std::min(report.changes.size(), kMostChanges); ++i) {
    const GateChange& c = report.changes[i];
    rows.push_back({c.metric, c.arm, ValueText(c.base, c.unit), ValueText(c.head, c.unit), DifferenceText(c)});
  }
  return rows;
}

std::string MoreChanges(const GateReport& report) {
  if (report.changes.size() <= kMostChanges) return {};
  return fmt::format("… and {} more; --json lists all.\n", report.changes.size() - kMostChanges);
}

constexpr const char* kLegend =
    "Change: of the candidate over the baseline, with the bounds that decide. Regression: even the better bound is "
    "worse\n"
    "than the margin. Pass: even the worse bound is within it. Inconclusive: neither.\n";

/// Text inside a cell of a Markdown table.
std::string Cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '\\' || c == '`' || c == '*' || c == '_' || c == '<') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

void AddRow(const std::vector<std::string>& cells, std::string& out) {
  for (const std::string& cell : cells) out += "| " + cell + " ";
  out += "|\n";
}

const char* Badge(GateVerdict verdict) {
  return verdict == GateVerdict::kPass         ? "✅ pass"
         : verdict == GateVerdict::kRegression ? "❌ regression"
                                               : "⚠️ inconclusive";
}

}  // namespace

GateVerdict VerdictOf(const GateReport& report) {
  if (report.rows.empty()) return GateVerdict::kInconclusive;
  GateVerdict worst = GateVerdict::kPass;
  for (const GateRow& row : report.rows) worst = std::max(worst, row.verdict);
  return worst;
}

std::string RowName(const GateRow& row) { return row.where.empty() ? row.metric : row.metric + " in " + row.where; }

std::string RowSentence(const GateRow& row) {
  if (row.identical) return fmt::format("{}: pass, identical in {}", RowName(row), SamplesText(row));
  std::string text = fmt::format("{}: {}, {} → {}, change {}, margin {}, {}", RowName(row), VerdictName(row.verdict),
                                 ValueText(row.base, row.unit), ValueText(row.head, row.unit), WithBounds(row),
                                 MarginText(row), SamplesText(row));
  return row.note.empty() ? text : text + "; " + row.note;
}

std::string GateSentence(const GateReport& report) {
  const auto regressions = WithVerdict(report, GateVerdict::kRegression);
  const auto open = WithVerdict(report, GateVerdict::kInconclusive);
  switch (VerdictOf(report)) {
    case GateVerdict::kPass:
      return std::all_of(report.rows.begin(), report.rows.end(), [](const GateRow& r) { return r.identical; })
                 ? fmt::format("Pass: nothing changed in {}.", Checks(report.rows.size()))
                 : fmt::format("Pass: none of {} is worse than its margin allows.", Checks(report.rows.size()));
    case GateVerdict::kRegression:
      return fmt::format("Regression: {} of {} worse than the margin allows: {}.", regressions.size(),
                         Checks(report.rows.size()), Names(regressions));
    case GateVerdict::kInconclusive: break;
  }
  return fmt::format("Inconclusive: {} of {} could not be settled: {}.", open.size(), Checks(report.rows.size()),
                     Names(open));
}

std::string GateText(const GateReport& report, const TableOptions& options) {
  std::string out = Painted(GateSentence(report), PaintOf(VerdictOf(report)), options.color) + "\n\n";
  for (const std::string& fact : report.facts) out += fact + "\n";
  if (!report.facts.empty()) out += "\n";
  const auto header = [](std::vector<std::string> texts) {
    std::vector<TextCell> cells;
    for (std::string& text : texts) cells.push_back({std::move(text), Paint::kBold});
    return cells;
  };
  if (!report.changes.empty()) {
    TextGrid grid({Align::kLeft, Align::kLeft, Align::kRight, Align::kRight, Align::kLeft});
    grid.Add(header({"changed", "arm", "baseline", "candidate", "difference"}));
    grid.AddRule();
    for (const auto& row : ChangeRows(report)) grid.Add({{row[0]}, {row[1]}, {row[2]}, {row[3]}, {row[4]}});
    out += grid.Format(options.width, options.color) + MoreChanges(report) + "\n";
  }
  TextGrid grid({Align::kLeft, Align::kLeft, Align::kLeft, Align::kRight, Align::kRight, Align::kLeft, Align::kLeft,
                 Align::kLeft});
  grid.Add(header({"check", "in", "verdict", "baseline", "candidate", "change", "margin", "from"}));
  grid.AddRule();
  for (const GateRow& row : report.rows) {
    grid.Add({{row.metric},
              {row.where},
              {VerdictName(row.verdict), PaintOf(row.verdict)},
              {ValueText(row.base, row.unit)},
              {ValueText(row.head, row.unit)},
              {WithBounds(row), row.identical ? Paint::kDim : Paint::kNone},
              {MarginText(row)},
              {SamplesText(row)}});
  }
  out += grid.Format(options.width, options.color);
  std::string notes;
  for (const auto& [note, rows] : ByNote(report)) notes += Names(rows) + ": " + note + ".\n";
  return out + (notes.empty() ? "" : "\n" + notes) + "\n" + kLegend;
}

std::string GateMarkdown(const GateReport& report) {
  std::string out = fmt::format("### souk gate: {}\n\n{}\n\n", Badge(VerdictOf(report)), Cell(GateSentence(report)));
  AddRow({"check", "in", "verdict", "baseline", "candidate", "change", "margin", "from"}, out);
  AddRow({"---", "---", "---", "---:", "---:", "---", "---", "---"}, out);
  for (const GateRow& row : report.rows) {
    AddRow({Cell(row.metric), Cell(row.where), Badge(row.verdict), Cell(ValueText(row.base, row.unit)),
            Cell(ValueText(row.head, row.unit)), Cell(WithBounds(row)), Cell(MarginText(row)), SamplesText(row)},
           out);
  }
  out += "\n";
  for (const auto& [note, rows] : ByNote(report)) out += fmt::format("- {}: {}\n", Cell(Names(rows)), Cell(note));
  for (const std::string& fact : report.facts) out += "- " + Cell(fact) + "\n";
  if (report.changes.empty()) return out;
  out += fmt::format("\n<details><summary>{} changed value{}</summary>\n\n", report.changes.size(),
                     report.changes.size() == 1 ? "" : "s");
  AddRow({"changed", "arm", "baseline", "candidate", "difference"}, out);
  AddRow({"---", "---", "---:", "---:", "---"}, out);
  for (auto row : ChangeRows(report)) {
    std::transform(row.begin(), row.end(), row.begin(), Cell);
    AddRow(row, out);
  }
  return out + "\n" + MoreChanges(report) + "</details>\n";
}

}  // namespace souk
