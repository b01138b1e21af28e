#pragma once
// Many comparisons at once: p-values that keep a stated error rate over a whole family.

#include <span>
#include <vector>

namespace souk {

/// Holm's step-down adjusted p-values: rejecting those ≤ α keeps the chance of any false rejection ≤ α,
/// whatever the dependence. NaN stays NaN and does not count. Cost: O(n log n).
/// Source: Holm 1979, "A simple sequentially rejective multiple test procedure".
std::vector<double> HolmAdjusted(std::span<const double> p);

/// Benjamini–Hochberg q-values: rejecting those ≤ q keeps the expected share of false rejections ≤ q for
/// independent or positively dependent tests: for exploring grids, not for deciding. NaN stays NaN.
/// Source: Benjamini & Hochberg 1995.
std::vector<double> BenjaminiHochberg(std::span<const double> p);

}  // namespace souk
