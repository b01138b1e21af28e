// What must not get worse while something else gets better.

#include <fmt/format.h>

#include <cmath>

#include "results/report/format_internal.h"
#include "results/report/html_blocks_internal.h"
#include "results/report/html_svg_internal.h"
#include "results/report/html_text_internal.h"
#include "results/statistics/heterogeneity.h"

namespace souk::html {
namespace {

struct Guard {
  const char* metric;
  const char* title;
};
constexpr Guard kGuards[] = {
    {"margin_per_visitor", "Margin"}, {"return_rate", "Returns"},  {"stockout_rate", "Stock-outs"},
    {"satisfaction", "Satisfaction"}, {"bounce_rate", "Given up"}, {"opt_out_rate", "Opt-outs"},
};
constexpr Guard kGaps[] = {
    {"conversion", "Conversion gap"}, {"price_index", "Price gap"}, {"coupon_cost_per_visitor", "Coupon gap"}};

std::string GuardCell(const ReportData& data, const MetricInfo& metric, int arm) {
  const double value = ArmValue(data.result, metric, arm).estimate;
  const std::string own = ValueText(metric, value);
  if (arm == data.base) return fmt::format("<td class=n>{}</td>", own);
  const Uplift u = CompareWithIncumbent(data.result, metric, arm);
  if (u.identical && !std::isfinite(value)) return "<td class=\"n dim\">–</td>";
  if (u.identical) return fmt::format("<td class=\"n dim\">same<small>{}</small></td>", own);
  if (!std::isfinite(u.relative.estimate)) {
    // Relative to nothing: the difference itself, where there is one.
    const std::string tone = Tone(u.difference, metric.higher_is_better);
    return fmt::format(R"(<td class="n {}">{}{}</td>)", tone, tone == "bad" ? "▼ " : tone == "good" ? "▲ " : "", own);
  }
  const std::string tone = Tone(u.relative, metric.higher_is_better);
  const char* mark = tone == "bad" ? "▼ " : tone == "good" ? "▲ " : "";
  return fmt::format(R"(<td class="n {}" title="95%: {}">{}{}<small>{}</small></td>)", tone,
                     HasBounds(u.relative) ? ChangeRange(u.relative) : "no interval", mark, Change(u.relative.estimate),
                     own);
}

std::string GapCell(const ReportData& data, const MetricInfo& metric, int arm) {
  const GroupGap gap = GapBetweenSegments(data.result, metric, arm);
  if (!std::isfinite(gap.value)) return "<td class=\"n dim\">–</td>";
  if (gap.value < 5e-4) return "<td class=\"n dim\">none</td>";
  return fmt::format("<td class=n>{:.1f}%<small>{} ÷ {}</small></td>", 100 * gap.value,
                     Escape(data.result.segments[static_cast<std::size_t>(gap.highest)]),
                     Escape(data.result.segments[static_cast<std::size_t>(gap.lowest)]));
}

/// Is there anything to guard?
bool Defined(const ReportData& data, const MetricInfo& metric) {
  for (int arm = 0; arm < data.arm_count(); ++arm)
    if (std::abs(ArmValue(data.result, metric, arm).estimate) > 1e-9) return true;
  return false;
}

}  // namespace

std::string GuardrailsBlock(const ReportData& data) {
  if (data.arms.empty() || !data.sales()) return {};
  std::string head;
  std::vector<const MetricInfo*> guards;
  std::vector<const MetricInfo*> gaps;
  for (const Guard& guard : kGuards) {
    const MetricInfo* metric = FindMetric(guard.metric);
    if (!Defined(data, *metric)) continue;
    guards.push_back(metric);
    head += fmt::format(R"(<th scope="col" class="n"><abbr title="{}">{}</abbr></th>)", Escape(metric->long_name),
                        guard.title);
  }
  for (const Guard& gap : kGaps) {
    if (data.result.segments.size() < 2) break;
    const MetricInfo* metric = FindMetric(gap.metric);
    bool any = false;
    for (int arm = 0; arm < data.arm_count(); ++arm)
      any |= std::isfinite(GapBetweenSegments(data.result, *metric, arm).value);
    if (!any) continue;
    gaps.push_back(metric);
    head +=
        fmt::format(R"(<th scope="col" class="n"><abbr title="{}: best segment over worst, minus one">{}</abbr></th>)",
                    Escape(metric->long_name), gap.title);
  }
  std::string rows;
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    rows += ArmRow(arm) + ArmHeader(data, arm);
    for (const MetricInfo* metric : guards) rows += GuardCell(data, *metric, arm);
    for (const MetricInfo* metric : gaps) rows += GapCell(data, *metric, arm);
    rows += "</tr>";
  }
  return Section(
      "guardrails", "Guardrails",
      "Change over the incumbent, coloured and marked ▲ better or ▼ worse when its 95% interval leaves zero out; below "
      "it the arm's own value. "
      "Gaps: how far apart the segments lie, highest over lowest.",
      fmt::format(
          R"(<div class="scroll"><table class="guards sort" id="guards"><thead><tr><th scope="col">Arm</th>{}</tr></thead><tbody>{}</tbody></table></div>)",
          head, rows));
}

}  // namespace souk::html
