#include "strategies/common/item_neighbours.h"

#include <algorithm>
#include <limits>

#include "strategies/common/row_similarity.h"

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
  const RowSimilarity similarity(items, {.shrink = shrink});
  return ItemNeighbours(NearestRows(items, k, max_work, similarity));
}

NeighbourRanker::NeighbourRanker(int n_items, const HistorySettings& settings)
    : settings_(settings), latest_(n_items, settings), scores_(n_items) {}

void NeighbourRanker::Vote(const RecommendRequest& request, const ShopView& view, const ItemNeighbours& neighbours) {
  scores_.Clear();
  for (const Entry& h : latest_.Of(request, view))
    scores_.AddAll(
        neighbours.of(h.column), [](const Scored& n) { return n.id; },
        [vote = h.value](const Scored& n) { return vote * n.score; });
}

Slate NeighbourRanker::Rank(const RecommendRequest& request, const ShopView& view, const ItemNeighbours& neighbours,
                            const PopularityRanking& fallback) {
  Slate slate;
  const int limit = SlateLimit(request);
  const SlateFilter filter(request, view, settings_.repeat_viewed);
  Vote(request, view, neighbours);
  AddBest(slate, limit, scores_, filter, best_, [](std::int32_t, float sum) { return sum; });
  if (slate.size < limit) fallback.Fill(slate, limit, PageCategory(request, view.catalogue()), filter);
  return slate;
}

void NeighbourRanker::Score(const RecommendRequest& request, const ShopView& view, const ItemNeighbours& neighbours,
                            std::span<float> scores) {
  Vote(request, view, neighbours);
  std::fill(scores.begin(), scores.end(), -std::numeric_limits<float>::infinity());
  for (const std::int32_t item : scores_.touched()) scores[static_cast<std::size_t>(item)] = scores_[item];
}

}  // namespace souk
