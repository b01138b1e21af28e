// May one believe it? Replications and failures by arm, orders that differ, how the interval narrowed, the split.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/report/format_internal.h"
#include "results/report/html_blocks_internal.h"
#include "results/report/html_svg_internal.h"
#include "results/report/html_text_internal.h"
#include "results/statistics/heterogeneity.h"
#include "sim/base/error.h"
#include "sim/base/fingerprint.h"

namespace souk::html {
namespace {

constexpr int kMostLooks = 14;
constexpr int kFailuresShown = 50;

const char* MethodWords(IntervalMethod method) {
  switch (method) {
    case IntervalMethod::kBootstrapT: return "bootstrap-t";
    case IntervalMethod::kHall: return "Hall";
    case IntervalMethod::kPoint: return "all alike";
    case IntervalMethod::kStudent: return "Student";
    case IntervalMethod::kWelch: return "Welch";
    case IntervalMethod::kSequence: return "sequence";
    case IntervalMethod::kNone: break;
  }
  return "none";
}

std::string ArmsTable(const ReportData& data) {
  std::string rows;
  const std::size_t primary = PrimaryMetric(data);
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    const ArmData& of = data.arm(arm);
    const Interval& r = data.member(primary, arm).uplift.relative;
    const bool base = arm == data.base;
    std::string notes;
    if (of.identical) notes = "identical (A/A)";
    if (of.thin) notes = "thin data";
    const std::string orders = of.discordant.has_value() && !base ? report::Thousands(*of.discordant) : "–";
    rows +=
        ArmRow(arm) + ArmHeader(data, arm) +
        fmt::format(
            R"(<td class="n" data-v="{0}">{0}</td><td class="n {1}" data-v="{2}">{2}</td><td class="n">{3}</td><td class="n {4}" data-v="{5}">{6}</td><td class=nw>{7}</td>)",
            of.finished, of.failed > 0 ? "bad" : "", of.failed, base ? "–" : std::to_string(of.paired),
            of.thin ? "warn" : "", of.discordant.value_or(0), orders, base ? "–" : MethodWords(r.method)) +
        fmt::format(R"(<td class="n">{}</td><td><code>{}</code></td><td class=nw>{}</td></tr>)",
                    !base && HasBounds(r) ? "±" + Size((r.high - r.low) / 2) : "–",
                    Hex64(report::ArmFingerprint(data.result, arm)), notes);
  }
  return fmt::format(
      R"(<div class="scroll"><table class="sort" id="diagnostics-arms"><thead><tr><th scope="col">Arm</th><th scope="col" class="n">Finished</th><th scope="col" class="n">Failed</th>)"
      R"(<th scope="col" class="n">Paired</th><th scope="col" class="n"><abbr title="Shoppers who bought in one of the two arms only; below {} the data are thin">Discordant orders</abbr></th>)"
      R"(<th scope="col">Interval</th><th scope="col" class="n"><abbr title="of the 95% interval of {}">Half-width</abbr></th><th scope="col">Fingerprint</th><th scope="col">Notes</th></tr></thead><tbody>{}</tbody></table></div>)",
      kThinOrders, data.metrics[primary].title, rows);
}

/// Numbers of replications at which the interval is looked at: 2 … n, closer together at the start.
std::vector<int> Looks(int n) {
  std::vector<int> looks;
  for (int i = 0; i < kMostLooks; ++i) {
    const int at = static_cast<int>(std::lround(2 * std::pow(n / 2.0, static_cast<double>(i) / (kMostLooks - 1))));
    if (looks.empty() || at > looks.back()) looks.push_back(at);
  }
  return looks;
}

std::string Convergence(const ReportData& data) {
  if (data.most_paired < 3) return {};
  const std::size_t primary = PrimaryMetric(data);
  const MetricData& metric = data.metrics[primary];
  CurveChart chart;
  std::vector<std::vector<std::pair<int, double>>> halves(data.arms.size());
  double low = 1e300;
  double high = 0;
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    if (arm == data.base || data.arm(arm).identical) continue;
    const std::vector<RatioPair> pairs = PairUp(data.result, arm, data.result, data.base, *metric.info);
    if (pairs.size() < 3) continue;
    for (const int n : Looks(static_cast<int>(pairs.size()))) {
      const Interval r = RelativeUplift(std::span(pairs).first(static_cast<std::size_t>(n)));
      const double half = (r.high - r.low) / 2;
      if (!(half > 0) || half > 10) continue;
      halves[static_cast<std::size_t>(arm)].emplace_back(n, half);
      low = std::min(low, half);
      high = std::max(high, half);
    }
  }
  if (!(high > 0)) return {};
  const double goal =
      data.scenario && data.scenario->stop.mode == StopMode::kPrecision ? data.scenario->stop.half_width : 0;
  if (goal > 0) low = std::min(low, goal);
  if (high < 1.5 * low) high = 1.5 * low;
  const Scale y{low / 1.15, high * 1.15, true};
  const double most = data.most_paired;
  const auto x_at = [&](double n) { return most > 2 ? (n - 2) / (most - 2) : 0.5; };
  for (const double tick : TicksOf(NiceScale(2, most, 6)))
    if (tick == std::floor(tick) && tick >= 2 && tick <= most)
      chart.x_ticks.push_back({x_at(tick), fmt::format("{:.0f}", tick)});
  for (const double tick : TicksOf(y)) chart.y_ticks.push_back({1 - y.At(tick), fmt::format("±{:.3g}%", 100 * tick)});
  if (goal > 0)
    chart.curves.push_back({"goal", "goal", "the scenario's goal", -1, {0, 1}, {1 - y.At(goal), 1 - y.At(goal)}});
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    const auto& of = halves[static_cast<std::size_t>(arm)];
    if (of.empty()) continue;
    Curve curve{data.arm(arm).name,
                ArmColour(arm, false),
                fmt::format("{}: ±{} at {} replications", data.arm(arm).name, Size(of.back().second), of.back().first),
                arm,
                {},
                {}};
    for (const auto& [n, half] : of) {
      curve.x.push_back(x_at(n));
      curve.y.push_back(1 - y.At(half));
    }
    chart.curves.push_back(std::move(curve));
  }
  chart.id = "conv";
  chart.title = "Half-width of the 95% interval by number of replications";
  chart.description = "One line per arm, on a log scale; it should fall and then fall slowly.";
  chart.x_title = "paired replications";
  chart.y_title = "half-width of the 95% interval, " + metric.title + " (log)";
  chart.height = 240;
  return "<h3>How the interval narrows</h3>" + DrawCurves(chart);
}

