// How an uplift settles: over replications, with the confidence sequence that may be looked at any time; and over the
// age of exposure, where novelty wears off.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/report/html_blocks_internal.h"
#include "results/report/html_svg_internal.h"
#include "results/report/html_text_internal.h"
#include "results/statistics/heterogeneity.h"
#include "results/statistics/sequential.h"

namespace souk::html {
namespace {

constexpr int kHeight = 92;       ///< of a chart, pixels
constexpr int kInnerWidth = 300;  ///< of the drawing that stretches
constexpr int kInnerHeight = 100;
constexpr std::size_t kMostPoints = 40;  ///< of a curve; longer ones are thinned

bool HasAges(const ExperimentResult& result) {
  return std::any_of(result.cells.begin(), result.cells.end(), [](const CellResult& c) { return !c.by_age.empty(); });
}

/// Indices of at most kMostPoints of n, the last one included.
std::vector<std::size_t> Thinned(std::size_t n) {
  std::vector<std::size_t> kept;
  const std::size_t step = std::max<std::size_t>(1, (n + kMostPoints - 1) / kMostPoints);
  for (std::size_t i = (n + step - 1) % step; i < n; i += step) kept.push_back(i);
  return kept;
}

double ShareOf(std::size_t i, std::size_t n) {
  return n > 1 ? static_cast<double>(i) / static_cast<double>(n - 1) : 0.5;
}

/// The area between an interval's ends, for each run of points that have one.
std::string Band(const std::vector<Interval>& curve, const std::vector<std::size_t>& at, const Scale& scale) {
  std::string path;
  for (std::size_t i = 0; i < at.size();) {
    if (!HasBounds(curve[at[i]])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < at.size() && HasBounds(curve[at[end]])) ++end;
    std::vector<double> x;
    std::vector<double> y;
    for (std::size_t k = i; k < end; ++k) {
      x.push_back(ShareOf(at[k], curve.size()));
      y.push_back(1 - std::clamp(scale.At(curve[at[k]].high), 0.0, 1.0));
    }
    for (std::size_t k = end; k-- > i;) {
      x.push_back(ShareOf(at[k], curve.size()));
      y.push_back(1 - std::clamp(scale.At(curve[at[k]].low), 0.0, 1.0));
    }
    if (end - i > 1) path += PathOf(x, y, kInnerWidth, kInnerHeight) + "Z";
    i = end;
  }
  return path;
}

/// A scale that the line fits and of which noisy intervals do not take more than they must.
Scale SparkScale(const std::vector<Interval>& curve, const Interval& whole) {
  double low = 0;
  double high = 0;
  std::vector<double> ends;
  for (const Interval& i : curve) {
    if (std::isfinite(i.estimate)) {
      low = std::min(low, i.estimate);
      high = std::max(high, i.estimate);
    }
    if (HasBounds(i)) ends.push_back(std::max(std::abs(i.low), std::abs(i.high)));
  }
  if (HasBounds(whole)) {
    low = std::min(low, whole.low);
    high = std::max(high, whole.high);
  }
  if (!ends.empty()) {
    std::nth_element(ends.begin(), ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 2), ends.end());
    const double usual = ends[ends.size() / 2];
    for (const Interval& i : curve) {
      if (!HasBounds(i)) continue;
      low = std::min(low, std::max(i.low, -usual));
      high = std::max(high, std::min(i.high, usual));
    }
  }
  return high > low ? NiceScale(low, high, 3) : NiceScale(-0.01, 0.01, 3);
}

struct Spark {
  int arm = 0;
  std::string text;  ///< beside the name
  std::string tip;
  std::vector<Interval> curve;
  Interval whole;       ///< drawn at the right edge
  std::string first_x;  ///< labels below
  std::string last_x;
};

std::string Draw(const ReportData& data, const Spark& spark) {
  const Scale scale = SparkScale(spark.curve, spark.whole);
  const std::vector<double> ticks = TicksOf(scale);
  const std::vector<std::string> texts = ChangeTicks(ticks);
  std::string lines;
  std::string labels;
  std::string zero;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const double y = 1 - scale.At(ticks[i]);
    (ticks[i] == 0 ? zero : lines) += fmt::format("M0 {:.0f}h{}", kInnerHeight * y, kInnerWidth);
    labels += fmt::format("<text x=-6 y={:.0f} class=e>{}</text>", y * kHeight + 4, texts[i]);
  }
  const std::vector<std::size_t> at = Thinned(spark.curve.size());
  std::vector<double> x;
  std::vector<double> y;
  for (const std::size_t i : at) {
    x.push_back(ShareOf(i, spark.curve.size()));
    y.push_back(1 - scale.At(spark.curve[i].estimate));
  }
  const std::string css = ArmColour(spark.arm, false);
  std::string end;
  if (HasBounds(spark.whole)) {
    end = fmt::format(R"(<path class=whole d="M{} {:.1f}V{:.1f}"/>)", kInnerWidth,
                      kInnerHeight * (1 - scale.At(spark.whole.low)), kInnerHeight * (1 - scale.At(spark.whole.high)));
  }
  return fmt::format(
      R"(<figure class="spark {}" data-arm={}><figcaption>{}<b>{}</b><span>{}</span></figcaption><svg role=img><title>{}</title>{})"
      R"(<svg viewBox="0 0 300 100" preserveAspectRatio=none class=inner><path class=g d="{}"/><path class=zero d="{}"/><path class=area d="{}"/>)"
      R"(<path d="{}"/>{}</svg><text y={}>{}</text><text class=e x=100% y={}>{}</text></svg></figure>)",
      css, spark.arm, Swatch(spark.arm, false), Escape(data.arm(spark.arm).name), spark.text, Escape(spark.tip), labels,
      lines, zero, Band(spark.curve, at, scale), PathOf(x, y, kInnerWidth, kInnerHeight), end, kHeight + 16,
      spark.first_x, kHeight + 16, spark.last_x);
}

