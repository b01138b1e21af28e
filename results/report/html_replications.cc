// One dot per paired replication: what the intervals are made of.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/report/html_blocks_internal.h"
#include "results/report/html_svg_internal.h"
#include "results/report/html_text_internal.h"

namespace souk::html {
namespace {

constexpr int kTicks = 6;
constexpr std::size_t kManyDots = 16;  ///< more are drawn as one path, without a tip for each

struct Dot {
  int replication = 0;
  double uplift = 0;
};

/// The arm's uplift in each paired replication where it is defined.
std::vector<Dot> DotsOf(const ReportData& data, const MetricInfo& metric, int arm) {
  std::vector<Dot> dots;
  for (const CellResult& cell : data.result.cells) {
    if (cell.arm != arm || !cell.error.empty()) continue;
    const CellResult* twin = data.result.Cell(cell.replication, data.base);
    if (twin == nullptr || !twin->error.empty()) continue;
    const double base = Value(metric, twin->Total());
    const double uplift = base > 0 ? Value(metric, cell.Total()) / base - 1 : std::nan("");
    if (std::isfinite(uplift)) dots.push_back({cell.replication, uplift});
  }
  return dots;
}

/// Dots of a sequence at three heights, so that equal ones do not hide each other.
double HeightOf(std::size_t i) {
  constexpr double kHeights[] = {0.5, 0.28, 0.72};
  return kHeights[i % 3];
}

std::string DrawDots(const std::vector<Dot>& dots, const Scale& scale) {
  if (dots.size() > kManyDots) {
    std::string path;
    for (std::size_t i = 0; i < dots.size(); ++i)
      path += fmt::format("M{} {}h0", std::lround(1000 * scale.At(dots[i].uplift)), Coordinate(100 * HeightOf(i)));
    return fmt::format(
        R"(<svg viewBox="0 0 1000 100" preserveAspectRatio=none class=inner><path class=cloud d="{}"/></svg>)", path);
  }
  std::string out;
  for (std::size_t i = 0; i < dots.size(); ++i) {
    out += fmt::format("<circle cx={} cy={} r=4><title>#{}: {}</title></circle>", Position(scale.At(dots[i].uplift)),
                       Coordinate(34 * HeightOf(i)), dots[i].replication, Change(dots[i].uplift));
  }
  return out;
}

std::string Row(const ReportData& data, std::size_t m, int arm, const std::vector<Dot>& dots, const Scale& scale) {
  const MetricData& metric = data.metrics[m];
  const Interval& r = data.member(m, arm).uplift.relative;
  std::string plot = fmt::format(
      "<svg class=row role=img><title>uplift in {} replications</title><use href=#dots-{} />", dots.size(), metric.id);
  if (std::isfinite(r.estimate))
    plot += fmt::format("<line class=mean x1={0} x2={0} y1=3 y2=31 />", Position(scale.At(r.estimate)));
  const std::string tone = Tone(r, metric.info->higher_is_better);
  plot += fmt::format("<g class={}>{}</g></svg>", tone.empty() ? "open" : tone, DrawDots(dots, scale));
  const auto up = std::count_if(dots.begin(), dots.end(), [](const Dot& d) { return d.uplift > 0; });
  const auto [least, most] =
      std::minmax_element(dots.begin(), dots.end(), [](const Dot& a, const Dot& b) { return a.uplift < b.uplift; });
  const std::string range = dots.empty() ? "–" : Change(least->uplift) + " … " + Change(most->uplift);
  return ArmRow(arm) + ArmHeader(data, arm) +
         fmt::format("<td class=plot>{0}</td><td class=n data-v={1}>{1} of {2}</td><td class=n>{3}</td></tr>", plot, up,
                     dots.size(), range);
}

std::string Table(const ReportData& data, std::size_t m) {
  const MetricData& metric = data.metrics[m];
  std::vector<std::vector<Dot>> dots;
  double low = 0;
  double high = 0;
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    dots.push_back(arm == data.base ? std::vector<Dot>{} : DotsOf(data, *metric.info, arm));
    for (const Dot& dot : dots.back()) {
      low = std::min(low, dot.uplift);
      high = std::max(high, dot.uplift);
    }
  }
  const Scale scale = high > low ? NiceScale(low, high, kTicks) : NiceScale(-0.01, 0.01, kTicks);
  std::string rows;
  for (int arm = 0; arm < data.arm_count(); ++arm)
    if (arm != data.base) rows += Row(data, m, arm, dots[static_cast<std::size_t>(arm)], scale);
  return fmt::format(
      R"(<table class="forest dots sort"><caption class=vh>Uplift in {} by replication</caption><thead><tr><th scope=col>Arm</th>)"
      R"(<th scope=col class=plot data-nosort>{}</th><th scope=col class=n>Above zero</th><th scope=col class=n data-nosort>Range</th>)"
      R"(</tr></thead><tbody>{}</tbody></table>)",
      metric.title, RowAxis("dots-" + metric.id, scale), rows);
}

}  // namespace

std::string ReplicationsBlock(const ReportData& data) {
  if (data.most_paired == 0) return {};
  return Section(
      "replications", "Replication by replication",
      std::string("Each dot is one replication: ") +
          (data.split() ? "the arm’s part of one shop against the incumbent’s part of it"
                        : "the same draw of the world, with and without the arm") +
          ". The upright line is the estimate over all of them, weighted by shoppers. Dots all on one side of zero say "
          "more than any p-value.",
      ByMetric(data, [&](std::size_t m) { return Table(data, m); }));
}

}  // namespace souk::html
