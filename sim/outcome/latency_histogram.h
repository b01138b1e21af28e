#pragma once
// Measured wall-clock latency of decisions in a log-linear (HDR-style) histogram of nanoseconds:
// 128 linear sub-buckets per power of two, so a quantile is off by less than 0.4 %. Merging adds
// counts and does not depend on order. Kept apart from simulated time and out of fingerprints.

#include <bit>
#include <cstdint>
#include <vector>

namespace souk {

class LatencyHistogram {
 public:
  static constexpr int kSubBits = 7;
  static constexpr int kMaxExponent = 40;  ///< 2^40 ns = 18 min; longer is clamped
  static constexpr int kBuckets = (kMaxExponent - kSubBits + 2) << kSubBits;

  /// Adds one latency. Cost: a few ns; allocates on the first call only.
  void Add(std::int64_t ns) {
    if (counts_.empty()) counts_.resize(kBuckets, 0);
    ++counts_[static_cast<std::size_t>(Bucket(ns))];
    ++total_;
    if (ns > max_ns_) max_ns_ = ns;
  }
  void Merge(const LatencyHistogram& other);

  [[nodiscard]] std::int64_t total() const { return total_; }
  [[nodiscard]] std::int64_t max_ns() const { return max_ns_; }
  /// Midpoint of the bucket that holds the q-quantile (0 ≤ q ≤ 1) by nearest rank; 0 when empty.
  [[nodiscard]] double QuantileNs(double q) const;

  /// Sum of all latencies, each taken as the midpoint of its bucket: within 0.4 %.
  [[nodiscard]] double SumNs() const;

  static int Bucket(std::int64_t ns) {
    if (ns < 0) ns = 0;
    const auto v = static_cast<std::uint64_t>(ns);
    const int width = std::bit_width(v);
    if (width <= kSubBits + 1) return static_cast<int>(v);
    if (width > kMaxExponent) return kBuckets - 1;
    const int shift = width - kSubBits - 1;
    return (shift << kSubBits) + static_cast<int>(v >> shift);
  }
  /// Largest value that falls into `bucket`.
  static std::int64_t UpperNs(int bucket);

  /// Counts by bucket (empty when nothing was added); for files.
  [[nodiscard]] const std::vector<std::int64_t>& counts() const { return counts_; }
  /// Rebuilds from stored counts.
  static LatencyHistogram FromCounts(std::vector<std::int64_t> counts, std::int64_t max_ns);

 private:
  std::vector<std::int64_t> counts_;
  std::int64_t total_ = 0;
  std::int64_t max_ns_ = 0;
};

}  // namespace souk
