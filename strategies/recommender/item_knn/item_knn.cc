#include "strategies/recommender/item_knn/item_knn.h"

#include <cmath>
#include <utility>

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr double kMaxWork = 2e9;  ///< products: about a second

}  // namespace

const StrategyInfo& ItemKnnInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "item-knn",
      .summary = "Items seen together with what the shopper just saw: cosine and other likeness between items.",
      .source = "Sarwar et al. 2001",
      .status = "reproduced",
      .params = WithSimilarityParams(
          {
              {"neighbours", std::int64_t{40}, 1, 10000, {}, "items", "most similar items kept per item"},
              {"basket",
               std::string("session"),
               0,
               0,
               {"session", "shopper"},
               "",
               "what counts as together: one session, or a shopper's whole history"},
              {"max_basket", std::int64_t{100}, 2, 100000, {}, "items", "latest distinct items of a basket that count"},
              {"half_life_days", 60.0, 0, 3650, {}, "days", "age at which a basket counts half; 0 = baskets never age"},
              {"view_weight", 1.0, 0, 1000, {}, "", "weight of a viewed item in its basket"},
              {"cart_weight", 2.0, 0, 1000, {}, "", "weight of an item that went into the cart"},
              {"buy_weight", 3.0, 0, 1000, {}, "", "weight of a bought item"},
              {"history", std::int64_t{8}, 1, 100000, {}, "items", "latest distinct items of the shopper that vote"},
              {"decay", 0.8, 0, 1, {}, "", "weight of an item over that of the next later one"},
              {"earlier_weight", 0.5, 0, 1, {}, "", "factor for votes from earlier sessions"},
              {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"},
          },
          5.0)};
  return info;
}

std::unique_ptr<Strategy> MakeItemKnn(const Params& params, const StrategyContext& context) {
  return std::make_unique<ItemKnn>(params, context);
}

ItemKnn::ItemKnn(const Params& params, const StrategyContext& context)
    : view_(context.view),
      weights_(ReadEventWeights(params)),
      basket_(params.String("basket") == "session" ? BasketOf::kSession : BasketOf::kShopper),
      max_basket_(static_cast<int>(params.Int("max_basket"))),
      half_life_days_(params.Real("half_life_days")),
      similarity_(SimilarityOf(params)),
      k_(static_cast<int>(params.Int("neighbours"))),
      ranker_(view_->catalogue().items(), ReadHistorySettings(params)) {
  const auto n = static_cast<std::size_t>(view_->catalogue().items());
  popularity_.Rank(std::vector<float>(n, 0.0F), view_->catalogue());
  neighbours_.begin.assign(n + 1, 0);
}

void ItemKnn::Train(const ShopLog& log, Rng&) {
  const PublicCatalogue& catalogue = view_->catalogue();
  // Baskets of one item hold no pair, but they count in the norms.
  const Baskets baskets = CollectBaskets(log, catalogue.items(), basket_, weights_, 1, max_basket_);
  SparseRows items = baskets.items.Transposed();
  WeighRows(items, similarity_);
  if (!baskets.last.empty()) {
    HourlyDecay decay(baskets.last.back(), half_life_days_);
    // A pair of items carries the product of two entries, so each gets the root of the decay.
    std::vector<float> factor;
    for (const SimTime last : baskets.last) factor.push_back(static_cast<float>(std::sqrt(decay.At(last))));
    for (Entry& e : items.entries) e.value *= factor[static_cast<std::size_t>(e.column)];
  }
  neighbours_ = ItemNeighbours(NearestRows(items, k_, kMaxWork, RowSimilarity(items, similarity_)));
  popularity_.Rank(PopularityScores(log, catalogue.items(), weights_, half_life_days_), catalogue);
}

Slate ItemKnn::Recommend(const RecommendRequest& request, Rng&) {
  return ranker_.Rank(request, *view_, neighbours_, popularity_);
}

void ItemKnn::Score(const RecommendRequest& request, std::span<float> scores) {
  ranker_.Score(request, *view_, neighbours_, scores);
}

void ItemKnn::Save(std::ostream& out) const {
  StateWriter writer(out, ItemKnnInfo().name, kVersion, view_->catalogue().items());
  neighbours_.Save(writer);
  popularity_.Save(writer);
  writer.Finish();
}

void ItemKnn::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, ItemKnnInfo().name, kVersion, items);
  ItemNeighbours neighbours = ItemNeighbours::Load(reader, items);
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  neighbours_ = std::move(neighbours);
  popularity_.Rank(std::move(scores), view_->catalogue());
}

}  // namespace souk
