#pragma once
// The k best partners of every row of a sparse matrix, by a score of dot products: the fit of neighbourhood models. The
// matrix of dot products is half computed and never held.

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "strategies/common/bit_rows.h"
#include "strategies/common/sparse.h"
#include "strategies/common/top_k.h"

namespace souk {

/// Ranked lists of scored numbers, one per row, best first.
struct RankedLists {
  std::vector<std::int32_t> begin{0};  ///< size rows + 1
  std::vector<Scored> list;

  [[nodiscard]] std::span<const Scored> of(std::int32_t row) const {
    const auto b = static_cast<std::size_t>(begin[static_cast<std::size_t>(row)]);
    return {list.data() + b, static_cast<std::size_t>(begin[static_cast<std::size_t>(row) + 1]) - b};
  }
};

/// The k best offers to each of many rows that are served side by side. Offers to a row may come in any order.
/// Memory: 8 bytes per row and, in rows with that many offers, per each of 2 k places.
class ManyTopK {
 public:
  ManyTopK(int rows, int k)
      : k_(static_cast<std::size_t>(k)),
        threshold_(static_cast<std::size_t>(rows), 0.0F),
        best_(static_cast<std::size_t>(rows)) {}
  /// Scores of 0 and less are refused. Refusals cost one comparison.
  void Offer(std::int32_t row, float score, std::int32_t id) {
    if (score > 0 && score >= threshold_[static_cast<std::size_t>(row)])
      Take(static_cast<std::size_t>(row), {score, id});
  }
  /// Everything kept, best first; the rows are empty then.
  RankedLists Ranked() {
    RankedLists result;
    for (std::vector<Scored>& row : best_) {
      row.resize(static_cast<std::size_t>(SelectTop(row, static_cast<int>(k_))));
      result.list.insert(result.list.end(), row.begin(), row.end());
      result.begin.push_back(static_cast<std::int32_t>(result.list.size()));
      row = {};
    }
    return result;
  }

 private:
  /// Twice as many as are wanted are kept before the worse half goes, so that an offer costs O(1).
  void Take(std::size_t r, Scored offer) {
    std::vector<Scored>& row = best_[r];
    if (row.capacity() == 0) row.reserve(std::min<std::size_t>(2 * k_, kFirstPlaces));
    row.push_back(offer);
    if (row.size() < 2 * k_) return;
    const auto last = row.begin() + static_cast<std::ptrdiff_t>(k_) - 1;
    std::nth_element(row.begin(), last, row.end(), BestFirst{});
    threshold_[r] = last->score;
    row.resize(k_);
  }

  static constexpr std::size_t kFirstPlaces = 64;

  std::size_t k_;
  std::vector<float> threshold_;  ///< smaller scores are refused
  std::vector<std::vector<Scored>> best_;
};

inline double SquaredLength(const SparseRows& rows, std::int32_t r) {
  const auto size = static_cast<double>(rows.row(r).size());
  return size * size;
}

/// Which columns of `postings` (columns × rows) take part in the products: all, unless the squares of their lengths sum
/// to more than `max_work`; then the longest are left out, which are near-ubiquitous and tell little.
inline std::vector<std::uint8_t> ColumnsWithin(const SparseRows& postings, double max_work) {
  std::vector<std::uint8_t> used(static_cast<std::size_t>(postings.rows()), 1);
  double work = 0;
  for (std::int32_t c = 0; c < postings.rows(); ++c) work += SquaredLength(postings, c);
  if (work <= max_work) return used;
  std::vector<std::int32_t> order(used.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::int32_t a, std::int32_t b) { return postings.row(a).size() < postings.row(b).size(); });
  work = 0;
  for (const std::int32_t c : order) {
    work += SquaredLength(postings, c);
    used[static_cast<std::size_t>(c)] = work <= max_work ? 1 : 0;
  }
  return used;
}

/// Dot products of each row with those behind it, row after row.
class LaterProducts {
 public:
  LaterProducts(const SparseRows& rows, double max_work)
      : rows_(rows),
        columns_(rows.Transposed()),
        used_(ColumnsWithin(columns_, max_work)),
        // Rows come in ascending order, so in each column the place behind the running row moves on by one.
        next_(columns_.begin.begin(), columns_.begin.end() - 1),
        sparse_(rows.rows()),
        dense_(static_cast<std::size_t>(rows.rows()), 0.0F) {
    for (std::int32_t c = 0; c < columns_.rows(); ++c) work_ += SquaredLength(columns_, c);
  }

