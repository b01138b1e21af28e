// Sizes are refused with a number before anything is built.
#include "bench/cli/memory.h"

#include <gtest/gtest.h>

namespace souk {
namespace {

Scenario Shop() {
  Scenario s;
  s.arms.resize(2);
  s.segments.resize(1);
  return s;
}

TEST(ParseBytes, ReadsSizesWithAndWithoutUnits) {
  EXPECT_EQ(ParseBytes("8G"), 8e9);
  EXPECT_EQ(ParseBytes("500 MB"), 5e8);
  EXPECT_EQ(ParseBytes("1.5k"), 1500);
  EXPECT_EQ(ParseBytes("2e9"), 2e9);
  for (const char* bad : {"", "G", "-1G", "0", "8X", "8GG", "nan", "inf", "1e400", "8 G x"})
    EXPECT_FALSE(ParseBytes(bad).has_value()) << bad;
}

TEST(BytesText, KeepsTwoFigures) {
  EXPECT_EQ(BytesText(1), "1 MB");
  EXPECT_EQ(BytesText(999.2e6), "1000 MB");
  EXPECT_EQ(BytesText(1.24e9), "1.2 GB");
  EXPECT_EQ(BytesText(3e12), "3.0 TB");
  EXPECT_EQ(BytesText(1e24), "1e+12 TB");
}

// Peak resident sizes that `souk run scenarios/standard/marketplace.yaml --arm random --threads 1 --replications N`
// printed (/usr/bin/time): the estimate is meant to be within a factor of two.
TEST(MemoryNeed, IsNearWhatRunsWereMeasuredToTake) {
  const auto expect_near = [](const Scenario& s, int replications, double measured) {
    const double need = EstimateMemory(s, 1, replications).total();
    EXPECT_GT(need, measured / 1.5);
    EXPECT_LT(need, measured * 1.5);
  };
  Scenario s = Shop();
  s.population.shoppers = 25'000;
  expect_near(s, 1, 276e6);
  s.population.shoppers = 50'000;
  expect_near(s, 1, 551e6);
  s.time.warmup_days = s.time.days = 1;
  s.population.shoppers = 200'000;
  expect_near(s, 1, 396e6);
  s.population.shoppers = 100;
  expect_near(s, 400, 429e6);
  s.catalogue.items = 200'000;
  expect_near(s, 1, 81e6);
  s.catalogue.items = s.catalogue.categories = 20'000;  // measured with --arm pricing
  expect_near(s, 1, 740e6);
}

TEST(MemoryNeed, NamesTheFieldThatAsksForMost) {
  Scenario s = Shop();
  EXPECT_STREQ(EstimateMemory(s, 1, 1).field(), "time.days");
  s.population.shoppers = 50'000'000;
  s.time.warmup_days = s.time.days = 1;
  EXPECT_STREQ(EstimateMemory(s, 1, 1).field(), "population.shoppers");
  s.population.shoppers = 10;
  EXPECT_STREQ(EstimateMemory(s, 1, 1'000'000).field(), "replications");
  s.catalogue.items = 2'000'000;
  EXPECT_STREQ(EstimateMemory(s, 1, 1).field(), "catalogue.items");
}

// Measured: peak resident size of `souk run scenarios/peers/recogym_p10.yaml --threads 1 --replications 1 --arm
// random`.
TEST(MemoryNeed, OfRecoGymsWorldIsNearWhatRunsWereMeasuredToTake) {
  struct Case {
    int shoppers, warmup;
    double measured;
  };
  for (const Case& c : {Case{20'000, 1'000, 124e6}, Case{100'000, 1'000, 485e6}, Case{20'000, 20'000, 339e6},
                        Case{100'000, 100'000, 1599e6}}) {
    Scenario s;
    s.arms.resize(1);
    RecoGymModel model;
    model.shoppers = c.shoppers;
    model.warmup_shoppers = c.warmup;
    s.world = model;
    const double need = EstimateMemory(s, 1, 1).total();
    EXPECT_GT(need, c.measured / 2) << c.shoppers;
    EXPECT_LT(need, c.measured * 2) << c.shoppers;
    model.shoppers = 50'000'000;
    s.world = model;
    const auto problem = MemoryProblem(s, {.threads = 1, .replications = 1, .limit = "100G"});
    ASSERT_TRUE(problem.has_value());
    EXPECT_EQ(problem->path, "world.shoppers");
  }
}

TEST(MemoryProblem, SaysHowMuchAndWhatIsAllowed) {
  Scenario s = Shop();
  s.population.shoppers = 50'000'000;
  const auto problem = MemoryProblem(s, {.threads = 4, .replications = 8, .limit = "2G"});
  ASSERT_TRUE(problem.has_value());
  EXPECT_EQ(problem->path, "time.days");
  EXPECT_NE(problem->message.find("50000000 shoppers"), std::string::npos) << problem->message;
  EXPECT_NE(problem->message.find("allowed 2.0 GB, by --max-memory"), std::string::npos) << problem->message;
  EXPECT_EQ(problem->message.find("--threads"), std::string::npos) << "one would be too much, too";
  EXPECT_FALSE(MemoryProblem(s, {.threads = 4, .replications = 8, .limit = "100T"}).has_value());
  s.population.shoppers = 100;
  EXPECT_FALSE(MemoryProblem(s, {.threads = 4, .replications = 8}).has_value());
}

TEST(MemoryProblem, SaysWhenOneThreadWouldDo) {
  Scenario s = Shop();
  s.population.shoppers = 100'000;  // about 1 GB each
  const auto problem = MemoryProblem(s, {.threads = 4, .replications = 4, .limit = "2G"});
  ASSERT_TRUE(problem.has_value());
  EXPECT_NE(problem->message.find("with 4 threads; allowed 2.0 GB, by --max-memory; it fits with --threads 1"),
            std::string::npos)
      << problem->message;
}

TEST(MemoryProblem, ThreadsThatHaveNothingToDoNeedNothing) {
  const Scenario s = Shop();
  EXPECT_EQ(EstimateMemory(s, 64, 1).total(), EstimateMemory(s, 1, 1).total());
  EXPECT_GT(EstimateMemory(s, 2, 2).total(), 1.9 * EstimateMemory(s, 1, 1).log);
}

TEST(AvailableMemory, IsThatOfAComputer) {
  EXPECT_GT(AvailableMemory(), 100'000'000);
  EXPECT_LT(AvailableMemory(), std::int64_t{1} << 50);
}

}  // namespace
}  // namespace souk
