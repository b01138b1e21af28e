#include "strategies/common/content_features.h"

#include <algorithm>
#include <cmath>

#include "sim/base/math.h"

namespace souk {
namespace {

/// Multiplies each entry by the rarity of its column and gives each row length 1.
void WeighByRarity(SparseRows& rows) {
  const int n = rows.rows();
  std::vector<std::int32_t> df(static_cast<std::size_t>(rows.columns), 0);
  for (const Entry& e : rows.entries) ++df[static_cast<std::size_t>(e.column)];
  for (int i = 0; i < n; ++i) {
    const auto begin = static_cast<std::size_t>(rows.begin[static_cast<std::size_t>(i)]);
    const auto end = static_cast<std::size_t>(rows.begin[static_cast<std::size_t>(i) + 1]);
    double sum = 0;
    for (std::size_t e = begin; e < end; ++e) {
      Entry& entry = rows.entries[e];
      const std::int32_t holders = df[static_cast<std::size_t>(entry.column)];
      const double rarity = holders == n ? 0.0 : Log((1.0 + n) / static_cast<double>(holders));
      entry.value *= static_cast<float>(rarity);
      sum += static_cast<double>(entry.value) * entry.value;
    }
    const float scale = sum > 0 ? static_cast<float>(1.0 / std::sqrt(sum)) : 0.0F;
    for (std::size_t e = begin; e < end; ++e) rows.entries[e].value *= scale;
  }
}

}  // namespace

ContentWeights ReadContentWeights(const Params& params) {
  return {static_cast<float>(params.Real("word_weight")), static_cast<float>(params.Real("category_weight")),
          static_cast<float>(params.Real("department_weight")), static_cast<float>(params.Real("brand_weight"))};
}

std::vector<ParamSpec> ContentWeightParams() {
  return {{"word_weight", 1.0, 0, 100, {}, "", "weight of description words"},
          {"category_weight", 1.0, 0, 100, {}, "", "weight of the category token"},
          {"department_weight", 0.5, 0, 100, {}, "", "weight of the department token: the level above the category"},
          {"brand_weight", 0.5, 0, 100, {}, "", "weight of the brand token"}};
}

SparseRows ContentVectors(const PublicCatalogue& catalogue, const ContentWeights& weights) {
  const int n = catalogue.items();
  const std::int32_t first_category = catalogue.vocabulary;
  const std::int32_t first_department = first_category + catalogue.categories;
  const std::int32_t first_brand = first_department + catalogue.departments;
  SparseRows rows;
  rows.columns = first_brand + catalogue.brands;
  std::vector<std::int32_t> words;
  for (int i = 0; i < n; ++i) {
    const auto text = catalogue.description(ItemId(i));
    words.assign(text.begin(), text.end());
    std::sort(words.begin(), words.end());
    for (std::size_t at = 0; at < words.size();) {
      std::size_t end = at;
      while (end < words.size() && words[end] == words[at]) ++end;
      const double count = static_cast<double>(end - at);
      rows.entries.push_back({words[at], weights.word * static_cast<float>(1.0 + Log(count))});
      at = end;
    }
    const CategoryId category = catalogue.category[static_cast<std::size_t>(i)];
    const BrandId brand = catalogue.brand[static_cast<std::size_t>(i)];
    if (category.valid()) rows.entries.push_back({first_category + category.value, weights.category});
    if (category.valid() && catalogue.departments > 0)
      rows.entries.push_back({first_department + catalogue.department_of[category.index()], weights.department});
    if (brand.valid()) rows.entries.push_back({first_brand + brand.value, weights.brand});
    rows.EndRow();
  }
  WeighByRarity(rows);
  return rows;
}

}  // namespace souk
