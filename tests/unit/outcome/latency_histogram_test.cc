// Rule under test: a quantile of the histogram is within 0.5 % of the exact nearest-rank quantile
// (results contract, "latency histogram: quantile error <= 0.5 % vs exact sort"), and a merge is
// the same in any order. Oracle: std::sort.
#include "sim/outcome/latency_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/base/random.h"

namespace souk {
namespace {

std::vector<std::int64_t> HeavyTailed(int n, double log_median, double sigma) {
  const Dice dice(7, 0);
  std::vector<std::int64_t> values;
  for (int i = 0; i < n; ++i) {
    const double z = ToNormal(dice.Draw(Purpose::kTest, 1, static_cast<std::uint64_t>(i)).lo);
    values.push_back(static_cast<std::int64_t>(std::exp(log_median + sigma * z)));
  }
  return values;
}

double ExactQuantile(std::vector<std::int64_t> values, double q) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  const auto rank = static_cast<std::size_t>(std::clamp(std::ceil(q * n), 1.0, n));
  return static_cast<double>(values[rank - 1]);
}

TEST(LatencyHistogram, QuantilesAreWithinHalfAPercentOfAnExactSort) {
  for (const double log_median : {3.0, 7.0, 12.0, 18.0}) {
    const std::vector<std::int64_t> values = HeavyTailed(20000, log_median, 1.3);
    LatencyHistogram h;
    for (const std::int64_t v : values) h.Add(v);
    for (const double q : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
      const double exact = ExactQuantile(values, q);
      EXPECT_LE(std::abs(h.QuantileNs(q) - exact), 0.005 * exact) << "q " << q << " of e^" << log_median;
    }
  }
}

TEST(LatencyHistogram, EveryBucketEndsWhereTheNextBegins) {
  const int last = LatencyHistogram::Bucket((std::int64_t{1} << LatencyHistogram::kMaxExponent) - 1);
  for (int b = 0; b <= last; ++b) {
    const std::int64_t upper = LatencyHistogram::UpperNs(b);
    ASSERT_EQ(LatencyHistogram::Bucket(upper), b);
    ASSERT_EQ(LatencyHistogram::Bucket(upper + 1), b == last ? LatencyHistogram::kBuckets - 1 : b + 1);
  }
}

TEST(LatencyHistogram, MergingDoesNotDependOnOrder) {
  const std::vector<std::int64_t> values = HeavyTailed(3000, 9, 2);
  std::vector<LatencyHistogram> parts(3);
  LatencyHistogram whole;
  for (std::size_t i = 0; i < values.size(); ++i) {
    parts[i % 3].Add(values[i]);
    whole.Add(values[i]);
  }
  LatencyHistogram forward;
  for (const LatencyHistogram& p : parts) forward.Merge(p);
  LatencyHistogram backward;
  backward.Merge({});
  for (auto p = parts.rbegin(); p != parts.rend(); ++p) backward.Merge(*p);
  EXPECT_EQ(forward.counts(), backward.counts());
  EXPECT_EQ(forward.counts(), whole.counts());
  EXPECT_EQ(forward.total(), 3000);
  EXPECT_EQ(forward.max_ns(), whole.max_ns());
}

TEST(LatencyHistogram, ClampsWhatItCannotHold) {
  LatencyHistogram h;
  EXPECT_EQ(h.QuantileNs(0.5), 0) << "empty";
  h.Add(-5);
  EXPECT_EQ(h.QuantileNs(0.5), 0);
  const std::int64_t hour = 3'600'000'000'000;
  h.Add(hour);
  EXPECT_EQ(h.QuantileNs(1), static_cast<double>(hour)) << "beyond 2^40 ns only the maximum is known";
}

// A bucket is at most 0.8 % wide, and 5000 values err to both sides of its middle: the sum of all errs by less than
// 0.01 % (one standard error), so that 0.1 % holds for sure, and would not if buckets counted by either end.
TEST(LatencyHistogram, SumIsWithinATenthOfAPercentOfTheExactSum) {
  for (const double log_median : {2.0, 7.0, 15.0}) {
    LatencyHistogram h;
    double exact = 0;
    for (const std::int64_t v : HeavyTailed(5000, log_median, 1.3)) h.Add(v), exact += static_cast<double>(v);
    EXPECT_NEAR(h.SumNs(), exact, 0.001 * exact);
  }
  EXPECT_EQ(LatencyHistogram().SumNs(), 0);
}

TEST(LatencyHistogram, StoredCountsRebuildTheSameHistogram) {
  LatencyHistogram h;
  for (const std::int64_t v : HeavyTailed(500, 8, 1)) h.Add(v);
  const LatencyHistogram again = LatencyHistogram::FromCounts(h.counts(), h.max_ns());
  EXPECT_EQ(again.counts(), h.counts());
  EXPECT_EQ(again.total(), 500);
  EXPECT_EQ(again.QuantileNs(0.99), h.QuantileNs(0.99));
  EXPECT_TRUE(LatencyHistogram::FromCounts({0, 0}, 9).counts().empty());
}

}  // namespace
}  // namespace souk
