#include "strategies/common/growing_rows.h"

#include <algorithm>

namespace souk {

void GrowingRows::Add(std::int32_t row, std::int32_t column, float amount) {
  std::vector<Entry>& entries = rows_[static_cast<std::size_t>(row)];
  const auto at = std::lower_bound(entries.begin(), entries.end(), column,
                                   [](const Entry& e, std::int32_t c) { return e.column < c; });
  if (at != entries.end() && at->column == column) at->value += amount;
  else entries.insert(at, {column, amount});
}

void GrowingRows::Assign(std::int32_t row, std::span<const Entry> entries) {
  rows_[static_cast<std::size_t>(row)].assign(entries.begin(), entries.end());
}

void GrowingRows::Scale(float factor) {
  for (std::vector<Entry>& row : rows_)
    for (Entry& e : row) e.value *= factor;
}

void GrowingRows::Clear() {
  for (std::vector<Entry>& row : rows_) row.clear();
}

void GrowingRows::Save(StateWriter& out) const {
  std::vector<std::int64_t> begin{0};
  std::vector<Entry> entries;
  for (const std::vector<Entry>& row : rows_) {
    entries.insert(entries.end(), row.begin(), row.end());
    begin.push_back(static_cast<std::int64_t>(entries.size()));
  }
  out.PutColumn(begin);
  out.PutColumn(entries);
}

GrowingRows GrowingRows::Load(StateReader& in, int rows, int columns) {
  const auto begin = in.GetColumn<std::int64_t>(static_cast<std::size_t>(rows) + 1);
  const auto entries = in.GetColumn<Entry>();
  const bool rising = begin.front() == 0 && std::is_sorted(begin.begin(), begin.end()) &&
                      begin.back() == static_cast<std::int64_t>(entries.size());
  if (!rising) in.Refuse("the stream is damaged");
  GrowingRows result(rows);
  for (std::int32_t r = 0; r < rows; ++r) {
    const auto first = static_cast<std::size_t>(begin[static_cast<std::size_t>(r)]);
    const auto row =
        std::span(entries).subspan(first, static_cast<std::size_t>(begin[static_cast<std::size_t>(r) + 1]) - first);
    for (std::size_t e = 0; e < row.size(); ++e)
      if (row[e].column < 0 || row[e].column >= columns || (e > 0 && row[e].column <= row[e - 1].column))
        in.Refuse("found columns out of range or out of order");
    result.Assign(r, row);
  }
  return result;
}

}  // namespace souk
