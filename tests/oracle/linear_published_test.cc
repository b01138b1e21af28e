// Linear item models against figures of an independent implementation on UCI Online Retail, through the same evaluation
// as `souk evaluate`. The data are read from SOUK_DATA; without them the tests report themselves skipped.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "bench/experiment/offline.h"
#include "sim/scenario/strategy_list.h"

namespace souk {
namespace {

struct Figures {
  double hit = -1;
  double ndcg = -1;
};

/// HR@10 and NDCG@10, whole catalogue, middle ranks.
Figures OnOnlineRetail(const std::string& file, const std::string& strategy, bool refit) {
  OfflineOptions options;
  options.refit = refit;
  options.bootstrap.resamples = 99;
  StrategyListReading reading = ReadStrategyText(strategy, "test");
  EXPECT_TRUE(reading.problems.empty());
  options.strategies = std::move(reading.strategies);
  const OfflineResult result = EvaluateOffline(ReadOfflineData(file), nullptr, options);
  EXPECT_EQ(result.cases, 4074);
  Figures figures;
  for (const OfflineValue& v : result.arms.front().values) {
    if (v.k != 10) continue;
    if (v.measure == RankingMeasure::kHit) figures.hit = v.value.mean;
    if (v.measure == RankingMeasure::kNdcg) figures.ndcg = v.value.mean;
  }
  std::printf("%s, %s: HR@10 %.4f, NDCG@10 %.4f\n", strategy.c_str(), refit ? "refit" : "strict", figures.hit,
              figures.ndcg);
  return figures;
}

std::string OnlineRetail() {
  const char* folder = std::getenv("SOUK_DATA");
  return std::string(folder != nullptr ? folder : "../shared/data") + "/online-retail/seq_pairs.txt";
}

// A closed form: the figures must be met, not only reached.
TEST(PublishedRecommenders, EaseOnOnlineRetail) {
  const std::string file = OnlineRetail();
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no online-retail in SOUK_DATA";
  const Figures refit = OnOnlineRetail(file, "ease{lambda: 100}", true);
  EXPECT_NEAR(refit.hit, 0.1917, 0.0003);
  EXPECT_NEAR(refit.ndcg, 0.1052, 0.0003);
  const Figures strict = OnOnlineRetail(file, "ease{lambda: 200}", false);
  EXPECT_NEAR(strict.hit, 0.1922, 0.0003);
  EXPECT_NEAR(strict.ndcg, 0.1049, 0.0003);
}

// The optimum of the same convex problem, found by proximal gradient steps in NumPy.
TEST(PublishedRecommenders, SlimOnOnlineRetail) {
  const std::string file = OnlineRetail();
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no online-retail in SOUK_DATA";
  const Figures refit = OnOnlineRetail(file, "slim{l1: 2, l2: 50, keep: 100}", true);
  EXPECT_NEAR(refit.hit, 0.2023, 0.001);
  EXPECT_NEAR(refit.ndcg, 0.1131, 0.0005);
}

}  // namespace
}  // namespace souk
