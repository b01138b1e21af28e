// Counts by hand and against a plain computation over all pairs of a log; scores against plain sums; what is observed
// against training on the longer log.

#include "strategies/recommender/sequential_rules/sequential_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <vector>

#include "tests/support/recommend.h"

namespace souk {
namespace {

using testing::Ask;
using testing::FillTestLog;
using testing::Ids;
using testing::Items;
using testing::MakeRecommender;
using testing::ParamList;
using testing::Saved;
using testing::TestShop;
using testing::TrainOn;

using Ints = std::vector<int>;

std::unique_ptr<SequentialRules> Make(const TestShop& shop, ParamList given = {}) {
  auto rules = MakeRecommender<SequentialRules>(SequentialRulesInfo(), MakeSequentialRules, shop, given);
  TrainOn(*rules, shop);
  return rules;
}

double Count(const Transitions& t, int from, int to) {
  for (const Entry& e : t.row(from))
    if (e.column == to) return static_cast<double>(e.value);
  return 0;
}

std::vector<float> ScoresOf(SequentialRules& rules, int items, const Ints& session, int shopper = -1) {
  const std::vector<ItemId> viewed = Items(session);
  RecommendRequest request;
  if (shopper >= 0) request.shopper = ShopperId(shopper);
  request.session_items = viewed;
  std::vector<float> scores(static_cast<std::size_t>(items), 99.0F);
  rules.Score(request, scores);
  return scores;
}

/// The definition, without haste: the places of every sequence, then all pairs.
using Matrix = std::map<std::pair<int, int>, double>;
Matrix PlainCounts(const ShopLog& log, const TransitionSettings& s) {
  struct Place {
    int item;
    double worth;
  };
  std::map<std::pair<int, int>, std::vector<Place>> sequences;
  for (const ShopEvent& e : log.events) {
    if (s.weights.Of(e.kind) <= 0 || !e.item.valid()) continue;
    auto& places = sequences[{e.shopper.value, s.sequence == BasketOf::kSession ? e.session.value : 0}];
    const auto hour = [](SimTime t) { return static_cast<double>(t.us / SimTime::kHourUs); };
    const double hours = hour(log.events.back().time) - hour(e.time);
    const double worth =
        s.weights.Of(e.kind) * (s.half_life_days > 0 ? std::exp2(-hours / (24 * s.half_life_days)) : 1.0);
    const auto reach = e.kind != ShopEventKind::kView ? static_cast<std::ptrdiff_t>(s.window) : s.repeats ? 0 : 1;
    const auto first = places.end() - std::min<std::ptrdiff_t>(reach, std::ssize(places));
    Place* found = nullptr;
    for (auto p = first; p != places.end(); ++p)
      if (p->item == e.item.value) found = &*p;
    if (found != nullptr) found->worth = std::max(found->worth, worth);
    else places.push_back({e.item.value, worth});
  }
  Matrix m;
  for (const auto& [key, places] : sequences)
    for (std::size_t a = 0; a < places.size(); ++a)
      for (std::size_t b = a + 1; b < places.size() && b - a <= static_cast<std::size_t>(s.window); ++b)
        if (places[a].item != places[b].item || s.repeats)
          m[{places[a].item, places[b].item}] += places[b].worth / static_cast<double>(b - a);
  return m;
}

/// Every count and both sums, up to a factor common to all.
void ExpectCounts(const Transitions& t, const Matrix& expected, double factor = 1) {
  std::vector<double> out(static_cast<std::size_t>(t.items()), 0);
  std::vector<double> in(static_cast<std::size_t>(t.items()), 0);
  std::size_t entries = 0;
  for (const auto& [pair, count] : expected) {
    EXPECT_NEAR(Count(t, pair.first, pair.second), factor * count, 1e-5 * factor * count)
        << pair.first << " then " << pair.second;
    out[static_cast<std::size_t>(pair.first)] += factor * count;
    in[static_cast<std::size_t>(pair.second)] += factor * count;
  }
  for (int i = 0; i < t.items(); ++i) {
    entries += t.row(i).size();
    EXPECT_NEAR(t.out(i), out[static_cast<std::size_t>(i)], 1e-5 * out[static_cast<std::size_t>(i)]);
    EXPECT_NEAR(t.in(i), in[static_cast<std::size_t>(i)], 1e-5 * in[static_cast<std::size_t>(i)]);
  }
  EXPECT_EQ(entries, expected.size());
}

TEST(SequentialRules, CountsByHand) {
  TestShop shop(6, 1, 2);
  shop.LogSession(0, 0, {0, 1, 2, 3});
  shop.LogSession(0, 1, {3, 0});
  const auto rules = Make(shop, {{"window", std::int64_t{2}}});
  ExpectCounts(rules->transitions(),
               {{{0, 1}, 1}, {{0, 2}, 0.5}, {{1, 2}, 1}, {{1, 3}, 0.5}, {{2, 3}, 1}, {{3, 0}, 1}});
  // One sequence per shopper: 0 1 2 3 0, for the second 3 follows itself.
  const auto whole = Make(shop, {{"window", std::int64_t{2}}, {"sequence", "shopper"}});
  ExpectCounts(whole->transitions(),
               {{{0, 1}, 1}, {{0, 2}, 0.5}, {{1, 2}, 1}, {{1, 3}, 0.5}, {{2, 3}, 1}, {{2, 0}, 0.5}, {{3, 0}, 1}});
}

// 0 0 1 0, where repeats may be shown: the item follows itself at distances 1, 3 and 2. Else it stands twice: 0 1 0.
TEST(SequentialRules, RepeatsFollowThemselvesWhereTheyMayBeShown) {
  TestShop shop(3, 1, 2);
  shop.LogSession(0, 0, {0, 0, 1, 0});
  ExpectCounts(Make(shop, {{"repeat_viewed", true}})->transitions(),
               {{{0, 0}, 1 + 1.0 / 3 + 0.5}, {{0, 1}, 1.5}, {{1, 0}, 1}});
  ExpectCounts(Make(shop)->transitions(), {{{0, 1}, 1}, {{1, 0}, 1}});
}

// A cart or purchase raises the place that its item has; only without one it takes its own.
TEST(SequentialRules, CartsAndPurchasesRaiseThePlaceOfTheView) {
  TestShop shop(6, 1, 2);
  shop.LogSession(0, 0, {0, 1, 2});
  shop.Log(ShopEventKind::kCart, 0, 0, 1);
  shop.Log(ShopEventKind::kPurchase, 0, 0, 1);
  shop.Log(ShopEventKind::kPurchase, 0, 0, 4);
  const auto rules = Make(shop, {{"cart_weight", 2.0}, {"buy_weight", 5.0}});
  ExpectCounts(rules->transitions(),
               {{{0, 1}, 5}, {{0, 2}, 0.5}, {{0, 4}, 5.0 / 3}, {{1, 2}, 1}, {{1, 4}, 2.5}, {{2, 4}, 5}});
}

template <class Body>
void ForSettings(Body body) {
  body({});
  body({{"window", std::int64_t{1}}});
  body({{"window", std::int64_t{3}}, {"repeat_viewed", true}});
  body({{"window", std::int64_t{3}}, {"sequence", "shopper"}, {"half_life_days", 5.0}});
  body({{"window", std::int64_t{4}}, {"sequence", "shopper"}, {"view_weight", 0.5}, {"cart_weight", 4.0}});
  body({{"window", std::int64_t{2}}, {"half_life_days", 0.5}, {"view_weight", 0.0}, {"buy_weight", 7.0}});
}
TransitionSettings SettingsOf(ParamList given) {
  const Params p = testing::ParamsOf(SequentialRulesInfo(), given);
  return {static_cast<int>(p.Int("window")),
          p.String("sequence") == "session" ? BasketOf::kSession : BasketOf::kShopper,
          {p.Real("view_weight"), p.Real("cart_weight"), p.Real("buy_weight")},
          p.Real("half_life_days"),
          p.Bool("repeat_viewed")};
}

TEST(SequentialRules, CountsMatchAllPairs) {
  TestShop shop(40, 4, 15);
  FillTestLog(shop, 300, 6, 5);
  ForSettings([&](ParamList given) {
    const auto rules = Make(shop, given);
    ExpectCounts(rules->transitions(), PlainCounts(shop.records.log, SettingsOf(given)));
  });
}

// Trained on half of the log and told the rest, or on nothing and told all: the counts of the whole log. Ages then
// count from another moment, which is a factor common to all; half a day, told from the start, is scaled down once.
TEST(SequentialRules, ObservingEqualsTraining) {
  TestShop shop(40, 4, 15);
  FillTestLog(shop, 300, 6, 6);
  const ShopLog whole = shop.records.log;
  ForSettings([&](ParamList given) {
    for (const std::size_t known : {std::size_t{0}, whole.events.size() / 2 + 1, whole.events.size()}) {
      shop.records.log.events.assign(whole.events.begin(), whole.events.begin() + static_cast<std::ptrdiff_t>(known));
      const auto rules = Make(shop, given);
      for (std::size_t n = known; n < whole.events.size(); ++n) rules->Observe(whole.events[n]);
      const TransitionSettings settings = SettingsOf(given);
      const Matrix expected = PlainCounts(whole, settings);
      double total = 0;
      double found = 0;
      for (const auto& [pair, count] : expected) total += count;
      for (int i = 0; i < 40; ++i) found += rules->transitions().out(i);
      if (settings.half_life_days == 0) {
        EXPECT_NEAR(found / total, 1, 1e-5);
      }
      ExpectCounts(rules->transitions(), expected, found / total);
    }
  });
}

// The formula, with a shopper's past and a discount, also after events that came since.
TEST(SequentialRules, ScoresAreTheFormula) {
  TestShop shop(50, 5, 20);
  FillTestLog(shop, 400, 6, 7);
  const ShopLog whole = shop.records.log;
  shop.records.log.events.resize(whole.events.size() * 2 / 3);
  const auto rules =
      Make(shop, {{"discount", 0.3}, {"decay", 0.7}, {"history", std::int64_t{4}}, {"earlier_weight", 0.4}});
  for (std::size_t n = shop.records.log.events.size(); n < whole.events.size(); ++n) rules->Observe(whole.events[n]);
  const Transitions& t = rules->transitions();
  for (int u = 0; u < 20; ++u) {
    const Ints session = {u, u + 7, u};
    const std::vector<float> scores = ScoresOf(*rules, 50, session, u);
    std::vector<std::pair<int, double>> history = {{u, 1.0}, {u + 7, 0.7}};
    const ShopperProfile& profile = shop.view.profile(ShopperId(u));
    for (int at = 0; at < profile.recent_size && history.size() < 4; ++at) {
      const int item = profile.RecentItem(at).value;
      const bool known = std::any_of(history.begin(), history.end(), [&](const auto& h) { return h.first == item; });
      if (!known) history.emplace_back(item, 0.4 * std::pow(0.7, history.size()));
    }
    for (int i = 0; i < 50; ++i) {
      double expected = 0;
      for (const auto& [h, weight] : history)
        if (t.out(h) > 0) expected += weight * Count(t, h, i) / t.out(h);
      expected *= std::pow(t.in(i), -0.3);
      const auto score = static_cast<double>(scores[static_cast<std::size_t>(i)]);
      if (t.in(i) == 0 || expected == 0) EXPECT_EQ(score, -std::numeric_limits<double>::infinity());
      else EXPECT_NEAR(score, expected, 1e-5 * expected) << i;
    }
  }
}

// Slates are the scores in order, without what may not be shown, then popular items.
TEST(SequentialRules, SlatesAreTheScoresInOrder) {
  TestShop shop(50, 5, 20);
  FillTestLog(shop, 400, 6, 8);
  shop.SetAvailable(3, false);
  const auto rules = Make(shop, {{"discount", 0.5}});
  for (int u = 0; u < 20; ++u) {
    const Ints session = {u + 20, u};
    const std::vector<float> scores = ScoresOf(*rules, 50, session, u);
    Ints expected;
    for (int i = 0; i < 50; ++i)
      if (std::isfinite(scores[static_cast<std::size_t>(i)]) && i != 3 && i != 5 && i != u && i != u + 20)
        expected.push_back(i);
    std::stable_sort(expected.begin(), expected.end(), [&](int a, int b) {
      return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)];
    });
    ASSERT_GT(expected.size(), 8U);
    expected.resize(8);
    EXPECT_EQ(Ids(Ask(*rules, session, 8, u, false, 1, {5})), expected);
  }
}

