#include "strategies/common/item_neighbours.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace souk {

void ItemNeighbours::Save(StateWriter& out) const {
  out.PutColumn(begin);
  out.PutColumn(list);
}

ItemNeighbours ItemNeighbours::Load(StateReader& in, int n_items) {
  ItemNeighbours n;
  n.begin = in.GetColumn<std::int32_t>(static_cast<std::size_t>(n_items) + 1);
  n.list = in.GetColumn<Scored>();
  const bool rising = n.begin.front() == 0 && std::is_sorted(n.begin.begin(), n.begin.end());
  if (!rising || static_cast<std::size_t>(n.begin.back()) != n.list.size()) in.Refuse("the stream is damaged");
  for (const Scored& s : n.list)
    if (s.id < 0 || s.id >= n_items) in.Refuse("found an item outside the catalogue");
  return n;
}

ItemNeighbours CosineNeighbours(const SparseRows& items, float shrink, int k, double max_work) {
  const int n = items.rows();
  const SparseRows postings = items.Transposed();

  // Features by ascending length until the work is spent; what is left out is near-ubiquitous and
  // tells little.
  std::vector<std::uint8_t> used(static_cast<std::size_t>(items.columns), 1);
  double work = 0;
  for (int f = 0; f < postings.rows(); ++f) {
    const auto size = static_cast<double>(postings.row(f).size());
    work += size * size;
  }
  if (work > max_work) {
    std::vector<std::int32_t> order(static_cast<std::size_t>(items.columns));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::int32_t a, std::int32_t b) { return postings.row(a).size() < postings.row(b).size(); });
    work = 0;
    for (const std::int32_t f : order) {
      const auto size = static_cast<double>(postings.row(f).size());
      work += size * size;
      used[static_cast<std::size_t>(f)] = work <= max_work ? 1 : 0;
    }
  }

  std::vector<float> norm(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    double sum = 0;
    for (const Entry& e : items.row(i)) sum += static_cast<double>(e.value) * e.value;
    norm[static_cast<std::size_t>(i)] = static_cast<float>(std::sqrt(sum));
  }

  ItemNeighbours result;
  result.begin.reserve(static_cast<std::size_t>(n) + 1);
  Accumulator dot(n);
  std::vector<Scored> row;
  row.reserve(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    dot.Clear();
    for (const Entry& e : items.row(i)) {
      if (used[static_cast<std::size_t>(e.column)] == 0) continue;
      dot.AddAll(
          postings.row(e.column), [](const Entry& other) { return other.column; },
          [&e](const Entry& other) { return e.value * other.value; });
    }
    row.clear();
    const float norm_i = norm[static_cast<std::size_t>(i)];
    for (const std::int32_t j : dot.touched()) {
      const float similarity = dot[j] / (norm_i * norm[static_cast<std::size_t>(j)] + shrink);
      if (j != i && similarity > 0) row.push_back({similarity, j});
    }
    const int kept = SelectTop(row, k);
    result.list.insert(result.list.end(), row.begin(), row.begin() + kept);
    result.begin.push_back(static_cast<std::int32_t>(result.list.size()));
  }
  return result;
}

NeighbourRanker::NeighbourRanker(int n_items, const HistorySettings& settings)
    : settings_(settings), latest_(n_items, settings), scores_(n_items) {}

Slate NeighbourRanker::Rank(const RecommendRequest& request, const ShopView& view, const ItemNeighbours& neighbours,
                            const PopularityRanking& fallback) {
  Slate slate;
  const int limit = SlateLimit(request);
  const SlateFilter filter(request, view, settings_.repeat_viewed);
  scores_.Clear();
  for (const Entry& h : latest_.Of(request, view))
    scores_.AddAll(
        neighbours.of(ItemId(h.column)), [](const Scored& n) { return n.id; },
        [vote = h.value](const Scored& n) { return vote * n.score; });
  AddBest(slate, limit, scores_, filter, best_, [](std::int32_t, float sum) { return sum; });
  if (slate.size < limit) fallback.Fill(slate, limit, PageCategory(request, view.catalogue()), filter);
  return slate;
}

}  // namespace souk
