#include "strategies/common/row_scan.h"

#include <algorithm>
#include <numeric>

#include "sim/base/error.h"

namespace souk {

RowScan::RowScan(const SparseRows& rows) : rows_(rows.rows()) {
  std::vector<std::int32_t> length(static_cast<std::size_t>(rows_), 0);
  for (int r = 0; r < rows_; ++r)
    for (const Entry& e : rows.row(r)) length[static_cast<std::size_t>(r)] += e.value != 0 ? 1 : 0;
  row_.resize(length.size());
  std::iota(row_.begin(), row_.end(), 0);
  std::stable_sort(row_.begin(), row_.end(), [&](std::int32_t a, std::int32_t b) {
    return length[static_cast<std::size_t>(a)] < length[static_cast<std::size_t>(b)];
  });
  row_.resize((row_.size() + kGroup - 1) / kGroup * kGroup, -1);
  for (std::size_t g = 0; g < row_.size(); g += kGroup) {
    std::int32_t longest = 0;
    for (std::size_t p = g; p < g + kGroup; ++p)
      if (row_[p] >= 0) longest = std::max(longest, length[static_cast<std::size_t>(row_[p])]);
    length_.push_back(longest);
    const std::size_t begin = column_.size();
    column_.resize(begin + static_cast<std::size_t>(longest) * kGroup, 0);  // beyond a row's end: + 0 · query[0]
    value_.resize(column_.size(), 0.0F);
    for (std::size_t p = 0; p < kGroup; ++p) {
      std::size_t at = begin + p;
      if (row_[g + p] < 0) continue;
      for (const Entry& e : rows.row(row_[g + p])) {
        if (e.value == 0) continue;
        column_[at] = e.column;
        value_[at] = e.value;
        at += kGroup;
      }
    }
  }
}

void RowScan::Times(std::span<const float> query, std::span<float> out) const {
  SOUK_DCHECK(out.size() == static_cast<std::size_t>(rows_));
  const std::int32_t* column = column_.data();
  const float* value = value_.data();
  const float* const x = query.data();
  for (std::size_t g = 0; g < length_.size(); ++g) {
    float sum[kGroup] = {};
    for (std::int32_t k = 0; k < length_[g]; ++k, column += kGroup, value += kGroup)
      for (std::size_t p = 0; p < kGroup; ++p) sum[p] += value[p] * x[column[p]];
    const std::int32_t* const row = row_.data() + g * kGroup;
    for (std::size_t p = 0; p < kGroup; ++p)
      if (row[p] >= 0) out[static_cast<std::size_t>(row[p])] = sum[p];
  }
}

}  // namespace souk
