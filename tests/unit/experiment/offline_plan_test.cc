// What the protocols fit and ask, by hand on a few users.
#include "bench/experiment/offline_plan.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "tests/unit/experiment/offline_testing.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::ItemsOf;
using testing::MakeData;

OfflineOptions With(OfflineProtocol protocol) {
  OfflineOptions options;
  options.protocol = protocol;
  return options;
}

std::vector<std::int32_t> WantedOf(const OfflinePlan& plan, std::size_t c) {
  return {plan.wanted.begin() + plan.wanted_begin[c], plan.wanted.begin() + plan.wanted_begin[c + 1]};
}

TEST(OfflinePlan, StrictLeaveOneOutFitsWithoutTheLastTwo) {
  const OfflinePlan plan = PlanOffline(MakeData({{0, 1, 2, 3}, {4, 5}, {6, 7, 8}}), {});
  ASSERT_EQ(plan.fit.size(), 3U);
  EXPECT_THAT(ItemsOf(plan.fit[0]), ElementsAre(0, 1));
  EXPECT_THAT(ItemsOf(plan.fit[1]), ElementsAre(4, 5)) << "too short to be asked: all of it is fitted";
  EXPECT_THAT(ItemsOf(plan.fit[2]), ElementsAre(6));
  ASSERT_EQ(plan.cases.size(), 2U);
  EXPECT_THAT(ItemsOf(plan.histories[0]), ElementsAre(0, 1, 2)) << "the one before the last is told, not fitted";
  EXPECT_EQ(plan.cases[0].told, 3);
  EXPECT_EQ(plan.fitted[0], 2);
  EXPECT_THAT(WantedOf(plan, 0), ElementsAre(3));
  EXPECT_THAT(WantedOf(plan, 1), ElementsAre(8));
  EXPECT_THAT(plan.shopper, ElementsAre(0, 2));
  EXPECT_EQ(plan.users, 2);
}

TEST(OfflinePlan, RefitLeaveOneOutFitsAllButTheLast) {
  OfflineOptions options;
  options.refit = true;
  const OfflinePlan plan = PlanOffline(MakeData({{0, 1, 2}, {4, 5}, {6}}), options);
  EXPECT_THAT(ItemsOf(plan.fit[0]), ElementsAre(0, 1));
  EXPECT_THAT(ItemsOf(plan.fit[1]), ElementsAre(4));
  EXPECT_THAT(ItemsOf(plan.fit[2]), ElementsAre(6));
  ASSERT_EQ(plan.cases.size(), 2U);
  EXPECT_EQ(plan.cases[1].told, plan.fitted[1]) << "the whole history is in the fit";
  EXPECT_THAT(WantedOf(plan, 1), ElementsAre(5));
}

TEST(OfflinePlan, LeaveOneOutNeedsSomebodyToAsk) {
  EXPECT_THAT(ErrorOf([] { PlanOffline(MakeData({{0, 1}, {2}}), {}); }), HasSubstr("no user with 3 interactions"));
  OfflineOptions refit;
  refit.refit = true;
  EXPECT_THAT(ErrorOf([&] { PlanOffline(MakeData({{0}, {2}}), refit); }), HasSubstr("no user with 2 interactions"));
}

/// Forty users with ten items each, their own.
OfflineData Forty() {
  std::vector<std::vector<std::int32_t>> users;
  for (std::int32_t u = 0; u < 40; ++u) {
    users.emplace_back();
    for (std::int32_t e = 0; e < 10; ++e) users.back().push_back(10 * u + e);
  }
  return MakeData(users);
}

TEST(OfflinePlan, StrongHoldsWholeUsersOut) {
  OfflineOptions options = With(OfflineProtocol::kStrong);
  options.held_out = 7;
  const OfflinePlan plan = PlanOffline(Forty(), options);
  EXPECT_EQ(plan.users, 7);
  EXPECT_EQ(plan.fit.size(), 33U);
  std::set<std::int32_t> fitted;
  for (const Sequence& s : plan.fit) fitted.insert(s.front().item / 10);
  for (std::size_t c = 0; c < plan.cases.size(); ++c) {
    const std::vector<std::int32_t> told = ItemsOf(plan.histories[c]);
    const std::int32_t user = told.front() / 10;
    EXPECT_FALSE(fitted.contains(user)) << "no event of a held-out user is fitted";
    EXPECT_EQ(plan.cases[c].told, 8);
    for (std::int32_t e = 0; e < 8; ++e) EXPECT_EQ(told[static_cast<std::size_t>(e)], 10 * user + e) << "the earliest";
    EXPECT_THAT(WantedOf(plan, c), ElementsAre(10 * user + 8, 10 * user + 9));
    EXPECT_EQ(plan.shopper[c], -1);
    EXPECT_EQ(plan.fitted[c], 0);
  }
  options.held_out = 0;
  EXPECT_EQ(PlanOffline(Forty(), options).users, 4) << "a tenth";
}

