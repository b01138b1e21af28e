#include "bench/experiment/offline.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "bench/experiment/model_files.h"
#include "bench/experiment/offline_plan.h"
#include "sim/base/error.h"
#include "strategies/common/top_k.h"
#include "strategies/registry.h"

namespace souk {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kTimedCases = 1000;
constexpr std::int64_t kCasesBetweenLooks = 64;

double Seconds(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// What is the same for all strategies.
struct Ground {
  const OfflineOptions& options;
  const std::vector<std::int64_t>& item_ids;
  OfflinePlan plan;
  PublicCatalogue catalogue;
  std::vector<std::int64_t> users_with;  ///< per item: users or sessions of the fit that have it
  std::vector<std::int32_t> unknown;     ///< items that are not in the catalogue as far as the fit and the facts go
  std::vector<std::uint8_t> is_known;
  bool mask_seen = true;
  int list_k = 10;
};

/// One strategy in its shop, asked case by case.
class Examination {
 public:
  Examination(const Ground& ground, std::size_t index, OfflineArm& arm);
  void Fit();
  void Rank();
  void TimeSlates();

 private:
  void ShowProgress(bool fitting, std::int64_t done) const;
  RecommendRequest Ask(const OfflineCase& c);
  void Advance(const OfflineCase& c);
  void RankCase(std::size_t c);
  void RankByScores(std::size_t c, const RecommendRequest& request);
  void RankBySlate(std::size_t c, const RecommendRequest& request);
  void Show(std::int32_t item);
  [[nodiscard]] bool Refused(std::int32_t item) const {
    const auto i = static_cast<std::size_t>(item);
    return ground_.is_known[i] == 0 || (ground_.mask_seen && stamp_[i] == round_);
  }

  const Ground& ground_;
  std::size_t index_;
  OfflineArm& arm_;
  OfflineShop shop_;
  std::unique_ptr<Strategy> strategy_;
  Recommender* recommender_ = nullptr;
  ScoringRecommender* scorer_ = nullptr;
  Rng rng_;

  std::vector<ItemId> history_;         ///< of the case
  std::vector<ItemId> seen_;            ///< distinct items of the history, when masked
  std::vector<std::int32_t> left_out_;  ///< unknown items and seen ones, distinct
  std::vector<std::int32_t> stamp_;     ///< round in which an item was in the history
  std::int32_t round_ = 0;
  std::vector<float> scores_;
  TopK best_;
  std::vector<std::int64_t> shown_;
  double information_ = 0;
  std::int32_t logged_history_ = -1;  ///< online: the history whose events were observed last
  std::int32_t logged_ = 0;           ///< and how many of them
};

ShopperId OnlineShopper(const OfflinePlan& plan, std::int32_t history) {
  const std::int32_t known = plan.shopper[static_cast<std::size_t>(history)];
  return known >= 0 ? ShopperId(known) : ShopperId(static_cast<std::int32_t>(plan.fit.size()) + history);
}

Examination::Examination(const Ground& ground, std::size_t index, OfflineArm& arm)
    : ground_(ground),
      index_(index),
      arm_(arm),
      shop_(ground.catalogue, static_cast<int>(ground.plan.fit.size() + ground.plan.histories.size())),
      rng_(Dice(ground.options.seed, 0).ForArm(0), Purpose::kRecommender, 0),
      stamp_(static_cast<std::size_t>(ground.catalogue.items()), -1),
      scores_(static_cast<std::size_t>(ground.catalogue.items())),
      best_(ground.list_k),
      shown_(static_cast<std::size_t>(ground.catalogue.items()), 0) {
  for (const std::int32_t item : ground.unknown) shop_.Withdraw(ItemId(item));
  for (std::size_t u = 0; u < ground.plan.fit.size(); ++u) {
    const Sequence& events = ground.plan.fit[u];
    if (events.empty()) continue;
    const ShopperId shopper(u);
    const SessionId session(u);
    shop_.Start(shopper, session, events.front().time);
    for (const Interaction& e : events) shop_.Log(shopper, session, e);
  }
  StrategyContext context;
  context.view = &shop_.view();
  strategy_ = ground.options.make ? ground.options.make(arm.strategy.spec, context)
                                  : MakeStrategy(Slot::kRecommender, arm.strategy.spec, context);
  recommender_ = dynamic_cast<Recommender*>(strategy_.get());
  SOUK_CHECK(recommender_ != nullptr);
  scorer_ = dynamic_cast<ScoringRecommender*>(strategy_.get());
  arm_.scores_catalogue = scorer_ != nullptr;
}

void Examination::ShowProgress(bool fitting, std::int64_t done) const {
  const OfflineOptions& options = ground_.options;
  if (options.stop != nullptr && options.stop->load()) throw Error("interrupted");
  if (options.on_progress)
    options.on_progress({index_, options.strategies.size(), fitting, done, std::ssize(ground_.plan.cases)});
}

void Examination::Fit() {
  ShowProgress(true, 0);
  Rng rng(Dice(ground_.options.seed, 0).ForArm(0), Purpose::kTraining, 0);
  const auto begin = Clock::now();
  const StrategySpec& spec = arm_.strategy.spec;
  if (spec.pretrained.empty()) strategy_->Train(shop_.log(), rng);
  else LoadModel(*strategy_, Slot::kRecommender, spec, shop_.view(), ground_.item_ids);
  arm_.fit_s = Seconds(begin);
  if (ground_.options.save_models.empty() || ground_.options.save_models[index_].empty()) return;
  SaveModel(ground_.options.save_models[index_], *strategy_, Slot::kRecommender, spec, shop_.view(), ground_.item_ids);
}

/// Online: tells the strategy of the events up to the case.
void Examination::Advance(const OfflineCase& c) {
  const Sequence& events = ground_.plan.histories[static_cast<std::size_t>(c.history)];
  const ShopperId shopper = OnlineShopper(ground_.plan, c.history);
  const SessionId session(shopper.value);
  if (logged_history_ != c.history) {
    logged_history_ = c.history;
    logged_ = ground_.plan.fitted[static_cast<std::size_t>(c.history)];
    if (logged_ == 0) strategy_->Observe(ShopEvent(shop_.Start(shopper, session, events.front().time)));
  }
  for (; logged_ < c.told; ++logged_)
    strategy_->Observe(ShopEvent(shop_.Log(shopper, session, events[static_cast<std::size_t>(logged_)])));
}

RecommendRequest Examination::Ask(const OfflineCase& c) {
  const auto h = static_cast<std::size_t>(c.history);
  const Sequence& events = ground_.plan.histories[h];
  ++round_;
  history_.clear();
  seen_.clear();
  left_out_ = ground_.unknown;
  for (std::int32_t e = 0; e < c.told; ++e) {
    const std::int32_t item = events[static_cast<std::size_t>(e)].item;
    history_.emplace_back(item);
    std::int32_t& stamp = stamp_[static_cast<std::size_t>(item)];
    if (stamp == round_) continue;
    stamp = round_;
    if (!ground_.mask_seen) continue;
    seen_.emplace_back(item);
    if (ground_.is_known[static_cast<std::size_t>(item)] != 0) left_out_.push_back(item);
  }
  RecommendRequest request;
  request.page = PageKind::kHome;
  request.now = shop_.now();
  request.session_items = history_;
  request.exclude = seen_;
  if (ground_.options.online) request.shopper = OnlineShopper(ground_.plan, c.history);
  else if (ground_.plan.fitted[h] == c.told) request.shopper = ShopperId(ground_.plan.shopper[h]);
  return request;
}

void Examination::Show(std::int32_t item) {
  const auto i = static_cast<std::size_t>(item);
  ++shown_[i];
  information_ += SelfInformation(ground_.users_with[i], std::ssize(ground_.plan.fit));
}

void Examination::RankByScores(std::size_t c, const RecommendRequest& request) {
  scorer_->Score(request, scores_);
  const OfflinePlan& plan = ground_.plan;
  for (auto w = plan.wanted_begin[c]; w < plan.wanted_begin[c + 1]; ++w) {
    const std::int32_t item = plan.wanted[static_cast<std::size_t>(w)];
    const double rank = MidRank(scores_, item, left_out_);
    if (std::isnan(rank)) throw Error("scored NaN", arm_.strategy.label);
    arm_.ranks.push_back(Refused(item) ? kNotRanked : rank);
  }
  best_.Reset(ground_.list_k);
  float threshold = best_.Threshold();
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    if (!(scores_[i] > threshold) || Refused(static_cast<std::int32_t>(i))) continue;
    best_.Offer(scores_[i], static_cast<std::int32_t>(i));
    threshold = best_.Threshold();
  }
  for (const Scored& s : best_.sorted()) Show(s.id);
}

void Examination::RankBySlate(std::size_t c, const RecommendRequest& asked) {
  RecommendRequest request = asked;
  request.k = Slate::kMax;
  const Slate slate = recommender_->Recommend(request, rng_);
  std::vector<std::int32_t> list;
  for (const ItemId item : slate.view())
    if (!Refused(item.value)) list.push_back(item.value);
  const OfflinePlan& plan = ground_.plan;
  for (auto w = plan.wanted_begin[c]; w < plan.wanted_begin[c + 1]; ++w) {
    const auto at = std::find(list.begin(), list.end(), plan.wanted[static_cast<std::size_t>(w)]);
    arm_.ranks.push_back(at == list.end() ? kNotRanked : static_cast<double>(at - list.begin() + 1));
  }
  for (std::size_t r = 0; r < list.size() && static_cast<int>(r) < ground_.list_k; ++r) Show(list[r]);
}

void Examination::RankCase(std::size_t c) {
  const OfflineCase& one = ground_.plan.cases[c];
  if (ground_.options.online) Advance(one);
  const RecommendRequest request = Ask(one);
  if (scorer_ != nullptr) RankByScores(c, request);
  else RankBySlate(c, request);
}

void Examination::Rank() {
  const auto begin = Clock::now();
  arm_.ranks.reserve(ground_.plan.wanted.size());
  for (std::size_t c = 0; c < ground_.plan.cases.size(); ++c) {
    if (static_cast<std::int64_t>(c) % kCasesBetweenLooks == 0) ShowProgress(false, static_cast<std::int64_t>(c));
    RankCase(c);
  }
  arm_.score_s = Seconds(begin);
  ShowProgress(false, std::ssize(ground_.plan.cases));
  std::vector<std::int64_t> known;
  std::int64_t total = 0;
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    if (ground_.is_known[i] == 0) continue;
    known.push_back(shown_[i]);
    total += shown_[i];
  }
  arm_.coverage = CoverageOf(known);
  arm_.gini = GiniOf(known);
  arm_.novelty = total > 0 ? information_ / static_cast<double>(total) : std::nan("");
}

