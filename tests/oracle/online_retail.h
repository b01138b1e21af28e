#pragma once
// HR@10 and NDCG@10 of a recommender on UCI Online Retail, through the same evaluation as `souk evaluate`.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/experiment/offline.h"
#include "sim/scenario/strategy_list.h"

namespace souk::testing {

struct Figures {
  double hit = -1;
  double ndcg = -1;
};

/// HR@10 and NDCG@10, whole catalogue, middle ranks.
inline Figures OnOnlineRetail(const std::string& file, const std::string& strategy, bool refit,
                              std::uint64_t seed = 1) {
  OfflineOptions options;
  options.refit = refit;
  options.seed = seed;
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

/// Refit, the mean of seeds 1, 2 and 3.
inline Figures MeanOfThreeSeeds(const std::string& file, const std::string& strategy) {
  Figures mean{0, 0};
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Figures one = OnOnlineRetail(file, strategy, true, seed);
    mean.hit += one.hit / 3;
    mean.ndcg += one.ndcg / 3;
  }
  return mean;
}

/// The data, read from SOUK_DATA: tests skip themselves when this is no file.
inline std::string OnlineRetail() {
  const char* folder = std::getenv("SOUK_DATA");
  return std::string(folder != nullptr ? folder : "../shared/data") + "/online-retail/seq_pairs.txt";
}

}  // namespace souk::testing
