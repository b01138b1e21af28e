// The shopper × item matrix against a plain map that is filled event by event, and dense arithmetic against loops.

#include "strategies/common/shopper_items.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <sstream>

#include "sim/base/error.h"
#include "strategies/common/slate_filter.h"
#include "strategies/common/vector_math.h"
#include "tests/support/test_shop.h"

namespace souk {
namespace {

using testing::FillTestLog;
using testing::TestShop;

constexpr InteractionSettings kSettings{{1, 2, 3}, 7};

std::map<int, float> RowOf(const ShopperItems& items, int shopper) {
  std::vector<Entry> row;
  items.Row(ShopperId(shopper), row);
  std::map<int, float> map;
  for (const Entry& e : row) EXPECT_TRUE(map.emplace(e.column, e.value).second) << "an item twice";
  return map;
}

TEST(ShopperItems, IsTheLargestDecayedWeightAndThenThatOfNews) {
  TestShop shop(40, 4, 12);
  FillTestLog(shop, 120, 5, 3);
  ShopLog log = shop.records.log;
  const std::size_t trained = log.events.size() * 3 / 4;
  log.events.resize(trained);
  ShopperItems items(40, kSettings);
  items.Rebuild(log);

  std::vector<std::map<int, float>> expected(12);
  const auto add = [&](const ShopEvent& e, double factor) {
    if (!e.item.valid()) return;
    float& weight = expected[e.shopper.index()][e.item.value];
    weight = std::max(weight, static_cast<float>(kSettings.weights.Of(e.kind) * factor));
  };
  for (const ShopEvent& e : log.events)  // ages in whole hours, as HourlyDecay says
    add(e, std::exp2(-std::floor((log.events.back().time - e.time).days() * 24) / (7 * 24)));
  for (int u = 0; u < 12; ++u) {
    const auto row = RowOf(items, u);
    ASSERT_EQ(row.size(), expected[static_cast<std::size_t>(u)].size());
    for (const auto& [item, weight] : row) EXPECT_NEAR(weight, expected[static_cast<std::size_t>(u)][item], 1e-6);
    EXPECT_EQ(items.News(ShopperId(u)), 0);
  }
  std::vector<int> news(12, 0);
  for (std::size_t n = trained; n < shop.records.log.events.size(); ++n) {
    const ShopEvent& e = shop.records.log.events[n];
    items.Observe(e);
    add(e, 1);
    if (e.item.valid()) ++news[e.shopper.index()];
  }
  for (int u = 0; u < 12; ++u) {
    const auto row = RowOf(items, u);
    ASSERT_EQ(row.size(), expected[static_cast<std::size_t>(u)].size());
    for (const auto& [item, weight] : row) EXPECT_NEAR(weight, expected[static_cast<std::size_t>(u)][item], 1e-6);
    EXPECT_EQ(items.News(ShopperId(u)), news[static_cast<std::size_t>(u)]);
  }

  std::ostringstream out;
  StateWriter writer(out, "test", 1, 40);
  items.Save(writer);
  writer.Finish();
  std::istringstream in(out.str());
  StateReader reader(in, "test", 1, 40);
  ShopperItems restored(40, kSettings);
  restored.Load(reader);
  reader.Finish();
  for (int u = 0; u < 12; ++u) EXPECT_EQ(RowOf(restored, u), RowOf(items, u));
}

TEST(ShopperItems, KeepsTheOrderOfFirstEventsAndIgnoresWhatIsNoItem) {
  TestShop shop(5, 1, 3);
  for (const int item : {3, 1, 3, 0}) shop.Log(ShopEventKind::kView, 1, 0, item);
  shop.Log(ShopEventKind::kOptOut, 1, 0);
  ShopperItems items(5, {{1, 0, 4}, 0});
  items.Rebuild(shop.records.log);
  ShopEvent event = shop.records.log.events[0];
  event.item = ItemId(2);
  items.Observe(event);
  event.kind = ShopEventKind::kCart;  // of weight 0 here
  event.item = ItemId(4);
  items.Observe(event);
  event.kind = ShopEventKind::kPurchase;
  event.item = ItemId(1);
  items.Observe(event);
  std::vector<Entry> row;
  items.Row(ShopperId(1), row);
  ASSERT_EQ(row.size(), 4U);
  const int order[] = {3, 1, 0, 2};
  for (std::size_t n = 0; n < 4; ++n) EXPECT_EQ(row[n].column, order[n]);
  EXPECT_EQ(row[1].value, 4);
  items.Row(ShopperId(2), row);
  EXPECT_TRUE(row.empty());
  items.Row(ShopperId(77), row);
  EXPECT_TRUE(row.empty());
}

TEST(VectorMath, IsTheSumInSixteenLanes) {
  std::mt19937 bits(5);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (std::size_t n = 0; n < 70; ++n) {
    std::vector<float> a(n);
    std::vector<float> b(n);
    for (float& x : a) x = uniform(bits);
    for (float& x : b) x = uniform(bits);
    float lane[16] = {};
    for (std::size_t i = 0; i < n; ++i) lane[i % 16] += a[i] * b[i];
    for (int half = 8; half > 0; half /= 2)
      for (int r = 0; r < half; ++r) lane[r] += lane[r + half];
    EXPECT_EQ(Dot(a, b), lane[0]) << n;
    std::vector<float> sum = b;
    AddScaled(0.3F, a, sum);
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(sum[i], b[i] + a[i] * 0.3F);
  }
}

TEST(VectorMath, FourRowsAtOnceEqualOneAfterTheOther) {
  std::mt19937 bits(6);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (std::size_t n = 0; n < 70; ++n) {
    std::vector<std::vector<float>> rows(5, std::vector<float>(n));
    for (auto& row : rows)
      for (float& x : row) x = uniform(bits);
    std::vector<float> expected = rows[4];
    const float factors[4] = {0.3F, -1.7F, 0.1F, 5.0F};
    for (std::size_t r = 0; r < 4; ++r) AddScaled(factors[r], rows[r], expected);
    AddScaledFour(factors, {rows[0].data(), rows[1].data(), rows[2].data(), rows[3].data()}, rows[4]);
    EXPECT_EQ(rows[4], expected) << n;
  }
}

TEST(AddBestOfAll, IsTheFilteredSort) {
  std::mt19937 bits(7);
  TestShop shop(60, 3, 2);
  for (int i = 0; i < 60; i += 5) shop.SetAvailable(i, false);
  TopK best(Slate::kMax);
  for (int round = 0; round < 50; ++round) {
    std::vector<float> scores(60);
    for (float& s : scores) s = static_cast<float>(bits() % 7);  // many ties
    for (int n = 0; n < 20; ++n) scores[bits() % 60] = -std::numeric_limits<float>::infinity();
    RecommendRequest request;
    request.anchor = ItemId(static_cast<int>(bits() % 60));
    const SlateFilter filter(request, shop.view, false);
    std::vector<Scored> all;
    for (int i = 0; i < 60; ++i)
      if (std::isfinite(scores[static_cast<std::size_t>(i)]) && filter.Allows(ItemId(i)))
        all.push_back({scores[static_cast<std::size_t>(i)], i});
    std::sort(all.begin(), all.end(), Before);
    Slate slate;
    AddBestOfAll(slate, 8, scores, filter, best);
    ASSERT_EQ(slate.size, std::min<int>(8, static_cast<int>(all.size())));
    for (int r = 0; r < slate.size; ++r)
      EXPECT_EQ(slate.items[static_cast<std::size_t>(r)].value, all[static_cast<std::size_t>(r)].id);
    Slate above;  // the same list, cut where scores reach the floor
    AddBestOfAll(above, 8, scores, filter, best, 5.0F);
    int expected = 0;
    while (expected < slate.size && all[static_cast<std::size_t>(expected)].score > 5) ++expected;
    ASSERT_EQ(above.size, expected);
    for (int r = 0; r < above.size; ++r)
      EXPECT_EQ(above.items[static_cast<std::size_t>(r)], slate.items[static_cast<std::size_t>(r)]);
  }
}

}  // namespace
}  // namespace souk
