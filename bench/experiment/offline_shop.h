#pragma once
// A shop around recorded interactions: what strategies need to learn and to be asked, without a market.

#include <cstdint>
#include <string>
#include <vector>

#include "bench/experiment/offline_data.h"
#include "sim/decision/shop_view.h"

namespace souk {

/// What is known of items, from a file of tab-separated columns with a header.
struct ItemFacts {
  std::vector<std::int64_t> ids;                 ///< in the order of the file, distinct
  std::vector<std::vector<std::int32_t>> words;  ///< per row: words of the description, in order
  std::vector<std::int32_t> category;            ///< per row
  std::vector<Money> price;                      ///< per row
  int vocabulary = 0;
  int categories = 0;
};

/// Reads `file`. Columns by name: `item_id`; the words of an item from `tokens` (separated by blanks) or, without that
/// column, from `description` (letters and digits, small); `price` in units of money; `category`. Without `category`
/// the price's bucket (steps of a factor of √2) is the category. Only `item_id` is needed. Throws Error with the place.
/// Tested by: OfflineShop.*.
ItemFacts ReadItemFacts(const std::string& file);

/// The catalogue of `data`'s items: with `facts`, their words, categories and prices; else one category, no words and
/// a price of 10.
PublicCatalogue OfflineCatalogue(const std::vector<std::int64_t>& item_ids, const ItemFacts* facts);

/// Everything behind a ShopView: all items launched and in stock, blank profiles, an empty log. Not movable: the view
/// points into it.
class OfflineShop {
 public:
  OfflineShop(const PublicCatalogue& catalogue, int shoppers);
  OfflineShop(const OfflineShop&) = delete;
  OfflineShop& operator=(const OfflineShop&) = delete;

  /// Appends the start of a session, or an event with an item, and keeps the shopper's profile as the market does.
  const ShopEvent& Start(ShopperId shopper, SessionId session, SimTime time);
  const ShopEvent& Log(ShopperId shopper, SessionId session, const Interaction& interaction);
  /// Takes an item off the shelf.
  void Withdraw(ItemId item);

  [[nodiscard]] const ShopView& view() const { return view_; }
  [[nodiscard]] const ShopLog& log() const { return records_.log; }
  [[nodiscard]] SimTime now() const { return records_.now; }

 private:
  const ShopEvent& Append(ShopperId shopper, SessionId session, ItemId item, ShopEventKind kind, SimTime time);

  const PublicCatalogue& catalogue_;
  std::vector<FaqArticle> faq_;
  std::vector<std::string> intents_;
  ShopRecords records_;
  ShopView view_;
};

}  // namespace souk
