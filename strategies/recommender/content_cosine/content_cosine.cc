#include "strategies/recommender/content_cosine/content_cosine.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/base/math.h"

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;
/// Of the popularity that fills a slate when there is no content to go by.
constexpr double kFallbackHalfLifeDays = 30;
constexpr EventWeights kFallbackWeights{1, 3, 8};

HistorySettings History(const Params& params) {
  return {.length = static_cast<int>(params.Int("history")),
          .decay = static_cast<float>(params.Real("decay")),
          .earlier_weight = static_cast<float>(params.Real("earlier_weight")),
          .repeat_viewed = params.Bool("repeat_viewed")};
}

}  // namespace

const StrategyInfo& ContentCosineInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "content-cosine",
      .summary = "Items described like what the shopper just saw: TF-IDF over words, category, department and brand.",
      .source = "Pazzani & Billsus 2007",
      .status = "tested",
      .params = {
          {"neighbours", std::int64_t{80}, 1, 10000, {}, "items", "most similar items kept per item"},
          {"word_weight", 1.0, 0, 100, {}, "", "weight of description words"},
          {"category_weight", 1.0, 0, 100, {}, "", "weight of the category token"},
          {"department_weight", 0.5, 0, 100, {}, "", "weight of the department token: the level above the category"},
          {"brand_weight", 0.5, 0, 100, {}, "", "weight of the brand token"},
          {"history", std::int64_t{8}, 1, 100000, {}, "items", "latest distinct items that make up the profile"},
          {"decay", 0.7, 0, 1, {}, "", "weight of an item over that of the next later one"},
          {"earlier_weight", 0.5, 0, 1, {}, "", "factor for items of earlier sessions"},
          {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"},
      }};
  return info;
}

std::unique_ptr<Strategy> MakeContentCosine(const Params& params, const StrategyContext& context) {
  return std::make_unique<ContentCosine>(params, context);
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

  std::vector<std::int32_t> df(static_cast<std::size_t>(rows.columns), 0);
  for (const Entry& e : rows.entries) ++df[static_cast<std::size_t>(e.column)];
  for (int i = 0; i < n; ++i) {
    const auto begin = static_cast<std::size_t>(rows.begin[static_cast<std::size_t>(i)]);
    const auto end = static_cast<std::size_t>(rows.begin[static_cast<std::size_t>(i) + 1]);
    double sum = 0;
    for (std::size_t e = begin; e < end; ++e) {
      Entry& entry = rows.entries[e];
      const double rarity = Log((1.0 + n) / static_cast<double>(df[static_cast<std::size_t>(entry.column)]));
      entry.value *= static_cast<float>(rarity);
      sum += static_cast<double>(entry.value) * entry.value;
    }
    const float scale = sum > 0 ? static_cast<float>(1.0 / std::sqrt(sum)) : 0.0F;
    for (std::size_t e = begin; e < end; ++e) rows.entries[e].value *= scale;
  }
  return rows;
}

ContentCosine::ContentCosine(const Params& params, const StrategyContext& context)
    : view_(context.view),
      weights_{static_cast<float>(params.Real("word_weight")), static_cast<float>(params.Real("category_weight")),
               static_cast<float>(params.Real("department_weight")), static_cast<float>(params.Real("brand_weight"))},
      k_(static_cast<int>(params.Int("neighbours"))),
      ranker_(view_->catalogue().items(), History(params)) {
  const auto n = static_cast<std::size_t>(view_->catalogue().items());
  popularity_.Rank(std::vector<float>(n, 0.0F), view_->catalogue());
  neighbours_.begin.assign(n + 1, 0);
}

void ContentCosine::Train(const ShopLog& log, Rng&) {
  const PublicCatalogue& catalogue = view_->catalogue();
  if (!built_) {
    // Rows are unit vectors but for rounding, so no shrinkage: the quotient is the plain cosine.
    // The work is bounded (about 1 ns per unit) for catalogues of a million items.
    neighbours_ = CosineNeighbours(ContentVectors(catalogue, weights_), 0.0F, k_, 1e9);
    built_ = true;
  }
  popularity_.Rank(PopularityScores(log, catalogue.items(), kFallbackWeights, kFallbackHalfLifeDays), catalogue);
}

Slate ContentCosine::Recommend(const RecommendRequest& request, Rng&) {
  return ranker_.Rank(request, *view_, neighbours_, popularity_);
}

void ContentCosine::Save(std::ostream& out) const {
  StateWriter writer(out, ContentCosineInfo().name, kVersion, view_->catalogue().items());
  neighbours_.Save(writer);
  popularity_.Save(writer);
  writer.Finish();
}

void ContentCosine::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, ContentCosineInfo().name, kVersion, items);
  ItemNeighbours neighbours = ItemNeighbours::Load(reader, items);
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  neighbours_ = std::move(neighbours);
  built_ = true;
  popularity_.Rank(std::move(scores), view_->catalogue());
}

}  // namespace souk