std::string SplitCheck(const ReportData& data) {
  if (data.result.design != "ab-test" || data.result.shares.size() != data.arms.size()) return {};
  std::vector<std::int64_t> counts(data.arms.size(), 0);
  for (const CellResult& cell : data.result.cells)
    if (cell.error.empty()) counts[static_cast<std::size_t>(cell.arm)] += At(cell.Total(), Sum::kShoppers);
  SampleRatio ratio;
  try {
    ratio = CheckSampleRatio(counts, data.result.shares);
  } catch (const Error&) {  // one arm, or shares that are none
    return {};
  }
  double whole = 0;
  std::int64_t total = 0;
  for (std::size_t a = 0; a < counts.size(); ++a) {
    whole += data.result.shares[a];
    total += counts[a];
  }
  std::string rows;
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    const auto a = static_cast<std::size_t>(arm);
    rows += ArmRow(arm) + ArmHeader(data, arm) +
            fmt::format(
                R"(<td class="n">{}</td><td class="n">{}</td><td class="n">{}</td></tr>)", report::Thousands(counts[a]),
                report::Percent(total > 0 ? static_cast<double>(counts[a]) / static_cast<double>(total) : std::nan("")),
                report::Percent(data.result.shares[a] / whole));
  }
  return fmt::format(
      R"(<h3>Is the split what it was meant to be?</h3><p><span class="chip {}">{}</span> Pearson’s chi-squared of assigned shoppers over all replications: {:.2f}, p {}.</p>)"
      R"(<div class="scroll"><table id="split"><thead><tr><th scope="col">Arm</th><th scope="col" class="n">Shoppers</th><th scope="col" class="n">Share</th><th scope="col" class="n">Meant</th></tr></thead><tbody>{}</tbody></table></div>)",
      ratio.suspect ? "bad" : "good",
      ratio.suspect ? "sample-ratio mismatch: do not trust this test" : "split as meant", ratio.chi_squared,
      Escape(Probability(ratio.p)), rows);
}

std::string Failures(const ReportData& data) {
  std::string rows;
  int failed = 0;
  for (const CellResult& cell : data.result.cells) {
    if (cell.error.empty() || ++failed > kFailuresShown) continue;
    rows += ArmRow(cell.arm) + ArmHeader(data, cell.arm) +
            fmt::format(R"(<td class="n">{}</td><td class="wrap">{}</td></tr>)", cell.replication, Escape(cell.error));
  }
  if (failed == 0) return "<p>No cell failed.</p>";
  return fmt::format(
      R"(<h3>Failed cells</h3><div class="scroll"><table id="failures"><thead><tr><th scope="col">Arm</th><th scope="col" class="n">Replication</th><th scope="col">Reason</th></tr></thead><tbody>{}</tbody></table></div>{})",
      rows, failed > kFailuresShown ? fmt::format("<p>… and {} more.</p>", failed - kFailuresShown) : "");
}

}  // namespace

std::string DiagnosticsBlock(const ReportData& data) {
  if (data.arms.empty()) return {};
  return Section("diagnostics", "May one believe it?",
                 "Arms are compared in the replications that both they and the incumbent finished. Where few orders "
                 "differ, an interval can be too narrow, "
                 "however many shoppers there are.",
                 ArmsTable(data) + Convergence(data) + SplitCheck(data) + Failures(data));
}

}  // namespace souk::html
