#pragma once
// The numbers that NumPy's legacy generator `RandomState(seed)` gives, bit for bit, so that worlds which other tools
// draw from it can be drawn again. For nothing else: souk's own draws are keyed (sim/base/random.h).
//
// Bits: Mersenne twister 19937, as boost::random::mt19937 (Matsumoto & Nishimura 1998). Doubles: 53 bits of two draws.
// Normals: Marsaglia's polar method, the second value of a pair first.

#include <boost/random/mersenne_twister.hpp>
#include <cmath>
#include <cstdint>

namespace souk {

class NumpyLegacy {
 public:
  explicit NumpyLegacy(std::uint32_t seed) : bits_(seed) {}

  /// `random_sample()`: uniform on [0, 1).
  double Uniform() {
    const std::uint32_t a = bits_() >> 5;
    const std::uint32_t b = bits_() >> 6;
    return (a * 67108864.0 + b) / 9007199254740992.0;
  }
  /// `standard_normal()`. The logarithm is the C library's, as NumPy's is.
  double Normal() {
    if (have_spare_) {
      have_spare_ = false;
      return spare_;
    }
    double x1 = 0;
    double x2 = 0;
    double r2 = 0;
    do {
      x1 = 2.0 * Uniform() - 1.0;
      x2 = 2.0 * Uniform() - 1.0;
      r2 = x1 * x1 + x2 * x2;
    } while (r2 >= 1.0 || r2 == 0.0);
    const double f = std::sqrt(-2.0 * std::log(r2) / r2);
    spare_ = f * x1;
    have_spare_ = true;
    return f * x2;
  }

 private:
  boost::random::mt19937 bits_;
  double spare_ = 0;
  bool have_spare_ = false;
};

}  // namespace souk
