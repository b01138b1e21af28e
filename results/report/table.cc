#include "results/report/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/report/format_internal.h"
#include "results/statistics/latency.h"
#include "results/statistics/recommendations.h"
#include "results/statistics/uplift.h"
#include "sim/base/fingerprint.h"

namespace souk {
namespace {

using report::Duration;
using report::Thousands;

/// What the notes below a table have to explain.
struct Notes {
  bool thin = false;
  bool unknown_orders = false;
  bool no_interval = false;
  bool undefined = false;
  std::vector<std::string> thin_arms;
};

/// What stands over the columns of a metric: `revenue`, below it `EUR/visitor`, and over its uplift `revenue/visitor`.
struct ColumnName {
  std::string value;
  std::string unit;
  std::string uplift;
};

ColumnName ColumnNameOf(const ExperimentResult& result, const MetricInfo& metric) {
  constexpr std::string_view kPerVisitor = "_per_visitor";
  const std::string_view name = metric.name;
  if (!name.ends_with(kPerVisitor)) return {report::MetricTitle(metric), "", report::MetricTitle(metric)};
  const std::string what(name.substr(0, name.size() - kPerVisitor.size()));
  return {what, (metric.unit == std::string("EUR") ? result.currency : "") + "/visitor", what + "/visitor"};
}

std::string Business(const ExperimentResult& result, const TableOptions& options, Notes& notes) {
  const int base = report::Incumbent(result);
  const auto bold = [](std::string text) { return TextCell{std::move(text), Paint::kBold}; };
  const std::vector<const MetricInfo*> headline = HeadlineMetrics(result);
  std::vector<Align> columns = {Align::kLeft};
  columns.insert(columns.end(), headline.size(), Align::kRight);
  columns.insert(columns.end(), headline.size(), Align::kLeft);
  TextGrid grid(columns);
  std::vector<TextCell> head = {bold("arm")};
  std::vector<TextCell> units = {{""}};
  for (const MetricInfo* metric : headline) {
    const ColumnName name = ColumnNameOf(result, *metric);
    head.push_back(bold(name.value));
    units.push_back({name.unit, Paint::kDim});
  }
  for (const MetricInfo* metric : headline)
    head.push_back(bold((metric == headline.front() ? "uplift: " : "") + ColumnNameOf(result, *metric).uplift));
  units.push_back({"paired, 95% interval", Paint::kDim});
  grid.Add(std::move(head));
  grid.Add(std::move(units));
  grid.AddRule();
  for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm) {
    std::vector<TextCell> row = {{result.arms[static_cast<std::size_t>(arm)]}};
    for (const MetricInfo* metric : headline)
      row.push_back({report::ValueText(*metric, ArmValue(result, *metric, arm).estimate)});
    for (const MetricInfo* metric : headline) {
      const bool first = metric == headline.front();
      if (arm == base) {
        row.push_back({first ? "incumbent" : "", Paint::kDim});
        continue;
      }
      const Uplift uplift = CompareWithIncumbent(result, *metric, arm);
      row.push_back(
          report::UpliftCell(uplift.relative, uplift.identical, metric->higher_is_better, uplift.thin ? "*" : ""));
      if (uplift.identical) continue;
      if (uplift.thin && first) {
        notes.thin_arms.push_back(
            fmt::format("{} {}", result.arms[static_cast<std::size_t>(arm)], *uplift.discordant_orders));
      }
      notes.thin |= uplift.thin;
      notes.unknown_orders |= HasSales(result) && result.shares.empty() && !uplift.discordant_orders.has_value();
      notes.undefined |= !std::isfinite(uplift.relative.estimate);
      notes.no_interval |= std::isfinite(uplift.relative.estimate) && !std::isfinite(uplift.relative.low);
    }
    grid.Add(std::move(row));
  }
  return grid.Format(options.width, options.color);
}

std::string Running(const ExperimentResult& result, const TableOptions& options) {
  const auto bold = [](std::string text) { return TextCell{std::move(text), Paint::kBold}; };
  TextGrid grid({Align::kLeft, Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight, Align::kRight,
                 Align::kLeft, Align::kRight, Align::kRight});
  grid.Add({bold("arm"), bold("fingerprint"), bold("runs"), bold("failed"), bold("decisions"),
            bold(Shorten(result.slots.empty() ? "recommender" : result.slots[0], 12) + " p50"), bold("p99"),
            bold("slowest slot"), bold("p50"), bold("p99")});
  grid.AddRule();
  for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm) {
    int finished = 0;
    int failed = 0;
    for (const CellResult& cell : result.cells) {
      if (cell.arm != arm) continue;
      ++(cell.error.empty() ? finished : failed);
    }
    std::int64_t decisions = 0;
    LatencyHistogram first;
    LatencyHistogram slowest;
    std::string slowest_name = "–";
    for (std::size_t slot = 0; slot < kDecisionSlots; ++slot) {
      const LatencyHistogram latency = MergedLatency(result, arm, static_cast<int>(slot));
      decisions += latency.total();
      if (slot == 0) first = latency;
      if (latency.total() > 0 && (slowest.total() == 0 || latency.QuantileNs(0.99) > slowest.QuantileNs(0.99))) {
        slowest = latency;
        slowest_name = slot < result.slots.size() ? result.slots[slot] : fmt::format("slot {}", slot);
      }
    }
    const auto quantile = [](const LatencyHistogram& h, double q) {
      return Duration(h.total() > 0 ? h.QuantileNs(q) : std::nan(""));
    };
    grid.Add({{result.arms[static_cast<std::size_t>(arm)]},
              {Hex64(report::ArmFingerprint(result, arm)), Paint::kDim},
              {fmt::format("{}", finished)},
              {fmt::format("{}", failed), failed > 0 ? Paint::kBad : Paint::kNone},
              {Thousands(decisions)},
              {quantile(first, 0.5)},
              {quantile(first, 0.99)},
              {slowest_name},
              {quantile(slowest, 0.5)},
              {quantile(slowest, 0.99)}});
  }
  return grid.Format(options.width, options.color);
}

