#include "strategies/recommender/rp3beta/rp3beta.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/base/math.h"
#include "strategies/common/nearest_rows.h"

namespace souk {
namespace {

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
      .params = WithLinearParams({
          {"alpha", 1.0, 0, 4, {}, "", "power of every step's probability"},
          {"beta", 0.5, 0, 2, {}, "", "power of an item's popularity that its score is divided by"},
          {"keep", std::int64_t{100}, 1, 100000, {}, "items", "largest weights kept per item"},
      })};
  return info;
}

std::unique_ptr<Strategy> MakeRp3Beta(const Params& params, const StrategyContext& context) {
  return std::make_unique<Rp3Beta>(params, context);
}

Rp3Beta::Rp3Beta(const Params& params, const StrategyContext& context)
    : LinearRecommender(Rp3BetaInfo().name, params, context),
      alpha_(params.Real("alpha")),
      beta_(params.Real("beta")),
      keep_(static_cast<int>(params.Int("keep"))) {}

ItemWeights Rp3Beta::Learn(const SparseRows& rows) {
  ItemWeights weights;
  weights.items = ModelledItems(rows, rows.columns);
  weights.sparse = Walks(ColumnsOf(rows, weights.items), alpha_, beta_, keep_);
  return weights;
}

}  // namespace souk
