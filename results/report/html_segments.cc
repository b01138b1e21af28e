// For whom: uplift by segment with false discoveries held down, and individual effects from twins.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/report/format_internal.h"
#include "results/report/html_blocks_internal.h"
#include "results/report/html_svg_internal.h"
#include "results/report/html_text_internal.h"
#include "results/statistics/heterogeneity.h"

namespace souk::html {
namespace {

constexpr double kDiscovery = 0.05;
constexpr int kShades = 4;

/// `hp3`: three shades of better; `hn2`: two of worse; `hz`: nothing.
std::string Shade(double uplift, double most, bool higher_is_better) {
  if (!std::isfinite(uplift) || !(most > 0)) return "hz";
  const int level = static_cast<int>(std::ceil(kShades * std::abs(uplift) / most - 0.125));
  if (level <= 0) return "hz";
  return fmt::format("h{}{}", (uplift > 0) == higher_is_better ? "p" : "n", std::min(level, kShades));
}

std::string GridCell(const SegmentUplift& s, double most, bool higher_is_better) {
  const Interval& r = s.uplift.relative;
  if (s.uplift.identical) return "<td class=\"h hz\">same</td>";
  const bool found = s.q <= kDiscovery;
  const std::string range = HasBounds(r) ? ChangeRange(r) + " · " : "";
  const std::string share =
      std::isfinite(s.share) && std::abs(s.share) < 9.995
          ? fmt::format("<small>{}{:.0f}% of all</small>", s.share < -0.005 ? "−" : "", std::abs(100 * s.share))
          : "";
  return fmt::format(R"(<td class="h {}" title="{}q {} · against the rest p {}">{}{}{}{}</td>)",
                     Shade(r.estimate, most, higher_is_better), range, Escape(Probability(s.q)),
                     Escape(Probability(s.p_interaction)), Change(r.estimate), found ? "<i>●</i>" : "",
                     s.p_interaction < kDiscovery ? "<i>≠</i>" : "", share);
}

std::string Grid(const ReportData& data, std::size_t m) {
  const MetricData& metric = data.metrics[m];
  const auto grid = SegmentGrid(data.result, *metric.info);
  double most = 0;
  for (const auto& row : grid)
    for (const SegmentUplift& s : row)
      if (std::isfinite(s.uplift.relative.estimate)) most = std::max(most, std::abs(s.uplift.relative.estimate));
  std::string head;
  for (const std::string& segment : data.result.segments)
    head += fmt::format("<th scope=col class=h>{}</th>", Escape(segment));
  std::string rows;
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    if (arm == data.base) continue;
    rows += ArmRow(arm) + ArmHeader(data, arm);
    for (const SegmentUplift& s : grid[static_cast<std::size_t>(arm)])
      rows += GridCell(s, most, metric.info->higher_is_better);
    const Interval& all = data.member(m, arm).uplift.relative;
    rows += fmt::format("<td class=\"h all\">{}</td></tr>", Change(all.estimate));
  }
  return fmt::format(
      R"(<div class="scroll"><table class="heat sort" id="segments-{}"><caption class="vh">Uplift in {} by segment</caption><thead><tr><th scope="col">Arm</th>)"
      R"({}<th scope="col" class="h">all</th></tr></thead><tbody>{}</tbody></table></div>)",
      metric.id, metric.title, head, rows);
}

std::string TwinBar(const TwinEffect& e, double most) {
  const double scale = most > 0 ? 0.5 / most : 0;
  return fmt::format(
      "<svg class=twin aria-hidden=true><rect class=bad x={} width={} height=12 y=2 /><rect class=good x=50% width={} "
      "height=12 y=2 />"
      "<line class=zero x1=50% x2=50% y2=16 /></svg>",
      Position(0.5 - scale * e.harmed), Position(scale * e.harmed), Position(scale * e.helped));
}

std::string TwinCells(const TwinEffect& e, double most) {
  const auto money = [&](double v) {
    const std::string text = std::isfinite(v) ? fmt::format("{:.2f}", std::abs(v)) : "–";
    return !std::isfinite(v) || text == "0.00" ? text : (v < 0 ? "−" : "+") + text;
  };
  return fmt::format(
      "<td class=\"n bad\">{}</td><td class=plot>{}</td><td class=\"n good\">{}</td><td class=n>{}</td><td "
      "class=n>{}</td><td class=\"n dim\">{}</td>",
      report::Percent(e.harmed), TwinBar(e, most), report::Percent(e.helped), money(e.revenue_gain),
      money(e.margin_gain), report::Thousands(e.shoppers));
}

std::string TwinHead(const ReportData& data, const char* first) {
  const std::string currency = Escape(data.result.currency);
  return fmt::format(
      R"(<thead><tr>{}<th scope="col" class="n">Harmed</th><th scope="col" class="plot" data-nosort><span class="vh">Bar</span></th>)"
      R"(<th scope="col">Helped</th><th scope="col" class="n">Revenue gain <small>{}</small></th><th scope="col" class="n">Margin gain <small>{}</small></th>)"
      R"(<th scope="col" class="n">Pairs</th></tr></thead>)",
      first, currency, currency);
}

std::string Twins(const ReportData& data) {
  if (!data.sales()) {
    return "<h3>Twins</h3><p class=\"how\">Nobody buys in this world, and twins are compared by what they buy.</p>";
  }
  if (data.split()) {
    return "<h3>Twins</h3><p class=\"how\">In this design every shopper meets one arm only, so there are no twins to "
           "compare.</p>";
  }
  std::vector<std::vector<TwinEffect>> effects;
  double most = 0;
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    effects.push_back(arm == data.base ? std::vector<TwinEffect>{} : TwinEffects(data.result, arm));
    for (const TwinEffect& e : effects.back()) most = std::max({most, e.helped, e.harmed});
  }
  std::string rows;
  std::string by_segment;
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    const auto& of = effects[static_cast<std::size_t>(arm)];
    if (of.empty()) continue;
    rows += ArmRow(arm) + ArmHeader(data, arm) + TwinCells(of.front(), most) + "</tr>";
    const auto with_pairs = std::count_if(of.begin() + 1, of.end(), [](const TwinEffect& e) { return e.shoppers > 0; });
    if (with_pairs < 2) continue;  // one segment, or a file that does not say who is in which
    for (std::size_t s = 1; s < of.size(); ++s) {
      if (of[s].shoppers == 0) continue;
      by_segment += ArmRow(arm) + ArmHeader(data, arm) + fmt::format("<td>{}</td>", Escape(of[s].segment)) +
                    TwinCells(of[s], most) + "</tr>";
    }
  }
  if (rows.empty())
    return "<h3>Twins</h3><p class=\"how\">Shoppers were not recorded (<code>record.shoppers</code>), so there are no "
           "twins to compare.</p>";
  std::string out =
      "<h3>Twins: who is helped, who is harmed</h3><p class=\"how\">The same shopper with the same dice lives in both "
      "worlds. Helped: ordered more often "
      "than the twin under the incumbent; harmed: less often. Gains are means per pair of twins of whom either "
      "came.</p>"
      "<div class=\"scroll\"><table class=\"twins sort\" id=\"twins\">" +
      TwinHead(data, "<th scope=\"col\">Arm</th>") + "<tbody>" + rows + "</tbody></table></div>";
  if (!by_segment.empty()) {
    out += "<details><summary>By segment</summary><div class=\"scroll\"><table class=\"twins sort\">" +
           TwinHead(data, "<th scope=\"col\">Arm</th><th scope=\"col\">Segment</th>") + "<tbody>" + by_segment +
           "</tbody></table></div></details>";
  }
  return out;
}

}  // namespace

std::string SegmentsBlock(const ReportData& data) {
  if (data.most_paired == 0) return {};
  std::string body;
  if (data.result.segments.size() > 1) body = ByMetric(data, [&](std::size_t m) { return Grid(data, m); });
  body += Twins(data);
  return Section("segments", "For whom it works",
                 data.result.segments.size() > 1 ? "Uplift inside each segment; the deeper the colour, the larger. "
                                                   "<b>●</b> a discovery: q ≤ 0.05 (Benjamini–Hochberg over the "
                                                   "whole grid). <b>≠</b> the segment differs from the rest of the "
                                                   "shop (p &lt; 0.05, not adjusted). Below: its share of the "
                                                   "arm's total difference. For exploring, not for deciding."
                                                 : "",
                 body);
}

}  // namespace souk::html
