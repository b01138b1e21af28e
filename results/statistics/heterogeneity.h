#pragma once
// For whom does a strategy work, and do levers add up? Twins (the same shopper in both arms), segments,
// age of exposure, factorial designs.

#include <cstdint>
#include <string>
#include <vector>

#include "results/statistics/uplift.h"

namespace souk {

/// Individual effects, observed on twins.
struct TwinEffect {
  std::string segment;        ///< "all" for the first row, then segment by segment
  std::int64_t shoppers = 0;  ///< pairs in which either twin visited
  double helped = 0;          ///< share who ordered more often than their twin under the incumbent
  double harmed = 0;          ///< share who ordered less often
  double revenue_gain = 0;    ///< mean difference of revenue, currency units
  double margin_gain = 0;     ///< mean difference of margin, currency units
};
/// Empty when shoppers were not recorded (or in designs where arms have different shoppers); "all" alone when their
/// segments were not.
std::vector<TwinEffect> TwinEffects(const ExperimentResult& result, int arm);

/// A metric's uplift in one segment.
struct SegmentUplift {
  int segment = 0;
  Uplift uplift;             ///< without discordant orders
  double p = 0;              ///< of no effect in this segment
  double q = 0;              ///< Benjamini–Hochberg over the whole grid handed to SegmentGrid
  double p_interaction = 0;  ///< of "as in the rest of the shop"
  double share = 0;  ///< of the arm's total difference in the numerator; NaN when that is zero or arms split the shop
};
/// Per arm (scenario order, the incumbent's row empty) and segment. Exploration: q, not Holm.
std::vector<std::vector<SegmentUplift>> SegmentGrid(const ExperimentResult& result, const MetricInfo& metric);

/// Uplift by day of the measured period or by age: days since the shopper's first visit in the period.
enum class Clock { kDay, kAge };
std::vector<Interval> UpliftCurve(const ExperimentResult& result, const MetricInfo& metric, int arm, Clock clock);
/// Uplift over the last third of the curve: what is left when the novelty has gone.
Interval LateUplift(const ExperimentResult& result, const MetricInfo& metric, int arm, Clock clock);

/// Two levers of a factorial design.
struct Interaction {
  int lever_a = 0;
  int lever_b = 0;
  Interval a;      ///< effect of lever a with b off
  Interval b;      ///< effect of lever b with a off
  Interval both;   ///< effect of both
  Interval extra;  ///< both − a − b: > 0 they help each other. All relative to the incumbent's value
};
/// Pairs of levers for which the arms "a", "b" and "a+b" exist, by ExperimentResult::arm_levers.
std::vector<Interaction> Interactions(const ExperimentResult& result, const MetricInfo& metric);

/// Spread of a metric between segments, worst against best.
struct GroupGap {
  double value = 0;  ///< largest ÷ smallest segment value − 1; NaN with one segment
  int highest = 0;   ///< segments
  int lowest = 0;
};
GroupGap GapBetweenSegments(const ExperimentResult& result, const MetricInfo& metric, int arm);

/// Is the split what it was meant to be?
struct SampleRatio {
  double chi_squared = 0;
  double p = 1;
  bool suspect = false;  ///< p < 0.001: do not trust the test, look for the bug
};
/// Pearson's chi-squared of counts against the intended shares (which are normalised).
/// Throws Error on fewer than two groups or shares that are not positive.
SampleRatio CheckSampleRatio(const std::vector<std::int64_t>& counts, const std::vector<double>& shares);

}  // namespace souk