// Few votes in a large catalogue take another way to the same slate.
TEST(SequentialRules, SlatesOfALargeCatalogueAreTheScoresInOrder) {
  TestShop shop(3000, 30, 60);
  FillTestLog(shop, 2000, 6, 10);
  const auto rules = Make(shop, {{"discount", 0.5}});
  int compared = 0;
  for (int u = 0; u < 60; ++u) {
    const Ints session = {u * 3, u};
    const std::vector<float> scores = ScoresOf(*rules, 3000, session, u);
    Ints expected;
    for (int i = 0; i < 3000; ++i)
      if (std::isfinite(scores[static_cast<std::size_t>(i)]) && i != u && i != 3 * u) expected.push_back(i);
    if (expected.size() < 8) continue;
    std::stable_sort(expected.begin(), expected.end(), [&](int a, int b) {
      return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)];
    });
    expected.resize(8);
    EXPECT_EQ(Ids(Ask(*rules, session, 8, u)), expected);
    ++compared;
  }
  EXPECT_GT(compared, 20);
}

TEST(SequentialRules, OrderMatters) {
  TestShop shop(20, 1, 3);
  for (int s = 0; s < 10; ++s) shop.LogSession(1, s, {4, 9});
  for (int s = 10; s < 40; ++s) shop.LogSession(2, s, {0, 1});
  const auto rules = Make(shop);
  EXPECT_EQ(Ids(Ask(*rules, {4}, 1)), Ints{9});
  EXPECT_EQ(Ids(Ask(*rules, {9}, 1)), Ints{0});  // nothing came after it: popularity
}