  /// Σ_columns length², all columns.
  [[nodiscard]] double work() const { return work_; }
  /// Calls take(j, x_i · x_j) for each j > i whose product is not 0, in no particular order. To be called for
  /// i = 0, 1, 2, …
  template <class Take>
  void ForEach(std::int32_t i, Take take) {
    std::int64_t work = 0;
    for (const Entry& e : rows_.row(i)) {
      ++next_[static_cast<std::size_t>(e.column)];
      work += std::ssize(Later(e));
    }
    if (work > (rows_.rows() - i) / 2) {  // most rows will be met: no list of them is needed
      Sum(rows_.row(i));
      float* const dots = dense_.data();
      for (std::int32_t j = i + 1; j < rows_.rows(); ++j)
        if (const float dot = std::exchange(dots[j], 0.0F); dot != 0) take(j, dot);
      return;
    }
    sparse_.Clear();
    for (const Entry& e : rows_.row(i))
      sparse_.AddAll(
          Later(e), [](const Entry& other) { return other.column; },
          [&e](const Entry& other) { return e.value * other.value; });
    for (const std::int32_t j : sparse_.touched()) take(j, sparse_[j]);
  }

 private:
  /// The entries of that column behind the running row.
  [[nodiscard]] std::span<const Entry> Later(const Entry& e) const {
    const auto c = static_cast<std::size_t>(e.column);
    if (used_[c] == 0) return {};
    const auto begin = static_cast<std::size_t>(next_[c]);
    return {columns_.entries.data() + begin, static_cast<std::size_t>(columns_.begin[c + 1]) - begin};
  }
  /// Adds the products of a row to dense_.
  void Sum(std::span<const Entry> row) {
    constexpr std::size_t kAhead = 3;  // columns lie scattered: ask memory for them before they are needed
    float* const dots = dense_.data();
    for (std::size_t n = 0; n < row.size(); ++n) {
      if (n + kAhead < row.size()) {
        const Entry* const ahead = Later(row[n + kAhead]).data();
        for (int line = 0; line < 4; ++line) __builtin_prefetch(ahead + 8 * line);
      }
      const float x = row[n].value;
      const std::span<const Entry> later = Later(row[n]);
      std::size_t e = 0;
      for (; e + 4 <= later.size(); e += 4) {  // four different rows: all loads may go before the stores
        const Entry a = later[e];
        const Entry b = later[e + 1];
        const Entry c = later[e + 2];
        const Entry d = later[e + 3];
        const float at_a = dots[a.column] + x * a.value;
        const float at_b = dots[b.column] + x * b.value;
        const float at_c = dots[c.column] + x * c.value;
        const float at_d = dots[d.column] + x * d.value;
        dots[a.column] = at_a;
        dots[b.column] = at_b;
        dots[c.column] = at_c;
        dots[d.column] = at_d;
      }
      for (; e < later.size(); ++e) dots[later[e].column] += x * later[e].value;
    }
  }

  const SparseRows& rows_;
  SparseRows columns_;
  std::vector<std::uint8_t> used_;
  std::vector<std::int32_t> next_;
  Accumulator sparse_;
  std::vector<float> dense_;
  double work_ = 0;
};

/// Calls take(i, j, columns shared) for all pairs i < j that share any, by tiles that stay in a near cache.
template <class Take>
void ForEachShared(const BitRows& bits, std::int32_t rows, Take take) {
  constexpr std::int32_t kTile = 64;
  float shared[kTile];
  for (std::int32_t tile = 0; tile < rows; tile += kTile)
    for (std::int32_t i = 0; i < std::min(tile + kTile, rows); ++i) {
      const std::int32_t first = std::max(tile, i + 1);
      const std::int32_t count = std::min(tile + kTile, rows) - first;
      bits.Shared(i, first, count, shared);
      for (std::int32_t n = 0; n < count; ++n)
        if (shared[n] != 0) take(i, first + n, shared[n]);
    }
}

/// For every row i of `rows` (values > 0) the `k` other rows j of the largest score above 0 among those that
/// share a column with it, dot = x_i · x_j summed in the order of columns. score(dot, i, j) returns a pair: what j
/// scores for i, and what i scores for j. Exact unless `max_work` is reached, see ColumnsWithin. Cost: Σ_columns
/// length² / 2 additions, about 0.75 ns each while a float per row fits a near cache (zeros and ones in many places are
/// counted by bits, see BitRows); of scores: pairs that share a column, or all pairs where most do. Memory: 8 bytes per
/// entry and per neighbour kept. Tested by: NearestRows.*.
template <class Score>
RankedLists NearestRows(const SparseRows& rows, int k, double max_work, const Score& score) {
  LaterProducts products(rows, max_work);
  ManyTopK best(rows.rows(), k);
  const auto offer = [&](std::int32_t i, std::int32_t j, float dot) {
    const auto [of_j, of_i] = score(dot, i, j);
    best.Offer(i, of_j, j);
    best.Offer(j, of_i, i);
  };
  if (products.work() <= max_work && BitRows::Pays(rows, products.work() / 2))
    ForEachShared(BitRows(rows), rows.rows(), offer);
  else
    for (std::int32_t i = 0; i < rows.rows(); ++i)
      products.ForEach(i, [&](std::int32_t j, float dot) { offer(i, j, dot); });
  return best.Ranked();
}

}  // namespace souk
