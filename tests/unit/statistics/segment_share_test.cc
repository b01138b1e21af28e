// Rule under test: a segment's share of an arm's gain adds up to one over segments, and is not defined where arms split
// one shop, because the sums of arms are then of different numbers of shoppers.
#include <gtest/gtest.h>

#include <cmath>

#include "results/statistics/heterogeneity.h"
#include "tests/support/sample_result.h"

namespace souk {
namespace {

TEST(SegmentGrid, SharesAddUpToOne) {
  const ExperimentResult r = testing::SampleResult({6, 3, 4, 2});
  const auto grid = SegmentGrid(r, *FindMetric("conversion"));
  ASSERT_EQ(grid.size(), 3U);
  EXPECT_TRUE(grid[0].empty());
  for (std::size_t arm = 1; arm < grid.size(); ++arm) {
    double sum = 0;
    for (const SegmentUplift& s : grid[arm]) sum += s.share;
    EXPECT_NEAR(sum, 1, 1e-12);
  }
}

TEST(SegmentGrid, NoSharesWhereArmsSplitTheShop) {
  ExperimentResult r = testing::SampleResult({6, 3, 4, 2});
  r.design = "ab-test";
  r.shares = {1, 1, 2};
  for (const auto& row : SegmentGrid(r, *FindMetric("conversion")))
    for (const SegmentUplift& s : row) EXPECT_TRUE(std::isnan(s.share));
}

}  // namespace
}  // namespace souk
