#include "strategies/common/latest_items.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/recommend.h"

namespace souk {
namespace {

using testing::Items;
using testing::TestShop;

using Weighted = std::vector<std::pair<int, float>>;

Weighted Gather(LatestItems& latest, const TestShop& shop, int shopper, const std::vector<int>& session) {
  const std::vector<ItemId> items = Items(session);
  RecommendRequest request;
  if (shopper >= 0) request.shopper = ShopperId(shopper);
  request.session_items = items;
  Weighted found;
  for (const Entry& e : latest.Of(request, shop.view)) found.emplace_back(e.column, e.value);
  return found;
}

// Hand-made: the session backwards, then the profile backwards; an item counts once, where it is latest.
TEST(LatestItems, AreDistinctAndFade) {
  TestShop shop(10, 1, 2);
  shop.LogSession(0, 0, {1, 2, 3, 9});
  LatestItems latest(10, {.length = 5, .decay = 0.5F, .earlier_weight = 0.25F});
  EXPECT_EQ(Gather(latest, shop, 0, {3, 4, 3}),
            (Weighted{{3, 1.0F}, {4, 0.5F}, {9, 0.25F * 0.25F}, {2, 0.25F * 0.125F}, {1, 0.25F * 0.0625F}}));
  EXPECT_EQ(Gather(latest, shop, -1, {3, 4, 3}), (Weighted{{3, 1.0F}, {4, 0.5F}}));
  EXPECT_EQ(Gather(latest, shop, 1, {}), Weighted{});
}

TEST(LatestItems, AreCutToTheirNumber) {
  TestShop shop(10, 1, 2);
  shop.LogSession(0, 0, {1, 2, 3});
  LatestItems two(10, {.length = 2, .decay = 0.5F, .earlier_weight = 1.0F});
  EXPECT_EQ(Gather(two, shop, 0, {7, 8, 9}), (Weighted{{9, 1.0F}, {8, 0.5F}}));
  EXPECT_EQ(Gather(two, shop, 0, {9}), (Weighted{{9, 1.0F}, {3, 0.5F}}));
  LatestItems now(10, {.length = 2, .decay = 0.5F, .earlier_weight = 0.0F});
  EXPECT_EQ(Gather(now, shop, 0, {9}), (Weighted{{9, 1.0F}}));
}

}  // namespace
}  // namespace souk
