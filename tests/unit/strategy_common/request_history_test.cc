// The history of a request, entry by entry: the row first, then what only this session has seen.

#include "strategies/common/request_history.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace souk {
namespace {

using Pairs = std::vector<std::pair<int, float>>;

struct Shop {
  ShopperItems rows{10, {.weights = {.view = 1, .cart = 2, .buy = 4}}};
  RequestHistory history{10};

  Shop() {
    ShopLog log;
    for (const auto& [item, kind] : {std::pair(3, ShopEventKind::kView), std::pair(5, ShopEventKind::kPurchase)})
      log.events.push_back({.shopper = ShopperId(0), .item = ItemId(item), .kind = kind});
    rows.Rebuild(log);
  }
  Pairs Of(int shopper, std::vector<ItemId> session, float view_weight, float earlier_weight) {
    RecommendRequest request;
    request.shopper = shopper < 0 ? ShopperId() : ShopperId(shopper);
    request.session_items = session;
    Pairs pairs;
    for (const Entry& e : history.Gather(request, rows, view_weight, earlier_weight))
      pairs.emplace_back(e.column, e.value);
    return pairs;
  }
};

TEST(RequestHistory, TheRowThenTheSession) {
  Shop shop;
  EXPECT_EQ(shop.Of(0, {}, 1, 1), (Pairs{{3, 1}, {5, 4}}));
  EXPECT_TRUE(shop.history.is_row());
  EXPECT_EQ(shop.Of(0, {ItemId(7), ItemId(3), ItemId(7)}, 0.5F, 1), (Pairs{{3, 1}, {5, 4}, {7, 0.5F}}));
  EXPECT_FALSE(shop.history.is_row());
  EXPECT_EQ(shop.Of(0, {ItemId(3)}, 1, 1), (Pairs{{3, 1}, {5, 4}}));
  EXPECT_TRUE(shop.history.is_row());
}

TEST(RequestHistory, EarlierItemsCountLess) {
  Shop shop;
  EXPECT_EQ(shop.Of(0, {ItemId(3)}, 1, 0.25F), (Pairs{{3, 1}, {5, 1}}));
  EXPECT_EQ(shop.Of(0, {}, 1, 0.25F), (Pairs{{3, 0.25F}, {5, 1}}));
}

TEST(RequestHistory, StrangersHaveTheirSession) {
  Shop shop;
  EXPECT_EQ(shop.Of(-1, {ItemId(9), ItemId(2)}, 2, 1), (Pairs{{9, 2}, {2, 2}}));
  EXPECT_EQ(shop.Of(-1, {}, 2, 1), Pairs{});
  EXPECT_EQ(shop.Of(77, {}, 2, 1), Pairs{});
}

TEST(RequestHistory, OneQuestionLeavesNoTraceInTheNext) {
  Shop shop;
  shop.Of(0, {ItemId(1), ItemId(2)}, 1, 0.5F);
  EXPECT_EQ(shop.Of(0, {}, 1, 1), (Pairs{{3, 1}, {5, 4}}));
  EXPECT_EQ(shop.Of(-1, {ItemId(1), ItemId(5)}, 1, 1), (Pairs{{1, 1}, {5, 1}}));
}

}  // namespace
}  // namespace souk
