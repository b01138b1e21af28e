// The shop's log of slates: chances take room only where something was left to chance.

#include "sim/decision/shop_log.h"

#include <gtest/gtest.h>

#include <vector>

namespace souk {
namespace {

using Items = std::vector<ItemId>;
using Chances = std::vector<float>;

TEST(ShopLog, SlatesShownWithCertaintyStoreNoChances) {
  ShopLog log;
  log.AddSlateItems(Items{ItemId(4), ItemId(2)}, Chances{1, 1});
  log.AddSlateItems(Items{}, Chances{});
  EXPECT_EQ(log.slate_items, (Items{ItemId(4), ItemId(2)}));
  EXPECT_TRUE(log.slate_propensity.empty());
  EXPECT_EQ(log.SlatePropensity(0), 1.0F);
  EXPECT_EQ(log.SlatePropensity(1), 1.0F);
}

// Rule: from the first uncertain slate on every item has its chance, those before it 1.
TEST(ShopLog, TheFirstUncertainSlateGivesAllTheirChances) {
  ShopLog log;
  const std::vector<Chances> slates = {{1, 1}, {0.25F, 1}, {1}, {0.5F}};
  Chances all;
  for (const Chances& chances : slates) {
    log.AddSlateItems(Items(chances.size(), ItemId(7)), chances);
    all.insert(all.end(), chances.begin(), chances.end());
  }
  ASSERT_EQ(log.slate_propensity.size(), log.slate_items.size());
  for (std::size_t at = 0; at < all.size(); ++at) EXPECT_EQ(log.SlatePropensity(at), all[at]) << at;
}

}  // namespace
}  // namespace souk
