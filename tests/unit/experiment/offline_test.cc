// Offline evaluation with strategies whose scores the test decides: ranks against a sort of the whole catalogue, what
// strategies are told, what counts as a miss, and what is refused.
#include "bench/experiment/offline.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "strategies/registry.h"
#include "tests/unit/experiment/offline_testing.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MakeData;
using testing::ScratchFile;

/// What a strategy was told, in order.
struct Heard {
  std::vector<ShopEvent> log;       ///< at the training
  std::vector<ShopEvent> observed;  ///< afterwards
  struct Question {
    int shopper = -1;
    std::vector<int> session;
    std::vector<int> exclude;
    std::size_t observed = 0;  ///< events so far
    bool score = false;
    int k = 0;
  };
  std::vector<Question> questions;
};

std::vector<int> Numbers(std::span<const ItemId> items) {
  std::vector<int> numbers;
  for (const ItemId i : items) numbers.push_back(i.value);
  return numbers;
}

/// Scores item i of question q (from 0) by a function; slates hold the first items that may be shown.
class Scorer : public ScoringRecommender {
 public:
  using Law = std::function<float(std::size_t question, int item)>;
  Scorer(const ShopView& view, Law law, Heard* heard) : view_(view), law_(std::move(law)), heard_(heard) {}
  void Train(const ShopLog& log, Rng&) override {
    if (heard_ != nullptr) heard_->log = log.events;
  }
  void Observe(const ShopEvent& event) override {
    if (heard_ != nullptr) heard_->observed.push_back(event);
  }
  void Save(std::ostream&) const override {}
  void Load(std::istream&) override {}
  void Score(const RecommendRequest& request, std::span<float> scores) override {
    Hear(request, true);
    for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = law_(asked_, static_cast<int>(i));
    ++asked_;
  }
  Slate Recommend(const RecommendRequest& request, Rng&) override {
    Hear(request, false);
    Slate slate;
    for (int i = view_.catalogue().items() - 1; i >= 0 && slate.size < request.k; --i) {
      const bool excluded =
          std::find(request.exclude.begin(), request.exclude.end(), ItemId(i)) != request.exclude.end();
      if (view_.available(ItemId(i)) && !excluded) slate.Add(ItemId(i));
    }
    return slate;
  }

 private:
  void Hear(const RecommendRequest& r, bool score) {
    if (heard_ == nullptr) return;
    heard_->questions.push_back({r.shopper.valid() ? r.shopper.value : -1, Numbers(r.session_items), Numbers(r.exclude),
                                 heard_->observed.size(), score, r.k});
  }
  const ShopView& view_;
  Law law_;
  Heard* heard_;
  std::size_t asked_ = 0;
};

/// The same without Score.
class SlateOnly : public Recommender {
 public:
  SlateOnly(const ShopView& view, Scorer::Law law) : scorer_(view, std::move(law), nullptr) {}
  void Train(const ShopLog&, Rng&) override {}
  void Save(std::ostream&) const override {}
  void Load(std::istream&) override {}
  Slate Recommend(const RecommendRequest& request, Rng& rng) override { return scorer_.Recommend(request, rng); }

 private:
  Scorer scorer_;
};

OfflineOptions Asking(Scorer::Law law, Heard* heard = nullptr) {
  OfflineOptions options;
  options.strategies = {{"mine", {.name = "mine"}}};
  options.bootstrap.resamples = 99;
  options.make = [law = std::move(law), heard](const StrategySpec&, const StrategyContext& context) {
    return std::make_unique<Scorer>(*context.view, law, heard);
  };
  return options;
}

float ByNumber(std::size_t, int item) { return static_cast<float>(item); }

OfflineData RandomUsers(int users, int items, int most, std::uint64_t seed) {
  std::mt19937_64 bits(seed);
  std::vector<std::vector<std::int32_t>> all;
  for (int u = 0; u < users; ++u) {
    all.emplace_back();
    const auto n = 1 + bits() % static_cast<std::uint64_t>(most);
    for (std::uint64_t e = 0; e < n; ++e)
      all.back().push_back(static_cast<std::int32_t>(bits() % static_cast<std::uint64_t>(items)));
  }
  return MakeData(all);
}

