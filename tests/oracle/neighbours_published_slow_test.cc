// Neighbourhood models against figures that independent implementations computed on public data, through the same
// evaluation as `souk evaluate` (whole catalogue, middle ranks, unknown items as misses). The data are read from
// SOUK_DATA; without them the tests report themselves skipped.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "bench/experiment/offline.h"
#include "sim/scenario/strategy_list.h"

namespace souk {
namespace {

std::string DataFile(const std::string& name) {
  const char* folder = std::getenv("SOUK_DATA");
  return std::string(folder != nullptr ? folder : "../shared/data") + "/" + name;
}

struct Figures {
  double hit = -1;
  double second = -1;  ///< NDCG, or MRR for sessions
};

Figures Evaluate(const OfflineData& data, const std::string& strategy, OfflineOptions options) {
  options.bootstrap.resamples = 99;
  StrategyListReading reading = ReadStrategyText(strategy, "test");
  EXPECT_TRUE(reading.problems.empty());
  options.strategies = std::move(reading.strategies);
  const bool sessions = options.protocol == OfflineProtocol::kSession;
  const OfflineResult result = EvaluateOffline(data, nullptr, options);
  EXPECT_EQ(result.cases, sessions ? 19867 : 4074);
  Figures figures;
  for (const OfflineValue& v : result.arms.front().values) {
    if (v.k != (sessions ? 20 : 10)) continue;
    if (v.measure == RankingMeasure::kHit) figures.hit = v.value.mean;
    if (v.measure == (sessions ? RankingMeasure::kReciprocal : RankingMeasure::kNdcg)) figures.second = v.value.mean;
  }
  std::printf("%s, %s: HR %.4f, %s %.4f\n", strategy.c_str(), result.protocol.c_str(), figures.hit,
              sessions ? "MRR" : "NDCG", figures.second);
  return figures;
}

/// UCI Online Retail, leave-one-out, @10.
class OnlineRetailNeighbours : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(File())) GTEST_SKIP() << "no online-retail in SOUK_DATA";
  }
  static std::string File() { return DataFile("online-retail/seq_pairs.txt"); }
  static Figures Of(const std::string& strategy, bool refit) {
    OfflineOptions options;
    options.refit = refit;
    return Evaluate(ReadOfflineData(File()), strategy, options);
  }
};

// Counts and a sum: the figures must be met, not only reached.
TEST_F(OnlineRetailNeighbours, SequentialRules) {
  const Figures last = Of("sequential-rules{window: 10, history: 1}", true);
  EXPECT_NEAR(last.hit, 0.2757, 0.001);
  EXPECT_NEAR(last.second, 0.1987, 0.001);
  const Figures five = Of("sequential-rules{window: 10, history: 5, decay: 0.8, discount: 0.25}", false);
  EXPECT_NEAR(five.hit, 0.2788, 0.0003);
  EXPECT_NEAR(five.second, 0.1889, 0.0003);
}

/// The next item after every prefix of every test session, repeats allowed, @20.
class RetailRocketNeighbours : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(Train())) GTEST_SKIP() << "no retailrocket-sessions in SOUK_DATA";
  }
  static std::string Train() { return DataFile("retailrocket-sessions/train_sessions.txt"); }
  static Figures Of(const std::string& strategy) {
    OfflineOptions options;
    options.protocol = OfflineProtocol::kSession;
    return Evaluate(
        ReadOfflineData(Train(), DataFile("retailrocket-sessions/test_sessions.txt"), OfflineFormat::kSessions),
        strategy, options);
  }
};

TEST_F(RetailRocketNeighbours, SequentialRules) {
  const Figures last = Of("sequential-rules{window: 10, history: 1, repeat_viewed: true}");
  EXPECT_NEAR(last.hit, 0.4353, 0.005);
  EXPECT_NEAR(last.second, 0.2151, 0.005);
}

}  // namespace
}  // namespace souk
