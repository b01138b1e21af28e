#include "bench/experiment/offline_shop.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <unordered_map>

#include "sim/base/error.h"
#include "sim/scenario/scalar.h"

namespace souk {
namespace {

constexpr int kPriceBuckets = 40;
constexpr int kOneUnit = 14;  ///< bucket of a price of 1
constexpr double kLargestPrice = 1e12;

std::vector<std::string> SplitTabs(std::string line) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == '\t') cells.emplace_back();
    else cells.back() += c;
  }
  return cells;
}

/// Words of letters and digits in small letters; bytes beyond ASCII belong to words as they are.
std::vector<std::string> Words(const std::string& text) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter =
        byte >= 0x80 || (byte >= '0' && byte <= '9') || ((byte | 0x20U) >= 'a' && (byte | 0x20U) <= 'z');
    if (letter && !inside) words.emplace_back();
    if (letter) words.back() += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : c;
    inside = letter;
  }
  return words;
}

std::vector<std::string> SplitBlanks(const std::string& text) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char c : text) {
    const bool blank = c == ' ';
    if (!blank && !inside) words.emplace_back();
    if (!blank) words.back() += c;
    inside = !blank;
  }
  return words;
}

/// Where the columns stand; −1 when absent.
struct Columns {
  int id = -1;
  int tokens = -1;
  int description = -1;
  int price = -1;
  int category = -1;

  Columns(const std::vector<std::string>& header, const std::string& file) {
    const std::map<std::string, int*> known = {{"item_id", &id},
                                               {"tokens", &tokens},
                                               {"description", &description},
                                               {"price", &price},
                                               {"category", &category}};
    for (std::size_t c = 0; c < header.size(); ++c)
      if (const auto at = known.find(header[c]); at != known.end()) *at->second = static_cast<int>(c);
    if (id < 0)
      throw Error(
          "found no column 'item_id' in the first line; allowed tab-separated columns item_id, tokens, "
          "description, price, category",
          file + ":1");
  }
};

/// Numbers texts in the order in which they come.
class Numbering {
 public:
  std::int32_t Of(const std::string& text) {
    return numbers_.emplace(text, static_cast<std::int32_t>(numbers_.size())).first->second;
  }
  [[nodiscard]] int size() const { return static_cast<int>(numbers_.size()); }

 private:
  std::unordered_map<std::string, std::int32_t> numbers_;
};

Money PriceOf(const std::string& text, const std::string& where) {
  const std::optional<double> price = ParseReal(text);
  if (!price || !(*price >= 0) || *price > kLargestPrice)
    throw Error(fmt::format("found '{}' as price; allowed a number from 0", text), where);
  return Money{std::llround(*price * 100)};
}

std::int32_t PriceBucket(Money price) {
  if (price.cents <= 0) return 0;
  const double bucket = std::floor(2 * std::log2(static_cast<double>(price.cents) / 100));
  return std::clamp(kOneUnit + static_cast<std::int32_t>(bucket), 0, kPriceBuckets - 1);
}

}  // namespace

ItemFacts ReadItemFacts(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  if (!in) throw Error(std::string("cannot be read: ") + std::strerror(errno), file);
  if (!std::getline(in, line)) throw Error("found nothing; allowed tab-separated columns with a header", file);
  const Columns columns(SplitTabs(line), file);
  ItemFacts facts;
  Numbering words;
  Numbering categories;
  std::unordered_map<std::int64_t, std::int64_t> line_of;
  for (std::int64_t n = 2; std::getline(in, line); ++n) {
    if (line.empty() || line == "\r") continue;
    const std::string where = fmt::format("{}:{}", file, n);
    const std::vector<std::string> cells = SplitTabs(line);
    const auto cell = [&](int column) {
      if (column < 0) return std::string();
      if (static_cast<std::size_t>(column) >= cells.size())
        throw Error(fmt::format("found {} columns; the header has more", cells.size()), where);
      return cells[static_cast<std::size_t>(column)];
    };
    const std::optional<std::int64_t> id = ParseInt(cell(columns.id));
    if (!id || *id < 0)
      throw Error(fmt::format("found '{}' as item_id; allowed a whole number from 0", cell(columns.id)), where);
    if (const auto [at, is_new] = line_of.emplace(*id, n); !is_new)
      throw Error(fmt::format("found item {} again, as in line {}", *id, at->second), where);
    facts.ids.push_back(*id);
    facts.words.emplace_back();
    for (const std::string& word :
         columns.tokens >= 0 ? SplitBlanks(cell(columns.tokens)) : Words(cell(columns.description)))
      facts.words.back().push_back(words.Of(word));
    facts.price.push_back(columns.price >= 0 ? PriceOf(cell(columns.price), where) : Money{1000});
    facts.category.push_back(columns.category >= 0 ? categories.Of(cell(columns.category))
                                                   : PriceBucket(facts.price.back()));
  }
  if (facts.ids.empty()) throw Error("found no items; allowed one per line", file);
  facts.vocabulary = words.size();
  facts.categories = columns.category >= 0 ? categories.size() : kPriceBuckets;
  return facts;
}