/// Brute force: sort everything that may be shown; the rank is the middle of the places of the same score.
TEST(Offline, RanksMatchASortOfTheWholeCatalogue) {
  const OfflineData data = RandomUsers(60, 25, 8, 3);
  const auto law = [](std::size_t question, int item) {
    return static_cast<float>((item * 7 + static_cast<int>(question) * 5) % 6);  // many ties
  };
  const OfflineResult result = EvaluateOffline(data, nullptr, Asking(law));
  std::set<int> known;
  for (const Sequence& s : data.sequences)
    for (std::size_t e = 0; e + (s.size() > 2 ? 2 : 0) < s.size(); ++e) known.insert(s[e].item);
  std::size_t question = 0;
  std::int64_t hits = 0;
  for (const Sequence& s : data.sequences) {
    if (s.size() < 3) continue;
    std::set<int> seen;
    for (std::size_t e = 0; e + 1 < s.size(); ++e) seen.insert(s[e].item);
    const int wanted = s.back().item;
    double expected = kNotRanked;
    if (known.contains(wanted) && !seen.contains(wanted)) {
      std::vector<float> better;
      double equal = 0;
      for (const int item : known) {
        if (item == wanted || seen.contains(item)) continue;
        if (law(question, item) > law(question, wanted)) better.push_back(law(question, item));
        else if (law(question, item) == law(question, wanted)) equal += 1;
      }
      expected = 1 + static_cast<double>(better.size()) + equal / 2;
    }
    EXPECT_EQ(result.arms[0].ranks[question], expected) << "question " << question;
    hits += expected < 11 ? 1 : 0;
    ++question;
  }
  ASSERT_EQ(result.cases, static_cast<std::int64_t>(question));
  EXPECT_GT(result.seen, 0);
  EXPECT_EQ(result.arms[0].values[0].measure, RankingMeasure::kHit);
  EXPECT_DOUBLE_EQ(result.arms[0].values[0].value.mean, static_cast<double>(hits) / static_cast<double>(question));
}

TEST(Offline, UnknownItemsAreMissesHoweverTheyScore) {
  // Item 4 is only ever wanted, item 3 only ever told after the fit.
  const OfflineData data = MakeData({{0, 1, 2, 4}, {1, 2, 3, 0}});
  Heard heard;
  const OfflineResult result = EvaluateOffline(data, nullptr, Asking(ByNumber, &heard));
  EXPECT_EQ(result.items, 3) << "items 0, 1, 2 are fitted: user 0's first two, user 1's first two";
  EXPECT_EQ(result.unknown, 1);
  EXPECT_THAT(result.arms[0].ranks, ElementsAre(kNotRanked, 1)) << "0 alone is left: 1, 2 were seen, 3 is unknown";
  EXPECT_EQ(result.wanted_items, (std::vector<std::int64_t>{4, 0}));
}

TEST(Offline, ItemsOfTheFileOfFactsAreKnown) {
  const ScratchFile file("item_id\n4\n");
  const ItemFacts facts = ReadItemFacts(file.path());
  const OfflineResult result = EvaluateOffline(MakeData({{0, 1, 2, 4}, {1, 2, 3, 0}}), &facts, Asking(ByNumber));
  EXPECT_EQ(result.unknown, 0);
  EXPECT_EQ(result.items, 4);
  EXPECT_THAT(result.arms[0].ranks, ElementsAre(1, 2));
}

TEST(Offline, SeenItemsAreLeftOutUnlessAllowed) {
  const OfflineData data = MakeData({{0, 1, 2, 0}, {0, 1, 2, 1}, {3, 3, 3}, {2, 2}});
  OfflineOptions options = Asking(ByNumber);
  const OfflineResult masked = EvaluateOffline(data, nullptr, options);
  EXPECT_THAT(masked.arms[0].ranks, ElementsAre(kNotRanked, kNotRanked, kNotRanked));
  EXPECT_EQ(masked.seen, 3);
  EXPECT_TRUE(masked.mask_seen);
  options.mask_seen = false;
  const OfflineResult allowed = EvaluateOffline(data, nullptr, options);
  EXPECT_THAT(allowed.arms[0].ranks, ElementsAre(4, 3, 1));
  EXPECT_EQ(allowed.seen, 0);
}