/// A line of words, broken where the terminal ends.
std::string Wrapped(const std::string& text, Paint paint, const TableOptions& options) {
  std::string out;
  for (const std::string& line : WrapText(Printable(text), options.width))
    out += Painted(line, paint, options.color) + "\n";
  return out;
}

std::string Failures(const ExperimentResult& result, const TableOptions& options) {
  constexpr int kShown = 5;
  std::string out;
  int failed = 0;
  for (const CellResult& cell : result.cells) {
    if (cell.error.empty()) continue;
    if (++failed > kShown) continue;
    std::string error = cell.error;
    std::replace(error.begin(), error.end(), '\n', ' ');
    const std::string line = fmt::format("failed: replication {}, arm {}: {}", cell.replication,
                                         result.arms[static_cast<std::size_t>(cell.arm)], error);
    out += Wrapped(line, Paint::kBad, options);
  }
  if (failed > kShown) out += fmt::format("… and {} more failed cells\n", failed - kShown);
  return out;
}

/// `popularity 78% [77, 79], …`: of each arm that has a twin without its recommender.
std::string ClicksNote(const ExperimentResult& result) {
  std::string arms;
  for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm) {
    const Interval share = ShareOfClicksWithoutGain(result, arm);
    if (!std::isfinite(share.estimate)) continue;
    arms += fmt::format("{}{} {:.1f}%", arms.empty() ? "" : ", ", result.arms[static_cast<std::size_t>(arm)],
                        100 * share.estimate);
    if (std::isfinite(share.low)) arms += fmt::format(" [{:.1f}, {:.1f}]", 100 * share.low, 100 * share.high);
  }
  if (arms.empty()) return "";
  return "Clicks on slates that brought no product page more than without a recommender: " + arms + ".";
}

std::string Legend(const ExperimentResult& result, const TableOptions& options, const Notes& notes) {
  std::vector<std::string> lines = {
      fmt::format("Uplift: arm over {}{}; [95% interval].",
                  result.arms[static_cast<std::size_t>(report::Incumbent(result))],
                  result.shares.empty() ? " on the same shoppers, ratio of sums over replications"
                                        : ", as a test inside one shop would report it: other shoppers or other hours, "
                                          "shared stock, servers, agents and log"),
      "Latency: measured time of real decisions on this machine; it is no part of the "
      "fingerprint."};
  if (std::string clicks = ClicksNote(result); !clicks.empty()) lines.push_back(std::move(clicks));
  if (notes.no_interval) lines.emplace_back("No interval: it takes two replications at least.");
  if (notes.thin) {
    std::string arms;
    for (const std::string& arm : notes.thin_arms) arms += (arms.empty() ? " (" : ", ") + arm;
    if (!arms.empty()) arms += ")";
    lines.push_back(
        fmt::format("* thin: fewer than {} shoppers bought in one of the two arms only{}; the "
                    "interval may be too narrow.",
                    kThinOrders, arms));
  }
  if (notes.undefined) lines.emplace_back("–: no relative uplift, as the incumbent's value is not positive.");
  if (notes.unknown_orders) {
    lines.emplace_back("Shoppers were not recorded, so thin data is not marked.");
  }
  std::string out;
  for (const std::string& line : lines) out += Wrapped(line, Paint::kDim, options);
  return out + FormatLabels(result, options);
}

}  // namespace

std::string FormatLabels(const ExperimentResult& result, const TableOptions& options) {
  std::string labels;
  for (std::size_t arm = 0; arm < std::min(result.arms.size(), result.arm_labels.size()); ++arm) {
    if (result.arm_labels[arm].empty() || result.arm_labels[arm] == result.arms[arm]) continue;
    labels += (labels.empty() ? "Arms: " : "; ") + result.arms[arm] + " = " + result.arm_labels[arm];
  }
  return labels.empty() ? "" : Wrapped(labels + ".", Paint::kDim, options);
}

std::string FormatLeftOut(const ExperimentResult& result, const TableOptions& options) {
  std::string out;
  for (const std::string& note : report::LeftOutNotes(result)) out += Wrapped(note, Paint::kBad, options);
  return out;
}

std::string FormatShareNote(const ExperimentResult& result, const TableOptions& options) {
  const std::string note = report::ShareNote(result);
  return note.empty() ? "" : Wrapped(note, Paint::kDim, options);
}

std::string FormatTable(const ExperimentResult& result, const TableOptions& options) {
  if (result.arms.empty()) return "no arms\n";
  Notes notes;
  std::string out;
  if (!result.question.empty()) {
    out += Wrapped(result.question, Paint::kBold, options);
  }
  const std::size_t complete = result.CompleteReplications().size();
  out += Wrapped(fmt::format("{}{} · {} of {} replications complete{} · {} days · seed {} · fingerprint {}",
                             result.name, result.design == "parallel-worlds" ? "" : " · " + result.design, complete,
                             result.planned_replications, result.provenance.interrupted ? ", interrupted" : "",
                             result.days, result.provenance.seed, Hex64(result.Fingerprint())),
                 Paint::kNone, options) +
         "\n";
  out += Business(result, options, notes) + "\n" + Running(result, options) + "\n";
  out += Failures(result, options) + FormatLeftOut(result, options);
  out += Legend(result, options, notes);
  return out;
}

}  // namespace souk
