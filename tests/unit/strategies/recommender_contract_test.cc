// What every recommender owes the shop, whatever it learnt and whatever it is asked.

#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

#include "strategies/recommender/content_cosine/content_cosine.h"
#include "strategies/recommender/content_embedding/content_embedding.h"
#include "strategies/recommender/ease/ease.h"
#include "strategies/recommender/hybrid/hybrid.h"
#include "strategies/recommender/item_knn/item_knn.h"
#include "strategies/recommender/oracle/oracle.h"
#include "strategies/recommender/popularity/popularity.h"
#include "strategies/recommender/random/random.h"
#include "strategies/recommender/session_knn/session_knn.h"
#include "strategies/recommender/slim/slim.h"
#include "tests/support/recommend.h"

namespace souk {
namespace {

using testing::Ask;
using testing::FillTestLog;
using testing::Ids;
using testing::MakeRecommender;
using testing::Saved;
using testing::TestShop;
using testing::TrainOn;

/// Likes low ids, and the more so the higher the shopper's id.
class PlainTruth : public Truth {
 public:
  double ViewUtility(ShopperId u, ItemId i) const override { return -0.01 * i.value * (1 + u.value); }
  double PurchaseLogit(ShopperId, ItemId i) const override { return i.value % 3 == 0 ? 1 : -1; }
  CategoryId NextCategory(ShopperId u) const override { return u.value == 0 ? CategoryId(0) : CategoryId(); }
};

const PlainTruth kTruth;

struct Case {
  const char* name;
  const StrategyInfo& (*info)();
  std::unique_ptr<Strategy> (*make)(const Params&, const StrategyContext&);
};

class RecommenderContract : public ::testing::TestWithParam<Case> {
 protected:
  static std::unique_ptr<Recommender> Make(const TestShop& shop) {
    return MakeRecommender(GetParam().info(), GetParam().make, shop, {}, &kTruth);
  }
  static void ExpectLegal(const Slate& slate, const TestShop& shop, int k, int anchor) {
    EXPECT_LE(slate.size, k);
    std::set<int> distinct;
    for (int r = 0; r < slate.size; ++r) {
      const ItemId item = slate.items[static_cast<std::size_t>(r)];
      ASSERT_TRUE(item.valid() && item.value < shop.catalogue.items());
      EXPECT_TRUE(shop.view.available(item));
      EXPECT_NE(item.value, anchor);
      EXPECT_GT(slate.propensity[static_cast<std::size_t>(r)], 0);
      EXPECT_LE(slate.propensity[static_cast<std::size_t>(r)], 1);
      distinct.insert(item.value);
    }
    EXPECT_EQ(static_cast<int>(distinct.size()), slate.size);
  }
};

TEST_P(RecommenderContract, InfoIsComplete) {
  const StrategyInfo& info = GetParam().info();
  EXPECT_EQ(info.slot, Slot::kRecommender);
  EXPECT_EQ(info.name, GetParam().name);
  EXPECT_FALSE(info.summary.empty() || info.source.empty() || info.status.empty());
  for (const ParamSpec& p : info.params) EXPECT_FALSE(p.help.empty()) << p.name;
}

TEST_P(RecommenderContract, SlatesAreLegalInARunningShop) {
  TestShop shop(60, 6, 10);
  FillTestLog(shop, 400, 5, 1);
  for (int i = 0; i < 60; i += 7) shop.SetAvailable(i, false);
  const auto recommender = Make(shop);
  TrainOn(*recommender, shop);
  std::mt19937 bits(1);
  for (int call = 0; call < 500; ++call) {
    std::vector<int> session;
    for (std::size_t v = bits() % 6; v > 0; --v) session.push_back(static_cast<int>(bits() % 60));
    const bool home = bits() % 4 == 0;
    const int k = static_cast<int>(bits() % 25);
    const Slate slate = Ask(*recommender, session, k, static_cast<int>(bits() % 10), home, bits());
    ExpectLegal(slate, shop, k, session.empty() || home ? -1 : session.back());
    EXPECT_EQ(slate.size, k);  // 51 available items less five at most leave enough
  }
}

TEST_P(RecommenderContract, AnEmptyLogStillFillsTheSlate) {
  TestShop shop(30, 3);
  const auto recommender = Make(shop);
  ExpectLegal(Ask(*recommender, {4}, 8), shop, 8, 4);  // not even trained
  TrainOn(*recommender, shop);
  const Slate slate = Ask(*recommender, {4}, 8);
  ExpectLegal(slate, shop, 8, 4);
  EXPECT_EQ(slate.size, 8);
  EXPECT_EQ(Ask(*recommender, {}, 8).size, 8);
}

TEST_P(RecommenderContract, AskingForMoreThanThereIsGivesWhatThereIs) {
  TestShop shop(5, 2);
  FillTestLog(shop, 30, 3, 2);
  const auto recommender = Make(shop);
  TrainOn(*recommender, shop);
  const Slate slate = Ask(*recommender, {3}, Slate::kMax);
  ExpectLegal(slate, shop, Slate::kMax, 3);
  EXPECT_EQ(slate.size, 4);
}

TEST_P(RecommenderContract, AShopOfOneItemHasNothingBesideIt) {
  TestShop shop(1, 1);
  shop.LogSession(0, 0, {0, 0});
  const auto recommender = Make(shop);
  TrainOn(*recommender, shop);
  EXPECT_EQ(Ask(*recommender, {0}, 8).size, 0);
  EXPECT_EQ(Ids(Ask(*recommender, {}, 8)), std::vector<int>{0});
  EXPECT_EQ(Ask(*recommender, {}, 0).size, 0);
}

TEST_P(RecommenderContract, NothingInStockGivesAnEmptySlate) {
  TestShop shop(20, 2);
  FillTestLog(shop, 50, 3, 3);
  const auto recommender = Make(shop);
  TrainOn(*recommender, shop);
  for (int i = 0; i < 20; ++i) shop.SetAvailable(i, false);
  EXPECT_EQ(Ask(*recommender, {3}, 8).size, 0);
}

// Whatever it would show, it can be told not to, and shows the next best instead.
TEST_P(RecommenderContract, ExcludedItemsAreNeverShown) {
  TestShop shop(60, 6, 10);
  FillTestLog(shop, 400, 5, 1);
  const auto recommender = Make(shop);
  TrainOn(*recommender, shop);
  for (int i = 0; i < 60; ++i) {
    const std::vector<int> first = Ids(Ask(*recommender, {i}, 8, i % 10));
    ASSERT_EQ(first.size(), 8U);
    const Slate slate = Ask(*recommender, {i}, 8, i % 10, false, 1, first);
    EXPECT_EQ(slate.size, 8);
    for (const int item : first) EXPECT_FALSE(slate.Contains(ItemId(item))) << item;
  }
}

TEST_P(RecommenderContract, AVeryLongSessionIsServed) {
  TestShop shop(300, 5);
  FillTestLog(shop, 500, 5, 4);
  const auto recommender = Make(shop);
  TrainOn(*recommender, shop);
  std::vector<int> session;
  for (int v = 0; v < 250; ++v) {
    session.push_back((v * 17) % 300);
    const Slate slate = Ask(*recommender, session, 8);
    ExpectLegal(slate, shop, 8, session.back());
    EXPECT_EQ(slate.size, 8);
  }
}

TEST_P(RecommenderContract, EqualInputsGiveEqualSlates) {
  TestShop shop(60, 6);
  FillTestLog(shop, 400, 5, 5);
  const auto one = Make(shop);
  const auto two = Make(shop);
  TrainOn(*one, shop);
  TrainOn(*two, shop);
  Ask(*two, {1, 2, 3}, 8, 7);  // what others asked in between changes nothing
  for (int i = 0; i < 60; ++i) {
    EXPECT_EQ(Ids(Ask(*one, {i, (i + 9) % 60}, 8, 1)), Ids(Ask(*two, {i, (i + 9) % 60}, 8, 1)));
    Ask(*two, {i}, 8, 3);
  }
}

TEST_P(RecommenderContract, ALoadedStateDecidesLikeTheSavedOne) {
  TestShop shop(60, 6);
  FillTestLog(shop, 400, 5, 6);
  const auto saved = Make(shop);
  TrainOn(*saved, shop);
  const std::string bytes = Saved(*saved);
  const auto loaded = Make(shop);
  std::istringstream in(bytes);
  loaded->Load(in);
  EXPECT_EQ(Saved(*loaded), bytes);
  for (int i = 0; i < 60; ++i) {
    EXPECT_EQ(Ids(Ask(*saved, {i, (i + 7) % 60}, 12, i % 10)), Ids(Ask(*loaded, {i, (i + 7) % 60}, 12, i % 10)));
    EXPECT_EQ(Ids(Ask(*saved, {}, 12, i % 10)), Ids(Ask(*loaded, {}, 12, i % 10)));
  }
}

TEST_P(RecommenderContract, RefusesForeignAndTruncatedStates) {
  TestShop shop(20, 4);
  FillTestLog(shop, 60, 4, 7);
  const auto recommender = Make(shop);
  TrainOn(*recommender, shop);
  const std::string bytes = Saved(*recommender);
  const std::vector<int> before = Ids(Ask(*recommender, {3}, 8));
  for (std::size_t length = 0; length < bytes.size(); length += 1 + bytes.size() / 50) {
    std::istringstream in(bytes.substr(0, length));
    EXPECT_THROW(recommender->Load(in), Error);
  }
  std::string renamed = bytes;
  renamed[16] = '#';  // first letter of the owner
  std::istringstream in(renamed);
  EXPECT_THROW(recommender->Load(in), Error);
  TestShop other(21, 4);
  std::istringstream again(bytes);
  EXPECT_THROW(Make(other)->Load(again), Error);
  EXPECT_EQ(Ids(Ask(*recommender, {3}, 8)), before);  // a refused state leaves the old one
}

INSTANTIATE_TEST_SUITE_P(All, RecommenderContract,
                         ::testing::Values(Case{"popularity", PopularityInfo, MakePopularity},
                                           Case{"item-knn", ItemKnnInfo, MakeItemKnn}, Case{"ease", EaseInfo, MakeEase},
                                           Case{"slim", SlimInfo, MakeSlim},
                                           Case{"content-cosine", ContentCosineInfo, MakeContentCosine},
                                           Case{"content-embedding", ContentEmbeddingInfo, MakeContentEmbedding},
                                           Case{"hybrid", HybridInfo, MakeHybrid},
                                           Case{"session-knn", SessionKnnInfo, MakeSessionKnn},
                                           Case{"random", RandomRecommenderInfo, MakeRandomRecommender},
                                           Case{"oracle", OracleRecommenderInfo, MakeOracleRecommender}),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           for (char& c : name)
                             if (c == '-') c = '_';
                           return name;
                         });

}  // namespace
}  // namespace souk