TEST(Offline, NanIsRefusedByTheNameOfTheStrategy) {
  const OfflineData data = MakeData({{0, 1, 2, 3}, {3, 2, 1, 0}});
  const float nan = std::nanf("");
  const auto law = [nan](std::size_t question, int item) { return question == 1 && item == 2 ? nan : 1; };
  EXPECT_THAT(ErrorOf([&] { EvaluateOffline(data, nullptr, Asking(law)); }), HasSubstr("mine: scored NaN"));
}

TEST(Offline, StrictHistoryIsASessionOfNobody) {
  Heard heard;
  EvaluateOffline(MakeData({{5, 1, 2, 3}, {4, 4}}), nullptr, Asking(ByNumber, &heard));
  std::vector<std::pair<int, int>> fitted;
  for (const ShopEvent& e : heard.log)
    if (e.item.valid()) fitted.emplace_back(e.shopper.value, e.item.value);
  EXPECT_THAT(fitted, ElementsAre(std::pair(0, 5), std::pair(0, 1), std::pair(1, 4), std::pair(1, 4)));
  ASSERT_FALSE(heard.questions.empty());
  EXPECT_EQ(heard.questions[0].shopper, -1) << "item 2 is not in the fit, so the shopper's row would lack it";
  EXPECT_THAT(heard.questions[0].session, ElementsAre(5, 1, 2));
  EXPECT_THAT(heard.questions[0].exclude, ElementsAre(5, 1, 2));
  EXPECT_TRUE(heard.observed.empty());
}

TEST(Offline, RefitHistoryIsTheShoppersOwn) {
  Heard heard;
  OfflineOptions options = Asking(ByNumber, &heard);
  options.refit = true;
  EvaluateOffline(MakeData({{4, 4}, {5, 1, 5, 3}}), nullptr, options);
  EXPECT_EQ(heard.questions[0].shopper, 0);
  EXPECT_EQ(heard.questions[1].shopper, 1);
  EXPECT_THAT(heard.questions[1].session, ElementsAre(5, 1, 5));
  EXPECT_THAT(heard.questions[1].exclude, ElementsAre(5, 1)) << "distinct";
}

TEST(Offline, SessionsMayRepeatAndAreNobodys) {
  Heard heard;
  OfflineOptions options = Asking(ByNumber, &heard);
  options.protocol = OfflineProtocol::kSession;
  const OfflineResult result = EvaluateOffline(MakeData({{0, 1, 2}}, {{2, 0, 2}, {7, 1}}), nullptr, options);
  EXPECT_FALSE(result.mask_seen);
  EXPECT_THAT(result.arms[0].ranks, ElementsAre(3, 1, 2));
  EXPECT_EQ(heard.questions[1].shopper, -1);
  EXPECT_THAT(heard.questions[1].session, ElementsAre(2, 0));
  EXPECT_THAT(heard.questions[1].exclude, IsEmpty());
  EXPECT_THAT(result.case_user, ElementsAre(0, 0, 1));
  EXPECT_EQ(result.users, 2);
}

TEST(Offline, OnlineTellsWhatFollowsTheFitBeforeEachQuestion) {
  Heard heard;
  OfflineOptions options = Asking(ByNumber, &heard);
  options.protocol = OfflineProtocol::kSession;
  options.online = true;
  EvaluateOffline(MakeData({{0, 1, 2}}, {{2, 0, 1}, {1, 0}}), nullptr, options);
  std::vector<std::pair<int, int>> told;
  for (const ShopEvent& e : heard.observed) told.emplace_back(e.shopper.value, e.item.valid() ? e.item.value : -1);
  EXPECT_THAT(told, ElementsAre(std::pair(1, -1), std::pair(1, 2), std::pair(1, 0), std::pair(2, -1), std::pair(2, 1)));
  EXPECT_EQ(heard.questions[0].observed, 2U);
  EXPECT_EQ(heard.questions[1].observed, 3U);
  EXPECT_EQ(heard.questions[2].observed, 5U);
  EXPECT_EQ(heard.questions[2].shopper, 2);
}

