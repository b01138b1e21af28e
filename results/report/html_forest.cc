// Uplift of every arm over the incumbent, with plain and simultaneous intervals, as a table whose rows carry their
// plot: it sorts, filters and reads aloud as a table does.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/report/html_blocks_internal.h"
#include "results/report/html_svg_internal.h"
#include "results/report/html_text_internal.h"

namespace souk::html {
namespace {

constexpr int kTicks = 6;

std::string RowPlot(const ReportData& data, std::size_t m, int arm, const Scale& scale) {
  const MetricData& metric = data.metrics[m];
  std::string out = fmt::format("<svg class=row aria-hidden=true><use href=#grid-{} />", metric.id);
  if (arm == data.base) return out + fmt::format("<circle class=base cx={} cy=17 r=4 /></svg>", Position(scale.At(0)));
  const FamilyMember& member = data.member(m, arm);
  const Interval& r = member.uplift.relative;
  const std::string tone = Tone(member.simultaneous, metric.info->higher_is_better);
  out += fmt::format("<g class={}>", tone.empty() ? "open" : tone);
  out += RowBar("sim", member.simultaneous, scale) + RowBar("plain", r, scale);
  if (std::isfinite(r.estimate) && scale.Holds(r.estimate)) {
    out += fmt::format("<circle cx={} cy=17 r=4 />", Position(scale.At(r.estimate)));
  }
  return out + "</g></svg>";
}

std::string UpliftCells(const ReportData& data, std::size_t m, int arm) {
  constexpr const char* kNothing = "<td class=n></td><td class=n></td>";
  if (arm == data.base) return std::string("<td class=\"n dim\" data-v=0>incumbent</td>") + kNothing;
  const FamilyMember& member = data.member(m, arm);
  const Interval& r = member.uplift.relative;
  if (member.uplift.identical) return std::string("<td class=\"n dim\" data-v=0>identical</td>") + kNothing;
  const std::string tone = Tone(member.simultaneous, data.metrics[m].info->higher_is_better);
  return fmt::format(
      R"(<td class="n {}" data-v="{}"><b>{}</b>{}</td><td class=n>{}<small>{}</small></td><td class=n data-v="{}">{}</td>)",
      tone, Number(r.estimate), Change(r.estimate), data.arm(arm).thin ? "<abbr title=\"thin data\">*</abbr>" : "",
      ChangeRange(r), ChangeRange(member.simultaneous), Number(member.holm_p), Escape(Probability(member.holm_p)));
}

std::string Table(const ReportData& data, std::size_t m) {
  const MetricData& metric = data.metrics[m];
  std::vector<Interval> drawn;
  for (const FamilyMember& member : metric.members) {
    drawn.push_back(member.uplift.relative);
    drawn.push_back(member.simultaneous);
  }
  const Scale scale = UpliftScale(drawn, data.margin, kTicks);
  std::string rows;
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    const Interval& value = metric.values[static_cast<std::size_t>(arm)];
    rows += ArmRow(arm) + ArmHeader(data, arm, true) +
            fmt::format("<td class=n>{}</td><td class=plot>{}</td>", ValueText(*metric.info, value.estimate),
                        RowPlot(data, m, arm, scale)) +
            UpliftCells(data, m, arm) + "</tr>";
  }
  const bool money = metric.info->unit == std::string("EUR");
  const std::string unit = money ? fmt::format(" <small>{}</small>", Escape(data.result.currency)) : "";
  return fmt::format(
      R"(<table class="forest uplifts sort" id=forest-{}><caption class=vh>Uplift in {} over {}</caption><thead><tr>)"
      R"(<th scope=col>Arm</th><th scope=col class=n>{}{}</th><th scope=col class=plot data-nosort>{}</th>)"
      R"(<th scope=col class=n>Uplift</th><th scope=col class=n data-nosort>95% interval<br>)"
      R"(<abbr title="All of these intervals hold at once in 95% of experiments">all arms at once</abbr></th><th scope=col class=n><abbr title="p-value of no difference, adjusted for the number of arms">)"
      R"(Holm p</abbr></th></tr></thead><tbody>{}</tbody></table>)",
      metric.id, metric.title, Escape(data.result.incumbent), metric.title, unit,
      RowAxis("grid-" + metric.id, scale, data.margin), rows);
}

}  // namespace

std::string ForestBlock(const ReportData& data) {
  if (data.arm_count() < 2) return {};
  std::string how = fmt::format(
      "Relative uplift over <b>{}</b>. <svg aria-hidden=true class=\"row key\"><g class=open>"
      "<rect class=sim width=100% y=11 height=12 /><rect class=plain x=22% width=56% y=14 height=6 />"
      "<circle cx=50% cy=17 r=4 /></g></svg> Dark: the 95% interval of one arm. ",
      Escape(data.result.incumbent));
  if (data.arm_count() > 2) {
    how += fmt::format(
        "Pale, and below it in the table: the same for all {} arms at once – what to trust when you pick one out of "
        "many, and what colours a row. ",
        data.arm_count() - 1);
  }
  how += fmt::format("Grey ground: ±{} counts as no difference{}.", Size(data.margin),
                     data.margin_is_default ? " (<code>--margin</code> changes it)" : "");
  if (data.failed()) {
    how +=
        " Cells failed: an arm’s own values are over the replications that it finished, uplifts over those that the "
        "incumbent finished too.";
  }
  return Section("arms", "Every arm against the incumbent", how,
                 ByMetric(data, [&](std::size_t m) { return Table(data, m); }));
}

}  // namespace souk::html
