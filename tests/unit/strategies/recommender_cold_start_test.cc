#include "strategies/recommender/cold_start/cold_start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "tests/support/fixed_scores.h"

namespace souk {
namespace {

using namespace testing;
using ::testing::ElementsAre;
constexpr float kNothing = -std::numeric_limits<float>::infinity();
using Ints = std::vector<int>;

/// Items 0, 1 and 2 have three events each, 3, 4 and 5 none; shopper 0 made them, shopper 1 never came.
struct Shop : TestShop {
  Shop() : TestShop(6, 1) {
    for (int n = 0; n < 3; ++n) LogSession(0, n, {0, 1, 2});
  }
  std::unique_ptr<ColdStart> Make(const std::string& content, const std::string& collaborative,
                                  std::int64_t min) const {
    auto made = MakeAround<ColdStart>(ColdStartInfo(), MakeColdStart, *this,
                                      {{"content", Fixed("content", content)},
                                       {"collaborative", Fixed("others", collaborative)},
                                       {"min_events", {min, {}, {}}}});
    TrainOn(*made, *this);
    return made;
  }
};

TEST(ColdStart, NewShoppersAreServedByContent) {
  Shop shop;
  const auto both = shop.Make("1 2 3 4 5 6", "6 5 4 3 2 1", 3);
  EXPECT_THAT(ScoresOf(*both, {}, 6, 1), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(Ids(Ask(*both, {}, 6, 1)), ElementsAre(5, 4, 3, 2, 1, 0));
}

// Three views of this session make the shopper known.
TEST(ColdStart, TheRunningSessionCounts) {
  Shop shop;
  const auto both = shop.Make("1 2 3 4 5 6", "6 5 4 3 2 1", 3);
  EXPECT_EQ(ScoresOf(*both, {0, 1}, 6, 1)[0], 1);
  EXPECT_EQ(ScoresOf(*both, {0, 1, 2}, 6, 1)[0], 0);
}

// By hand: content ranks 5 4 3 2 1 0, so the new items 5, 4 and 3 have its ranks 0, 1 and 2; the others have the
// collaborative ranks 0, 1, 2; at equal ranks the item with events comes first.
TEST(ColdStart, NewItemsKeepTheRankThatContentGivesThem) {
  Shop shop;
  const auto both = shop.Make("1 2 3 4 5 6", "6 5 4 3 2 1", 3);
  EXPECT_THAT(ScoresOf(*both, {}, 6, 0), ElementsAre(0, -1, -2, -2.5, -1.5, -0.5));
  EXPECT_THAT(Ids(Ask(*both, {}, 6, 0)), ElementsAre(0, 5, 1, 4, 2, 3));
}

TEST(ColdStart, WithEnoughEventsForAllItIsTheCollaborativeModel) {
  Shop shop;
  const auto both = shop.Make("1 2 3 4 5 6", "3 6 - 5 4 2", 0);
  EXPECT_THAT(Ids(Ask(*both, {}, 5, 0)), ElementsAre(1, 3, 4, 0, 5));
  EXPECT_EQ(ScoresOf(*both, {}, 6, 0)[2], kNothing);
}

TEST(ColdStart, ItemsBecomeKnownEventByEvent) {
  Shop shop;
  const auto both = shop.Make("1 2 3 4 5 6", "6 5 4 3 2 1", 3);
  ShopEvent event;
  event.item = ItemId(5);
  for (const ShopEventKind kind : {ShopEventKind::kView, ShopEventKind::kCart, ShopEventKind::kQuestion}) {
    event.kind = kind;
    both->Observe(event);
    EXPECT_EQ(ScoresOf(*both, {}, 6, 0)[5], -0.5F);
  }
  event.kind = ShopEventKind::kPurchase;
  both->Observe(event);
  EXPECT_NE(ScoresOf(*both, {}, 6, 0)[5], -0.5F) << "now ranked by the other model";
  const auto other = shop.Make("1 2 3 4 5 6", "6 5 4 3 2 1", 3);
  std::istringstream in(Saved(*both));
  other->Load(in);
  EXPECT_EQ(ScoresOf(*other, {}, 6, 0), ScoresOf(*both, {}, 6, 0));
}

}  // namespace
}  // namespace souk