TEST(Offline, OnlineLeaveOneOutTellsTheLastButOne) {
  Heard heard;
  OfflineOptions options = Asking(ByNumber, &heard);
  options.online = true;
  EvaluateOffline(MakeData({{5, 1, 2, 3}}), nullptr, options);
  ASSERT_EQ(heard.observed.size(), 1U);
  EXPECT_EQ(heard.observed[0].item, ItemId(2));
  EXPECT_EQ(heard.observed[0].shopper, ShopperId(0));
  EXPECT_EQ(heard.questions[0].shopper, 0) << "a shopper that the fit knows";
}

TEST(Offline, WithoutScoresTheSlateIsTheRanking) {
  std::vector<std::int32_t> all(40);
  for (std::int32_t i = 0; i < 40; ++i) all[static_cast<std::size_t>(i)] = i;
  OfflineOptions options = Asking(ByNumber);
  options.refit = true;
  options.make = [](const StrategySpec&, const StrategyContext& context) {
    return std::make_unique<SlateOnly>(*context.view, ByNumber);
  };
  // Item 39 is only ever wanted: unknown. Users who have seen 38 and 1 get a slate of 37 … 14.
  const OfflineResult result =
      EvaluateOffline(MakeData({all, {38, 1, 37}, {38, 1, 14}, {38, 1, 13}}), nullptr, options);
  EXPECT_FALSE(result.arms[0].scores_catalogue);
  EXPECT_EQ(result.unknown, 1);
  EXPECT_THAT(result.arms[0].ranks, ElementsAre(kNotRanked, 1, 24, kNotRanked)) << "behind the slate is a miss";
}

TEST(Offline, ListsDecideCoverageGiniAndNovelty) {
  // Fit: user 0 has items 0, 1; users 1 and 2 item 2. Lists of one: the highest number not seen.
  const OfflineData data = MakeData({{0, 1, 2, 0}, {2, 3, 0}, {2, 3, 1}});
  OfflineOptions options = Asking(ByNumber);
  options.ks = {1};
  const OfflineResult result = EvaluateOffline(data, nullptr, options);
  ASSERT_EQ(result.items, 3);
  EXPECT_EQ(result.list_k, 1);
  // User 0 has seen all but the unknown 3: an empty list. Users 1 and 2 get item 1, which one of three users has.
  EXPECT_DOUBLE_EQ(result.arms[0].coverage, 1.0 / 3);
  EXPECT_DOUBLE_EQ(result.arms[0].gini, 2.0 / 3);
  EXPECT_DOUBLE_EQ(result.arms[0].novelty, std::log2(3.0));
}

TEST(Offline, ItemsOfNoScoreAreNotShown) {
  OfflineOptions options = Asking([](std::size_t, int) { return -std::numeric_limits<float>::infinity(); });
  const OfflineResult result = EvaluateOffline(MakeData({{0, 1, 2}, {2, 1, 0}}), nullptr, options);
  EXPECT_EQ(result.arms[0].coverage, 0);
  EXPECT_TRUE(std::isnan(result.arms[0].novelty));
}

TEST(Offline, DifferencesAreFromTheBaseline) {
  const OfflineData data = RandomUsers(50, 20, 9, 5);
  OfflineOptions options = Asking(ByNumber);
  options.strategies = {{"up", {.name = "up"}}, {"down", {.name = "down"}}, {"up again", {.name = "up"}}};
  options.make = [](const StrategySpec& spec, const StrategyContext& context) {
    const float sign = spec.name == "up" ? 1 : -1;
    return std::make_unique<Scorer>(
        *context.view, [sign](std::size_t, int i) { return sign * static_cast<float>(i); }, nullptr);
  };
  options.baseline = 1;
  const OfflineResult result = EvaluateOffline(data, nullptr, options);
  for (std::size_t v = 0; v < result.arms[0].values.size(); ++v) {
    const auto mean = [&](std::size_t arm) { return result.arms[arm].values[v].value.mean; };
    EXPECT_EQ(result.arms[0].values[v].difference.difference, mean(0) - mean(1));
    EXPECT_EQ(result.arms[1].values[v].difference.difference, 0);
    EXPECT_EQ(result.arms[2].values[v].difference.low, result.arms[0].values[v].difference.low) << "shared luck";
  }
  EXPECT_NE(result.arms[0].values[0].value.mean, result.arms[1].values[0].value.mean);
}

