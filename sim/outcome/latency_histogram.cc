#include "sim/outcome/latency_histogram.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "sim/base/error.h"

namespace souk {

void LatencyHistogram::Merge(const LatencyHistogram& other) {
  if (other.counts_.empty()) return;
  if (counts_.empty()) counts_.resize(kBuckets, 0);
  for (std::size_t b = 0; b < counts_.size(); ++b) counts_[b] += other.counts_[b];
  total_ += other.total_;
  max_ns_ = std::max(max_ns_, other.max_ns_);
}

double LatencyHistogram::QuantileNs(double q) const {
  if (total_ == 0) return 0;
  const double rank = std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(total_));
  const auto wanted = std::clamp<std::int64_t>(static_cast<std::int64_t>(rank), 1, total_);
  std::int64_t seen = 0;
  int bucket = 0;
  for (; bucket < kBuckets; ++bucket) {
    seen += counts_[static_cast<std::size_t>(bucket)];
    if (seen >= wanted) break;
  }
  // The last bucket holds what was clamped: only the maximum is known there.
  if (bucket >= kBuckets - 1) return static_cast<double>(max_ns_);
  const std::int64_t lower = bucket == 0 ? 0 : UpperNs(bucket - 1) + 1;
  const double middle = 0.5 * static_cast<double>(lower + UpperNs(bucket));
  return std::min(middle, static_cast<double>(max_ns_));
}

double LatencyHistogram::SumNs() const {
  double sum = 0;
  for (std::size_t b = 0; b < counts_.size(); ++b) {
    if (counts_[b] == 0) continue;
    const auto bucket = static_cast<int>(b);
    const std::int64_t lower = bucket == 0 ? 0 : UpperNs(bucket - 1) + 1;
    sum += static_cast<double>(counts_[b]) * 0.5 * static_cast<double>(lower + UpperNs(bucket));
  }
  return sum;
}

std::int64_t LatencyHistogram::UpperNs(int bucket) {
  SOUK_DCHECK(bucket >= 0 && bucket < kBuckets);
  const int shift = (bucket >> kSubBits) - 1;
  if (shift <= 0) return bucket;
  const std::int64_t mantissa = (1 << kSubBits) + (bucket & ((1 << kSubBits) - 1));
  return ((mantissa + 1) << shift) - 1;
}

LatencyHistogram LatencyHistogram::FromCounts(std::vector<std::int64_t> counts, std::int64_t max_ns) {
  LatencyHistogram h;
  SOUK_CHECK(counts.size() <= static_cast<std::size_t>(kBuckets));
  h.total_ = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  if (h.total_ == 0) return h;
  counts.resize(kBuckets, 0);
  h.counts_ = std::move(counts);
  h.max_ns_ = max_ns;
  return h;
}

}  // namespace souk
