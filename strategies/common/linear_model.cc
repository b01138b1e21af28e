#include "strategies/common/linear_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "strategies/common/vector_math.h"

namespace souk {

std::vector<std::int32_t> ModelledItems(const SparseRows& matrix, int max_items) {
  std::vector<std::int32_t> rows_with(static_cast<std::size_t>(matrix.columns), 0);
  for (const Entry& e : matrix.entries) ++rows_with[static_cast<std::size_t>(e.column)];
  std::vector<std::int32_t> items;
  for (std::int32_t i = 0; i < matrix.columns; ++i)
    if (rows_with[static_cast<std::size_t>(i)] > 0) items.push_back(i);
  if (static_cast<int>(items.size()) > max_items) {
    std::stable_sort(items.begin(), items.end(), [&](std::int32_t a, std::int32_t b) {
      return rows_with[static_cast<std::size_t>(a)] > rows_with[static_cast<std::size_t>(b)];
    });
    items.resize(static_cast<std::size_t>(max_items));
    std::sort(items.begin(), items.end());
  }
  return items;
}

SparseRows ColumnsOf(const SparseRows& matrix, const std::vector<std::int32_t>& items) {
  std::vector<std::int32_t> number(static_cast<std::size_t>(matrix.columns), -1);
  for (std::size_t n = 0; n < items.size(); ++n)
    number[static_cast<std::size_t>(items[n])] = static_cast<std::int32_t>(n);
  SparseRows result;
  result.columns = static_cast<std::int32_t>(items.size());
  result.begin.reserve(matrix.begin.size());
  result.entries.reserve(matrix.entries.size());
  for (int r = 0; r < matrix.rows(); ++r) {
    for (const Entry& e : matrix.row(r))
      if (const std::int32_t n = number[static_cast<std::size_t>(e.column)]; n >= 0)
        result.entries.push_back({n, e.value});
    result.EndRow();
  }
  return result;
}

void ItemWeights::Save(StateWriter& out) const {
  out.PutColumn(items);
  out.PutColumn(dense);
  out.PutColumn(sparse.begin);
  out.PutColumn(sparse.entries);
}

ItemWeights ItemWeights::Load(StateReader& in, int n_items) {
  ItemWeights w;
  w.items = in.GetColumn<std::int32_t>();
  const std::size_t m = w.items.size();
  for (std::size_t n = 0; n < m; ++n)
    if (w.items[n] < 0 || w.items[n] >= n_items || (n > 0 && w.items[n] <= w.items[n - 1]))
      in.Refuse("found items outside the catalogue or out of order");
  w.dense = in.GetColumn<float>();
  w.sparse.columns = static_cast<std::int32_t>(m);
  w.sparse.begin = in.GetColumn<std::int32_t>();
  w.sparse.entries = in.GetColumn<Entry>();
  const auto& begin = w.sparse.begin;
  const bool rising = !begin.empty() && begin.front() == 0 && std::is_sorted(begin.begin(), begin.end()) &&
                      static_cast<std::size_t>(begin.back()) == w.sparse.entries.size();
  const bool shaped = w.dense.empty() ? begin.size() == m + 1 : w.dense.size() == m * m && begin.size() == 1;
  if (!rising || !shaped) in.Refuse("the stream is damaged");
  for (const Entry& e : w.sparse.entries)
    if (e.column < 0 || static_cast<std::size_t>(e.column) >= m) in.Refuse("found an item that is not modelled");
  return w;
}

SparseRows LargestPerRow(std::span<const float> dense, int m, int keep) {
  SparseRows rows;
  rows.columns = m;
  std::vector<Scored> row;
  for (int r = 0; r < m; ++r) {
    const auto values =
        dense.subspan(static_cast<std::size_t>(r) * static_cast<std::size_t>(m), static_cast<std::size_t>(m));
    row.clear();
    for (std::int32_t c = 0; c < m; ++c)
      if (const float value = values[static_cast<std::size_t>(c)]; value != 0) row.push_back({std::abs(value), c});
    row.resize(static_cast<std::size_t>(SelectTop(row, keep)));
    std::sort(row.begin(), row.end(), [](const Scored& a, const Scored& b) { return a.id < b.id; });
    for (const Scored& s : row) rows.entries.push_back({s.id, values[static_cast<std::size_t>(s.id)]});
    rows.EndRow();
  }
  return rows;
}

LinearRanker::LinearRanker(int n_items, const LinearSettings& settings)
    : settings_(settings), place_(static_cast<std::size_t>(n_items), -1), history_(n_items) {}

void LinearRanker::Learn(ItemWeights weights) {
  weights_ = std::move(weights);
  std::fill(place_.begin(), place_.end(), -1);
  for (std::size_t n = 0; n < weights_.items.size(); ++n)
    place_[static_cast<std::size_t>(weights_.items[n])] = static_cast<std::int32_t>(n);
  sums_.assign(weights_.items.size(), 0.0F);
}

bool LinearRanker::Sum(const RecommendRequest& request, const ShopperItems& rows) {
  const std::span<Entry> all = history_.Gather(request, rows, settings_.view_weight, settings_.earlier_weight);
  std::fill(sums_.begin(), sums_.end(), 0.0F);
  const std::size_t m = weights_.items.size();
  std::size_t known = 0;  // entries of modelled items move to the front, as numbers
  for (const Entry& e : all)
    if (const std::int32_t place = place_[static_cast<std::size_t>(e.column)]; place >= 0 && e.value != 0)
      all[known++] = {place, e.value};
  const std::span<const Entry> history = all.first(known);
  if (weights_.dense.empty()) {
    for (const Entry& e : history)
      for (const Entry& w : weights_.sparse.row(e.column))
        sums_[static_cast<std::size_t>(w.column)] += e.value * w.value;
    return known > 0;
  }
  const auto row = [&](std::size_t h) {
    return weights_.dense.data() + static_cast<std::size_t>(history[h].column) * m;
  };
  std::size_t h = 0;
  for (; h + 4 <= known; h += 4)
    AddScaledFour({history[h].value, history[h + 1].value, history[h + 2].value, history[h + 3].value},
                  {row(h), row(h + 1), row(h + 2), row(h + 3)}, sums_);
  for (; h < known; ++h) AddScaled(history[h].value, {row(h), m}, sums_);
  return known > 0;
}

void LinearRanker::Score(const RecommendRequest& request, const ShopperItems& rows, std::span<float> scores) {
  std::fill(scores.begin(), scores.end(), -std::numeric_limits<float>::infinity());
  if (!Sum(request, rows)) return;
  for (std::size_t n = 0; n < sums_.size(); ++n) scores[static_cast<std::size_t>(weights_.items[n])] = sums_[n];
}

Slate LinearRanker::Rank(const RecommendRequest& request, const ShopperItems& rows, const ShopView& view,
                         const PopularityRanking& fallback) {
  Slate slate;
  const int limit = SlateLimit(request);
  const SlateFilter filter(request, view, settings_.repeat_viewed);
  if (Sum(request, rows)) {
    best_.Reset(limit);
    float threshold = 0;  // of equal scores the lower id came first
    for (std::size_t n = 0; n < sums_.size(); ++n) {
      if (!(sums_[n] > threshold)) continue;
      const ItemId item(weights_.items[n]);
      if (!filter.Allows(item)) continue;
      best_.Offer(sums_[n], item.value);
      threshold = std::max(0.0F, best_.Threshold());
    }
    for (const Scored& s : best_.sorted()) slate.Add(ItemId(s.id));
  }
  if (slate.size < limit) fallback.Fill(slate, limit, PageCategory(request, view.catalogue()), filter);
  return slate;
}

}  // namespace souk
