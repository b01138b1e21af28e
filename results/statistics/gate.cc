#include "results/statistics/gate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "results/statistics/linearised_internal.h"
#include "results/statistics/multiplicity.h"
#include "sim/base/error.h"

namespace souk {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

class PairedHarm : public HarmEvidence {
 public:
  PairedHarm(const UpliftMoments& harm, int n) : harm_(harm), n_(n) {}

  [[nodiscard]] double estimate() const override { return harm_.value; }
  [[nodiscard]] double PAtMost(double margin) const override {
    return OneSidedP(-harm_.value, harm_.error, -harm_.skewness, n_, -margin);
  }
  [[nodiscard]] double PAtLeast(double margin) const override {
    return OneSidedP(harm_.value, harm_.error, harm_.skewness, n_, margin);
  }
  [[nodiscard]] double LowerBound(double level) const override { return Bounds(level).low; }
  [[nodiscard]] double UpperBound(double level) const override { return Bounds(level).high; }

 private:
  [[nodiscard]] Interval Bounds(double level) const {
    if (!std::isfinite(harm_.value) || n_ < 2) return {harm_.value, kNan, kNan, IntervalMethod::kNone};
    if (NoScatter(harm_.value, harm_.error)) return {harm_.value, harm_.value, harm_.value, IntervalMethod::kPoint};
    return TailInterval(harm_.value, harm_.error, harm_.skewness, n_, 2 * level);
  }

  UpliftMoments harm_;
  int n_;
};

class MeasuredHarm : public HarmEvidence {
 public:
  explicit MeasuredHarm(std::span<const double> harms) : shift_(harms) {}

  [[nodiscard]] double estimate() const override { return shift_.estimate(); }
  [[nodiscard]] double PAtMost(double margin) const override { return shift_.PAtMost(margin); }
  [[nodiscard]] double PAtLeast(double margin) const override { return shift_.PAtLeast(margin); }
  [[nodiscard]] double LowerBound(double level) const override { return shift_.LowerBound(level); }
  [[nodiscard]] double UpperBound(double level) const override { return shift_.UpperBound(level); }

 private:
  SignedRank shift_;
};

UpliftMoments DifferenceMoments(std::span<const RatioPair> pairs, double scale) {
  const RatiosOfSides sides = RatiosOf(pairs);
  const Linearised difference = Combined(sides.arm, -1, sides.base);
  return {scale * difference.value, scale * difference.Error(), difference.Skewness()};
}

std::vector<double> Numbers(std::span<const double> values) {
  std::vector<double> numbers;
  std::copy_if(values.begin(), values.end(), std::back_inserter(numbers), [](double v) { return !std::isnan(v); });
  return numbers;
}

// ---------------------------------------------------------------- one round of measurements

/// Pairs of one round and what has been settled by them.
class Round {
 public:
  Round(std::span<const double> margins, const MeasuredOptions& options, double regress_level)
      : margins_(margins.begin(), margins.end()),
        looks_(LooksOf(options.max_pairs)),
        regress_left_(regress_level),
        pass_left_(options.alpha),
        harms_(margins.size()),
        judgements_(margins.size()),
        pairs_(margins.size()) {}

  /// `only`: the metrics that matter here.
  void Run(const MeasurePair& measure, int round, const std::vector<std::size_t>& only) {
    for (int n = 1; look_ < looks_.size(); ++n) {
      const auto harms = measure(round);
      if (harms) {
        SOUK_CHECK(harms->size() == harms_.size());
        for (std::size_t m = 0; m < harms_.size(); ++m) harms_[m].push_back((*harms)[m]);
        if (n < looks_[look_]) continue;
      }
      const bool last = !harms || look_ + 1 == looks_.size();
      Look(last, only);
      if (last || Settled(only)) return;
    }
  }

  [[nodiscard]] const Judgement& judgement(std::size_t metric) const { return judgements_[metric]; }
  [[nodiscard]] int pairs(std::size_t metric) const { return pairs_[metric]; }

 private:
  /// Spends an equal part of what is left on this look; all of it on the last one.
  void Look(bool last, const std::vector<std::size_t>& only) {
    const double share = last ? 1.0 : 1.0 / static_cast<double>(looks_.size() - look_);
    std::vector<std::unique_ptr<HarmEvidence>> evidence;
    std::vector<double> margins;
    for (const std::size_t m : only) {
      evidence.push_back(MeasuredEvidence(harms_[m]));
      margins.push_back(margins_[m]);
    }
    const std::vector<Judgement> now = JudgeFamily(evidence, margins, regress_left_ * share, pass_left_ * share);
    for (std::size_t i = 0; i < only.size(); ++i) {
      const std::size_t m = only[i];
      if (judgements_[m].verdict != GateVerdict::kInconclusive) continue;  // what is settled stays so
      judgements_[m] = now[i];
      pairs_[m] = static_cast<int>(Numbers(harms_[m]).size());
    }
    regress_left_ *= 1 - share;
    pass_left_ *= 1 - share;
    ++look_;
  }

