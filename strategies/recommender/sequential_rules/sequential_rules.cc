#include "strategies/recommender/sequential_rules/sequential_rules.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/base/math.h"

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;
/// Discounts stay below e^40, so that sums of scores stay finite.
constexpr double kMostLogDiscount = 40;
/// Smaller sums have been scaled down to nothing.
constexpr double kLeastSum = 1e-30;

TransitionSettings Settings(const Params& params) {
  return {.window = static_cast<int>(params.Int("window")),
          .sequence = params.String("sequence") == "session" ? BasketOf::kSession : BasketOf::kShopper,
          .weights = ReadEventWeights(params),
          .half_life_days = params.Real("half_life_days"),
          .repeats = params.Bool("repeat_viewed")};
}

}  // namespace

const StrategyInfo& SequentialRulesInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "sequential-rules",
      .summary = "What came soon after the latest items in other sequences: distance-weighted co-visitation, online.",
      .source = "Kamehkhosh, Jannach & Ludewig 2017",
      .status = "reproduced",
      .params = {
          {"window", std::int64_t{10}, 1, 1000, {}, "items", "largest distance of a pair; at distance d it counts 1/d"},
          {"sequence",
           std::string("session"),
           0,
           0,
           {"session", "shopper"},
           "",
           "what a pair lies within: one session, or a shopper's whole history"},
          {"half_life_days", 0.0, 0, 3650, {}, "days", "age at which an event counts half; 0 = events never age"},
          {"view_weight", 1.0, 0, 1000, {}, "", "weight of a viewed item as the later one of a pair"},
          {"cart_weight", 2.0, 0, 1000, {}, "", "weight of an item that went into the cart"},
          {"buy_weight", 3.0, 0, 1000, {}, "", "weight of a bought item"},
          {"discount", 0.0, 0, 1, {}, "", "power of an item's total count that its score is divided by"},
          {"history", std::int64_t{5}, 1, 100000, {}, "items", "latest distinct items of the shopper that vote"},
          {"decay", 0.8, 0, 1, {}, "", "weight of an item over that of the next later one"},
          {"earlier_weight", 0.5, 0, 1, {}, "", "factor for votes from earlier sessions"},
          {"repeat_viewed",
           false,
           0,
           0,
           {},
           "",
           "may show items that this session has already seen; what is seen again then counts as following itself"},
      }};
  return info;
}

std::unique_ptr<Strategy> MakeSequentialRules(const Params& params, const StrategyContext& context) {
  return std::make_unique<SequentialRules>(params, context);
}

SequentialRules::SequentialRules(const Params& params, const StrategyContext& context)
    : view_(context.view),
      settings_(Settings(params)),
      history_(ReadHistorySettings(params)),
      discount_(params.Real("discount")),
      transitions_(view_->catalogue().items(), settings_),
      discounts_(static_cast<std::size_t>(view_->catalogue().items()), 1.0F),
      latest_(view_->catalogue().items(), history_),
      all_(discounts_.size(), 0.0F),
      sums_(view_->catalogue().items()) {
  popularity_.Rank(std::vector<float>(discounts_.size(), 0.0F), view_->catalogue());
}

void SequentialRules::Train(const ShopLog& log, Rng&) {
  const PublicCatalogue& catalogue = view_->catalogue();
  transitions_.Rebuild(log);
  RefreshDiscounts();
  popularity_.Rank(PopularityScores(log, catalogue.items(), settings_.weights, settings_.half_life_days), catalogue);
}

void SequentialRules::Observe(const ShopEvent& event) {
  transitions_.Observe(event);
  if (discount_ == 0 || event.item.value < 0 || event.item.value >= transitions_.items()) return;
  if (transitions_.rescaled() != rescaled_) RefreshDiscounts();
  else RefreshDiscount(event.item.value);
}

void SequentialRules::RefreshDiscount(std::int32_t item) {
  const double in = transitions_.in(item);
  // Whoever has followed nothing has no votes to discount.
  const double log = in > kLeastSum ? Log(in) : 0;
  discounts_[static_cast<std::size_t>(item)] = static_cast<float>(Exp(std::min(-discount_ * log, kMostLogDiscount)));
}

void SequentialRules::RefreshDiscounts() {
  rescaled_ = transitions_.rescaled();
  for (std::int32_t item = 0; item < transitions_.items(); ++item) RefreshDiscount(item);
}

std::size_t SequentialRules::FindVoters(const RecommendRequest& request) {
  voters_.clear();
  std::size_t votes = 0;
  for (const Entry& h : latest_.Of(request, *view_)) {
    const double out = transitions_.out(h.column);
    if (!(out > kLeastSum)) continue;
    voters_.push_back({transitions_.row(h.column), static_cast<float>(static_cast<double>(h.value) / out)});
    votes += voters_.back().row.size();
  }
  return votes;
}

void SequentialRules::ScoreAll() {
  std::fill(all_.begin(), all_.end(), 0.0F);
  float* const all = all_.data();
  for (const Voter& v : voters_)
    for (const Entry& e : v.row) all[e.column] += v.vote * e.value;
  if (discount_ == 0) return;
  for (std::size_t i = 0; i < all_.size(); ++i) all[i] *= discounts_[i];
}

void SequentialRules::SumVotes() {
  sums_.Clear();
  for (const Voter& v : voters_)
    sums_.AddAll(
        v.row, [](const Entry& e) { return e.column; }, [vote = v.vote](const Entry& e) { return vote * e.value; });
}

void SequentialRules::Score(const RecommendRequest& request, std::span<float> scores) {
  FindVoters(request);
  ScoreAll();
  for (std::size_t i = 0; i < scores.size(); ++i)
    scores[i] = all_[i] > 0 ? all_[i] : -std::numeric_limits<float>::infinity();
}

Slate SequentialRules::Recommend(const RecommendRequest& request, Rng&) {
  Slate slate;
  const int limit = SlateLimit(request);
  const SlateFilter filter(request, *view_, history_.repeat_viewed);
  // The same sums either way. Few votes in a large catalogue: a list of the items that have any; else plain sums.
  if (FindVoters(request) < all_.size() / 4) {
    SumVotes();
    AddBest(slate, limit, sums_, filter, best_,
            [discounts = discounts_.data()](std::int32_t item, float sum) { return sum * discounts[item]; });
  } else {
    ScoreAll();
    AddBestOfAll(slate, limit, all_, filter, best_, 0.0F);
  }
  if (slate.size < limit) popularity_.Fill(slate, limit, PageCategory(request, view_->catalogue()), filter);
  return slate;
}

void SequentialRules::Save(std::ostream& out) const {
  StateWriter writer(out, SequentialRulesInfo().name, kVersion, view_->catalogue().items());
  transitions_.Save(writer);
  popularity_.Save(writer);
  writer.Finish();
}

void SequentialRules::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, SequentialRulesInfo().name, kVersion, items);
  Transitions transitions(items, settings_);
  transitions.Load(reader);
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  transitions_ = std::move(transitions);
  RefreshDiscounts();
  popularity_.Rank(std::move(scores), view_->catalogue());
}

}  // namespace souk
