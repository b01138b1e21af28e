#include "results/statistics/family.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "results/statistics/linearised_internal.h"
#include "results/statistics/multiplicity.h"
#include "results/statistics/sequential.h"
#include "sim/base/error.h"

namespace souk {
namespace {

/// Sums of a difference between two arms, updated replication by replication.
struct Difference {
  double sum = 0;
  double squares = 0;
  void Add(double d) {
    sum += d;
    squares += d * d;
  }
  [[nodiscard]] double Mean(double n) const { return sum / n; }
  [[nodiscard]] double Error(double n) const {
    const double mean = sum / n;
    return std::sqrt(std::max(0.0, squares / n - mean * mean) / (n - 1));
  }
};

/// Metric values of the replications that every arm finished, signed so that higher is better.
std::vector<std::vector<double>> SignedValues(const ExperimentResult& result, const MetricInfo& metric) {
  std::vector<std::vector<double>> values;
  for (const std::int32_t replication : result.CompleteReplications()) {
    std::vector<double> row;
    for (std::size_t arm = 0; arm < result.arms.size(); ++arm) {
      const CellResult* cell = result.Cell(replication, static_cast<std::int32_t>(arm));
      row.push_back((metric.higher_is_better ? 1 : -1) * Value(metric, cell->Total()));
    }
    if (std::all_of(row.begin(), row.end(), [](double v) { return std::isfinite(v); })) values.push_back(row);
  }
  return values;
}

class Elimination {
 public:
  Elimination(std::size_t arms, double alpha) : arms_(arms), alpha_(alpha), pair_(arms * arms), alive_(arms, true) {}

  void Add(const std::vector<double>& row) {
    for (std::size_t a = 0; a < arms_; ++a)
      for (std::size_t b = 0; b < arms_; ++b) pair_[a * arms_ + b].Add(row[a] - row[b]);
    ++n_;
  }

  /// Drops every arm that is clearly worse than another one that was alive before this look.
  bool Look(double multiplier) {
    const std::vector<bool> before = alive_;
    const double n = n_;
    for (std::size_t a = 0; a < arms_; ++a) {
      for (std::size_t b = 0; b < arms_ && alive_[a]; ++b) {
        if (a == b || !before[b] || !before[a]) continue;
        const Difference& d = pair_[a * arms_ + b];
        if (d.Mean(n) + multiplier * d.Error(n) < 0) alive_[a] = false;
      }
    }
    return alive_ != before;
  }

  /// Errors count only where the best is dropped: by any of the others, on one side.
  [[nodiscard]] double PairAlpha() const { return alpha_ / static_cast<double>(std::max<std::size_t>(1, arms_ - 1)); }
  [[nodiscard]] int n() const { return n_; }
  [[nodiscard]] std::size_t arms() const { return arms_; }
  [[nodiscard]] bool alive(std::size_t arm) const { return alive_[arm]; }

 private:
  std::size_t arms_;
  double alpha_;
  std::vector<Difference> pair_;
  std::vector<bool> alive_;
  int n_ = 0;
};

}  // namespace

std::vector<FamilyMember> CompareFamily(const ExperimentResult& result, const MetricInfo& metric) {
  const int base = result.ArmIndex(result.incumbent);
  std::vector<FamilyMember> family;
  std::vector<double> p;
  const auto others = static_cast<double>(std::max<std::size_t>(2, result.arms.size()) - 1);
  for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm) {
    if (arm == base) continue;
    FamilyMember member;
    member.arm = arm;
    member.uplift = CompareWithIncumbent(result, metric, arm);
    const std::vector<RatioPair> pairs = PairUp(result, arm, result, base, metric);
    member.simultaneous = RelativeUplift(pairs, 0.05 / others);
    // Another method makes it in the far tails: it must not be the narrower one (std::min keeps a NaN in front).
    member.simultaneous.low = std::min(member.simultaneous.low, member.uplift.relative.low);
    member.simultaneous.high = std::max(member.simultaneous.high, member.uplift.relative.high);
    member.p = TwoSidedP(pairs);
    p.push_back(member.p);
    family.push_back(std::move(member));
  }
  const std::vector<double> holm = HolmAdjusted(p);
  for (std::size_t i = 0; i < family.size(); ++i) family[i].holm_p = holm[i];
  return family;
}

const FamilyMember* MemberOf(const std::vector<FamilyMember>& family, int arm) {
  const auto at = std::find_if(family.begin(), family.end(), [arm](const FamilyMember& m) { return m.arm == arm; });
  return at == family.end() ? nullptr : &*at;
}

BestSet SelectBest(const std::vector<std::vector<double>>& values, double alpha) {
  BestSet best;
  if (values.empty()) return best;
  Elimination elimination(values.front().size(), alpha);
  for (const std::vector<double>& row : values) {
    SOUK_CHECK(row.size() == elimination.arms());
    elimination.Add(row);
    if (elimination.n() < kFirstLook) continue;
    const double multiplier = SequenceMultiplier(elimination.n(), std::min(0.5, 2 * elimination.PairAlpha()));
    if (elimination.Look(multiplier)) best.replications = elimination.n();
  }
  if (elimination.n() >= 2 && elimination.n() < kFirstLook) {
    elimination.Look(StudentQuantile(elimination.n() - 1, 1 - elimination.PairAlpha()));
  }
  std::vector<double> sum(elimination.arms(), 0);
  for (const auto& row : values)
    for (std::size_t a = 0; a < sum.size(); ++a) sum[a] += row[a];
  for (std::size_t a = 0; a < sum.size(); ++a)
    if (elimination.alive(a)) best.arms.push_back(static_cast<int>(a));
  std::stable_sort(best.arms.begin(), best.arms.end(),
                   [&](int a, int b) { return sum[static_cast<std::size_t>(a)] > sum[static_cast<std::size_t>(b)]; });
  if (best.arms.size() != 1 || best.replications == 0) best.replications = elimination.n();
  return best;
}

BestSet SelectBest(const ExperimentResult& result, const MetricInfo& metric, double alpha) {
  return SelectBest(SignedValues(result, metric), alpha);
}

}  // namespace souk
