#include "bench/experiment/offline_examination.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "bench/experiment/model_files.h"
#include "sim/base/error.h"
#include "strategies/registry.h"

namespace souk::offline {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kTimedCases = 1000;
constexpr std::int64_t kCasesBetweenLooks = 64;

double Seconds(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

ShopperId OnlineShopper(const OfflinePlan& plan, std::int32_t history) {
  const std::int32_t known = plan.shopper[static_cast<std::size_t>(history)];
  return known >= 0 ? ShopperId(known) : ShopperId(static_cast<std::int32_t>(plan.fit.size()) + history);
}

}  // namespace

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
  session_of_.assign(static_cast<std::size_t>(ground.sessions) + ground.plan.fit.size() + ground.plan.histories.size(),
                     -1);
  LogFit();
  StrategyContext context;
  context.view = &shop_.view();
  strategy_ = ground.options.make ? ground.options.make(arm.strategy.spec, context)
                                  : MakeStrategy(Slot::kRecommender, arm.strategy.spec, context);
  recommender_ = dynamic_cast<Recommender*>(strategy_.get());
  SOUK_CHECK(recommender_ != nullptr);
  scorer_ = dynamic_cast<ScoringRecommender*>(strategy_.get());
  arm_.scores_catalogue = scorer_ != nullptr;
}

/// Starts the session of an event unless it has begun. Returns the start, or null.
const ShopEvent* Examination::StartIfNew(ShopperId shopper, const Interaction& e) {
  const std::int32_t key = e.session >= 0 ? e.session : ground_.sessions + shopper.value;
  std::int32_t& number = session_of_[static_cast<std::size_t>(key)];
  session_ = SessionId(number >= 0 ? number : sessions_);
  if (number >= 0) return nullptr;
  number = sessions_++;
  return &shop_.Start(shopper, session_, e.time);
}

/// The log of the fit in time order; where times are equal or unknown, user by user.
void Examination::LogFit() {
  struct Row {
    SimTime time;
    std::int32_t user;
    std::int32_t event;
  };
  std::vector<Row> rows;
  const std::vector<Sequence>& fit = ground_.plan.fit;
  for (std::size_t u = 0; u < fit.size(); ++u)
    for (std::size_t e = 0; e < fit[u].size(); ++e)
      rows.push_back({fit[u][e].time, static_cast<std::int32_t>(u), static_cast<std::int32_t>(e)});
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.time < b.time; });
  for (const Row& row : rows) {
    const Interaction& event = fit[static_cast<std::size_t>(row.user)][static_cast<std::size_t>(row.event)];
    const ShopperId shopper(row.user);
    StartIfNew(shopper, event);
    shop_.Log(shopper, session_, event);
  }
}

void Examination::ShowProgress(bool fitting, std::int64_t done) const {
  const OfflineOptions& options = ground_.options;
  if (options.stop != nullptr && options.stop->load()) throw Error("interrupted");
  if (options.on_progress)
    options.on_progress({.strategy = index_,
                         .strategies = options.strategies.size(),
                         .fitting = fitting,
                         .shuffled = shuffled_,
                         .cases_done = done,
                         .cases = std::ssize(ground_.plan.cases)});
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
  const auto save = [&] {
    SaveModel(ground_.options.save_models[index_], *strategy_, Slot::kRecommender, spec, shop_.view(),
              ground_.item_ids);
  };
  if (ground_.options.protect) ground_.options.protect(save);
  else save();
}

/// Online: tells the strategy of the events up to the case.
void Examination::Advance(const OfflineCase& c) {
  const Sequence& events = ground_.plan.histories[static_cast<std::size_t>(c.history)];
  const ShopperId shopper = OnlineShopper(ground_.plan, c.history);
  if (logged_history_ != c.history) {
    logged_history_ = c.history;
    logged_ = ground_.plan.fitted[static_cast<std::size_t>(c.history)];
  }
  for (; logged_ < c.told; ++logged_) {
    const Interaction& event = events[static_cast<std::size_t>(logged_)];
    if (const ShopEvent* start = StartIfNew(shopper, event)) strategy_->Observe(ShopEvent(*start));
    strategy_->Observe(ShopEvent(shop_.Log(shopper, session_, event)));
  }
}

RecommendRequest Examination::Ask(std::size_t index) {
  const OfflineCase& c = ground_.plan.cases[index];
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
  if (shuffled_) {
    Rng order(Dice(ground_.options.seed, 0), Purpose::kStatistics, static_cast<std::uint32_t>(index), 3);
    for (std::size_t i = history_.size(); i > 1; --i)
      std::swap(history_[i - 1], history_[static_cast<std::size_t>(order.Below(static_cast<std::int64_t>(i)))]);
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
    ranks_->push_back(Refused(item) ? kNotRanked : rank);
  }
  if (shuffled_) return;
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
    ranks_->push_back(at == list.end() ? kNotRanked : static_cast<double>(at - list.begin() + 1));
  }
  if (shuffled_) return;
  for (std::size_t r = 0; r < list.size() && static_cast<int>(r) < ground_.list_k; ++r) Show(list[r]);
}

void Examination::RankCase(std::size_t c) {
  const OfflineCase& one = ground_.plan.cases[c];
  if (ground_.options.online) Advance(one);
  const RecommendRequest request = Ask(c);
  if (scorer_ != nullptr) RankByScores(c, request);
  else RankBySlate(c, request);
}

void Examination::Rank(bool shuffled) {
  const auto begin = Clock::now();
  shuffled_ = shuffled;
  ranks_ = shuffled ? &arm_.shuffled_ranks : &arm_.ranks;
  ranks_->reserve(ground_.plan.wanted.size());
  rng_ = Rng(Dice(ground_.options.seed, 0).ForArm(0), Purpose::kRecommender, 0);  // both ways with the same luck
  for (std::size_t c = 0; c < ground_.plan.cases.size(); ++c) {
    if (static_cast<std::int64_t>(c) % kCasesBetweenLooks == 0) ShowProgress(false, static_cast<std::int64_t>(c));
    RankCase(c);
  }
  ShowProgress(false, std::ssize(ground_.plan.cases));
  shuffled_ = false;
  if (shuffled) return;
  arm_.score_s = Seconds(begin);
  DescribeLists();
}

/// How what was shown spreads over the catalogue.
void Examination::DescribeLists() {
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
    RecommendRequest request = Ask(static_cast<std::size_t>(i * cases / timed));
    request.k = std::min(ground_.list_k, Slate::kMax);
    const auto begin = Clock::now();
    const Slate slate = recommender_->Recommend(request, rng_);
    const auto end = Clock::now();
    SOUK_CHECK(slate.size <= request.k);
    arm_.latency.Add(std::chrono::duration_cast<std::chrono::nanoseconds>(end - begin).count());
  }
}

}  // namespace souk::offline
