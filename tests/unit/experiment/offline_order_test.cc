// Order in offline evaluation: the log that a fit sees, the control of shuffled histories, and comparisons of any two
// strategies. Rules as in offline.h; the strategies here score what their rule says and keep what they were told.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "bench/experiment/offline.h"
#include "tests/unit/experiment/offline_testing.h"

namespace souk {
namespace {

using ::testing::ElementsAre;
using testing::MakeData;

struct Notes {
  std::vector<ShopEvent> log;
  std::vector<std::vector<int>> histories;  ///< of Score, in the order of questions
};

/// Scores 1 for the item after the last one of the history (`ordered`), or after each of them, 0 for all others.
class Successor : public ScoringRecommender {
 public:
  Successor(bool ordered, Notes* notes) : ordered_(ordered), notes_(notes) {}
  void Train(const ShopLog& log, Rng&) override { notes_->log = log.events; }
  void Save(std::ostream&) const override {}
  void Load(std::istream&) override {}
  void Score(const RecommendRequest& request, std::span<float> scores) override {
    std::fill(scores.begin(), scores.end(), 0.0F);
    std::vector<int> history;
    for (const ItemId item : request.session_items) history.push_back(item.value);
    for (std::size_t i = ordered_ ? history.size() - 1 : 0; i < history.size(); ++i)
      scores[static_cast<std::size_t>(history[i] + 1) % scores.size()] = 1;
    notes_->histories.push_back(std::move(history));
  }
  Slate Recommend(const RecommendRequest&, Rng&) override { return {}; }

