// Rules under test: coverage and Gini of what was shown, week by week, against values computed by hand.
#include "sim/outcome/exposure.h"

#include <gtest/gtest.h>

#include <cmath>

namespace souk {
namespace {

// Ten days are two weeks, the second one short. Counts of four items: week 0: 3 1 0 0; week 1: 0 2 2 0.
// Gini by its definition as the mean absolute difference over twice the mean: week 0: Σ|a−b| over ordered pairs =
// 2·(2+3+3+1+1+0) = 20, ÷ (2 · 4² · 1) = .625; week 1: 2·(2+2+0+0+2+2) = 16, ÷ 32 = .5; both: 3 3 2 0: 2·(0+1+3+1+3+2)
// = 20 ÷ (2·16·2) = .3125.
TEST(Exposure, WeeksAndTotalAreCountedByHand) {
  Exposure exposure(4, 10);
  for (int n = 0; n < 3; ++n) exposure.Add(static_cast<std::size_t>(3 * n), 0);  // days 0, 3, 6
  exposure.Add(1, 1);
  exposure.Add(7, 1);
  exposure.Add(9, 1);
  exposure.Add(8, 2);
  exposure.Add(9, 2);
  const std::vector<WeekExposure> weeks = exposure.Weeks();
  ASSERT_EQ(weeks.size(), 2U);
  EXPECT_EQ(weeks[0].impressions, 4);
  EXPECT_DOUBLE_EQ(weeks[0].coverage, 0.5);
  EXPECT_DOUBLE_EQ(weeks[0].gini, 0.625);
  EXPECT_EQ(weeks[1].impressions, 4);
  EXPECT_DOUBLE_EQ(weeks[1].coverage, 0.5);
  EXPECT_DOUBLE_EQ(weeks[1].gini, 0.5);
  EXPECT_EQ(exposure.Total().impressions, 8);
  EXPECT_DOUBLE_EQ(exposure.Total().coverage, 0.75);
  EXPECT_DOUBLE_EQ(exposure.Total().gini, 0.3125);
}

TEST(Exposure, WithoutImpressionsThereIsNoGini) {
  const Exposure exposure(3, 7);
  ASSERT_EQ(exposure.Weeks().size(), 1U);
  EXPECT_EQ(exposure.Weeks()[0].coverage, 0);
  EXPECT_TRUE(std::isnan(exposure.Weeks()[0].gini));
}

TEST(Exposure, APeriodOfWholeWeeksHasNoEmptyOne) {
  EXPECT_EQ(WeeksOf(28), 4);
  EXPECT_EQ(WeeksOf(29), 5);
  EXPECT_EQ(WeeksOf(1), 1);
}

}  // namespace
}  // namespace souk