void Examination::TimeSlates() {
  const std::int64_t cases = std::ssize(ground_.plan.cases);
  const std::int64_t timed = std::min(cases, kTimedCases);
  for (std::int64_t i = 0; i < timed; ++i) {
    RecommendRequest request = Ask(ground_.plan.cases[static_cast<std::size_t>(i * cases / timed)]);
    request.k = std::min(ground_.list_k, Slate::kMax);
    const auto begin = Clock::now();
    const Slate slate = recommender_->Recommend(request, rng_);
    const auto end = Clock::now();
    SOUK_CHECK(slate.size <= request.k);
    arm_.latency.Add(std::chrono::duration_cast<std::chrono::nanoseconds>(end - begin).count());
  }
}

Ground MakeGround(const OfflineData& data, const ItemFacts* facts, const OfflineOptions& options) {
  Ground ground{options, data.item_ids, PlanOffline(data, options), OfflineCatalogue(data.item_ids, facts), {}, {}, {}};
  const auto n = static_cast<std::size_t>(data.items());
  ground.users_with.assign(n, 0);
  std::vector<std::int64_t> last(n, -1);
  for (std::size_t u = 0; u < ground.plan.fit.size(); ++u)
    for (const Interaction& e : ground.plan.fit[u]) {
      std::int64_t& user = last[static_cast<std::size_t>(e.item)];
      if (user != static_cast<std::int64_t>(u)) ++ground.users_with[static_cast<std::size_t>(e.item)];
      user = static_cast<std::int64_t>(u);
    }
  ground.is_known.assign(n, 0);
  for (std::size_t i = 0; i < n; ++i) ground.is_known[i] = ground.users_with[i] > 0 ? 1 : 0;
  if (facts != nullptr)
    for (const std::int64_t id : facts->ids) {
      const auto at = std::lower_bound(data.item_ids.begin(), data.item_ids.end(), id);
      if (at != data.item_ids.end() && *at == id)
        ground.is_known[static_cast<std::size_t>(at - data.item_ids.begin())] = 1;
    }
  for (std::size_t i = 0; i < n; ++i)
    if (ground.is_known[i] == 0) ground.unknown.push_back(static_cast<std::int32_t>(i));
  ground.mask_seen = options.mask_seen.value_or(options.protocol != OfflineProtocol::kSession);
  return ground;
}

