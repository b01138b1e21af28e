#include "strategies/recommender/ease/ease.h"

#include <algorithm>
#include <utility>

#include "sim/base/error.h"
#include "strategies/common/symmetric_matrix.h"

namespace souk {
namespace {

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
      .params = WithLinearParams({
          {"lambda", 100.0, 0.1, 1e9, {}, "", "ridge penalty: larger distrusts items that met seldom"},
          {"max_items", std::int64_t{20000}, 1, 100000, {}, "items", "most taken items that are modelled"},
          {"keep", std::int64_t{0}, 0, 100000, {}, "items", "largest weights kept per item; 0 = all"},
      })};
  return info;
}

std::unique_ptr<Strategy> MakeEase(const Params& params, const StrategyContext& context) {
  return std::make_unique<Ease>(params, context);
}

Ease::Ease(const Params& params, const StrategyContext& context)
    : LinearRecommender(EaseInfo().name, params, context),
      lambda_(params.Real("lambda")),
      max_items_(static_cast<int>(params.Int("max_items"))),
      keep_(static_cast<int>(params.Int("keep"))) {}

ItemWeights Ease::Learn(const SparseRows& rows) {
  ItemWeights weights;
  weights.items = ModelledItems(rows, max_items_);
  SymmetricMatrix gram = GramOf(ColumnsOf(rows, weights.items));
  gram.AddToDiagonal(lambda_);
  if (!gram.Invert()) throw Error("training ease: lambda is too small for these weights; a larger one is allowed");
  weights.dense = WeightsFrom(gram);
  const int m = gram.size();
  if (keep_ > 0 && keep_ < m) {
    weights.sparse = LargestPerRow(weights.dense, m, keep_);
    weights.dense = {};
  }
  return weights;
}

}  // namespace souk
