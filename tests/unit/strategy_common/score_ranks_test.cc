#include "strategies/common/score_ranks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace souk {
namespace {

using ::testing::ElementsAre;
constexpr float kNothing = -std::numeric_limits<float>::infinity();

TEST(ScoreRanks, CountHigherScores) {
  std::mt19937 bits(1);
  std::vector<Scored> scratch;
  for (int round = 0; round < 50; ++round) {
    std::vector<float> scores;
    for (int i = 0; i < 30; ++i) scores.push_back(bits() % 8 == 0 ? kNothing : static_cast<float>(bits() % 10));
    std::vector<std::int32_t> ranks(30, 7);
    const int depth = static_cast<int>(bits() % 40);
    RankScores(scores, depth, scratch, ranks);
    for (std::size_t i = 0; i < 30; ++i) {
      int higher = 0;
      for (const float s : scores) higher += s > scores[i] ? 1 : 0;
      EXPECT_EQ(ranks[i], scores[i] == kNothing || higher >= depth ? -1 : higher) << round << ' ' << i;
    }
  }
}

TEST(ScoreRanks, ScalesToTheUnitRange) {
  std::vector<float> scores = {-3, kNothing, 1, -1};
  ScaleToUnit(scores);
  EXPECT_THAT(scores, ElementsAre(0, kNothing, 1, 0.5));
  std::vector<float> equal = {2, 2};
  ScaleToUnit(equal);
  EXPECT_THAT(equal, ElementsAre(0, 0));
  std::vector<float> none = {kNothing};
  ScaleToUnit(none);
  EXPECT_THAT(none, ElementsAre(kNothing));
}

}  // namespace
}  // namespace souk
