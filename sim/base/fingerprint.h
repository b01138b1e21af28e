#pragma once
// A 64-bit running hash over outcomes: equal fingerprints mean the same run, byte for byte.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace souk {

/// Mixes one 64-bit word into a well-spread one (the finaliser of SplitMix64, Steele et al. 2014).
constexpr std::uint64_t Mix64(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

/// Order-sensitive hash of a stream of words. Cost: about 1 ns per word. Not cryptographic.
class Fingerprint {
 public:
  void Add(std::uint64_t word) { state_ = Mix64(state_ ^ word) + (word << 1); }
  void Add(std::int64_t word) { Add(static_cast<std::uint64_t>(word)); }
  void Add(double value) {
    std::uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    Add(bits);
  }
  void Add(std::string_view text);

  [[nodiscard]] std::uint64_t value() const { return state_; }
  /// Sixteen lower-case hexadecimal digits.
  [[nodiscard]] std::string hex() const;

 private:
  std::uint64_t state_ = 0x736F756B00000001ULL;
};

/// Sixteen lower-case hexadecimal digits of `value`.
std::string Hex64(std::uint64_t value);

}  // namespace souk
