#pragma once
// All arms against one incumbent at once, and the set of arms that may be the best.

#include <string>
#include <vector>

#include "results/statistics/uplift.h"

namespace souk {

/// One arm's comparison inside the family of all arms.
struct FamilyMember {
  int arm = 0;
  Uplift uplift;  ///< with the plain 95 % interval
  Interval
      simultaneous;   ///< Bonferroni: all of the family's hold at once in 95 % of experiments; contains the plain one
  double p = 0;       ///< two-sided, of no difference; NaN when there is none
  double holm_p = 0;  ///< adjusted over the family
};

/// Every arm but the incumbent, in scenario order.
std::vector<FamilyMember> CompareFamily(const ExperimentResult& result, const MetricInfo& metric);

/// The member that an arm is; null for the incumbent.
const FamilyMember* MemberOf(const std::vector<FamilyMember>& family, int arm);

/// Arms that cannot be told from the best one.
struct BestSet {
  std::vector<int> arms;  ///< best estimate first
  int replications = 0;   ///< at which the last elimination fell, or all
};

/// Sequential elimination on common random numbers: after each replication, from kFirstLook on, an arm whose
/// one-sided (1 − alpha/(k−1)) confidence sequence against any survivor is wholly worse drops out. The chance that
/// the true best arm drops out is ≤ alpha. With fewer than kFirstLook replications one look at the end, with t
/// intervals of that level.
/// Source: after Kim & Nelson 2001 and Waudby-Smith et al. 2021. Cost: O(k² n).
BestSet SelectBest(const ExperimentResult& result, const MetricInfo& metric, double alpha = 0.05);

/// The same from plain numbers: values[replication][arm], higher is better.
BestSet SelectBest(const std::vector<std::vector<double>>& values, double alpha = 0.05);

}  // namespace souk