 private:
  bool ordered_;
  Notes* notes_;
};

/// Strategies `ordered` and `blind`, with notes by name.
OfflineOptions Asking(std::map<std::string, Notes>* notes, const std::vector<std::string>& names) {
  OfflineOptions options;
  for (const std::string& name : names) options.strategies.push_back({name, {.name = name}});
  options.bootstrap.resamples = 199;
  options.make = [notes](const StrategySpec& spec, const StrategyContext&) {
    return std::make_unique<Successor>(spec.name == "ordered", &(*notes)[spec.name]);
  };
  return options;
}

/// 40 users who walk through 30 items, eight steps each, all items known to the fit.
OfflineData Walks() {
  std::vector<std::vector<std::int32_t>> users;
  for (int u = 0; u < 40; ++u) {
    users.emplace_back();
    for (int step = 0; step < 8; ++step) users.back().push_back((u + step) % 30);
  }
  return MakeData(users);
}

TEST(OfflineOrder, ShufflingTakesTheOrderAndNothingElse) {
  std::map<std::string, Notes> notes;
  OfflineOptions options = Asking(&notes, {"ordered"});
  options.shuffle_history = true;
  const OfflineResult result = EvaluateOffline(Walks(), nullptr, options);
  const auto& asked = notes["ordered"].histories;
  ASSERT_EQ(asked.size(), 80U);
  int moved = 0;
  for (std::size_t c = 0; c < 40; ++c) {
    std::vector<int> first = asked[c];
    std::vector<int> second = asked[c + 40];
    EXPECT_EQ(first.size(), 7U);
    moved += first != second ? 1 : 0;
    std::sort(first.begin(), first.end());
    std::sort(second.begin(), second.end());
    EXPECT_EQ(first, second);
  }
  EXPECT_GE(moved, 38) << "one order of 5040 is the old one";
  EXPECT_TRUE(result.shuffled);
  const OfflineValue& hit = result.arms[0].values[0];
  EXPECT_EQ(hit.measure, RankingMeasure::kHit);
  EXPECT_EQ(result.arms[0].ranks, std::vector<double>(40, 1.0)) << "the next item of every walk";
  EXPECT_EQ(hit.value.mean, 1);
  // The wanted item is first where the last of the walk stays the last: one in seven. Else all score 0 but one.
  const auto first = std::count(result.arms[0].shuffled_ranks.begin(), result.arms[0].shuffled_ranks.end(), 1.0);
  EXPECT_GT(first, 0);
  EXPECT_LT(first, 16);
  EXPECT_DOUBLE_EQ(hit.order.difference, hit.value.mean - hit.shuffled.mean);
  EXPECT_GT(hit.order.low, 0);
  EXPECT_LT(hit.order.p, 0.02);
}

TEST(OfflineOrder, AStrategyBlindToOrderLosesNothing) {
  std::map<std::string, Notes> notes;
  OfflineOptions options = Asking(&notes, {"blind", "ordered"});
  options.shuffle_history = true;
  const OfflineResult result = EvaluateOffline(Walks(), nullptr, options);
  EXPECT_EQ(result.arms[0].ranks, result.arms[0].shuffled_ranks);
  for (const OfflineValue& v : result.arms[0].values) {
    EXPECT_EQ(v.order.difference, 0);
    EXPECT_EQ(v.order.p, 1);
  }
  EXPECT_GT(result.arms[1].values[0].order.difference, 0) << "the columns of the two are not mixed up";
  EXPECT_EQ(result.arms[1].values[0].shuffled.mean,
            result.arms[1].values[0].value.mean - result.arms[1].values[0].order.difference);
}

TEST(OfflineOrder, TheSameSeedShufflesAlike) {
  const auto shuffled = [](std::uint64_t seed) {
    std::map<std::string, Notes> notes;
    OfflineOptions options = Asking(&notes, {"ordered"});
    options.shuffle_history = true;
    options.seed = seed;
    EvaluateOffline(Walks(), nullptr, options);
    return notes["ordered"].histories;
  };
  EXPECT_EQ(shuffled(3), shuffled(3));
  EXPECT_NE(shuffled(3), shuffled(4));
}

TEST(OfflineOrder, WithoutTheControlNothingIsAskedTwice) {
  std::map<std::string, Notes> notes;
  const OfflineResult result = EvaluateOffline(Walks(), nullptr, Asking(&notes, {"ordered"}));
  EXPECT_EQ(notes["ordered"].histories.size(), 40U);
  EXPECT_TRUE(result.arms[0].shuffled_ranks.empty());
  EXPECT_FALSE(result.shuffled);
}

TEST(OfflineOrder, AnyTwoStrategiesAreCompared) {
  std::map<std::string, Notes> notes;
  OfflineData data = Walks();
  for (std::size_t u = 0; u < 20; ++u) std::reverse(data.sequences[u].begin(), data.sequences[u].end());
  OfflineOptions options = Asking(&notes, {"ordered", "blind"});
  options.mask_seen = false;
  options.ks = {1};
  options.baseline = 1;
  const OfflineResult result = EvaluateOffline(data, nullptr, options);
  for (std::size_t v = 0; v < result.arms[0].values.size(); ++v) {
    const OfflineValue& a = result.arms[0].values[v];
    const OfflineValue& b = result.arms[1].values[v];
    EXPECT_EQ(a.over[1].difference, a.value.mean - b.value.mean);
    EXPECT_EQ(a.over[1].difference, -b.over[0].difference);
    EXPECT_NEAR(a.over[1].low, -b.over[0].high, 1e-12);
    EXPECT_NEAR(a.over[1].high, -b.over[0].low, 1e-12);
    EXPECT_EQ(a.over[1].p, b.over[0].p);
    EXPECT_EQ(a.over[0].difference, 0);
    EXPECT_EQ(a.over[0].p, 1);
    EXPECT_EQ(a.difference.difference, a.over[1].difference) << "the baseline";
  }
  EXPECT_NE(result.arms[0].values[0].value.mean, result.arms[1].values[0].value.mean);
}

/// (second, shopper, session, item) of every event; a start has item −1.
std::vector<std::vector<int>> Rows(const std::vector<ShopEvent>& log) {
  std::vector<std::vector<int>> rows;
  for (const ShopEvent& e : log)
    rows.push_back(
        {static_cast<int>(e.time.seconds()), e.shopper.value, e.session.value, e.item.valid() ? e.item.value : -1});
  return rows;
}

TEST(OfflineOrder, TheLogOfTheFitIsInTimeOrderWithItsSessions) {
  OfflineData data = MakeData({{0, 1, 2, 3, 0}, {4, 0, 1}});
  const auto set = [&](std::size_t user, std::size_t event, int second, int session) {
    data.sequences[user][event].time = SimTime{second * std::int64_t{1'000'000}};
    data.sequences[user][event].session = session;
  };
  set(0, 0, 1, 0);
  set(0, 1, 5, 0);
  set(0, 2, 9, 2);
  set(0, 3, 10, 2);
  set(0, 4, 11, 2);
  set(1, 0, 3, 1);
  set(1, 1, 20, 1);
  set(1, 2, 21, 1);
  data.sequences[0][1].kind = ShopEventKind::kPurchase;
  std::map<std::string, Notes> notes;
  EvaluateOffline(data, nullptr, Asking(&notes, {"blind"}));
  const std::vector<ShopEvent>& log = notes["blind"].log;
  EXPECT_THAT(Rows(log), ElementsAre(ElementsAre(1, 0, 0, -1), ElementsAre(1, 0, 0, 0), ElementsAre(3, 1, 1, -1),
                                     ElementsAre(3, 1, 1, 4), ElementsAre(5, 0, 0, 1), ElementsAre(9, 0, 2, -1),
                                     ElementsAre(9, 0, 2, 2)));
  EXPECT_EQ(log[4].kind, ShopEventKind::kPurchase);
}

TEST(OfflineOrder, CasesSayWhomTheyAreAbout) {
  std::map<std::string, Notes> notes;
  const OfflineResult result =
      EvaluateOffline(MakeData({{0, 1}, {0, 1, 2}, {1, 2}, {2, 1, 0, 3}}), nullptr, Asking(&notes, {"blind"}));
  EXPECT_THAT(result.case_source, ElementsAre(1, 3));
  EXPECT_THAT(result.case_told, ElementsAre(2, 3));
}

}  // namespace
}  // namespace souk
