#include "strategies/common/row_scan.h"

#include <gtest/gtest.h>

#include <random>

namespace souk {
namespace {

SparseRows RandomRows(int rows, int columns, int longest, std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  SparseRows x;
  x.columns = columns;
  for (int r = 0; r < rows; ++r) {
    const int length = static_cast<int>(bits() % static_cast<std::uint64_t>(longest + 1));
    for (int e = 0; e < length; ++e)
      x.entries.push_back({static_cast<std::int32_t>(bits() % static_cast<std::uint64_t>(columns)),
                           static_cast<float>(static_cast<double>(bits() % 2000) / 500 - 2)});
    x.EndRow();
  }
  return x;
}

// The brute-force twin: each row by itself, entries in their order. The same bits.
TEST(RowScan, EqualsOneRowAtATime) {
  for (const int rows : {0, 1, 7, 8, 9, 300}) {
    const SparseRows x = RandomRows(rows, 50, 12, static_cast<std::uint64_t>(rows) + 1);
    std::mt19937_64 bits(9);
    std::vector<float> query(50);
    for (float& q : query) q = static_cast<float>(static_cast<double>(bits() % 1000) / 300 - 1);
    const RowScan scan(x);
    EXPECT_EQ(scan.rows(), rows);
    std::vector<float> out(static_cast<std::size_t>(rows), 99.0F);
    scan.Times(query, out);
    for (int r = 0; r < rows; ++r) {
      float sum = 0;
      for (const Entry& e : x.row(r)) sum += e.value * query[static_cast<std::size_t>(e.column)];
      EXPECT_EQ(out[static_cast<std::size_t>(r)], sum) << r << " of " << rows;
    }
  }
}

TEST(RowScan, RowsWithoutEntriesAreZero) {
  SparseRows x;
  x.columns = 1;
  for (int r = 0; r < 3; ++r) x.EndRow();
  std::vector<float> out(3, 1.0F);
  const std::vector<float> query = {5};
  RowScan(x).Times(query, out);
  EXPECT_EQ(out, std::vector<float>(3, 0.0F));
}

}  // namespace
}  // namespace souk
