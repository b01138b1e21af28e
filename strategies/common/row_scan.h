#pragma once
// The product of a sparse matrix with a dense vector, for matrices that stay and vectors that come often: every item
// scored against a profile.

#include <cstdint>
#include <span>
#include <vector>

#include "strategies/common/sparse.h"

namespace souk {

/// Rows in groups of eight of about equal length, entry by entry side by side, so that eight sums run at once.
/// Thread safety: const calls may run concurrently. Memory: 8 bytes per entry and 4 per row.
class RowScan {
 public:
  RowScan() = default;
  /// Entries of value 0 are left out.
  explicit RowScan(const SparseRows& rows);

  [[nodiscard]] int rows() const { return rows_; }
  /// out[r] = Σ value · query[column] over row r, summed in the order of its entries. Shapes: query (columns, finite),
  /// out (rows). Cost: about 0.4 ns per entry while query fits the nearest cache. Tested by: RowScan.*.
  void Times(std::span<const float> query, std::span<float> out) const;

 private:
  static constexpr std::size_t kGroup = 8;
  int rows_ = 0;
  std::vector<std::int32_t> row_;     ///< of each place; −1 behind the last
  std::vector<std::int32_t> length_;  ///< entries per row, by group
  std::vector<std::int32_t> column_;  ///< of group g, entry k, place p: begin(g) + 8 k + p
  std::vector<float> value_;
};

}  // namespace souk
