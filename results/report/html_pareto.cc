// Money against waiting: revenue per visitor over the p99 latency of the slowest decision that a page waits for. Drawn
// twice, for wide and narrow pages, because its labels must keep out of each other's way.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "results/report/format_internal.h"
#include "results/report/html_blocks_internal.h"
#include "results/report/html_svg_internal.h"
#include "results/report/html_text_internal.h"
#include "results/report/text_grid.h"
#include "results/statistics/latency.h"

namespace souk::html {
namespace {

/// Revenue per visitor among the headline metrics.
std::optional<std::size_t> MoneyIn(const ReportData& data) {
  for (std::size_t m = 0; m < data.metrics.size(); ++m)
    if (data.metrics[m].info->numerator == Sum::kRevenueCents) return m;
  return std::nullopt;
}
std::size_t Money(const ReportData& data) { return MoneyIn(data).value_or(0); }

struct Point {
  int arm = 0;
  int slot = 0;
  double p99_ns = 0;
  double fastest_ns = 0;  ///< over replications
  double slowest_ns = 0;
  double money = 0;      ///< the incumbent's own value, and for an arm the paired difference on top of it
  double money_low = 0;  ///< the incumbent's value + the paired difference's interval; NaN: none
  double money_high = 0;
  bool dominated = false;
};

bool Dominates(const Point& a, const Point& b) {
  return a.money >= b.money && a.p99_ns <= b.p99_ns && (a.money > b.money || a.p99_ns < b.p99_ns);
}

std::optional<Point> PointOf(const ReportData& data, int arm) {
  Point p;
  p.arm = arm;
  p.slot = -1;
  for (int slot = 0; slot < kDecisionSlots; ++slot) {
    if (!PageWaitsFor(data, slot)) continue;
    const LatencyHistogram h = MergedLatency(data.result, arm, slot);
    if (h.total() == 0 || h.QuantileNs(0.99) <= p.p99_ns) continue;
    p.p99_ns = h.QuantileNs(0.99);
    p.slot = slot;
  }
  p.money = data.metrics[Money(data)].values[static_cast<std::size_t>(arm)].estimate;
  if (p.slot < 0 || !std::isfinite(p.money)) return std::nullopt;
  p.fastest_ns = p.slowest_ns = p.p99_ns;
  for (const RatioPair& pair : LatencyPairs(data.result, arm, data.result, arm, p.slot, 0.99)) {
    if (pair.arm_numerator > 0) p.fastest_ns = std::min(p.fastest_ns, pair.arm_numerator);
    p.slowest_ns = std::max(p.slowest_ns, pair.arm_numerator);
  }
  const double base = data.metrics[Money(data)].values[static_cast<std::size_t>(data.base)].estimate;
  const Interval& d = data.member(Money(data), arm).uplift.difference;
  // Where cells failed, the arm's own value is of other replications than the incumbent's.
  if (arm != data.base && std::isfinite(d.estimate)) p.money = base + d.estimate;
  const bool has = arm != data.base && HasBounds(d);
  p.money_low = has ? base + d.low : std::nan("");
  p.money_high = has ? base + d.high : std::nan("");
  return p;
}

std::vector<Point> Points(const ReportData& data) {
  std::vector<Point> points;
  for (int arm = 0; arm < data.arm_count(); ++arm)
    if (const auto p = PointOf(data, arm)) points.push_back(*p);
  for (Point& p : points) {
    p.dominated = std::any_of(points.begin(), points.end(),
                              [&](const Point& other) { return !data.arm(other.arm).ceiling && Dominates(other, p); });
  }
  return points;
}

struct Box {
  double left, top, right, bottom;
  [[nodiscard]] double Overlap(const Box& o) const {
    return std::max(0.0, std::min(right, o.right) - std::max(left, o.left)) *
           std::max(0.0, std::min(bottom, o.bottom) - std::max(top, o.top));
  }
};

struct Frame {
  double width, height, left, top, right, bottom;  ///< margins
  double label_px;                                 ///< width of a letter
  [[nodiscard]] double X(double share) const { return left + share * (width - left - right); }
  [[nodiscard]] double Y(double share) const { return top + (1 - share) * (height - top - bottom); }
};

struct Label {
  Box box;
  double anchor_x, anchor_y;
};

/// The first free place around a point, near ones first.
Label PlaceLabel(const Frame& f, double x, double y, double width, const std::vector<Box>& taken) {
  constexpr double kHeight = 15;
  Label best{};
  double least = 1e300;
  for (const double reach : {9.0, 22.0, 36.0, 52.0}) {
    constexpr double kDirections[][2] = {{1, 0},       {-1, 0},     {0.7, -0.7}, {0.7, 0.7},
                                         {-0.7, -0.7}, {-0.7, 0.7}, {0, -1},     {0, 1}};
    for (const auto& d : kDirections) {
      const double ax = x + reach * d[0];
      const double ay = y + (reach + 2) * d[1];
      const double left = d[0] > 0.5 ? ax : d[0] < -0.5 ? ax - width : ax - width / 2;
      const Box box{left, ay - kHeight / 2, left + width, ay + kHeight / 2};
      double cost = reach * 0.5;
      for (const Box& other : taken) cost += 10 * box.Overlap(other);
      if (box.left < f.left || box.right > f.width - 4 || box.top < 2 || box.bottom > f.height - f.bottom) cost += 1e5;
      if (cost < least) {
        least = cost;
        best = {box, d[0] > 0.5 ? box.left : d[0] < -0.5 ? box.right : ax, ay};
      }
    }
  }
  return best;
}

std::string Mark(const ReportData& data, const Point& p, double x, double y) {
  const ArmData& arm = data.arm(p.arm);
  const std::string tip =
      fmt::format("{}: {}{}; p99 {} in {}{}", arm.name,
                  ValueWithUnit(*data.metrics[Money(data)].info, p.money, data.result.currency),
                  p.arm == data.base ? "" : ", " + Change(data.member(Money(data), p.arm).uplift.relative.estimate),
                  report::Duration(p.p99_ns), data.result.slots[static_cast<std::size_t>(p.slot)],
                  arm.ceiling   ? "; an oracle: the ceiling"
                  : p.dominated ? "; another arm earns as much and is as fast"
                                : "");
  const std::string css = p.dominated || arm.ceiling ? "grey" : ArmColour(p.arm, p.arm == data.base);
  const std::string shape =
      arm.ceiling
          ? fmt::format(R"(<rect class="mark hollow {}" x="{}" y="{}" width="10" height="10"/>)", css,
                        Coordinate(x - 5), Coordinate(y - 5))
          : fmt::format(R"(<circle class="mark {}" cx="{}" cy="{}" r="6"/>)", css, Coordinate(x), Coordinate(y));
  return fmt::format(R"(<g tabindex="0" role="img" data-arm="{}"><title>{}</title>{}</g>)", p.arm, Escape(tip), shape);
}

struct Axes {
  Scale x;
  Scale y;
};

Axes AxesOf(const std::vector<Point>& points) {
  double fastest = points.front().fastest_ns;
  double slowest = points.front().slowest_ns;
  double low = points.front().money;
  double high = low;
  for (const Point& p : points) {
    fastest = std::min(fastest, p.fastest_ns);
    slowest = std::max(slowest, p.slowest_ns);
    low = std::fmin(std::min(low, p.money), p.money_low);
    high = std::fmax(std::max(high, p.money), p.money_high);
  }
  const double pad = std::max(1.25, std::pow(slowest / fastest, 0.06));
  return {{std::max(1.0, fastest / pad), std::max(2.0, slowest * pad), true, 0}, NiceScale(low, high, 5)};
}

std::string Grid(const ReportData& data, const Frame& f, const Axes& axes) {
  std::string lines;
  std::string texts;
  for (const double tick : TicksOf(axes.x)) {
    const double x = f.X(axes.x.At(tick));
    lines += fmt::format("M{:.1f} {:.0f}V{:.0f}", x, f.top, f.height - f.bottom);
    texts +=
        fmt::format("<text class=m x={:.1f} y={:.0f}>{}</text>", x, f.height - f.bottom + 17, report::Duration(tick));
  }
  for (const double tick : TicksOf(axes.y)) {
    const double y = f.Y(axes.y.At(tick));
    lines += fmt::format("M{:.0f} {:.1f}H{:.0f}", f.left, y, f.width - f.right);
    texts += fmt::format("<text class=e x={:.0f} y={:.1f}>{:.6g}</text>", f.left - 7, y + 4, tick);
  }
  return fmt::format(
      R"(<path class=g d="{}"/>{}<text class=m x={:.0f} y={:.0f}>p99 of the slowest decision on a page (log)</text><text x=4 y=13>{} per visitor</text>)",
      lines, texts, (f.left + f.width - f.right) / 2, f.height - 6, Escape(data.result.currency));
}

std::string Whiskers(const Frame& f, const Axes& axes, const Point& p, const std::string& css) {
  const double x = f.X(axes.x.At(p.p99_ns));
  const double y = f.Y(axes.y.At(p.money));
  std::string path;
  if (p.slowest_ns > p.fastest_ns) {
    path += fmt::format("M{:.1f} {:.1f}H{:.1f}", f.X(axes.x.At(p.fastest_ns)), y, f.X(axes.x.At(p.slowest_ns)));
  }
  if (std::isfinite(p.money_low)) {
    path += fmt::format("M{:.1f} {:.1f}V{:.1f}", x, f.Y(axes.y.At(p.money_low)), f.Y(axes.y.At(p.money_high)));
  }
  return path.empty() ? "" : fmt::format(R"(<path class="whisker {}" d="{}"/>)", css, path);
}

/// The staircase under which every arm is dominated.
std::string Front(const ReportData& data, const Frame& f, const Axes& axes, std::vector<Point> points) {
  std::erase_if(points, [&](const Point& p) { return p.dominated || data.arm(p.arm).ceiling; });
  std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.p99_ns < b.p99_ns; });
  std::string path;
  for (const Point& p : points) {
    const std::string x = Coordinate(f.X(axes.x.At(p.p99_ns)));
    path += path.empty() ? fmt::format("M{} {}", x, Coordinate(f.height - f.bottom)) : fmt::format("H{}", x);
    path += fmt::format("V{}", Coordinate(f.Y(axes.y.At(p.money))));
  }
  if (path.empty()) return {};
  return fmt::format(R"(<path class="front" d="{}H{}"/>)", path, Coordinate(f.width - f.right));
}

