#pragma once
// The verdict of a gate: did a metric get worse by more than its margin, did it demonstrably not, or can nobody tell?
// Everything here speaks of harm: the change in the bad direction, whichever direction that is.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/statistics/signed_rank.h"
#include "results/statistics/uplift.h"

namespace souk {

enum class GateVerdict { kPass, kInconclusive, kRegression };  ///< ascending: the worst of several is their maximum
/// `pass`, `inconclusive`, `regression`.
const char* VerdictName(GateVerdict verdict);

/// What is known about one harm.
class HarmEvidence {
 public:
  virtual ~HarmEvidence() = default;
  [[nodiscard]] virtual double estimate() const = 0;
  /// p of "the harm is at most `margin`" – small speaks for a regression – and of "at least" – small speaks for a pass.
  /// NaN where too little is known for any.
  [[nodiscard]] virtual double PAtMost(double margin) const = 0;
  [[nodiscard]] virtual double PAtLeast(double margin) const = 0;
  /// One-sided bounds with confidence 1 − level; NaN or infinite where there is none.
  [[nodiscard]] virtual double LowerBound(double level) const = 0;
  [[nodiscard]] virtual double UpperBound(double level) const = 0;
};

/// From replications paired by common random numbers: Student's t and Hall's transform of it, whichever says less.
/// `relative`: harm as a share of the incumbent's value, undefined unless that is positive; else in the unit of
/// `scale` · ratio. `higher_is_better`: then a fall is the harm.
std::unique_ptr<HarmEvidence> PairedEvidence(std::span<const RatioPair> pairs, bool higher_is_better, bool relative,
                                             double scale = 1);

/// From measurements made in pairs, a coin deciding the order (signed_rank.h). `harms`: one per pair, NaN skipped.
std::unique_ptr<HarmEvidence> MeasuredEvidence(std::span<const double> harms);

/// One metric's verdict. low and high are the bounds that decided: a regression has low > margin, a pass high < margin.
struct Judgement {
  GateVerdict verdict = GateVerdict::kInconclusive;
  double estimate = 0;
  double low = 0;
  double high = 0;
  double p = 0;  ///< of "the harm is at most the margin", by Holm over the family
};

/// Judges a family of metrics at once. The chance that any metric whose harm is within its margin is called a
/// regression is ≤ `regress_level` (Holm); the chance that all are passed although one harm exceeds its margin is ≤
/// `pass_level` (each must pass on its own, so no correction is due). Tested by: Gate.*, GateErrorRates.*.
std::vector<Judgement> JudgeFamily(std::span<const std::unique_ptr<HarmEvidence>> evidence,
                                   std::span<const double> margins, double regress_level, double pass_level);

// ---------------------------------------------------------------- measured times, pair by pair

struct MeasuredOptions {
  double alpha = 0.01;  ///< chance of any false alarm; of any one false pass
  int max_pairs = 100;  ///< in each of the two rounds, ≥ kFirstPairs
};
constexpr int kFirstPairs = 10;  ///< nothing is decided before

/// The numbers of pairs after which a measurement is looked at: geometric up to `max_pairs`.
std::vector<int> LooksOf(int max_pairs);

/// Measures one more pair in the given round (1 or 2): the harm of every metric, NaN where one could not be had. None:
/// no time is left in this round.
using MeasurePair = std::function<std::optional<std::vector<double>>(int round)>;

struct MeasuredJudgement {
  Judgement last;                  ///< the verdict that holds
  std::optional<Judgement> first;  ///< of round 1, where a regression was measured again
  int pairs = 0;                   ///< in which the metric was measured, in the round that decided
};

/// Adds pairs until every metric is settled or the budget is spent; then measures those that look like regressions a
/// second time, with fresh pairs, and lets that round decide about them.
/// False alarms: each round errs with chance ≤ min(0.05, √alpha), spent in equal parts over the looks (Bonferroni) and
/// by Holm over the metrics; both must err. Exact whenever, without a real difference, swapping the two measurements of
/// a pair changes nothing: drift, autocorrelation and spikes are allowed. Source: signed-rank intervals with an
/// alpha-spending function (Lan & DeMets 1983).
std::vector<MeasuredJudgement> JudgeMeasured(std::span<const double> margins, const MeasuredOptions& options,
                                             const MeasurePair& measure);

/// Harm of a time or a rate as a log ratio, and the margin `share` on that scale: a time may grow by that share, a rate
/// may fall by it.
double LogHarm(double base, double head, bool higher_is_better);
double LogMargin(double share, bool higher_is_better);
/// The relative change head ÷ base − 1 that a log harm stands for.
double ChangeOfLogHarm(double harm, bool higher_is_better);

}  // namespace souk
