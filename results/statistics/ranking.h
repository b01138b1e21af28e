#pragma once
// How well a ranking of the catalogue finds what people really took next: ranks of the wanted items, the usual measures
// at a cut-off, how the shown items spread over the catalogue, and intervals by a bootstrap over users. Everything is a
// function of ranks among the whole catalogue: measures on a sample of negatives order methods differently (Krichene &
// Rendle 2020) and are not offered.

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace souk {

/// The rank of an item that was not found, or may not be.
constexpr double kNotRanked = std::numeric_limits<double>::infinity();

/// The rank of `target` among all items but those of `left_out`: 1 + those that score higher + half of the others that
/// score the same. So ties are neither lucky nor unlucky, and a model that scores all alike ranks everything in the
/// middle. The target itself counts once even if `left_out` names it. `left_out`: distinct items.
/// Returns NaN when a score is NaN. Cost: one pass over the scores, about 0.2 ns per item.
/// Tested by: Ranking.MidRanksMatchAllOrdersOfTies.
double MidRank(std::span<const float> scores, std::int32_t target, std::span<const std::int32_t> left_out);

// Measures of one case: a user, or a prefix of a session, with one or more wanted items. `ranks` are the mid-ranks of
// the wanted items, each at least 1, kNotRanked for a miss; k ≥ 1. An item is among the first k if its mid-rank is
// below k + 1, that is if fewer than k others are ahead of it; it is discounted by 1 ÷ log2(rank + 1) and has the
// reciprocal 1 ÷ rank. So with ties the values are those of the middle order, not the mean over orders. Where wanted
// items tie across the cut-off, at most k count, the best of them: no measure exceeds 1. Tested by: Ranking.*.

/// 1 if any wanted item is among the first k, else 0.
double HitAt(std::span<const double> ranks, int k);
/// Wanted items among the first k ÷ min(k, wanted items): 1 is always within reach (Liang et al. 2018).
double RecallAt(std::span<const double> ranks, int k);
/// Wanted items among the first k ÷ k.
double PrecisionAt(std::span<const double> ranks, int k);
/// Σ 1 ÷ log2(rank + 1) over the wanted items among the first k ÷ the same with the wanted items in front.
double NdcgAt(std::span<const double> ranks, int k);
/// 1 ÷ the best rank, 0 if that is not among the first k.
double ReciprocalAt(std::span<const double> ranks, int k);

enum class RankingMeasure : std::uint8_t { kHit, kRecall, kPrecision, kNdcg, kReciprocal };
constexpr int kRankingMeasures = 5;
/// `HR`, `Recall`, `Precision`, `NDCG`, `MRR`.
const char* MeasureName(RankingMeasure measure);
double MeasureAt(RankingMeasure measure, std::span<const double> ranks, int k);

/// How the items shown spread over the catalogue. `shown`: times that each item of the catalogue stood in a list.
/// Coverage: share of items shown at least once. Gini: 0 when all are shown alike, near 1 when one has everything.
/// 0 and 0 for an empty catalogue; Gini is 0 when nothing was shown.
double CoverageOf(std::span<const std::int64_t> shown);
double GiniOf(std::span<const std::int64_t> shown);
/// −log2 of the share of users who had the item in training: 0 for what everybody has. An item that nobody had counts
/// as one of half a user.
double SelfInformation(std::int64_t users_with_item, std::int64_t users);

/// Values of one measure by user: the mean is Σ sum ÷ Σ cases, and users are resampled whole.
struct UserSums {
  std::vector<double> sum;  ///< over the user's cases
};

struct BootstrapSettings {
  int resamples = 1999;
  double alpha = 0.05;  ///< 1 − confidence
  std::uint64_t seed = 1;
};

/// A mean with its interval; NaN bounds below two users.
struct MeanInterval {
  double mean = 0;
  double low = 0;
  double high = 0;
};
/// A difference of two means over the same cases. `p`: two-sided, of "no difference"; NaN below two users.
struct MeanDifference {
  double difference = 0;
  double low = 0;
  double high = 0;
  double p = 1;
};

/// Percentile bootstrap over users of Σ sum ÷ Σ cases, of every column and of some differences, from one set of
/// resamples, so that all share their luck. `cases`: cases of each user, at least one.
/// The p of a difference is twice the smaller share of resamples on either side of 0, each counted with one more, so
/// it is at least 2 ÷ (resamples + 1); 1 where the two agree in every user.
/// Randomness: a stream of its own, fixed by the seed. Cost: O(resamples · users · columns), about 1 ns each.
/// Source: Efron & Tibshirani 1993, ch. 13; Sakai 2006 for paired comparisons of rankings.
/// Tested by: RankingBootstrap.*.
struct BootstrapResult {
  std::vector<MeanInterval> means;          ///< per column
  std::vector<MeanDifference> differences;  ///< per pair
};
struct ColumnPair {
  int column = 0;
  int base = 0;
};
BootstrapResult BootstrapUsers(const std::vector<double>& cases, const std::vector<UserSums>& columns,
                               const std::vector<ColumnPair>& pairs, const BootstrapSettings& settings);

}  // namespace souk
