#include "results/report/html_svg_internal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "results/report/html_text_internal.h"

namespace souk::html {
namespace {

constexpr int kColours = 10;
constexpr int kInnerWidth = 800;  ///< of the drawing that stretches
constexpr int kInnerHeight = 400;

/// 1, 2 or 5 times a power of ten.
double NiceStep(double span, int wanted) {
  const double rough = span / std::max(1, wanted);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double lead = rough / power;
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
}

/// Names at the right edge, each joined to the end of its line.
std::string EndLabels(const CurveChart& chart) {
  std::vector<double> wanted;
  std::vector<const Curve*> named;
  for (const Curve& curve : chart.curves) {
    if (curve.name.empty() || curve.y.empty()) continue;
    named.push_back(&curve);
    wanted.push_back(curve.y.back() * chart.height);
  }
  const std::vector<double> y = MovedApart(wanted, 15, chart.height);
  std::string out = "<svg x=100% class=ends>";
  for (std::size_t i = 0; i < named.size(); ++i) {
    out += fmt::format(R"(<g data-arm={} class={}><path d="M2 {:.0f}L18 {:.0f}"/><text x=22 y={:.0f}>{}</text></g>)",
                       named[i]->arm, named[i]->colour, wanted[i], y[i], y[i] + 4, Escape(named[i]->name));
  }
  return out + "</svg>";
}

}  // namespace

double Scale::At(double value) const {
  if (logarithmic) return std::log(value / low) / std::log(high / low);
  return (value - low) / (high - low);
}

std::vector<double> TicksOf(const Scale& scale) {
  std::vector<double> ticks;
  if (!scale.logarithmic) {
    const double slack = 1e-6;
    for (double k = std::ceil(scale.low / scale.step - slack); k <= scale.high / scale.step + slack; ++k)
      ticks.push_back(k == 0 ? 0 : k * scale.step);
    return ticks;
  }
  const double decades = std::log10(scale.high / scale.low);
  const std::vector<double> leads = decades > 5     ? std::vector<double>{1}
                                    : decades > 2.5 ? std::vector<double>{1, 3}
                                    : decades > 0.9 ? std::vector<double>{1, 2, 5}
                                    : decades > 0.4
                                        ? std::vector<double>{1, 1.5, 2, 3, 4, 6, 8}
                                        : std::vector<double>{1, 1.2, 1.5, 1.8, 2, 2.5, 3, 4, 5, 6, 7, 8, 9};
  for (double power = std::pow(10.0, std::floor(std::log10(scale.low))); power <= scale.high; power *= 10) {
    for (const double lead : leads)
      if (lead * power >= scale.low * 0.999 && lead * power <= scale.high * 1.001) ticks.push_back(lead * power);
  }
  return ticks;
}

Scale NiceScale(double low, double high, int wanted) {
  if (!(high > low)) {
    const double half = low == 0 ? 1 : std::abs(low) * 0.1;
    low -= half;
    high += half;
  }
  const double step = NiceStep(high - low, wanted);
  return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, false, step};
}

Scale UpliftScale(const std::vector<Interval>& intervals, double margin, int wanted) {
  double low = -margin;
  double high = margin;
  for (const Interval& i : intervals) {
    if (!std::isfinite(i.estimate)) continue;
    low = std::min(low, i.estimate);
    high = std::max(high, i.estimate);
  }
  if (!(high > low)) return NiceScale(-0.01, 0.01, wanted);
  std::vector<double> halves;
  for (const Interval& i : intervals)
    if (HasBounds(i)) halves.push_back((i.high - i.low) / 2);
  double usual = 0;
  if (!halves.empty()) {
    std::nth_element(halves.begin(), halves.begin() + static_cast<std::ptrdiff_t>(halves.size() / 2), halves.end());
    usual = halves[halves.size() / 2];
  }
  const double reach = std::max(1.5 * (high - low), 4 * usual);
  const double least = low - reach;
  const double most = high + reach;
  for (const Interval& i : intervals) {
    if (!HasBounds(i)) continue;
    low = std::min(low, std::max(i.low, least));
    high = std::max(high, std::min(i.high, most));
  }
  const double room = 0.02 * (high - low);
  return NiceScale(low - room, high + room, wanted);
}

std::vector<std::string> ChangeTicks(const std::vector<double>& ticks) {
  double step = 1;
  for (std::size_t i = 1; i < ticks.size(); ++i) step = std::min(step, 100 * (ticks[i] - ticks[i - 1]));
  const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 4);
  std::vector<std::string> texts;
  for (const double tick : ticks) {
    if (tick == 0) {
      texts.emplace_back("0");
      continue;
    }
    texts.push_back((tick < 0 ? "−" : "+") + fmt::format("{:.{}f}%", 100 * std::abs(tick), decimals));
  }
  return texts;
}

std::string ArmColour(int arm, bool incumbent) { return incumbent ? "ci" : fmt::format("c{}", arm % kColours); }

std::string Swatch(int arm, bool incumbent) {
  return fmt::format(R"(<i class="sw {}"></i>)", ArmColour(arm, incumbent));
}