// New shoppers and items that nobody had seen when it was trained.
TEST(SequentialRules, NewItemsAndShoppersCountAtOnce) {
  TestShop shop(20, 1, 5);
  for (int s = 0; s < 10; ++s) shop.LogSession(1, s, {4, 9});
  const auto rules = Make(shop);
  const std::size_t before = shop.records.log.events.size();
  shop.LogSession(4, 50, {4, 17});
  for (std::size_t n = before; n < shop.records.log.events.size(); ++n) rules->Observe(shop.records.log.events[n]);
  EXPECT_EQ(Ids(Ask(*rules, {4}, 2)), (Ints{9, 17}));
  const std::size_t then = shop.records.log.events.size();
  shop.LogSession(3, 51, {17, 5});
  for (std::size_t n = then; n < shop.records.log.events.size(); ++n) rules->Observe(shop.records.log.events[n]);
  EXPECT_EQ(Ids(Ask(*rules, {17}, 1)), Ints{5});
}

// A thousand half-lives of silence: what was counted has gone, nothing is infinite or NaN, and news count.
TEST(SequentialRules, ForgetsWithoutHarm) {
  TestShop shop(20, 1, 5);
  for (int s = 0; s < 10; ++s) shop.LogSession(1, s, {4, 9, 2});
  const auto rules = Make(shop, {{"half_life_days", 1.0}, {"discount", 1.0}});
  const std::size_t before = shop.records.log.events.size();
  shop.records.now = shop.records.now + Days(1000);
  shop.LogSession(2, 50, {4, 17});
  for (std::size_t n = before; n < shop.records.log.events.size(); ++n) rules->Observe(shop.records.log.events[n]);
  EXPECT_EQ(Ids(Ask(*rules, {4}, 1)), Ints{17});
  for (const Ints& session : {Ints{4}, Ints{9}, Ints{2, 9, 4}})
    for (const float score : ScoresOf(*rules, 20, session)) {
      EXPECT_FALSE(std::isnan(score));
      EXPECT_LT(score, std::numeric_limits<float>::infinity());
    }
}