TEST(Offline, StrongRanksEveryWantedItem) {
  OfflineOptions options = Asking(ByNumber);
  options.protocol = OfflineProtocol::kStrong;
  options.told = 0.5;
  options.held_out = 1;
  // The same for each user, whoever is held out: told 0, 1; wants 2, 3 of five.
  const OfflineResult result = EvaluateOffline(MakeData({{0, 1, 2, 3}, {0, 1, 2, 3}, {4}}), nullptr, options);
  EXPECT_THAT(result.arms[0].ranks, ElementsAre(3, 2));
  EXPECT_THAT(result.case_begin, ElementsAre(0, 2));
  EXPECT_THAT(result.ks, ElementsAre(20, 50, 100));
  EXPECT_EQ(result.arms[0].values[1].measure, RankingMeasure::kRecall);
  EXPECT_EQ(result.arms[0].values[1].value.mean, 1);
  EXPECT_TRUE(std::isnan(result.arms[0].values[1].value.low)) << "one user has no interval";
}

TEST(Offline, StopsWhenTold) {
  std::atomic<bool> stop = true;
  OfflineOptions options = Asking(ByNumber);
  options.stop = &stop;
  EXPECT_THAT(ErrorOf([&] { EvaluateOffline(MakeData({{0, 1, 2}}), nullptr, options); }), HasSubstr("interrupted"));
}

TEST(Offline, ProgressGoesFromTheFitToTheLastCase) {
  const OfflineData data = RandomUsers(200, 20, 5, 6);
  OfflineOptions options = Asking(ByNumber);
  std::vector<std::int64_t> done;
  bool fitted = false;
  options.on_progress = [&](const OfflineProgress& p) {
    if (p.fitting) fitted = done.empty();
    else done.push_back(p.cases_done);
    EXPECT_EQ(p.strategies, 1U);
  };
  const OfflineResult result = EvaluateOffline(data, nullptr, options);
  EXPECT_TRUE(fitted);
  EXPECT_EQ(done.front(), 0);
  EXPECT_EQ(done.back(), result.cases);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
}

/// Every recommender of the registry on data that have next to nothing, in every protocol that the data allow: a result
/// without NaN among the means.
TEST(Offline, RegisteredStrategiesSurviveNextToNothing) {
  const std::vector<std::vector<std::vector<std::int32_t>>> sets = {
      {{0, 0, 0}}, {{0, 0, 0, 0, 0}, {0, 0, 0}}, {{0, 1, 2}}, {{0, 1, 0, 1}, {1}, {1, 1, 1}}};
  for (const StrategyEntry& entry : Registry()) {
    const StrategyInfo& info = entry.info();
    if (info.slot != Slot::kRecommender || info.sees_truth) continue;
    for (const auto& users : sets)
      for (const OfflineProtocol protocol : {OfflineProtocol::kLeaveOneOut, OfflineProtocol::kSession}) {
        OfflineOptions options;
        options.protocol = protocol;
        options.mask_seen = false;
        options.bootstrap.resamples = 99;
        options.strategies = {{info.name, {.name = info.name}}};
        const bool sessions = protocol == OfflineProtocol::kSession;
        const OfflineResult result =
            EvaluateOffline(sessions ? MakeData(users, users) : MakeData(users), nullptr, options);
        for (const OfflineValue& v : result.arms[0].values)
          EXPECT_TRUE(v.value.mean >= 0 && v.value.mean <= 1) << info.name << " " << MeasureName(v.measure);
      }
  }
}

/// The registry's popularity by hand: items by how many views the fit has of them.
TEST(Offline, PopularityRanksByCounts) {
  OfflineOptions options;
  options.strategies = {{"popularity", {.name = "popularity"}}};
  options.mask_seen = false;
  // Views in the fit: item 0 three times, item 1 twice, items 2, 3 and 9 once.
  const OfflineResult result = EvaluateOffline(MakeData({{0, 0, 0, 1, 1, 2, 3, 9, 0}, {9, 9, 2}}), nullptr, options);
  EXPECT_THAT(result.arms[0].ranks, ElementsAre(1, 4)) << "2, 3 and 9 share the places 3, 4, 5";
}

}  // namespace
}  // namespace souk