std::string Draw(const ReportData& data, const std::vector<Point>& points, const Frame& f, const char* css) {
  const Axes axes = AxesOf(points);
  std::string under;
  std::string marks;
  std::string labels;
  std::vector<Box> taken;
  for (const Point& p : points) {
    const double x = f.X(axes.x.At(p.p99_ns));
    const double y = f.Y(axes.y.At(p.money));
    taken.push_back({x - 8, y - 8, x + 8, y + 8});
    under +=
        Whiskers(f, axes, p, p.dominated || data.arm(p.arm).ceiling ? "grey" : ArmColour(p.arm, p.arm == data.base));
    marks += Mark(data, p, x, y);
  }
  for (const Point& p : points) {
    const double x = f.X(axes.x.At(p.p99_ns));
    const double y = f.Y(axes.y.At(p.money));
    const std::string text = Shorten(data.arm(p.arm).name, 22);
    const Label label = PlaceLabel(f, x, y, f.label_px * DisplayWidth(text), taken);
    taken.push_back(label.box);
    if (std::hypot(label.anchor_x - x, label.anchor_y - y) > 14)
      labels += fmt::format(R"(<line class="lead" x1="{}" y1="{}" x2="{}" y2="{}"/>)", Coordinate(x), Coordinate(y),
                            Coordinate(label.anchor_x), Coordinate(label.anchor_y));
    labels += fmt::format(R"(<text class="halo{}" data-arm="{}" x="{}" y="{}" dy=".32em">{}</text>)",
                          p.dominated ? " dim" : "", p.arm, Coordinate(label.box.left), Coordinate(label.anchor_y),
                          Escape(text));
  }
  return fmt::format(
      R"(<svg class="{0}" viewBox="0 0 {1} {2}" role="group" aria-labelledby="{0}t {0}d"><title id="{0}t">Revenue per visitor against decision latency</title>)"
      R"(<desc id="{0}d">One mark per arm: higher earns more, further left decides faster. The table below holds the numbers.</desc>{3}{4}{5}{6}{7}</svg>)",
      css, f.width, f.height, Grid(data, f, axes), Front(data, f, axes, points), under, labels, marks);
}