  [[nodiscard]] bool Settled(const std::vector<std::size_t>& only) const {
    return std::none_of(only.begin(), only.end(),
                        [this](std::size_t m) { return judgements_[m].verdict == GateVerdict::kInconclusive; });
  }

  std::vector<double> margins_;
  std::vector<int> looks_;
  std::size_t look_ = 0;
  double regress_left_;
  double pass_left_;
  std::vector<std::vector<double>> harms_;  ///< by metric
  std::vector<Judgement> judgements_;
  std::vector<int> pairs_;
};

}  // namespace

const char* VerdictName(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::kPass: return "pass";
    case GateVerdict::kInconclusive: return "inconclusive";
    case GateVerdict::kRegression: return "regression";
  }
  return "";
}

std::unique_ptr<HarmEvidence> PairedEvidence(std::span<const RatioPair> pairs, bool higher_is_better, bool relative,
                                             double scale) {
  UpliftMoments harm = relative ? MomentsOf(pairs) : DifferenceMoments(pairs, scale);
  if (higher_is_better) {
    harm.value = -harm.value;
    harm.skewness = -harm.skewness;
  }
  return std::make_unique<PairedHarm>(harm, static_cast<int>(pairs.size()));
}

std::unique_ptr<HarmEvidence> MeasuredEvidence(std::span<const double> harms) {
  return std::make_unique<MeasuredHarm>(Numbers(harms));
}

std::vector<Judgement> JudgeFamily(std::span<const std::unique_ptr<HarmEvidence>> evidence,
                                   std::span<const double> margins, double regress_level, double pass_level) {
  SOUK_CHECK(evidence.size() == margins.size());
  std::vector<double> p;
  for (std::size_t m = 0; m < evidence.size(); ++m) p.push_back(evidence[m]->PAtMost(margins[m]));
  const std::vector<double> holm = HolmAdjusted(p);
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t m) { return std::isnan(p[m]); });
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  // Holm steps down through the p-values and stops at the first that is too large: the level of that step is the one at
  // which all further bounds are stated.
  std::vector<double> level(p.size(), regress_level / static_cast<double>(std::max<std::size_t>(p.size(), 1)));
  bool going = true;
  double now = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    if (going) now = regress_level / static_cast<double>(order.size() - k);
    level[order[k]] = now;
    going = going && p[order[k]] <= now;
  }
  std::vector<Judgement> judgements;
  for (std::size_t m = 0; m < evidence.size(); ++m) {
    Judgement j{GateVerdict::kInconclusive, evidence[m]->estimate(), evidence[m]->LowerBound(level[m]),
                evidence[m]->UpperBound(pass_level), holm[m]};
    if (p[m] <= level[m]) j.verdict = GateVerdict::kRegression;
    else if (evidence[m]->PAtLeast(margins[m]) <= pass_level) j.verdict = GateVerdict::kPass;
    judgements.push_back(j);
  }
  return judgements;
}

std::vector<int> LooksOf(int max_pairs) {
  SOUK_CHECK(max_pairs >= kFirstPairs);
  constexpr double kGrowth = 1.6;
  std::vector<int> looks;
  // A look that is soon followed by the last one would cost more confidence than it saves time.
  for (double n = kFirstPairs; n * 1.25 < max_pairs; n = std::ceil(n * kGrowth)) looks.push_back(static_cast<int>(n));
  looks.push_back(max_pairs);
  return looks;
}

std::vector<MeasuredJudgement> JudgeMeasured(std::span<const double> margins, const MeasuredOptions& options,
                                             const MeasurePair& measure) {
  const double regress_level = std::min(0.05, std::sqrt(options.alpha));
  std::vector<std::size_t> all(margins.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  Round first(margins, options, regress_level);
  first.Run(measure, 1, all);
  std::vector<MeasuredJudgement> result;
  std::vector<std::size_t> flagged;
  for (const std::size_t m : all) {
    result.push_back({first.judgement(m), std::nullopt, first.pairs(m)});
    if (first.judgement(m).verdict == GateVerdict::kRegression) flagged.push_back(m);
  }
  if (flagged.empty()) return result;
  Round second(margins, options, regress_level);
  second.Run(measure, 2, flagged);
  for (const std::size_t m : flagged) result[m] = {second.judgement(m), first.judgement(m), second.pairs(m)};
  return result;
}

double LogHarm(double base, double head, bool higher_is_better) {
  if (!(base > 0) || !(head > 0)) return kNan;
  return higher_is_better ? std::log(base / head) : std::log(head / base);
}

double LogMargin(double share, bool higher_is_better) {
  return higher_is_better ? -std::log1p(-std::min(share, 1.0)) : std::log1p(share);
}

double ChangeOfLogHarm(double harm, bool higher_is_better) { return std::expm1(higher_is_better ? -harm : harm); }

}  // namespace souk