std::string CumulativePanel(const ReportData& data, std::size_t m) {
  std::string out;
  const MetricData& metric = data.metrics[m];
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    if (arm == data.base || data.arm(arm).paired == 0) continue;
    Spark spark;
    spark.arm = arm;
    const auto pairs = PairUp(data.result, arm, data.result, data.base, *metric.info);
    spark.curve = CumulativeUplift(pairs);
    spark.whole = data.member(m, arm).uplift.relative;
    spark.text = Change(spark.whole.estimate);
    const Interval& last = spark.curve.back();
    const Decision decision = Decide(last, data.margin_is_default ? 0 : data.margin);
    spark.tip =
        fmt::format("{}: {} after {} replications{}", data.arm(arm).name, Change(last.estimate), pairs.size(),
                    HasBounds(last) ? fmt::format(", confidence sequence {}: {}", ChangeRange(last),
                                                  decision == Decision::kBetter  ? "settled, above"
                                                  : decision == Decision::kWorse ? "settled, below"
                                                  : decision == Decision::kSame  ? "settled, no difference that matters"
                                                                                 : "not settled")
                                    : "");
    spark.first_x = "1";
    spark.last_x = fmt::format("{} replications", pairs.size());
    out += Draw(data, spark);
  }
  return "<div class=sparks>" + out + "</div>";
}

std::string AgePanel(const ReportData& data, std::size_t m, Clock clock) {
  std::string out;
  const MetricData& metric = data.metrics[m];
  for (int arm = 0; arm < data.arm_count(); ++arm) {
    if (arm == data.base || data.arm(arm).paired == 0) continue;
    Spark spark;
    spark.arm = arm;
    spark.curve = UpliftCurve(data.result, *metric.info, arm, clock);
    if (spark.curve.size() < 2) return {};
    spark.whole = LateUplift(data.result, *metric.info, arm, clock);
    const Interval& overall = data.member(m, arm).uplift.relative;
    spark.text = fmt::format("late {}", Change(spark.whole.estimate));
    spark.tip = fmt::format("{}: {} over the whole period, {} over its last third{}", data.arm(arm).name,
                            Change(overall.estimate), Change(spark.whole.estimate),
                            HasBounds(spark.whole) ? " (" + ChangeRange(spark.whole) + ")" : "");
    spark.first_x = "day 1";
    spark.last_x = fmt::format("{}", spark.curve.size());
    out += Draw(data, spark);
  }
  return "<div class=sparks>" + out + "</div>";
}

}  // namespace

std::string TimeBlock(const ReportData& data) {
  if (data.most_paired == 0) return {};
  const Clock clock = HasAges(data.result) ? Clock::kAge : Clock::kDay;
  std::string body = "<h3>As replications come in</h3>";
  if (data.most_paired >= kFirstLook) {
    body +=
        "<p class=how>The uplift over the first 1, 2 … replications. Shaded from 20 on: the confidence sequence, which "
        "may be looked at "
        "after every replication. Bar at the right: the fixed 95% interval, valid once, at the end.</p>" +
        ByMetric(data, [&](std::size_t m) { return CumulativePanel(data, m); });
  } else {
    body += fmt::format(
        "<p class=how>A confidence sequence, which may be looked at after every replication, starts at {} of them; "
        "here there are {}. "
        "Do not stop such a run because its intervals look good.</p>",
        kFirstLook, data.most_paired);
  }
  const std::string curves = ByMetric(data, [&](std::size_t m) { return AgePanel(data, m, clock); });
  if (data.result.days > 1) {
    body +=
        clock == Clock::kAge
            ? "<h3>Novelty: by days since the first visit</h3><p class=how>Uplift among shoppers of the same age of "
              "exposure, with its "
              "95% interval (shaded). Bar at the right, and “late”: the last third alone. A line that falls to zero is "
              "novelty, not value.</p>"
            : "<h3>Day by day</h3><p class=how>Uplift on each day of the measured period, with its 95% interval "
              "(shaded). Bar at the right, "
              "and “late”: the last third alone. The file holds no ages of exposure, so days stand in for them.</p>";
    body += curves;
  }
  return Section("time", "How it settles", "", body);
}

}  // namespace souk::html
