#pragma once
// Sparse rows and a dense accumulator with a list of touched places: the two pieces from which
// neighbourhood recommenders are built.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace souk {

/// One non-zero of a sparse row.
struct Entry {
  std::int32_t column = 0;
  float value = 0;
};

/// Compressed sparse rows. Row r is entries[begin[r] … begin[r+1]).
struct SparseRows {
  std::int32_t columns = 0;
  std::vector<std::int32_t> begin{0};
  std::vector<Entry> entries;

  [[nodiscard]] int rows() const { return static_cast<int>(begin.size()) - 1; }
  [[nodiscard]] std::span<const Entry> row(int r) const {
    const auto b = static_cast<std::size_t>(begin[static_cast<std::size_t>(r)]);
    const auto e = static_cast<std::size_t>(begin[static_cast<std::size_t>(r) + 1]);
    return {entries.data() + b, e - b};
  }
  /// Ends the row that was being appended to `entries`.
  void EndRow() { begin.push_back(static_cast<std::int32_t>(entries.size())); }

  /// Columns as rows, entries in ascending order of the old row. Cost: O(rows + columns + entries).
  [[nodiscard]] SparseRows Transposed() const {
    SparseRows t;
    t.columns = rows();
    t.begin.assign(static_cast<std::size_t>(columns) + 1, 0);
    for (const Entry& e : entries) ++t.begin[static_cast<std::size_t>(e.column) + 1];
    for (std::size_t c = 1; c < t.begin.size(); ++c) t.begin[c] += t.begin[c - 1];
    t.entries.resize(entries.size());
    std::vector<std::int32_t> next(t.begin.begin(), t.begin.end() - 1);
    for (int r = 0; r < rows(); ++r)
      for (const Entry& e : row(r))
        t.entries[static_cast<std::size_t>(next[static_cast<std::size_t>(e.column)]++)] = {r, e.value};
    return t;
  }
};

/// A dense vector of sums of non-negative amounts that remembers which places are above 0. A place
/// that is 0 is untouched, so the vector needs no marks beside its floats and stays in the nearest
/// cache. Cost: an addition takes about 1 ns while the vector fits a cache; Clear, the touched
/// places. No allocation after Resize. Tested by: Accumulator.*, the brute-force twins of its
/// users.
class Accumulator {
 public:
  explicit Accumulator(int size = 0) { Resize(size); }
  void Resize(int size) {
    values_.assign(static_cast<std::size_t>(size), 0.0F);
    touched_.assign(static_cast<std::size_t>(size) + 1,
                    0);  // one spare: Add writes before it counts
    count_ = 0;
  }
  /// All zeros again.
  void Clear() {
    for (std::size_t t = 0; t < count_; ++t) values_[static_cast<std::size_t>(touched_[t])] = 0.0F;
    count_ = 0;
  }
  void Add(std::int32_t place, float amount) {
    AddAll(
        std::span(&place, 1), [](std::int32_t p) { return p; }, [amount](std::int32_t) { return amount; });
  }
  /// For every x of `range`: adds amount_of(x) ≥ 0 at place_of(x).
  template <class Range, class PlaceOf, class AmountOf>
  void AddAll(const Range& range, PlaceOf place_of, AmountOf amount_of) {
    // Locals, because the compiler must assume that each store below changes the members; and no
    // branch, because whether a place is new is a coin toss that no predictor learns.
    float* const values = values_.data();
    std::int32_t* const touched = touched_.data();
    std::size_t count = count_;
    for (const auto& x : range) {
      const std::int32_t place = place_of(x);
      const float before = values[static_cast<std::size_t>(place)];
      const float after = before + amount_of(x);
      values[static_cast<std::size_t>(place)] = after;
      touched[count] = place;
      count += static_cast<std::size_t>(before == 0.0F) & static_cast<std::size_t>(after != 0.0F);
    }
    count_ = count;
  }
  [[nodiscard]] float operator[](std::int32_t place) const { return values_[static_cast<std::size_t>(place)]; }
  /// Places above 0, in the order in which they rose.
  [[nodiscard]] std::span<const std::int32_t> touched() const { return {touched_.data(), count_}; }
  [[nodiscard]] int size() const { return static_cast<int>(values_.size()); }

 private:
  std::vector<float> values_;
  std::vector<std::int32_t> touched_;
  std::size_t count_ = 0;
};

}  // namespace souk