// What is loaded goes on growing as the original does, also after all counts were scaled.
TEST(SequentialRules, LoadedRulesGrowOn) {
  TestShop shop(40, 4, 15);
  FillTestLog(shop, 300, 6, 9);
  const ShopLog whole = shop.records.log;
  shop.records.log.events.resize(whole.events.size() / 3);
  const ParamList given = {{"half_life_days", 0.2}, {"discount", 0.5}};
  const auto rules = Make(shop, given);
  const std::size_t third = whole.events.size() / 3;
  for (std::size_t n = third; n < 2 * third; ++n) rules->Observe(whole.events[n]);
  EXPECT_GT(rules->transitions().rescaled(), 0);
  const auto loaded = MakeRecommender<SequentialRules>(SequentialRulesInfo(), MakeSequentialRules, shop, given);
  std::istringstream in(Saved(*rules));
  loaded->Load(in);
  for (std::size_t n = 2 * third; n < whole.events.size(); ++n) {
    rules->Observe(whole.events[n]);
    loaded->Observe(whole.events[n]);
  }
  EXPECT_EQ(Saved(*loaded), Saved(*rules));
  EXPECT_EQ(ScoresOf(*loaded, 40, {1, 2, 3}, 4), ScoresOf(*rules, 40, {1, 2, 3}, 4));
}

}  // namespace
}  // namespace souk
