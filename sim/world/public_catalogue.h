#pragma once
// The catalogue as the shop itself knows it: what every strategy may see of a product.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/money.h"

namespace souk {

/// Columns indexed by ItemId; words are CSR. Immutable once built.
struct PublicCatalogue {
  static constexpr int kStyleLevels = 5;   ///< words that tell a style aspect come in five levels
  static constexpr int kStyleWords = 320;  ///< ids below are style words; above: category and filler words
  int departments = 0;
  int categories = 0;
  int brands = 0;
  int vocabulary = 0;                ///< words are 0 … vocabulary−1
  std::vector<CategoryId> category;  ///< leaf category, per item
  std::vector<BrandId> brand;
  std::vector<Money> list_price;
  std::vector<Money> unit_cost;
  std::vector<std::int32_t> launch_day;       ///< day on which it becomes available; ≤ 0: from the start
  std::vector<std::int32_t> department_of;    ///< per category
  std::vector<std::int32_t> word_begin;       ///< size items+1
  std::vector<std::int32_t> words;            ///< description word ids, may repeat
  std::vector<std::vector<ItemId>> items_of;  ///< per category

  [[nodiscard]] int items() const { return static_cast<int>(category.size()); }
  [[nodiscard]] std::span<const std::int32_t> description(ItemId i) const {
    const auto b = static_cast<std::size_t>(word_begin[i.index()]);
    const auto e = static_cast<std::size_t>(word_begin[i.index() + 1]);
    return {words.data() + b, e - b};
  }
  /// A readable spelling of a word id, e.g. `slim`, `colour-12`; of an item's title.
  [[nodiscard]] static std::string Word(std::int32_t word);
  [[nodiscard]] std::string Title(ItemId i) const;
};

/// One help page of the shop.
struct FaqArticle {
  IntentId intent;  ///< what it answers
  std::string title;
  std::string text;
};

}  // namespace souk
