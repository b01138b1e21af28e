#pragma once
// Charts as inline SVG. Most stretch with the page: positions across are shares of the width, so text keeps its size
// and nothing needs a script; curves lie in an inner drawing that stretches while their strokes do not.

#include <string>
#include <vector>

#include "results/statistics/uplift.h"

namespace souk::html {

/// Maps values to shares of a length, 0 … 1.
struct Scale {
  double low = 0;
  double high = 1;
  bool logarithmic = false;
  double step = 0;  ///< between ticks, of a linear scale

  [[nodiscard]] double At(double value) const;
  [[nodiscard]] bool Holds(double value) const { return value >= low && value <= high; }
};

/// Linear from the largest round number below to the smallest above, so that ticks, about `wanted` of them, end the
/// axis.
Scale NiceScale(double low, double high, int wanted);
/// The multiples of the step of a linear scale; 1, 2, 5 × powers of ten of a logarithmic one, more or fewer as there
/// are few or many decades.
std::vector<double> TicksOf(const Scale& scale);
/// A scale of relative uplifts: holds 0, ±margin, all estimates, and intervals as far as they do not dwarf these.
Scale UpliftScale(const std::vector<Interval>& intervals, double margin, int wanted);

/// Texts of percentages at ticks, with as many decimals as they need: `−5%`, `+0.5%`.
std::vector<std::string> ChangeTicks(const std::vector<double>& ticks);

/// Class of an arm's colour and dash: `c3`, or `ci` for the incumbent.
std::string ArmColour(int arm, bool incumbent);
/// A small sample of it beside a name.
std::string Swatch(int arm, bool incumbent);

/// The axis above a column of row plots, and the grid that each of them shows by `<use href=#id>`. A margin > 0 shades
/// ± margin.
std::string RowAxis(const std::string& id, const Scale& scale, double margin = 0);
/// A bar of an interval in a row plot, cut where the axis ends.
std::string RowBar(const char* css, const Interval& interval, const Scale& scale);

/// Labels at heights `wanted` moved apart until they are `gap` from each other and inside [0, height].
std::vector<double> MovedApart(std::vector<double> wanted, double gap, double height);

/// One line of a chart: positions are shares of width and height (0 = top).
struct Curve {
  std::string name;    ///< at its end; empty: none
  std::string colour;  ///< class of the line
  std::string tip;     ///< title
  int arm = -1;        ///< for the filter
  std::vector<double> x;
  std::vector<double> y;
};
struct Tick {
  double at = 0;  ///< share
  std::string text;
  bool spare = false;  ///< gives way on narrow pages
};
struct CurveChart {
  std::string id;
  std::string title;
  std::string description;
  std::string x_title;
  std::string y_title;
  std::vector<Tick> x_ticks;
  std::vector<Tick> y_ticks;
  std::vector<Curve> curves;
  int height = 300;
};
/// The chart with names at the ends of the lines on wide pages, in a legend on narrow ones.
std::string DrawCurves(const CurveChart& chart);

/// A polyline over an inner drawing of width × height; gaps where a coordinate is not finite.
std::string PathOf(const std::vector<double>& x, const std::vector<double>& y, int width, int height);

}  // namespace souk::html
