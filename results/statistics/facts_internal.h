#pragma once
// What the files of the fact collector share.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace souk {

/// Running mean and variance.
struct Moments {
  double n = 0, sum = 0, squares = 0;
  void Add(double x) {
    n += 1;
    sum += x;
    squares += x * x;
  }
  [[nodiscard]] double mean() const { return n > 0 ? sum / n : std::nan(""); }
  [[nodiscard]] double variance() const {
    return n > 1 ? std::max(0.0, (squares - sum * sum / n) / (n - 1)) : std::nan("");
  }
};

/// The value below which a share q of `values` lies; NaN when there are none.
inline double QuantileOf(std::vector<double> values, double q) {
  if (values.empty()) return std::nan("");
  const auto at = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

inline double Ratio(double a, double b) { return b > 0 ? a / b : std::nan(""); }

inline std::uint64_t PairKey(std::int32_t a, std::int32_t b) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(a)) << 32) | static_cast<std::uint32_t>(b);
}

}  // namespace souk