std::string RowAxis(const std::string& id, const Scale& scale, double margin) {
  const std::vector<double> ticks = TicksOf(scale);
  const std::vector<std::string> texts = ChangeTicks(ticks);
  std::string grid;
  if (margin > 0) {
    grid = fmt::format("<rect class=band x={} width={} y=-8 height=50 />", Position(scale.At(-margin)),
                       Position(scale.At(margin) - scale.At(-margin)));
  }
  std::string labels;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const std::string at = Position(scale.At(ticks[i]));
    grid += fmt::format("<line class={0} x1={1} x2={1} y1=-8 y2=42 />", ticks[i] == 0 ? "zero" : "g", at);
    // Every second label gives way on narrow pages, zero never does.
    const bool spare = ticks[i] != 0 && std::lround(ticks[i] / scale.step) % 2 != 0;
    labels += fmt::format(R"(<text class="m{}" x={} y=15>{}</text>)", spare ? " odd" : "", at, texts[i]);
  }
  return fmt::format("<svg class=axis aria-hidden=true><defs><g id={}>{}</g></defs>{}</svg>", id, grid, labels);
}

std::string RowBar(const char* css, const Interval& interval, const Scale& scale) {
  if (!HasBounds(interval)) return {};
  const double from = scale.At(std::clamp(interval.low, scale.low, scale.high));
  const double to = scale.At(std::clamp(interval.high, scale.low, scale.high));
  const bool thick = css[0] == 's';
  std::string bar = fmt::format("<rect class={} x={} width={} y={} height={} />", css, Position(from),
                                Position(to - from), thick ? 11 : 14, thick ? 12 : 6);
  if (interval.low < scale.low) bar += "<text class=cut x=-4 y=22>‹</text>";
  if (interval.high > scale.high) bar += "<text class=cut x=100% dx=4 y=22>›</text>";
  return bar;
}

std::vector<double> MovedApart(std::vector<double> wanted, double gap, double height) {
  std::vector<std::size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
  const auto n = static_cast<double>(order.size());
  if (n > 1) gap = std::min(gap, height / (n - 1));
  // Down as far as needed, then up from the bottom edge.
  double floor = 0;
  for (const std::size_t i : order) {
    wanted[i] = std::max(wanted[i], floor);
    floor = wanted[i] + gap;
  }
  double ceiling = height;
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    wanted[*i] = std::min(wanted[*i], ceiling);
    ceiling = wanted[*i] - gap;
  }
  return wanted;
}

std::string PathOf(const std::vector<double>& x, const std::vector<double>& y, int width, int height) {
  std::string path;
  bool pen_down = false;
  long at_x = 0;
  long at_y = 0;
  bool moved = false;  // the pen is down, and no line drawn yet
  const auto add = [&path](long value) {
    path += (value < 0 || path.back() == 'l' ? "" : " ") + std::to_string(value);
  };
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) {
      pen_down = false;
      continue;
    }
    const long to_x = std::lround(width * x[i]);
    const long to_y = std::lround(height * y[i]);
    if (!pen_down) {
      path += fmt::format("M{} {}", to_x, to_y);
      moved = true;
    } else {
      if (std::exchange(moved, false)) path += 'l';
      add(to_x - at_x);
      add(to_y - at_y);
    }
    at_x = to_x;
    at_y = to_y;
    pen_down = true;
  }
  return path;
}

std::string DrawCurves(const CurveChart& chart) {
  std::string lines;  // of the grid, over the inner drawing
  std::string texts;
  for (const Tick& tick : chart.y_ticks) {
    lines += fmt::format("M0 {:.0f}h{}", kInnerHeight * tick.at, kInnerWidth);
    texts += fmt::format("<text x=-8 y={:.0f} class=e>{}</text>", tick.at * chart.height + 4, Escape(tick.text));
  }
  for (const Tick& tick : chart.x_ticks) {
    lines += fmt::format("M{:.0f} 0v{}", kInnerWidth * tick.at, kInnerHeight);
    texts += fmt::format(R"(<text x={} y={} class="m{}">{}</text>)", Position(tick.at), chart.height + 18,
                         tick.spare ? " odd" : "", Escape(tick.text));
  }
  std::string curves;
  std::string legend;
  for (const Curve& curve : chart.curves) {
    curves += fmt::format(R"(<path data-arm={} class={} d="{}"><title>{}</title></path>)", curve.arm, curve.colour,
                          PathOf(curve.x, curve.y, kInnerWidth, kInnerHeight), Escape(curve.tip));
    if (curve.name.empty()) continue;
    legend +=
        fmt::format(R"(<li data-arm={}><i class="sw {}"></i>{}</li>)", curve.arm, curve.colour, Escape(curve.name));
  }
  return fmt::format(
      R"(<div class=curves><div class=yt>{y_title}</div><div class=plot style=height:{outer}px><svg height={height} role=img )"
      R"(aria-labelledby="{id}t {id}d"><title id={id}t>{title}</title><desc id={id}d>{description}</desc>{texts})"
      R"(<svg viewBox="0 0 {w} {h}" preserveAspectRatio=none class=inner><path class=g d="{lines}"/>{curves}</svg>{ends}</svg></div>)"
      R"(<div class=xt>{x_title}</div><ul class=legend>{legend}</ul></div>)",
      fmt::arg("y_title", Escape(chart.y_title)), fmt::arg("height", chart.height),
      fmt::arg("outer", chart.height + 32), fmt::arg("id", chart.id), fmt::arg("title", Escape(chart.title)),
      fmt::arg("description", Escape(chart.description)), fmt::arg("texts", texts), fmt::arg("lines", lines),
      fmt::arg("curves", curves), fmt::arg("ends", EndLabels(chart)), fmt::arg("w", kInnerWidth),
      fmt::arg("h", kInnerHeight), fmt::arg("x_title", Escape(chart.x_title)), fmt::arg("legend", legend));
}

}  // namespace souk::html
