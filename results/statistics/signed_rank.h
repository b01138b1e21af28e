#pragma once
// By how much do paired measurements differ, when the noise drifts, is correlated and has spikes? Wilcoxon's
// signed-rank test asks only that a difference be as likely to be above the true shift as below it by the same amount.
// Where a coin decides which of a pair is measured first, that holds by construction, whatever the machine does
// meanwhile.

#include <cstdint>
#include <span>
#include <vector>

namespace souk {

/// The exact distribution of the signed-rank statistic W of n differences. Cost: O(n³) to build, 0.1 ms at n = 100.
/// Source: Wilcoxon 1945; Hollander & Wolfe 1999, ch. 3. Tested by: SignedRank.AgreesWithThePublishedTable.
class SignedRankTable {
 public:
  explicit SignedRankTable(int n);

  /// P(W ≤ w).
  [[nodiscard]] double AtMost(std::int64_t w) const;
  /// The largest k ≥ 0 with P(W ≤ k − 1) ≤ level: the k-th smallest Walsh average is the lower bound; 0: there is none.
  [[nodiscard]] std::int64_t Rank(double level) const;

 private:
  std::vector<double> cumulative_;
};

/// The shift of a sample of differences: estimate, exact one-sided bounds and p-values, by its Walsh averages (means of
/// all pairs of differences). Ties and zeros make the bounds wider, never narrower. Cost: O(n² log n).
class SignedRank {
 public:
  explicit SignedRank(std::span<const double> differences);

  /// Hodges & Lehmann's estimate: the median Walsh average. NaN without differences.
  [[nodiscard]] double estimate() const;
  /// The shift is above it with confidence 1 − level; −∞ where so few differences cannot tell.
  [[nodiscard]] double LowerBound(double level) const;
  [[nodiscard]] double UpperBound(double level) const;
  /// p of "the shift is at most `null`"; small speaks for more. LowerBound(level) > null exactly where it is ≤ level.
  [[nodiscard]] double PAtMost(double null) const;
  [[nodiscard]] double PAtLeast(double null) const;

 private:
  std::vector<double> walsh_;  ///< ascending
  SignedRankTable table_;
};

}  // namespace souk
