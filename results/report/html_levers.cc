// Do levers add up? Pairs of levers of a factorial design: each alone, both, and what is left when the two are taken
// off.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/report/html_blocks_internal.h"
#include "results/report/html_svg_internal.h"
#include "results/report/html_text_internal.h"
#include "results/statistics/heterogeneity.h"

namespace souk::html {
namespace {

std::string EffectCell(const Interval& effect, bool higher_is_better, const char* css) {
  return fmt::format(R"(<td class="h {} {}" data-v="{}">{}<small>{}</small></td>)", css, Tone(effect, higher_is_better),
                     Number(effect.estimate), Change(effect.estimate), ChangeRange(effect));
}

/// Levers down and across: on the diagonal a lever alone, above it both levers, below what they do beyond the sum.
std::string Matrix(const ReportData& data, std::size_t m, const std::vector<Interaction>& pairs) {
  const bool up = data.metrics[m].info->higher_is_better;
  const auto& levers = data.result.levers;
  const int n = static_cast<int>(levers.size());
  std::string head;
  for (const std::string& lever : levers) head += fmt::format(R"(<th scope="col" class="h">{}</th>)", Escape(lever));
  std::string rows;
  for (int row = 0; row < n; ++row) {
    rows += fmt::format(R"(<tr><th scope="row">{}</th>)", Escape(levers[static_cast<std::size_t>(row)]));
    for (int column = 0; column < n; ++column) {
      const auto pair = std::find_if(pairs.begin(), pairs.end(), [&](const Interaction& i) {
        return row == column ? i.lever_a == row || i.lever_b == row
                             : i.lever_a == std::min(row, column) && i.lever_b == std::max(row, column);
      });
      if (pair == pairs.end()) rows += R"(<td class="h hz">–</td>)";
      else if (row == column) rows += EffectCell(pair->lever_a == row ? pair->a : pair->b, up, "own");
      else rows += EffectCell(row < column ? pair->both : pair->extra, up, row < column ? "both" : "extra");
    }
    rows += "</tr>";
  }
  return fmt::format(
      R"(<div class="scroll"><table class="heat levers" id="levers-{}"><caption class="vh">Levers: {}</caption><thead><tr><th scope="col">Lever</th>{}</tr></thead><tbody>{}</tbody></table></div>)",
      data.metrics[m].id, data.metrics[m].title, head, rows);
}

std::string Extras(const ReportData& data, std::size_t m, const std::vector<Interaction>& pairs) {
  const bool up = data.metrics[m].info->higher_is_better;
  std::vector<Interval> drawn;
  for (const Interaction& i : pairs) drawn.push_back(i.extra);
  const Scale scale = UpliftScale(drawn, data.margin, 6);
  std::string rows;
  for (const Interaction& i : pairs) {
    const std::string tone = Tone(i.extra, up);
    const std::string plot = fmt::format(
        "<svg class=row aria-hidden=true><use href=#extra-{} /><g class={}>{}<circle cx={} cy=17 r=5 /></g></svg>",
        data.metrics[m].id, tone.empty() ? "open" : tone, RowBar("plain", i.extra, scale),
        Position(scale.At(i.extra.estimate)));
    const char* words = tone.empty()       ? "no interaction seen"
                        : (tone == "good") ? "help each other"
                                           : "get in each other’s way";
    rows += fmt::format(
        R"(<tr><th scope=row>{} + {}</th><td class=plot>{}</td><td class="n {}"><b>{}</b></td><td class=n>{}</td><td>{}</td></tr>)",
        Escape(data.result.levers[static_cast<std::size_t>(i.lever_a)]),
        Escape(data.result.levers[static_cast<std::size_t>(i.lever_b)]), plot, tone, Change(i.extra.estimate),
        ChangeRange(i.extra), words);
  }
  return fmt::format(
      R"(<table class="forest extras"><caption class=vh>Interactions: {}</caption><thead><tr><th scope=col>Pair</th><th scope=col class=plot>{}</th>)"
      R"(<th scope=col class=n>Beyond the sum</th><th scope=col class=n>95% interval</th><th scope=col>Reading</th></tr></thead><tbody>{}</tbody></table>)",
      data.metrics[m].title, RowAxis("extra-" + data.metrics[m].id, scale, data.margin), rows);
}

}  // namespace

std::string LeversBlock(const ReportData& data) {
  std::string panels;
  bool any = false;
  panels = ByMetric(data, [&](std::size_t m) -> std::string {
    const std::vector<Interaction> pairs = Interactions(data.result, *data.metrics[m].info);
    if (pairs.empty()) return "<p>No pair of levers has all four arms finished.</p>";
    any = true;
    return Matrix(data, m, pairs) + Extras(data, m, pairs);
  });
  if (!any) return {};
  return Section("levers", "Do the levers add up?",
                 "On the diagonal: a lever alone, relative to the incumbent. Above it: both levers together. Below it, "
                 "and as a plot: what the pair "
                 "does beyond the sum of the two.",
                 panels);
}

}  // namespace souk::html
