#include "strategies/recommender/slim/slim.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "strategies/common/symmetric_matrix.h"

namespace souk {
namespace {

/// Both halves, row-major.
std::vector<float> FullMatrix(const SymmetricMatrix& half) {
  const auto m = static_cast<std::size_t>(half.size());
  std::vector<float> full(m * m);
  constexpr std::size_t kTile = 64;  // half of the writes go down a column
  for (std::size_t rows = 0; rows < m; rows += kTile)
    for (std::size_t columns = 0; columns <= rows; columns += kTile)
      for (std::size_t i = rows; i < std::min(rows + kTile, m); ++i) {
        const auto lower = half.LowerRow(static_cast<int>(i));
        for (std::size_t j = columns; j < std::min(columns + kTile, i + 1); ++j)
          full[i * m + j] = full[j * m + i] = static_cast<float>(lower[j]);
      }
  return full;
}

/// The `keep` entries that are largest without their sign (ties: the lower column), ascending columns.
void CutTo(std::vector<Entry>& entries, int keep) {
  if (std::ssize(entries) <= keep) return;
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return Before({std::abs(a.value), a.column}, {std::abs(b.value), b.column});
  });
  entries.resize(static_cast<std::size_t>(keep));
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.column < b.column; });
}

}  // namespace

const StrategyInfo& SlimInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "slim",
      .summary = "Every item a sparse linear sum of the others, by elastic nets; scores a shopper's whole history.",
      .source = "Ning & Karypis 2011",
      .status = "tested",
      .params = WithLinearParams({
          {"l1", 2.0, 0, 1e9, {}, "", "absolute penalty: larger leaves fewer weights"},
          {"l2", 50.0, 0.1, 1e9, {}, "", "ridge penalty: larger distrusts items that met seldom"},
          {"non_negative", true, 0, 0, {}, "", "weights below 0 are not allowed"},
          {"keep", std::int64_t{100}, 1, 100000, {}, "items", "largest weights kept for an item"},
          {"max_sweeps", std::int64_t{100}, 1, 100000, {}, "sweeps", "passes over the items in play, per item"},
          {"max_items", std::int64_t{20000}, 1, 100000, {}, "items", "most taken items that are modelled"},
      })};
  return info;
}

std::unique_ptr<Strategy> MakeSlim(const Params& params, const StrategyContext& context) {
  return std::make_unique<Slim>(params, context);
}

Slim::Slim(const Params& params, const StrategyContext& context)
    : LinearRecommender(SlimInfo().name, params, context),
      net_{.l1 = static_cast<float>(params.Real("l1")),
           .l2 = static_cast<float>(params.Real("l2")),
           .non_negative = params.Bool("non_negative"),
           .max_sweeps = static_cast<int>(params.Int("max_sweeps"))},
      max_items_(static_cast<int>(params.Int("max_items"))),
      keep_(static_cast<int>(params.Int("keep"))) {}

ItemWeights Slim::Learn(const SparseRows& rows) {
  ItemWeights weights;
  weights.items = ModelledItems(rows, max_items_);
  const int m = static_cast<int>(weights.items.size());
  const std::vector<float> gram = FullMatrix(GramOf(ColumnsOf(rows, weights.items)));
  ElasticNet net(gram, m, net_);
  SparseRows columns;  // row j: the weights for item j
  columns.columns = m;
  std::vector<Entry> column;
  for (int j = 0; j < m; ++j) {
    const auto found = net.Solve(j);
    column.assign(found.begin(), found.end());
    CutTo(column, keep_);
    columns.entries.insert(columns.entries.end(), column.begin(), column.end());
    columns.EndRow();
  }
  weights.sparse = columns.Transposed();
  return weights;
}

}  // namespace souk