TEST(OfflinePlan, StrongDrawsWithTheSeed) {
  OfflineOptions options = With(OfflineProtocol::kStrong);
  options.told_at_random = true;
  const auto histories = [&](std::uint64_t seed) {
    options.seed = seed;
    std::vector<std::vector<std::int32_t>> all;
    for (const Sequence& s : PlanOffline(Forty(), options).histories) all.push_back(ItemsOf(s));
    return all;
  };
  EXPECT_EQ(histories(1), histories(1));
  EXPECT_NE(histories(1), histories(2));
  for (const std::vector<std::int32_t>& told : histories(3)) {
    EXPECT_EQ(told.size(), 8U);
    EXPECT_TRUE(std::is_sorted(told.begin(), told.end())) << "drawn events keep their order";
  }
}

TEST(OfflinePlan, StrongTellsAtLeastOneAndWantsAtLeastOne) {
  OfflineOptions options = With(OfflineProtocol::kStrong);
  options.held_out = 2;
  options.told = 0.01;
  const OfflinePlan few = PlanOffline(MakeData({{0, 1}, {0, 1}, {0, 1}}), options);
  EXPECT_EQ(few.cases[0].told, 1);
  options.told = 0.99;
  EXPECT_EQ(PlanOffline(MakeData({{0, 1}, {0, 1}, {0, 1}}), options).cases[0].told, 1);
}

TEST(OfflinePlan, StrongWantsNewItemsOnce) {
  OfflineOptions options = With(OfflineProtocol::kStrong);
  options.held_out = 1;
  options.told = 0.4;
  const OfflinePlan plan = PlanOffline(MakeData({{0, 1, 1, 2, 2}, {0}}), options);
  EXPECT_THAT(WantedOf(plan, 0), ElementsAre(2)) << "1 was told, 2 counts once";
  EXPECT_THAT(ErrorOf([&] { PlanOffline(MakeData({{3, 3, 3}, {0}}), options); }), HasSubstr("no held-out user"));
}

TEST(OfflinePlan, StrongLeavesSomebodyToFit) {
  OfflineOptions options = With(OfflineProtocol::kStrong);
  EXPECT_THAT(ErrorOf([&] { PlanOffline(MakeData({{0, 1, 2}}), options); }), HasSubstr("found 1 users"));
  options.held_out = 3;
  EXPECT_THAT(ErrorOf([&] { PlanOffline(MakeData({{0, 1}, {1, 2}, {1}}), options); }), HasSubstr("asked for 3"));
}

TEST(OfflinePlan, SessionsAskAfterEveryPrefix) {
  const OfflinePlan plan =
      PlanOffline(MakeData({{0, 1}, {2}}, {{0, 2, 2}, {1}, {1, 0}}), With(OfflineProtocol::kSession));
  EXPECT_EQ(plan.fit.size(), 2U);
  ASSERT_EQ(plan.cases.size(), 3U) << "a session of one item has nothing to want";
  EXPECT_EQ(plan.users, 2);
  const auto told = [&](std::size_t c) { return plan.cases[c].told; };
  EXPECT_EQ(told(0), 1);
  EXPECT_EQ(told(1), 2);
  EXPECT_EQ(told(2), 1);
  EXPECT_THAT(WantedOf(plan, 0), ElementsAre(2));
  EXPECT_THAT(WantedOf(plan, 1), ElementsAre(2));
  EXPECT_THAT(WantedOf(plan, 2), ElementsAre(0));
  EXPECT_EQ(plan.cases[0].user, plan.cases[1].user);
  EXPECT_NE(plan.cases[1].user, plan.cases[2].user);
  EXPECT_THAT(ErrorOf([] {
                PlanOffline(MakeData({{0, 1}}), With(OfflineProtocol::kSession));
              }),
              HasSubstr("found no test sessions"));
  EXPECT_THAT(ErrorOf([] {
                PlanOffline(MakeData({{0, 1}}, {{1}}), With(OfflineProtocol::kSession));
              }),
              HasSubstr("no test session of two items"));
}

}  // namespace
}  // namespace souk