std::string Table(const ReportData& data, const std::vector<Point>& points) {
  std::string rows;
  for (const Point& p : points) {
    const bool ceiling = data.arm(p.arm).ceiling;
    rows +=
        ArmRow(p.arm) + ArmHeader(data, p.arm) +
        fmt::format(
            R"(<td class="n" data-v="{}">{}</td><td class="n">{}</td><td class="n" data-v="{}">{}</td><td class="n">{} – {}</td><td>{}</td><td>{}</td></tr>)",
            Number(p.money), ValueText(*data.metrics[Money(data)].info, p.money),
            std::isfinite(p.money_low) ? ValueText(*data.metrics[Money(data)].info, p.money_low) + " to " +
                                             ValueText(*data.metrics[Money(data)].info, p.money_high)
                                       : "",
            Number(p.p99_ns), report::Duration(p.p99_ns), report::Duration(p.fastest_ns),
            report::Duration(p.slowest_ns), Escape(data.result.slots[static_cast<std::size_t>(p.slot)]),
            ceiling       ? "ceiling"
            : p.dominated ? "dominated"
                          : "on the front");
  }
  return fmt::format(
      R"(<details><summary>The same as a table</summary><div class="scroll"><table class="sort"><thead><tr><th scope="col">Arm</th><th scope="col" class="n">{} per visitor</th>)"
      R"(<th scope="col" class="n" data-nosort>95% interval</th><th scope="col" class="n">p99</th><th scope="col" class="n" data-nosort>over replications</th>)"
      R"(<th scope="col">Slot</th><th scope="col">Standing</th></tr></thead><tbody>{}</tbody></table></div></details>)",
      Escape(data.result.currency), rows);
}

}  // namespace

std::string ParetoBlock(const ReportData& data) {
  if (!MoneyIn(data)) return {};
  const std::vector<Point> points = Points(data);
  if (points.empty()) return {};
  const std::string body = Draw(data, points, {960, 400, 58, 26, 20, 44, 6.9}, "wide") +
                           Draw(data, points, {420, 400, 44, 26, 12, 44, 6.9}, "narrow") + Table(data, points);
  return Section("pareto", "Money against waiting",
                 "Up is more revenue, left is faster. Arms on the stepped line are the ones to choose from; grey ones "
                 "earn less than an "
                 "arm that is as fast. Upright whiskers: 95% interval of the paired difference from the incumbent. "
                 "Level ones: range of "
                 "the p99 over replications. Latency was measured on the machine of the run, in the slot that was "
                 "slowest for each "
                 "arm; outreach, which plans while nobody waits, is left out.",
                 body);
}

}  // namespace souk::html
