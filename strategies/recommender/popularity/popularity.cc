#include "strategies/recommender/popularity/popularity.h"

#include <utility>

namespace souk {
namespace {
constexpr std::int64_t kVersion = 1;
}  // namespace

const StrategyInfo& PopularityInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "popularity",
      .summary = "Best-sellers: weighted, time-decayed counts, the page's category first.",
      .source = "folklore",
      .status = "baseline",
      .params = {
          {"scope",
           std::string("category"),
           0,
           0,
           {"category", "shop"},
           "",
           "category: a product page shows its own category first; shop: one list for every page"},
          {"half_life_days", 14.0, 0, 3650, {}, "days", "age at which an event counts half; 0 = events never age"},
          {"view_weight", 1.0, 0, 1000, {}, "", "weight of a view"},
          {"cart_weight", 3.0, 0, 1000, {}, "", "weight of putting an item in the cart"},
          {"buy_weight", 8.0, 0, 1000, {}, "", "weight of a purchase"},
          {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"},
      }};
  return info;
}

std::unique_ptr<Strategy> MakePopularity(const Params& params, const StrategyContext& context) {
  return std::make_unique<Popularity>(params, context);
}

Popularity::Popularity(const Params& params, const StrategyContext& context)
    : view_(context.view),
      weights_(ReadEventWeights(params)),
      half_life_days_(params.Real("half_life_days")),
      by_category_(params.String("scope") == "category"),
      repeat_viewed_(params.Bool("repeat_viewed")) {
  ranking_.Rank(std::vector<float>(static_cast<std::size_t>(view_->catalogue().items()), 0.0F), view_->catalogue());
}

void Popularity::Train(const ShopLog& log, Rng&) {
  const PublicCatalogue& catalogue = view_->catalogue();
  ranking_.Rank(PopularityScores(log, catalogue.items(), weights_, half_life_days_), catalogue);
}

Slate Popularity::Recommend(const RecommendRequest& request, Rng&) {
  Slate slate;
  ranking_.Fill(slate, SlateLimit(request), FirstCategory(request), SlateFilter(request, *view_, repeat_viewed_));
  return slate;
}

void Popularity::Score(const RecommendRequest& request, std::span<float> scores) {
  ranking_.Score(FirstCategory(request), scores);
}

CategoryId Popularity::FirstCategory(const RecommendRequest& request) const {
  return by_category_ && request.anchor.valid() ? view_->catalogue().category[request.anchor.index()] : CategoryId{};
}

void Popularity::Save(std::ostream& out) const {
  StateWriter writer(out, PopularityInfo().name, kVersion, view_->catalogue().items());
  ranking_.Save(writer);
  writer.Finish();
}

void Popularity::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, PopularityInfo().name, kVersion, items);
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  ranking_.Rank(std::move(scores), view_->catalogue());
}

}  // namespace souk
