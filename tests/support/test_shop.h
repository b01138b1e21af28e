#pragma once
// A small shop for tests: a catalogue, its records and the view that strategies get, without the
// world or the market. Numbers come from std::mt19937_64 (fixed by the standard), never from time.

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "sim/decision/shop_view.h"

namespace souk::testing {

/// A catalogue of `items` items in `categories` categories (round robin, so that every category is
/// used when items ≥ categories), departments of four categories, about one brand per ten items,
/// list prices 1.00…200.00, unit cost 60 % of it, everything launched, and descriptions of 5…12
/// words, half of which lean to the category so that texts of one category are alike.
inline PublicCatalogue MakeTestCatalogue(int items, int categories, std::uint64_t seed = 1) {
  std::mt19937_64 bits(seed);
  const auto below = [&bits](int n) { return static_cast<int>(bits() % static_cast<std::uint64_t>(n)); };
  PublicCatalogue c;
  c.categories = categories;
  c.departments = (categories + 3) / 4;
  c.brands = items / 10 + 1;
  c.vocabulary = 40 + 10 * categories;
  c.items_of.resize(static_cast<std::size_t>(categories));
  for (int g = 0; g < categories; ++g) c.department_of.push_back(g / 4);
  c.word_begin.push_back(0);
  for (int i = 0; i < items; ++i) {
    const int category = i % categories;
    c.category.emplace_back(category);
    c.items_of[static_cast<std::size_t>(category)].emplace_back(i);
    c.brand.emplace_back(below(c.brands));
    c.list_price.push_back({100 + below(19901)});
    c.unit_cost.push_back(Scale(c.list_price.back(), 0.6));
    c.launch_day.push_back(0);
    const int words = 5 + below(8);
    for (int w = 0; w < words; ++w) c.words.push_back(below(2) == 0 ? below(40) : 40 + 10 * category + below(10));
    c.word_begin.push_back(static_cast<std::int32_t>(c.words.size()));
  }
  return c;
}

/// Everything behind a ShopView, owned in one place. All items launched and in unlimited stock at
/// list price, `shoppers` blank profiles, an empty log. Members may be changed freely between
/// calls; after changing availability call CountAvailable(). Never moved, because `view` points
/// into it.
struct TestShop {
  PublicCatalogue catalogue;
  std::vector<FaqArticle> faq;
  std::vector<std::string> intents;
  ShopRecords records;
  ShopView view;

  explicit TestShop(PublicCatalogue the_catalogue, int shoppers = 10)
      : catalogue(std::move(the_catalogue)), view(catalogue, faq, intents, records) {
    const auto n = static_cast<std::size_t>(catalogue.items());
    records.price = catalogue.list_price;
    records.competitor_price = catalogue.list_price;
    records.stock.assign(n, INT32_MAX);
    records.available.assign(n, 1);
    records.available_count = catalogue.items();
    records.profiles.resize(static_cast<std::size_t>(shoppers));
  }
  TestShop(int items, int categories, int shoppers = 10, std::uint64_t seed = 1)
      : TestShop(MakeTestCatalogue(items, categories, seed), shoppers) {}
  TestShop(const TestShop&) = delete;
  TestShop& operator=(const TestShop&) = delete;

  void SetAvailable(int item, bool available) {
    records.available[static_cast<std::size_t>(item)] = available ? 1 : 0;
    CountAvailable();
  }
  void CountAvailable() {
    records.available_count = 0;
    for (const std::uint8_t a : records.available) records.available_count += a != 0 ? 1 : 0;
  }

  /// Appends one event at `records.now` and keeps the shopper's profile as the market would: views
  /// enter the ring of recent items, carts the cart, purchases count and empty it.
  void Log(ShopEventKind kind, int shopper, int session, int item = -1, int quantity = 1) {
    const ItemId id = item < 0 ? ItemId{} : ItemId(item);
    const Money price = item < 0 ? Money{} : records.price[id.index()];
    records.log.events.push_back({.time = records.now,
                                  .shopper = ShopperId(shopper),
                                  .session = SessionId(session),
                                  .item = id,
                                  .kind = kind,
                                  .quantity = static_cast<std::int16_t>(quantity),
                                  .price = price});
    ShopperProfile& p = records.profiles[static_cast<std::size_t>(shopper)];
    if (p.first_seen == kNever) p.first_seen = records.now;
    p.last_seen = records.now;
    switch (kind) {
      case ShopEventKind::kSessionStart: ++p.sessions; break;
      case ShopEventKind::kView: p.PushRecent(id); break;
      case ShopEventKind::kCart:
        ++p.carts;
        p.cart_changed = records.now;
        if (p.cart_size < ShopperProfile::kCart) p.cart[static_cast<std::size_t>(p.cart_size++)] = id;
        break;
      case ShopEventKind::kPurchase:
        ++p.orders;
        p.last_order = records.now;
        p.spent += price * quantity;
        p.cart_size = 0;
        break;
      default: break;
    }
  }
  /// A whole session of views, one minute apart, starting at `records.now`; leaves `now` after it.
  void LogSession(int shopper, int session, const std::vector<int>& items) {
    Log(ShopEventKind::kSessionStart, shopper, session);
    for (const int item : items) {
      records.now = records.now + Seconds(60);
      Log(ShopEventKind::kView, shopper, session, item);
    }
  }
};

/// A log as a shop would have: `sessions` sessions of geometric length (mean about `mean_views`)
/// that mostly stay in one category, popular items first (Zipf), some carts and purchases; spread
/// evenly over `days` days.
inline void FillTestLog(TestShop& shop, int sessions, double mean_views, std::uint64_t seed, double days = 28) {
  std::mt19937_64 bits(seed);
  const auto uniform = [&bits] { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53; };
  const int categories = shop.catalogue.categories;
  const auto pick = [&](int category) {
    const auto& items = shop.catalogue.items_of[static_cast<std::size_t>(category)];
    const double u = uniform();  // u² leans to the first items of a category
    return items[static_cast<std::size_t>(u * u * static_cast<double>(items.size()))].value;
  };
  const auto shoppers = static_cast<double>(shop.records.profiles.size());
  const SimTime start = shop.records.now;
  for (int s = 0; s < sessions; ++s) {
    shop.records.now = start + Days(days * s / sessions);
    const int shopper = static_cast<int>(uniform() * shoppers);
    shop.Log(ShopEventKind::kSessionStart, shopper, s);
    const double v = uniform();
    int category = static_cast<int>(v * v * categories);
    do {
      if (uniform() < 0.3) category = static_cast<int>(uniform() * categories);
      if (shop.catalogue.items_of[static_cast<std::size_t>(category)].empty()) category = 0;
      const int item = pick(category);
      shop.Log(ShopEventKind::kView, shopper, s, item);
      if (uniform() < 0.06) shop.Log(ShopEventKind::kCart, shopper, s, item);
      if (uniform() < 0.02) shop.Log(ShopEventKind::kPurchase, shopper, s, item);
    } while (uniform() > 1.0 / mean_views);
  }
  shop.records.now = start + Days(days);
}

}  // namespace souk::testing