/// Counts wanted items that nobody can find.
void CountHopeless(const Ground& ground, OfflineResult& result) {
  const OfflinePlan& plan = ground.plan;
  for (std::size_t c = 0; c < plan.cases.size(); ++c) {
    const Sequence& history = plan.histories[static_cast<std::size_t>(plan.cases[c].history)];
    for (auto w = plan.wanted_begin[c]; w < plan.wanted_begin[c + 1]; ++w) {
      const std::int32_t item = plan.wanted[static_cast<std::size_t>(w)];
      const bool seen = ground.mask_seen && std::any_of(history.begin(), history.begin() + plan.cases[c].told,
                                                        [&](const Interaction& e) { return e.item == item; });
      if (ground.is_known[static_cast<std::size_t>(item)] == 0) ++result.unknown;
      else if (seen) ++result.seen;
    }
  }
}

/// The measures of all strategies with their intervals.
void Measure(const OfflinePlan& plan, const OfflineOptions& options, OfflineResult& result) {
  const auto users = static_cast<std::size_t>(plan.users);
  std::vector<double> cases(users, 0.0);
  for (const OfflineCase& c : plan.cases) cases[static_cast<std::size_t>(c.user)] += 1;
  std::vector<UserSums> columns;
  std::vector<ColumnPair> pairs;
  const auto per_arm = static_cast<int>(result.ks.size()) * kRankingMeasures;
  for (std::size_t a = 0; a < result.arms.size(); ++a) {
    OfflineArm& arm = result.arms[a];
    for (const int k : result.ks)
      for (int m = 0; m < kRankingMeasures; ++m) {
        const auto measure = static_cast<RankingMeasure>(m);
        UserSums sums{std::vector<double>(users, 0.0)};
        for (std::size_t c = 0; c < plan.cases.size(); ++c) {
          const auto begin = static_cast<std::size_t>(plan.wanted_begin[c]);
          const auto end = static_cast<std::size_t>(plan.wanted_begin[c + 1]);
          sums.sum[static_cast<std::size_t>(plan.cases[c].user)] +=
              MeasureAt(measure, std::span(arm.ranks).subspan(begin, end - begin), k);
        }
        const int column = static_cast<int>(columns.size());
        pairs.push_back({column, options.baseline * per_arm + column % per_arm});
        columns.push_back(std::move(sums));
        arm.values.push_back({measure, k, {}, {}});
      }
  }
  const BootstrapResult drawn = BootstrapUsers(cases, columns, pairs, options.bootstrap);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    OfflineValue& value =
        result.arms[c / static_cast<std::size_t>(per_arm)].values[c % static_cast<std::size_t>(per_arm)];
    value.value = drawn.means[c];
    value.difference = drawn.differences[c];
  }
}

