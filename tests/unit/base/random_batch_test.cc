// Several draws at once are the same bits as one by one; room in a column changes nothing in it.

#include "sim/base/random.h"

#include <gtest/gtest.h>

#include <vector>

#include "sim/base/room.h"

namespace souk {
namespace {

TEST(DrawLow, IsTheLowWordOfEachDraw) {
  const Dice dice(0x123456789ABCDEFULL, 77);
  for (std::size_t count = 0; count <= 9; ++count) {
    std::vector<std::uint64_t> index, lo(count, 1);
    for (std::size_t n = 0; n < count; ++n) index.push_back(Mix64(n) >> (n % 3 * 20));
    dice.DrawLow(Purpose::kTest, 0xFEDCBA98U, index, lo);
    for (std::size_t n = 0; n < count; ++n)
      EXPECT_EQ(lo[n], dice.Draw(Purpose::kTest, 0xFEDCBA98U, index[n]).lo) << n << " of " << count;
  }
}

TEST(DrawEight, IsEachOfTheDraws) {
  const Dice dice(0x123456789ABCDEFULL, 77);
  std::array<Purpose, 8> purpose{Purpose::kTest,    Purpose::kBuy,  Purpose::kTest,  Purpose::kLeave,
                                 Purpose::kExamine, Purpose::kTest, Purpose::kDwell, Purpose::kRecommender};
  std::array<std::uint64_t, 8> index{};
  for (std::size_t n = 0; n < 8; ++n) index[n] = Mix64(n) >> (n % 3 * 20);
  std::array<Dice::Block, 8> eight;
  dice.DrawEight(0xFEDCBA98U, purpose, index, eight);
  std::array<Dice::Block, 4> four;
  dice.DrawFour(0xFEDCBA98U, {purpose[4], purpose[5], purpose[6], purpose[7]}, {index[4], index[5], index[6], index[7]},
                four);
  for (std::size_t n = 0; n < 8; ++n) {
    const Dice::Block one = dice.Draw(purpose[n], 0xFEDCBA98U, index[n]);
    EXPECT_EQ(eight[n].lo, one.lo) << n;
    EXPECT_EQ(eight[n].hi, one.hi) << n;
    if (n < 4) continue;
    EXPECT_EQ(four[n - 4].lo, one.lo) << n;
    EXPECT_EQ(four[n - 4].hi, one.hi) << n;
  }
}

TEST(ToUniform, NeverIsZeroOrOne) {
  EXPECT_GT(ToUniform(0), 0);
  EXPECT_LT(ToUniform(~std::uint64_t{0}), 1);
  EXPECT_GE(ToUniform(~std::uint64_t{0}), ToUniform(~std::uint64_t{0} - (std::uint64_t{1} << 11)));
}

TEST(MakeRoom, KeepsWhatIsThere) {
  std::vector<int> column = {1, 2, 3};
  MakeRoom(column, 2'000'000);
  EXPECT_GE(column.capacity(), 2'000'000U);
  EXPECT_EQ(column, (std::vector<int>{1, 2, 3}));
  const int* data = column.data();
  MakeRoom(column, 10);
  EXPECT_EQ(column.data(), data) << "there is room already";
}

}  // namespace
}  // namespace souk
