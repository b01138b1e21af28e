#pragma once
// RecoGym's world (Rohde, Bonner, Dunlop, Vasile & Karatzoglou 2018, arXiv 1808.00720; environment reco-gym-v1): what
// products are and how shoppers respond to advertisements for them. sim/market/ad_market.h is the world at work.

#include <cstdint>
#include <vector>

#include "sim/scenario/scenario.h"

namespace souk {

/// Immutable once built. P products of K dimensions.
struct AdWorld {
  int products = 0;
  int dims = 0;
  std::vector<double> gamma;  ///< K × P, row-major: a dimension of all products side by side
  std::vector<double> mu;     ///< P: popularity
  std::vector<double> beta;   ///< P × K, row-major: response to an advertisement
  std::vector<double> mu_ad;  ///< P

  /// Log weights of the next organic view, Γω + μ, into `out` (P).
  void ViewLogits(const double* omega, double* out) const;
  /// Chance that a shopper of taste `omega` (K) clicks on an advertisement for `product`.
  [[nodiscard]] double ClickChance(const double* omega, int product) const;
};

/// The world that RecoGym draws from the NumPy seed. Cost: O(P K), with flips O(P² log P).
AdWorld DrawAdWorld(const RecoGymModel& model, std::uint32_t numpy_seed);

}  // namespace souk
