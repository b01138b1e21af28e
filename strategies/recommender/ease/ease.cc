#include "strategies/recommender/ease/ease.h"

#include <algorithm>
#include <utility>

#include "sim/base/error.h"
#include "strategies/common/symmetric_matrix.h"

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;

/// B from the inverse P: B_ij = −P_ij ÷ P_jj, zero diagonal.
std::vector<float> WeightsFrom(const SymmetricMatrix& inverse) {
  const auto m = static_cast<std::size_t>(inverse.size());
  std::vector<double> scale(m);
  for (std::size_t j = 0; j < m; ++j) {
    const int at = static_cast<int>(j);
    scale[j] = -1 / inverse(at, at);
  }
  std::vector<float> weights(m * m);
  // By blocks: half of the reads or writes go down a column.
  constexpr std::size_t kTile = 64;
  for (std::size_t rows = 0; rows < m; rows += kTile)
    for (std::size_t columns = 0; columns <= rows; columns += kTile)
      for (std::size_t i = rows; i < std::min(rows + kTile, m); ++i) {
        const auto lower = inverse.LowerRow(static_cast<int>(i));
        for (std::size_t j = columns; j < std::min(columns + kTile, i); ++j) {
          weights[i * m + j] = static_cast<float>(lower[j] * scale[j]);
          weights[j * m + i] = static_cast<float>(lower[j] * scale[i]);
        }
      }
  return weights;
}

}  // namespace

const StrategyInfo& EaseInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "ease",
      .summary = "Every item a linear sum of the others, in closed form; scores a shopper's whole history.",
      .source = "Steck 2019",
      .status = "reproduced",
      .params = {
          {"lambda", 100.0, 0.1, 1e9, {}, "", "ridge penalty: larger distrusts items that met seldom"},
          {"max_items", std::int64_t{20000}, 1, 100000, {}, "items", "most taken items that are modelled"},
          {"keep", std::int64_t{0}, 0, 100000, {}, "items", "largest weights kept per item; 0 = all"},
          {"half_life_days", 0.0, 0, 3650, {}, "days", "age at which an event counts half; 0 = events never age"},
          {"view_weight", 1.0, 0, 1000, {}, "", "weight of a viewed item in its shopper's row"},
          {"cart_weight", 1.0, 0, 1000, {}, "", "weight of an item that went into the cart"},
          {"buy_weight", 1.0, 0, 1000, {}, "", "weight of a bought item"},
          {"earlier_weight", 1.0, 0, 1, {}, "", "factor for items of the history that this session has not seen"},
          {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"},
      }};
  return info;
}

std::unique_ptr<Strategy> MakeEase(const Params& params, const StrategyContext& context) {
  return std::make_unique<Ease>(params, context);
}

Ease::Ease(const Params& params, const StrategyContext& context)
    : view_(context.view),
      interactions_{{params.Real("view_weight"), params.Real("cart_weight"), params.Real("buy_weight")},
                    params.Real("half_life_days")},
      lambda_(params.Real("lambda")),
      max_items_(static_cast<int>(params.Int("max_items"))),
      keep_(static_cast<int>(params.Int("keep"))),
      rows_(view_->catalogue().items(), interactions_),
      ranker_(view_->catalogue().items(), {.view_weight = static_cast<float>(params.Real("view_weight")),
                                           .earlier_weight = static_cast<float>(params.Real("earlier_weight")),
                                           .repeat_viewed = params.Bool("repeat_viewed")}) {
  popularity_.Rank(std::vector<float>(static_cast<std::size_t>(view_->catalogue().items()), 0.0F), view_->catalogue());
}

void Ease::Train(const ShopLog& log, Rng&) {
  const PublicCatalogue& catalogue = view_->catalogue();
  rows_.Rebuild(log);
  ItemWeights weights;
  weights.items = ModelledItems(rows_.matrix(), max_items_);
  SymmetricMatrix gram = GramOf(ColumnsOf(rows_.matrix(), weights.items));
  gram.AddToDiagonal(lambda_);
  if (!gram.Invert()) throw Error("training ease: lambda is too small for these weights; a larger one is allowed");
  weights.dense = WeightsFrom(gram);
  const int m = gram.size();
  if (keep_ > 0 && keep_ < m) {
    weights.sparse = LargestPerRow(weights.dense, m, keep_);
    weights.dense = {};
  }
  ranker_.Learn(std::move(weights));
  popularity_.Rank(PopularityScores(log, catalogue.items(), interactions_.weights, interactions_.half_life_days),
                   catalogue);
}

Slate Ease::Recommend(const RecommendRequest& request, Rng&) {
  return ranker_.Rank(request, rows_, *view_, popularity_);
}

void Ease::Score(const RecommendRequest& request, std::span<float> scores) { ranker_.Score(request, rows_, scores); }

void Ease::Save(std::ostream& out) const {
  StateWriter writer(out, EaseInfo().name, kVersion, view_->catalogue().items());
  rows_.Save(writer);
  ranker_.weights().Save(writer);
  popularity_.Save(writer);
  writer.Finish();
}

void Ease::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, EaseInfo().name, kVersion, items);
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