std::string ProtocolText(const OfflineOptions& options, const OfflinePlan& plan) {
  std::string text = ProtocolName(options.protocol);
  switch (options.protocol) {
    case OfflineProtocol::kLeaveOneOut:
      text += options.refit ? ", refit (all but the last item)" : ", strict (fitted without the last two items)";
      break;
    case OfflineProtocol::kStrong:
      text += fmt::format(" generalisation, {} users held out, {:g} % of each told{}", plan.users, 100 * options.told,
                          options.told_at_random ? ", drawn" : ", the earliest");
      break;
    case OfflineProtocol::kSession: text += ", the next item after every prefix"; break;
  }
  return text + (options.online ? ", online" : "");
}

}  // namespace

OfflineResult EvaluateOffline(const OfflineData& data, const ItemFacts* facts, const OfflineOptions& options) {
  SOUK_CHECK(!options.strategies.empty());
  Ground ground = MakeGround(data, facts, options);
  OfflineResult result;
  result.protocol = ProtocolText(options, ground.plan);
  result.mask_seen = ground.mask_seen;
  result.ks = options.ks.empty() ? DefaultCutoffs(options.protocol) : options.ks;
  result.list_k = ground.list_k = result.ks.front();
  for (const Sequence& s : ground.plan.fit) {
    result.fitted_users += s.empty() ? 0 : 1;
    result.fitted_interactions += std::ssize(s);
  }
  result.items = data.items() - static_cast<int>(ground.unknown.size());
  result.users = ground.plan.users;
  result.cases = std::ssize(ground.plan.cases);
  result.wanted = std::ssize(ground.plan.wanted);
  result.baseline = options.baseline;
  CountHopeless(ground, result);
  result.arms.resize(options.strategies.size());
  for (std::size_t a = 0; a < options.strategies.size(); ++a) {
    result.arms[a].strategy = options.strategies[a];
    Examination examination(ground, a, result.arms[a]);
    examination.Fit();
    examination.Rank();
    examination.TimeSlates();
  }
  Measure(ground.plan, options, result);
  for (const OfflineCase& c : ground.plan.cases) result.case_user.push_back(c.user);
  result.case_begin = ground.plan.wanted_begin;
  for (const std::int32_t item : ground.plan.wanted)
    result.wanted_items.push_back(data.item_ids[static_cast<std::size_t>(item)]);
  return result;
}

}  // namespace souk
