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
  std::vector<double> gamma;  ///< P × K, row-major: products
  std::vector<double> mu;     ///< P: popularity
  std::vector<double> beta;   ///< P × K, row-major: response to an advertisement
  std::vector<double> mu_ad;  ///< P

  /// The next organic view of a shopper of taste `omega` (K): product p with a chance in proportion to
  /// exp(Γω + μ)_p, by inversion of 0 < `dice` < 1. Chances are worked out in single precision: relative error below
  /// 2e-6, beyond what a trillion views could show. `scratch` (P) is overwritten. Cost: about 1.5 ns per product.
  int PickView(const double* omega, double dice, std::vector<float>& scratch) const;
  /// Chance that a shopper of taste `omega` (K) clicks on an advertisement for `product`.
  [[nodiscard]] double ClickChance(const double* omega, int product) const;
  /// No chance of a click is above this: σ(5 · ½ − 6).
  static constexpr double kMostClicks = 0.0293122307513564;

 private:
  friend AdWorld DrawAdWorld(const RecoGymModel& model, std::uint32_t numpy_seed);
  std::vector<float> columns_;  ///< gamma by columns: a dimension of all products side by side
  std::vector<float> mu_;
};

/// The world that RecoGym draws from the NumPy seed. Cost: O(P K), with flips O(P² log P).
AdWorld DrawAdWorld(const RecoGymModel& model, std::uint32_t numpy_seed);

}  // namespace souk
