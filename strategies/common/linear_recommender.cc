#include "strategies/common/linear_recommender.h"

#include <iterator>
#include <utility>

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;

}  // namespace

std::vector<ParamSpec> WithLinearParams(std::vector<ParamSpec> own) {
  const ParamSpec shared[] = {
      {"half_life_days", 0.0, 0, 3650, {}, "days", "age at which an event counts half; 0 = events never age"},
      {"view_weight", 1.0, 0, 1000, {}, "", "weight of a viewed item in its shopper's row"},
      {"cart_weight", 1.0, 0, 1000, {}, "", "weight of an item that went into the cart"},
      {"buy_weight", 1.0, 0, 1000, {}, "", "weight of a bought item"},
      {"earlier_weight", 1.0, 0, 1, {}, "", "factor for items of the history that this session has not seen"},
      {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"},
  };
  own.insert(own.end(), std::begin(shared), std::end(shared));
  return own;
}

LinearRecommender::LinearRecommender(std::string_view name, const Params& params, const StrategyContext& context)
    : view_(context.view),
      name_(name),
      interactions_(ReadInteractionSettings(params)),
      rows_(view_->catalogue().items(), interactions_),
      ranker_(view_->catalogue().items(), {.view_weight = static_cast<float>(params.Real("view_weight")),
                                           .earlier_weight = static_cast<float>(params.Real("earlier_weight")),
                                           .repeat_viewed = params.Bool("repeat_viewed")}) {
  popularity_.Rank(std::vector<float>(static_cast<std::size_t>(view_->catalogue().items()), 0.0F), view_->catalogue());
}

void LinearRecommender::Train(const ShopLog& log, Rng&) {
  const PublicCatalogue& catalogue = view_->catalogue();
  rows_.Rebuild(log);
  ranker_.Learn(Learn(rows_.matrix()));
  popularity_.Rank(PopularityScores(log, catalogue.items(), interactions_.weights, interactions_.half_life_days),
                   catalogue);
}

Slate LinearRecommender::Recommend(const RecommendRequest& request, Rng&) {
  return ranker_.Rank(request, rows_, *view_, popularity_);
}

void LinearRecommender::Score(const RecommendRequest& request, std::span<float> scores) {
  ranker_.Score(request, rows_, scores);
}

void LinearRecommender::Save(std::ostream& out) const {
  StateWriter writer(out, name_, kVersion, view_->catalogue().items());
  rows_.Save(writer);
  ranker_.weights().Save(writer);
  popularity_.Save(writer);
  writer.Finish();
}

void LinearRecommender::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, name_, kVersion, items);
  ShopperItems rows(items, interactions_);
  rows.Load(reader);
  ItemWeights weights = ItemWeights::Load(reader, items);
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  rows_ = std::move(rows);
  ranker_.Learn(std::move(weights));
  popularity_.Rank(std::move(scores), view_->catalogue());
}

}  // namespace souk
