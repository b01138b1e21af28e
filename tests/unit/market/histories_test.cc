// Rules under test: Histories against one std::vector per shopper over random operations.
#include "sim/market/histories.h"

#include <gtest/gtest.h>

#include <vector>

#include "sim/base/random.h"

namespace souk {
namespace {

// 40,000 pushes to 50 histories, some of which forget now and then; after each forgetting and at the end all are as the
// vectors are, so rooms that are used again never belong to two.
TEST(Histories, EqualVectors) {
  Rng rng(Dice(1, 0), Purpose::kTest, 0);
  Histories histories;
  std::vector<History> mine(50);
  std::vector<std::vector<ItemId>> theirs(50);
  const auto compare = [&] {
    for (std::size_t u = 0; u < mine.size(); ++u) {
      const auto found = histories.of(mine[u]);
      ASSERT_EQ(std::vector<ItemId>(found.begin(), found.end()), theirs[u]) << u;
    }
  };
  for (int n = 0; n < 40'000; ++n) {
    const auto u = static_cast<std::size_t>(rng.Below(static_cast<std::int64_t>(mine.size())));
    const ItemId item(static_cast<std::int32_t>(rng.Below(1000)));
    histories.Push(mine[u], item);
    theirs[u].push_back(item);
    if (n % 997 != 0) continue;
    histories.KeepLatest(mine[u], 5);
    if (theirs[u].size() > 5) theirs[u].erase(theirs[u].begin(), theirs[u].end() - 5);
    compare();
  }
  compare();
}

TEST(Histories, RoomIsUsedAgain) {
  Histories histories;
  History first;
  for (int n = 0; n < 5; ++n) histories.Push(first, ItemId(n));  // moves once, from 4 to 8
  History second;
  histories.Push(second, ItemId(9));
  EXPECT_EQ(second.begin, 0U);
  EXPECT_EQ(histories.of(first).front(), ItemId(0));
}

}  // namespace
}  // namespace souk
