// From visit to money, step by step: where an arm gains and where it loses.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/report/html_blocks_internal.h"
#include "results/report/html_svg_internal.h"
#include "results/report/html_text_internal.h"

namespace souk::html {
namespace {

struct Step {
  const char* metric;
  const char* title;
};
constexpr Step kSteps[] = {
    {"sessions_per_visitor", "Sessions per visitor"}, {"view_session_rate", "… that look at an item"},
    {"intent_rate", "… of these show intent"},        {"till_rate", "… of these try to pay"},
    {"till_success_rate", "… of these order"},        {"average_order_value", "Revenue per order"},
};

/// `bar`: length as a share of the column.
std::string StepRow(const ReportData& data, const MetricInfo& metric, int arm, double value, double bar) {
  std::string change = "<td class=\"n dim\">–</td>";
  if (arm != data.base) {
    const Uplift uplift = CompareWithIncumbent(data.result, metric, arm);
    const Interval& r = uplift.relative;
    change = uplift.identical
                 ? "<td class=\"n dim\">same</td>"
                 : fmt::format(R"(<td class="n {}" title="95%: {}">{}</td>)", Tone(r, metric.higher_is_better),
                               HasBounds(r) ? ChangeRange(r) : "no interval", Change(r.estimate));
  }
  return ArmRow(arm) + fmt::format("<th scope=row>{}</th>", Escape(data.arm(arm).name)) +
         fmt::format(
             "<td><svg class=bar aria-hidden=true><rect width={} height=12 y=2 /></svg></td><td class=n>{}</td>{}</tr>",
             Position(bar), ValueText(metric, value), change);
}

std::string StepPanel(const ReportData& data, const Step& step) {
  const MetricInfo& metric = *FindMetric(step.metric);
  std::vector<double> values;
  std::vector<double> lengths;
  double most = 0;
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    values.push_back(ArmValue(data.result, metric, arm).estimate);
    // The bar is the incumbent's value and the paired difference: where cells failed, the arm's own value is of other
    // replications than the tick.
    lengths.push_back(values.back());
    if (arm != data.base) {
      const double difference = CompareWithIncumbent(data.result, metric, arm).difference.estimate;
      lengths.back() = ArmValue(data.result, metric, data.base).estimate + difference;
    }
    if (!std::isfinite(lengths.back())) lengths.back() = 0;
    most = std::max(most, lengths.back());
  }
  const double base = values.empty() || !std::isfinite(values[static_cast<std::size_t>(data.base)])
                          ? 0
                          : values[static_cast<std::size_t>(data.base)];
  std::string rows;
  for (int arm = 0; arm < data.arm_count(); ++arm)
    rows += StepRow(data, metric, arm, values[static_cast<std::size_t>(arm)],
                    most > 0 ? std::max(0.0, lengths[static_cast<std::size_t>(arm)] / most) : 0);
  const std::string unit =
      metric.unit == std::string("EUR") ? fmt::format(" <small>{}</small>", Escape(data.result.currency)) : "";
  return fmt::format(
      R"(<div class=step style=--t:{}><table id=step-{}><caption>{}{}</caption><thead class=vh><tr><th scope=col>Arm</th>)"
      R"(<th scope=col>Bar</th><th scope=col>Value</th><th scope=col>Uplift</th></tr></thead><tbody>{}</tbody></table></div>)",
      Position(most > 0 ? base / most : 0), step.metric, step.title, unit, rows);
}

}  // namespace

std::string FunnelBlock(const ReportData& data) {
  if (data.arms.empty() || !data.sales()) return {};
  std::string panels;
  for (const Step& step : kSteps) panels += StepPanel(data, step);
  return Section(
      "funnel", "From visit to money, step by step",
      "Each bar starts at zero; the tick is the incumbent. Beside it the uplift of that step alone, coloured when its "
      "95% interval leaves zero out. Every rate is a share of the sessions of the step before. Intent: put an item in "
      "the cart, or tried to pay; buying now or without a look counts at every step on the way.",
      "<div class=\"steps\">" + panels + "</div>");
}

}  // namespace souk::html
