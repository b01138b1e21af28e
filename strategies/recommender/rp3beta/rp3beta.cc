#include "strategies/recommender/rp3beta/rp3beta.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/base/math.h"
#include "strategies/common/nearest_rows.h"

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr double kMaxWork = 1e11;  ///< products: all, but for catalogues that would take minutes

double Power(double x, double exponent) { return x > 0 ? Exp(exponent * Log(x)) : 0; }

std::vector<double> RowSums(const SparseRows& rows) {
  std::vector<double> sums;
  for (int r = 0; r < rows.rows(); ++r) {
    sums.push_back(0);
    for (const Entry& e : rows.row(r)) sums.back() += static_cast<double>(e.value);
  }
  return sums;
}

/// W of `shoppers` (shoppers × m).
SparseRows Walks(const SparseRows& shoppers, double alpha, double beta, int keep) {
  SparseRows items = shoppers.Transposed();
  const std::vector<double> of_items = RowSums(items);
  // Each half of the walk takes the root of what the shopper in the middle adds.
  std::vector<double> middle;
  for (const double d : RowSums(shoppers)) middle.push_back(Power(d, -alpha / 2));
  for (Entry& e : items.entries)
    e.value =
        static_cast<float>(Power(static_cast<double>(e.value), alpha) * middle[static_cast<std::size_t>(e.column)]);
  std::vector<float> from;
  std::vector<float> to;
  for (const double d : of_items) {
    from.push_back(static_cast<float>(Power(d, -alpha)));
    to.push_back(static_cast<float>(Power(d, -beta)));
  }
  const RankedLists best = NearestRows(items, keep, kMaxWork, [&](float dot, std::int32_t i, std::int32_t j) {
    const auto a = static_cast<std::size_t>(i);
    const auto b = static_cast<std::size_t>(j);
    return std::pair(dot * from[a] * to[b], dot * from[b] * to[a]);
  });
  SparseRows weights;
  weights.columns = items.rows();
  for (std::int32_t i = 0; i < items.rows(); ++i) {
    const std::size_t begin = weights.entries.size();
    for (const Scored& s : best.of(i)) weights.entries.push_back({s.id, s.score});
    std::sort(weights.entries.begin() + static_cast<std::ptrdiff_t>(begin), weights.entries.end(),
              [](const Entry& x, const Entry& y) { return x.column < y.column; });
    weights.EndRow();
  }
  return weights;
}

}  // namespace

const StrategyInfo& Rp3BetaInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "rp3beta",
      .summary = "Random walks of three steps from what the shopper took, popular items held back.",
      .source = "Paudel et al. 2017",
      .status = "reproduced",
      .params = {
          {"alpha", 1.0, 0, 4, {}, "", "power of every step's probability"},
          {"beta", 0.5, 0, 2, {}, "", "power of an item's popularity that its score is divided by"},
          {"keep", std::int64_t{100}, 1, 100000, {}, "items", "largest weights kept per item"},
          {"half_life_days", 0.0, 0, 3650, {}, "days", "age at which an event counts half; 0 = events never age"},
          {"view_weight", 1.0, 0, 1000, {}, "", "weight of a viewed item in its shopper's row"},
          {"cart_weight", 1.0, 0, 1000, {}, "", "weight of an item that went into the cart"},
          {"buy_weight", 1.0, 0, 1000, {}, "", "weight of a bought item"},
          {"earlier_weight", 1.0, 0, 1, {}, "", "factor for items of the history that this session has not seen"},
          {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"},
      }};
  return info;
}

std::unique_ptr<Strategy> MakeRp3Beta(const Params& params, const StrategyContext& context) {
  return std::make_unique<Rp3Beta>(params, context);
}

Rp3Beta::Rp3Beta(const Params& params, const StrategyContext& context)
    : view_(context.view),
      interactions_{{params.Real("view_weight"), params.Real("cart_weight"), params.Real("buy_weight")},
                    params.Real("half_life_days")},
      alpha_(params.Real("alpha")),
      beta_(params.Real("beta")),
      keep_(static_cast<int>(params.Int("keep"))),
      rows_(view_->catalogue().items(), interactions_),
      ranker_(view_->catalogue().items(), {.view_weight = static_cast<float>(params.Real("view_weight")),
                                           .earlier_weight = static_cast<float>(params.Real("earlier_weight")),
                                           .repeat_viewed = params.Bool("repeat_viewed")}) {
  popularity_.Rank(std::vector<float>(static_cast<std::size_t>(view_->catalogue().items()), 0.0F), view_->catalogue());
}

void Rp3Beta::Train(const ShopLog& log, Rng&) {
  const PublicCatalogue& catalogue = view_->catalogue();
  rows_.Rebuild(log);
  ItemWeights weights;
  weights.items = ModelledItems(rows_.matrix(), catalogue.items());
  weights.sparse = Walks(ColumnsOf(rows_.matrix(), weights.items), alpha_, beta_, keep_);
  ranker_.Learn(std::move(weights));
  popularity_.Rank(PopularityScores(log, catalogue.items(), interactions_.weights, interactions_.half_life_days),
                   catalogue);
}

Slate Rp3Beta::Recommend(const RecommendRequest& request, Rng&) {
  return ranker_.Rank(request, rows_, *view_, popularity_);
}

void Rp3Beta::Score(const RecommendRequest& request, std::span<float> scores) { ranker_.Score(request, rows_, scores); }

void Rp3Beta::Save(std::ostream& out) const {
  StateWriter writer(out, Rp3BetaInfo().name, kVersion, view_->catalogue().items());
  rows_.Save(writer);
  ranker_.weights().Save(writer);
  popularity_.Save(writer);
  writer.Finish();
}

void Rp3Beta::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, Rp3BetaInfo().name, kVersion, items);
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