PublicCatalogue OfflineCatalogue(const std::vector<std::int64_t>& item_ids, const ItemFacts* facts) {
  const std::size_t n = item_ids.size();
  PublicCatalogue c;
  c.departments = c.categories = c.brands = 1;
  c.category.assign(n, CategoryId(0));
  c.brand.assign(n, BrandId(0));
  c.list_price.assign(n, Money{1000});
  c.launch_day.assign(n, 0);
  std::vector<const std::vector<std::int32_t>*> words(n, nullptr);
  if (facts != nullptr) {
    c.categories = facts->categories;
    c.vocabulary = facts->vocabulary;
    for (std::size_t r = 0; r < facts->ids.size(); ++r) {
      const auto at = std::lower_bound(item_ids.begin(), item_ids.end(), facts->ids[r]);
      if (at == item_ids.end() || *at != facts->ids[r]) continue;
      const auto i = static_cast<std::size_t>(at - item_ids.begin());
      words[i] = &facts->words[r];
      c.category[i] = CategoryId(facts->category[r]);
      c.list_price[i] = facts->price[r];
    }
  }
  c.department_of.assign(static_cast<std::size_t>(c.categories), 0);
  c.items_of.resize(static_cast<std::size_t>(c.categories));
  c.word_begin.assign(1, 0);
  for (std::size_t i = 0; i < n; ++i) {
    c.unit_cost.push_back(Scale(c.list_price[i], 0.6));
    c.items_of[c.category[i].index()].emplace_back(i);
    if (words[i] != nullptr) c.words.insert(c.words.end(), words[i]->begin(), words[i]->end());
    c.word_begin.push_back(static_cast<std::int32_t>(c.words.size()));
  }
  return c;
}

OfflineShop::OfflineShop(const PublicCatalogue& catalogue, int shoppers)
    : catalogue_(catalogue), view_(catalogue_, faq_, intents_, records_) {
  const auto n = static_cast<std::size_t>(catalogue.items());
  records_.price = catalogue.list_price;
  records_.competitor_price = catalogue.list_price;
  records_.stock.assign(n, INT32_MAX);
  records_.available.assign(n, 1);
  records_.available_count = catalogue.items();
  records_.profiles.resize(static_cast<std::size_t>(shoppers));
}

const ShopEvent& OfflineShop::Append(ShopperId shopper, SessionId session, ItemId item, ShopEventKind kind,
                                     SimTime time) {
  records_.now = std::max(records_.now, time);
  const Money price = item.valid() ? records_.price[item.index()] : Money{};
  records_.log.events.push_back({.time = records_.now,
                                 .shopper = shopper,
                                 .session = session,
                                 .item = item,
                                 .kind = kind,
                                 .quantity = static_cast<std::int16_t>(item.valid() ? 1 : 0),
                                 .price = price});
  ShopperProfile& p = records_.profiles[shopper.index()];
  if (p.first_seen == kNever) p.first_seen = records_.now;
  p.last_seen = records_.now;
  switch (kind) {
    case ShopEventKind::kSessionStart: ++p.sessions; break;
    case ShopEventKind::kView: p.PushRecent(item); break;
    case ShopEventKind::kCart:
      ++p.carts;
      p.cart_changed = records_.now;
      if (p.cart_size < ShopperProfile::kCart) p.cart[static_cast<std::size_t>(p.cart_size++)] = item;
      break;
    case ShopEventKind::kPurchase:
      ++p.orders;
      p.last_order = records_.now;
      p.spent += price;
      p.cart_size = 0;
      break;
    default: break;
  }
  return records_.log.events.back();
}

const ShopEvent& OfflineShop::Start(ShopperId shopper, SessionId session, SimTime time) {
  return Append(shopper, session, {}, ShopEventKind::kSessionStart, time);
}

const ShopEvent& OfflineShop::Log(ShopperId shopper, SessionId session, const Interaction& interaction) {
  return Append(shopper, session, ItemId(interaction.item), interaction.kind, interaction.time);
}

void OfflineShop::Withdraw(ItemId item) {
  records_.available_count -= records_.available[item.index()];
  records_.available[item.index()] = 0;
  records_.stock[item.index()] = 0;
}

}  // namespace souk
