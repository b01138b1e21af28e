#pragma once
// Sparse rows that take new entries at any time: counts that a strategy keeps while the shop runs.

#include <cstdint>
#include <span>
#include <vector>

#include "strategies/common/serial.h"
#include "strategies/common/sparse.h"

namespace souk {

/// Sparse rows, each in ascending order of column, whatever the order in which it grew. Memory: 8 bytes per entry (up
/// to twice that in rows that grow), 24 per row. Thread safety: const calls may run concurrently.
/// Tested by: GrowingRows.*.
class GrowingRows {
 public:
  explicit GrowingRows(int rows = 0) : rows_(static_cast<std::size_t>(rows)) {}

  [[nodiscard]] int size() const { return static_cast<int>(rows_.size()); }
  [[nodiscard]] std::span<const Entry> row(std::int32_t r) const { return rows_[static_cast<std::size_t>(r)]; }
  /// Adds to one entry, which is 0 while it is absent. Cost: a binary search of the row; a new entry moves those behind
  /// it, about 30 ns per 1,000.
  void Add(std::int32_t row, std::int32_t column, float amount);
  /// Replaces a row by entries in ascending order of distinct columns.
  void Assign(std::int32_t row, std::span<const Entry> entries);
  /// Multiplies every entry.
  void Scale(float factor);
  /// Empties all rows.
  void Clear();

  void Save(StateWriter& out) const;
  /// Throws Error when the stream does not hold `rows` rows of ascending columns within 0…columns−1.
  static GrowingRows Load(StateReader& in, int rows, int columns);

 private:
  std::vector<std::vector<Entry>> rows_;
};

}  // namespace souk
