#include "strategies/recommender/user_knn/user_knn.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;

}  // namespace

const StrategyInfo& UserKnnInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "user-knn",
      .summary = "What the shoppers took whose histories are most like this one's.",
      .source = "Herlocker et al. 1999",
      .status = "reproduced",
      .params = WithSimilarityParams(
          {
              {"neighbours", std::int64_t{100}, 1, 10000, {}, "shoppers", "most similar shoppers who vote"},
              {"half_life_days", 0.0, 0, 3650, {}, "days", "age at which an event counts half; 0 = events never age"},
              {"view_weight", 1.0, 0, 1000, {}, "", "weight of a viewed item in its shopper's row"},
              {"cart_weight", 1.0, 0, 1000, {}, "", "weight of an item that went into the cart"},
              {"buy_weight", 1.0, 0, 1000, {}, "", "weight of a bought item"},
              {"earlier_weight", 1.0, 0, 1, {}, "", "factor for items of the history that this session has not seen"},
              {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"},
          },
          0.0)};
  return info;
}

std::unique_ptr<Strategy> MakeUserKnn(const Params& params, const StrategyContext& context) {
  return std::make_unique<UserKnn>(params, context);
}

UserKnn::UserKnn(const Params& params, const StrategyContext& context)
    : view_(context.view),
      interactions_(ReadInteractionSettings(params)),
      similarity_settings_(SimilarityOf(params)),
      k_(static_cast<int>(params.Int("neighbours"))),
      earlier_weight_(static_cast<float>(params.Real("earlier_weight"))),
      repeat_viewed_(params.Bool("repeat_viewed")),
      rows_(view_->catalogue().items(), interactions_),
      history_(view_->catalogue().items()),
      sums_(view_->catalogue().items()) {
  popularity_.Rank(std::vector<float>(static_cast<std::size_t>(view_->catalogue().items()), 0.0F), view_->catalogue());
  BuildIndex();
}

void UserKnn::BuildIndex() {
  SparseRows weighed = rows_.matrix();
  weigher_ = RowWeigher(weighed, similarity_settings_);
  WeighRows(weighed, similarity_settings_);
  similarity_ = RowSimilarity(weighed, similarity_settings_);
  shoppers_of_ = weighed.Transposed();
  dots_.Resize(weighed.rows());
}

void UserKnn::Train(const ShopLog& log, Rng&) {
  const PublicCatalogue& catalogue = view_->catalogue();
  rows_.Rebuild(log);
  BuildIndex();
  popularity_.Rank(PopularityScores(log, catalogue.items(), interactions_.weights, interactions_.half_life_days),
                   catalogue);
}

std::span<const Scored> UserKnn::NeighboursOf(const RecommendRequest& request) {
  const auto view_weight = static_cast<float>(interactions_.weights.view);
  const std::span<const Entry> history = history_.Gather(request, rows_, view_weight, earlier_weight_);
  row_.assign(history.begin(), history.end());
  weigher_.Weigh(row_);
  const RowSimilarity::Terms terms = similarity_.TermsOf(row_);
  dots_.Clear();
  for (const Entry& e : row_)
    dots_.AddAll(
        shoppers_of_.row(e.column), [](const Entry& other) { return other.column; },
        [&e](const Entry& other) { return e.value * other.value; });
  neighbours_.clear();
  for (const std::int32_t shopper : dots_.touched()) {
    const float likeness = similarity_.Of(dots_[shopper], terms, similarity_.terms(shopper));
    if (likeness > 0 && shopper != request.shopper.value) neighbours_.push_back({likeness, shopper});
  }
  neighbours_.resize(static_cast<std::size_t>(SelectTop(neighbours_, k_)));
  return neighbours_;
}

void UserKnn::Vote(const RecommendRequest& request) {
  NeighboursOf(request);
  sums_.Clear();
  for (const Scored& v : neighbours_)
    sums_.AddAll(
        rows_.matrix().row(v.id), [](const Entry& e) { return e.column; },
        [likeness = v.score](const Entry& e) { return likeness * e.value; });
}

void UserKnn::Score(const RecommendRequest& request, std::span<float> scores) {
  Vote(request);
  std::fill(scores.begin(), scores.end(), -std::numeric_limits<float>::infinity());
  for (const std::int32_t item : sums_.touched()) scores[static_cast<std::size_t>(item)] = sums_[item];
}

Slate UserKnn::Recommend(const RecommendRequest& request, Rng&) {
  Slate slate;
  const int limit = SlateLimit(request);
  const SlateFilter filter(request, *view_, repeat_viewed_);
  Vote(request);
  AddBest(slate, limit, sums_, filter, best_, [](std::int32_t, float sum) { return sum; });
  if (slate.size < limit) popularity_.Fill(slate, limit, PageCategory(request, view_->catalogue()), filter);
  return slate;
}

void UserKnn::Save(std::ostream& out) const {
  StateWriter writer(out, UserKnnInfo().name, kVersion, view_->catalogue().items());
  rows_.Save(writer);
  popularity_.Save(writer);
  writer.Finish();
}

void UserKnn::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, UserKnnInfo().name, kVersion, items);
  ShopperItems rows(items, interactions_);
  rows.Load(reader);
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  rows_ = std::move(rows);
  BuildIndex();
  popularity_.Rank(std::move(scores), view_->catalogue());
}

}  // namespace souk
