// Measured decision latency: percentile curves on an axis of nines, and the usual percentiles as a table, slot by slot.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/report/format_internal.h"
#include "results/report/html_blocks_internal.h"
#include "results/report/html_svg_internal.h"
#include "results/report/html_text_internal.h"
#include "results/statistics/latency.h"

namespace souk::html {
namespace {

constexpr int kPoints = 27;
constexpr double kMostNines = 6;
constexpr double kHalf = 0.30103;  ///< −log10 of the half of decisions at which the axis begins

struct SlotData {
  int slot = 0;
  std::vector<LatencyHistogram> by_arm;
};

std::vector<SlotData> AskedSlots(const ReportData& data) {
  std::vector<SlotData> slots;
  for (int slot = 0; slot < kDecisionSlots && slot < static_cast<int>(data.result.slots.size()); ++slot) {
    SlotData of{slot, {}};
    bool asked = false;
    for (int arm = 0; arm < data.arm_count(); ++arm) {
      of.by_arm.push_back(MergedLatency(data.result, arm, slot));
      asked |= of.by_arm.back().total() > 0;
    }
    if (asked) slots.push_back(std::move(of));
  }
  return slots;
}

std::string NinesText(int nines) {
  constexpr const char* kTexts[] = {"", "90%", "99%", "99.9%", "99.99%", "99.999%", "99.9999%"};
  return kTexts[nines];
}

CurveChart ChartOf(const ReportData& data, const SlotData& of) {
  std::int64_t decisions = 1;
  double fastest = 1e18;
  double slowest = 1;
  for (const LatencyHistogram& h : of.by_arm) {
    if (h.total() == 0) continue;
    decisions = std::max(decisions, h.total());
    fastest = std::min(fastest, std::max(1.0, h.QuantileNs(0.5)));
    slowest = std::max(slowest, static_cast<double>(h.max_ns()));
  }
  // The axis ends where one decision is all that is left above.
  const double nines = std::clamp(std::log10(static_cast<double>(decisions)), 1.0, kMostNines);
  const Scale y{std::pow(10, std::floor(std::log10(fastest) * 2 + 1e-9) / 2),
                std::pow(10, std::ceil(std::log10(slowest * 1.02) * 2) / 2), true};
  CurveChart chart;
  const std::string& slot = data.result.slots[static_cast<std::size_t>(of.slot)];
  chart.id = fmt::format("lat{}", of.slot);
  chart.title = "Latency percentiles of " + slot;
  chart.description =
      "One line per arm: the latency, on a log scale, that a share of decisions does not exceed; each step to the "
      "right "
      "leaves a tenth of the slow ones. The table below holds the numbers.";
  chart.x_title = "share of decisions that are at least as fast";
  chart.y_title = "measured latency (log)";
  const auto x_at = [&](double u) { return (u - kHalf) / (nines - kHalf); };
  chart.x_ticks.push_back({0, "50%"});
  for (int n = 1; n <= static_cast<int>(nines + 1e-9); ++n)
    chart.x_ticks.push_back({x_at(n), NinesText(n), n % 2 == 1});
  for (const double tick : TicksOf(y)) chart.y_ticks.push_back({1 - y.At(tick), report::Duration(tick)});
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    const LatencyHistogram& h = of.by_arm[static_cast<std::size_t>(arm)];
    if (h.total() == 0) continue;
    Curve curve;
    curve.name = data.arm(arm).name;
    curve.colour = ArmColour(arm, arm == data.base);
    curve.arm = arm;
    curve.tip = data.arm(arm).name;
    const double last = std::min(nines, std::log10(static_cast<double>(h.total())));
    for (int i = 0; i < kPoints; ++i) {
      const double u = kHalf + std::max(0.0, last - kHalf) * i / (kPoints - 1);
      curve.x.push_back(x_at(u));
      curve.y.push_back(std::clamp(1 - y.At(std::max(1.0, h.QuantileNs(1 - std::pow(10, -u)))), 0.0, 1.0));
    }
    chart.curves.push_back(std::move(curve));
  }
  return chart;
}

std::string Table(const ReportData& data, const SlotData& of) {
  std::string rows;
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    const LatencyHistogram& h = of.by_arm[static_cast<std::size_t>(arm)];
    if (h.total() == 0) continue;
    rows += ArmRow(arm) + ArmHeader(data, arm);
    for (const double q : {0.5, 0.9, 0.99, 0.999}) {
      rows += fmt::format("<td class=n>{}</td>", report::Duration(h.QuantileNs(q)));
    }
    const auto most = static_cast<double>(h.max_ns());
    rows += fmt::format("<td class=n>{}</td><td class=\"n dim\">{}</td></tr>", report::Duration(most),
                        report::Thousands(h.total()));
  }
  return fmt::format(
      R"(<div class="scroll"><table class="sort" id="latency-{}"><caption class="vh">Latency of {}</caption><thead><tr><th scope="col">Arm</th>)"
      R"(<th scope="col" class="n">p50</th><th scope="col" class="n">p90</th><th scope="col" class="n">p99</th><th scope="col" class="n">p99.9</th>)"
      R"(<th scope="col" class="n">max</th><th scope="col" class="n">Decisions</th></tr></thead><tbody>{}</tbody></table></div>)",
      Escape(data.result.slots[static_cast<std::size_t>(of.slot)]),
      Escape(data.result.slots[static_cast<std::size_t>(of.slot)]), rows);
}

}  // namespace

std::string LatencyBlock(const ReportData& data) {
  const std::vector<SlotData> slots = AskedSlots(data);
  if (slots.empty()) return {};
  std::string inputs;
  std::string labels;
  std::string panels;
  for (const SlotData& of : slots) {
    const std::string name = Escape(data.result.slots[static_cast<std::size_t>(of.slot)]);
    inputs += fmt::format(R"(<input type="radio" class="vh pick" name="slot" id="s{}"{}>)", of.slot,
                          &of == &slots.front() ? " checked" : "");
    labels += fmt::format(R"(<label for="s{}">{}</label>)", of.slot, name);
    panels += fmt::format(R"(<div class="slot s{}"><h3 class="print">{}</h3>{}{}</div>)", of.slot, name,
                          DrawCurves(ChartOf(data, of)), Table(data, of));
  }
  return Section("latency", "How fast decisions are",
                 "Wall-clock time of every real decision, measured on the machine of the run, apart from simulated "
                 "time and from the "
                 "fingerprint. Each step to the right leaves a tenth of the slow decisions: where a line climbs, some "
                 "shoppers wait.",
                 inputs + "<div class=\"tabs\" role=\"group\" aria-label=\"Slot\">" + labels + "</div>" + panels);
}

}  // namespace souk::html
