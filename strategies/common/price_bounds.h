#pragma once
// Keeps a price near the list price, in whole cents.

#include <algorithm>
#include <cmath>

#include "sim/decision/strategy.h"

namespace souk {

/// The lowest and highest whole-cent price within [low, high] × list, at least one cent. Rounded inwards,
/// so that the bounds themselves hold exactly; when no whole cent lies between, both are the list price.
struct PriceBounds {
  Money low;
  Money high;

  PriceBounds(Money list, double low_factor, double high_factor)
      : low{std::max<std::int64_t>(1, Cents(std::ceil(Product(list, low_factor))))},
        high{Cents(std::floor(Product(list, high_factor)))} {
    if (high < low) low = high = list;
  }

  [[nodiscard]] Money Clamp(Money price) const { return std::clamp(price, low, high); }

 private:
  static double Product(Money list, double factor) { return static_cast<double>(list.cents) * factor; }
  static std::int64_t Cents(double rounded) { return static_cast<std::int64_t>(rounded); }
};

/// The bounds that the shop sets to every pricing policy.
inline PriceBounds ShopPriceBounds(Money list) { return {list, kPriceFloor, kPriceCeiling}; }

}  // namespace souk
