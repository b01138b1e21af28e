#pragma once
// Money as integer cents: sums are exact and independent of their order.

#include <cmath>
#include <compare>
#include <cstdint>

namespace souk {

/// An amount in integer cents of the scenario's currency.
struct Money {
  std::int64_t cents = 0;

  friend constexpr auto operator<=>(Money, Money) = default;
  constexpr Money& operator+=(Money o) {
    cents += o.cents;
    return *this;
  }
  constexpr Money& operator-=(Money o) {
    cents -= o.cents;
    return *this;
  }
  friend constexpr Money operator+(Money a, Money b) { return {a.cents + b.cents}; }
  friend constexpr Money operator-(Money a, Money b) { return {a.cents - b.cents}; }
  friend constexpr Money operator-(Money a) { return {-a.cents}; }
  friend constexpr Money operator*(Money a, std::int64_t n) { return {a.cents * n}; }

  /// The amount in currency units (1.0 = 100 cents), for statistics and utilities.
  [[nodiscard]] constexpr double units() const { return static_cast<double>(cents) / 100.0; }
};

/// Nearest whole cent to `units` currency units; halves round to even.
inline Money MoneyFromUnits(double units) { return {static_cast<std::int64_t>(std::nearbyint(units * 100.0))}; }

/// `amount` times `factor`, to the nearest cent; halves round to even.
inline Money Scale(Money amount, double factor) {
  return {static_cast<std::int64_t>(std::nearbyint(static_cast<double>(amount.cents) * factor))};
}

}  // namespace souk
