// Rules under test: who is not known has a blank profile and takes four bytes (shop_view.h).
#include <gtest/gtest.h>

#include <utility>

#include "sim/decision/shop_view.h"

namespace souk {
namespace {

TEST(ShopperProfiles, AskingMakesNoneUnlessItMayBeWrittenTo) {
  ShopperProfiles profiles;
  profiles.resize(1000);
  EXPECT_EQ(std::as_const(profiles)[7].views, 0);
  EXPECT_EQ(std::as_const(profiles)[7].first_seen, kNever);
  EXPECT_EQ(profiles.known(), 0U);
  profiles[7].orders = 3;
  profiles[900].views = 2;
  EXPECT_EQ(profiles.known(), 2U);
  EXPECT_EQ(std::as_const(profiles)[7].orders, 3);
  EXPECT_EQ(std::as_const(profiles)[900].views, 2);
  EXPECT_EQ(std::as_const(profiles)[8].orders, 0);
  EXPECT_EQ(profiles.size(), 1000U);
  profiles.Forget();
  EXPECT_EQ(profiles.size(), 1000U);
  EXPECT_EQ(std::as_const(profiles)[7].orders, 0);
}

}  // namespace
}  // namespace souk
