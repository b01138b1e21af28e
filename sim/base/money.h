#pragma once
// Money as integer cents: sums are exact and independent of their order.

#include <algorithm>
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

/// Larger amounts are cut to this one, so that the sum of a few stays in range.
constexpr Money kMostMoney{1'000'000'000'000'000'000};

/// Nearest whole cent, within ±kMostMoney; halves round to even.
inline Money MoneyFromCents(double cents) {
  constexpr auto kMost = static_cast<double>(kMostMoney.cents);
  return {static_cast<std::int64_t>(std::nearbyint(std::clamp(cents, -kMost, kMost)))};
}

/// `units` currency units, rounded and bounded as by MoneyFromCents.
inline Money MoneyFromUnits(double units) { return MoneyFromCents(units * 100.0); }

/// `amount` times `factor`, rounded and bounded as by MoneyFromCents.
inline Money Scale(Money amount, double factor) { return MoneyFromCents(static_cast<double>(amount.cents) * factor); }

}  // namespace souk
