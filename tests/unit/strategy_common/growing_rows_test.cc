// Rows that grow against a plain map of the same additions.

#include "strategies/common/growing_rows.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <sstream>
#include <vector>

#include "sim/base/error.h"

namespace souk {
namespace {

std::vector<std::pair<int, float>> Row(const GrowingRows& rows, int r) {
  std::vector<std::pair<int, float>> row;
  for (const Entry& e : rows.row(r)) row.emplace_back(e.column, e.value);
  return row;
}

using Pairs = std::vector<std::pair<int, float>>;

TEST(GrowingRows, AddToWhatIsThereOrTakeAPlaceInOrder) {
  std::mt19937_64 bits(3);
  GrowingRows rows(5);
  std::vector<std::map<int, float>> expected(5);
  const std::vector<Entry> start = {{10, 2.0F}, {20, 3.0F}};
  rows.Assign(2, start);
  expected[2] = {{10, 2.0F}, {20, 3.0F}};
  for (int n = 0; n < 2000; ++n) {
    const auto r = static_cast<int>(bits() % 5);
    const auto column = static_cast<int>(bits() % 100);
    const auto amount = static_cast<float>(bits() % 8) / 4;  // exact sums
    rows.Add(r, column, amount);
    expected[static_cast<std::size_t>(r)][column] += amount;
  }
  for (int r = 0; r < 5; ++r)
    EXPECT_EQ(Row(rows, r),
              Pairs(expected[static_cast<std::size_t>(r)].begin(), expected[static_cast<std::size_t>(r)].end()));
  rows.Scale(0.25F);
  for (const auto& [column, value] : Row(rows, 2)) EXPECT_EQ(value, expected[2][column] / 4);
  rows.Clear();
  EXPECT_EQ(rows.size(), 5);
  for (int r = 0; r < 5; ++r) EXPECT_TRUE(rows.row(r).empty());
}

std::string Saved(const GrowingRows& rows) {
  std::ostringstream out;
  StateWriter writer(out, "rows", 1, 9);
  rows.Save(writer);
  writer.Finish();
  return out.str();
}
GrowingRows Loaded(const std::string& bytes, int rows, int columns) {
  std::istringstream in(bytes);
  StateReader reader(in, "rows", 1, 9);
  GrowingRows result = GrowingRows::Load(reader, rows, columns);
  reader.Finish();
  return result;
}

TEST(GrowingRows, LoadWhatWasSavedAndRefuseWhatDoesNotFit) {
  GrowingRows rows(3);
  rows.Add(0, 7, 1.5F);
  rows.Add(2, 3, 2.5F);
  rows.Add(2, 1, 0.5F);
  const GrowingRows loaded = Loaded(Saved(rows), 3, 8);
  EXPECT_EQ(Row(loaded, 0), (Pairs{{7, 1.5F}}));
  EXPECT_EQ(Row(loaded, 1), Pairs{});
  EXPECT_EQ(Row(loaded, 2), (Pairs{{1, 0.5F}, {3, 2.5F}}));
  EXPECT_THROW(Loaded(Saved(rows), 2, 8), Error);
  EXPECT_THROW(Loaded(Saved(rows), 3, 7), Error);
  GrowingRows unordered(1);
  const std::vector<Entry> twice = {{1, 1.0F}, {1, 1.0F}};
  unordered.Assign(0, twice);
  EXPECT_THROW(Loaded(Saved(unordered), 1, 8), Error);
}

}  // namespace
}  // namespace souk
