// Rules under test: text is safe in a page, numbers read as people write them, axes end at round numbers, labels keep
// apart, paths say where they go.
#include "results/report/html_svg_internal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "results/report/html_text_internal.h"
#include "sim/base/random.h"

namespace souk::html {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(HtmlText, EscapeLeavesNothingThatOpensOrCloses) {
  EXPECT_EQ(Escape("a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c&#39;");
  EXPECT_EQ(Escape("ü – 日本"), "ü – 日本");
  EXPECT_EQ(Escape("line\nnext\ttab"), "line\nnext\ttab");
  // Not UTF-8, an over-long '<', a surrogate, NUL, escape: one replacement character a byte.
  EXPECT_EQ(Escape("\xFF"), "\xEF\xBF\xBD");
  EXPECT_EQ(Escape("\xC0\xBC"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(Escape("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(Escape(std::string_view("\0\x1b", 2)), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(Escape("cut \xE6\x97"), "cut \xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(HtmlText, ChangesHaveARealMinusAndEnoughDecimals) {
  EXPECT_EQ(Change(0.0058), "+0.6%");
  EXPECT_EQ(Change(-0.026), "−2.6%");
  EXPECT_EQ(Change(0.0002), "+0.02%");
  EXPECT_EQ(Change(0), "0.0%");
  EXPECT_EQ(Change(kNan), "–");
  EXPECT_EQ(Size(-0.026), "2.6%");
  EXPECT_EQ(ChangeRange({0.01, -0.002, 0.031}), "−0.2 to +3.1%");
  EXPECT_EQ(ChangeRange({0.01, kNan, kNan}), "");
  EXPECT_EQ(SizeRange({-0.03, -0.054, -0.012}), "1.2 to 5.4%");
  EXPECT_EQ(SizeRange({0.03, 0.012, 0.054}), "1.2 to 5.4%");
  EXPECT_EQ(Probability(0.0004), "<0.001");
  EXPECT_EQ(Probability(0.0126), "0.013");
}

TEST(HtmlText, SharesAreInPercentAndMoneyIsNot) {
  EXPECT_EQ(ValueText(*FindMetric("conversion"), 0.2726), "27.26%");
  EXPECT_EQ(ValueText(*FindMetric("views_per_session"), 5.642), "5.642");
  EXPECT_EQ(ValueWithUnit(*FindMetric("margin_per_visitor"), -8.081, "CHF"), "−8.081 CHF");
  EXPECT_EQ(ValueWithUnit(*FindMetric("margin_per_visitor"), kNan, "CHF"), "–");
}

TEST(HtmlText, SideOfAnInterval) {
  EXPECT_EQ(SideOf({0.1, 0.05, 0.2}), 1);
  EXPECT_EQ(SideOf({-0.1, -0.2, -0.05}), -1);
  EXPECT_EQ(SideOf({0.1, -0.05, 0.2}), 0);
  EXPECT_EQ(SideOf({0.1, 0, 0.2}), 0);
  EXPECT_EQ(SideOf({0.1, kNan, kNan}), 0);
}

// Random ranges: the scale holds them, begins and ends at multiples of a step that is 1, 2 or 5 times a power of ten,
// and has no more ticks than a reader can use.
TEST(HtmlScale, IsRoundAndHoldsItsRange) {
  Rng rng(Dice(1, 0), Purpose::kTest, 0);
  for (int i = 0; i < 2000; ++i) {
    const double size = std::pow(10, 12 * rng.Uniform() - 6);
    const double low = size * (rng.Uniform() - 0.5);
    const double high = low + size * (0.01 + rng.Uniform());
    const Scale scale = NiceScale(low, high, 5);
    EXPECT_LE(scale.low, low + 1e-6 * size);
    EXPECT_GE(scale.high, high - 1e-6 * size);
    const double lead = scale.step / std::pow(10, std::floor(std::log10(scale.step) + 1e-9));
    EXPECT_TRUE(std::abs(lead - 1) < 1e-6 || std::abs(lead - 2) < 1e-6 || std::abs(lead - 5) < 1e-6) << scale.step;
    const std::vector<double> ticks = TicksOf(scale);
    ASSERT_GE(ticks.size(), 2U);
    ASSERT_LE(ticks.size(), 8U);
    EXPECT_NEAR(ticks.front(), scale.low, 1e-6 * size);
    EXPECT_NEAR(ticks.back(), scale.high, 1e-6 * size);
  }
}

TEST(HtmlScale, OfOneValueOrOnlyZeros) {
  EXPECT_TRUE(NiceScale(5, 5, 4).Holds(5));
  EXPECT_LT(NiceScale(0, 0, 4).low, NiceScale(0, 0, 4).high);
  EXPECT_TRUE(UpliftScale({{0, 0, 0}, {kNan, kNan, kNan}}, 0.005, 6).Holds(0.005));
}

TEST(HtmlScale, LogarithmicTicksAreInsideAndMoreThanOne) {
  for (const double high : {130.0, 300.0, 2e3, 1e5, 1e9}) {
    const Scale scale{100, high, true, 0};
    const std::vector<double> ticks = TicksOf(scale);
    EXPECT_GE(ticks.size(), 2U) << high;
    EXPECT_LE(ticks.size(), 9U) << high;
    for (const double tick : ticks) EXPECT_TRUE(tick >= 99.9 && tick <= 1.001 * high);
    EXPECT_DOUBLE_EQ(scale.At(100), 0);
    EXPECT_DOUBLE_EQ(scale.At(high), 1);
    EXPECT_NEAR(scale.At(std::sqrt(100 * high)), 0.5, 1e-12);
  }
}

// One noisy arm must not press the others into a line; its own estimate stays inside.
TEST(HtmlScale, OfUpliftsIsNotRuledByOneWideInterval) {
  const Scale scale = UpliftScale({{0.01, 0.005, 0.015}, {-0.02, -0.03, -0.01}, {0.005, -3, 4}}, 0.005, 6);
  EXPECT_TRUE(scale.Holds(0.015));
  EXPECT_TRUE(scale.Holds(-0.03));
  EXPECT_LT(scale.high, 0.3);
}

TEST(HtmlTicks, ShowTheDecimalsThatTellThemApart) {
  EXPECT_EQ(ChangeTicks({-0.005, 0, 0.005}), (std::vector<std::string>{"−0.5%", "0", "+0.5%"}));
  EXPECT_EQ(ChangeTicks({-0.1, -0.05, 0}), (std::vector<std::string>{"−10%", "−5%", "0"}));
  EXPECT_EQ(ChangeTicks({0, 0.0002}), (std::vector<std::string>{"0", "+0.02%"}));
}

// Brute force over random heights: order kept, gaps kept, nothing outside, nothing moved without need.
TEST(HtmlLabels, MovedApart) {
  Rng rng(Dice(2, 0), Purpose::kTest, 0);
  for (int i = 0; i < 500; ++i) {
    std::vector<double> wanted(1 + static_cast<std::size_t>(rng.Below(15)));
    for (double& w : wanted) w = 300 * rng.Uniform();
    const std::vector<double> y = MovedApart(wanted, 15, 300);
    bool apart = true;
    for (std::size_t a = 0; a < y.size(); ++a) {
      EXPECT_GE(y[a], -1e-9);
      EXPECT_LE(y[a], 300 + 1e-9);
      for (std::size_t b = 0; b < y.size(); ++b) {
        if (wanted[a] < wanted[b]) {
          EXPECT_LE(y[a] + 15, y[b] + 1e-9);
        }
        if (a != b && std::abs(wanted[a] - wanted[b]) < 15) apart = false;
      }
    }
    if (apart) {
      EXPECT_EQ(y, wanted);
    }
  }
}

TEST(HtmlPath, IsRelativeAndBreaksAtGaps) {
  EXPECT_EQ(PathOf({0, 0.5, 1}, {0, 1, 0.5}, 100, 10), "M0 0l50 10 50-5");
  EXPECT_EQ(PathOf({0, 0.25, 0.5, 0.75, 1}, {0, kNan, 0.5, 0.6, 0.1}, 100, 10), "M0 0M50 5l25 1 25-5");
  EXPECT_EQ(PathOf({}, {}, 100, 10), "");
}

}  // namespace
}  // namespace souk::html
