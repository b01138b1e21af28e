// Which replications a run is about; expected lists are counted by hand.
#include "bench/cli/run_plan.h"

#include <gmock/gmock.h>

#include "sim/base/error.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Scenario Of(int replications, StopMode mode = StopMode::kFixed) {
  Scenario s;
  s.replications = replications;
  s.stop.mode = mode;
  s.stop.max_replications = 40;
  return s;
}

TEST(RunPlan, AFixedNumberIsAllOfThem) {
  const RunPlan plan(Of(4), -1, {});
  EXPECT_THAT(plan.Missing({}), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(plan.Missing({1, 3}), ElementsAre(0, 2)) << "resumed";
  EXPECT_EQ(plan.planned(), 4);
  EXPECT_EQ(plan.own(), 4);
  EXPECT_FALSE(plan.Wanted(4));
  EXPECT_FALSE(plan.adaptive());
}

TEST(RunPlan, OneAloneMayLieBeyondTheNumber) {
  const RunPlan plan(Of(4), 7, {});
  EXPECT_THAT(plan.Missing({}), ElementsAre(7));
  EXPECT_THAT(plan.Missing({7}), IsEmpty());
  EXPECT_EQ(plan.planned(), 1);
  EXPECT_FALSE(plan.Surplus(7, 1));
  EXPECT_TRUE(plan.Surplus(0, 1));
  EXPECT_FALSE(RunPlan(Of(4, StopMode::kDecide), 7, {}).adaptive());
}

TEST(RunPlan, ShardsShareAllWithoutOverlap) {
  EXPECT_THAT(RunPlan(Of(6), -1, Shard{2, 4}).Missing({}), ElementsAre(1, 5));
  EXPECT_THAT(RunPlan(Of(6), -1, Shard{3, 4}).Missing({2}), IsEmpty());
  EXPECT_EQ(RunPlan(Of(6), -1, Shard{2, 4}).own(), 2);
  EXPECT_EQ(RunPlan(Of(6), -1, Shard{2, 4}).planned(), 6);
  EXPECT_THROW(RunPlan(Of(6, StopMode::kDecide), -1, Shard{1, 2}), Error);
}

TEST(RunPlan, UnderARuleWhatRanAheadOfTheStopIsSurplus) {
  const RunPlan plan(Of(3, StopMode::kPrecision), -1, {});
  EXPECT_TRUE(plan.adaptive());
  EXPECT_EQ(plan.planned(), 40);
  EXPECT_FALSE(plan.Surplus(20, 21));
  EXPECT_TRUE(plan.Surplus(21, 21));
  EXPECT_TRUE(plan.Surplus(40, 50));
}

TEST(ReadShard, TakesOnlyIOfN) {
  EXPECT_TRUE(ReadShard("4/4").has_value());
  for (const char* bad : {"0/4", "5/4", "1", "a/b", "1/0", "1/4x", "/", "", "1/"}) EXPECT_FALSE(ReadShard(bad)) << bad;
}

}  // namespace
}  // namespace souk
