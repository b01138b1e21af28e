#include "strategies/recommender/rerank/rerank.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/base/math.h"
#include "strategies/common/score_ranks.h"

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;
/// Items that tell the shopper's price level.
constexpr int kPriceHistory = 8;

double LogPrice(Money price) { return Log(static_cast<double>(std::max<std::int64_t>(price.cents, 1))); }

}  // namespace

const StrategyInfo& RerankInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "rerank",
      .summary =
          "Another recommender's best items in a better order: varied, near the shopper's prices, worth selling.",
      .source = "Carbonell & Goldstein 1998",
      .status = "tested",
      .params = {
          {"base", "sequential-rules", 0, 0, {}, "", "whose items, by name or with parameters", true},
          {"pool", std::int64_t{100}, 1, 10000, {}, "items", "best of the base that are put in order"},
          {"diversity", 0.3, 0, 1, {}, "", "0: the base's order; 1: as unlike each other as can be"},
          {"margin_weight",
           0.0,
           0,
           100,
           {},
           "",
           "of the unit's contribution, beside relevance; both 0 … 1 in the pool"},
          {"price_weight", 0.0, 0, 100, {}, "", "cost of a price e times the shopper's level, or 1/e of it"},
          {"head_share", 0.1, 0, 1, {}, "", "share of the catalogue that counts as best-sellers"},
          {"max_head", 1.0, 0, 1, {}, "", "share of a slate that best-sellers may take; 1: no limit"},
          {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"},
      }};
  return info;
}

std::unique_ptr<Strategy> MakeRerank(const Params& params, const StrategyContext& context) {
  return std::make_unique<Rerank>(params, context);
}

Rerank::Rerank(const Params& params, const StrategyContext& context)
    : view_(context.view),
      base_(params.Strategy("base"), context),
      pool_(static_cast<int>(params.Int("pool"))),
      diversity_(params.Real("diversity")),
      margin_weight_(params.Real("margin_weight")),
      price_weight_(params.Real("price_weight")),
      head_share_(params.Real("head_share")),
      max_head_(params.Real("max_head")),
      repeat_viewed_(params.Bool("repeat_viewed")),
      latest_(view_->catalogue().items(), {.length = kPriceHistory, .decay = 1, .earlier_weight = 1}) {
  const auto n = static_cast<std::size_t>(view_->catalogue().items());
  scores_.resize(n);
  sorted_.reserve(n);
  if (diversity_ > 0) content_ = ContentVectors(view_->catalogue(), {});
  ReadPopularity(std::vector<float>(n, 0.0F));
}

/// The head: the most popular items, ties to the lower id, without those that nobody took.
void Rerank::ReadPopularity(std::vector<float> scores) {
  is_head_.assign(scores.size(), 0);
  sorted_.clear();
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (scores[i] > 0) sorted_.push_back({scores[i], static_cast<std::int32_t>(i)});
  const int kept = SelectTop(sorted_, static_cast<int>(head_share_ * static_cast<double>(scores.size())));
  for (int at = 0; at < kept; ++at) is_head_[static_cast<std::size_t>(sorted_[static_cast<std::size_t>(at)].id)] = 1;
  popularity_.Rank(std::move(scores), view_->catalogue());
}

void Rerank::Train(const ShopLog& log, Rng& rng) {
  base_->Train(log, rng);
  ReadPopularity(FallbackPopularity(log, view_->catalogue().items()));
}

double Rerank::Cosine(std::int32_t a, std::int32_t b) const {
  const std::span<const Entry> x = content_.row(a);
  const std::span<const Entry> y = content_.row(b);
  double sum = 0;
  for (std::size_t i = 0, j = 0; i < x.size() && j < y.size();) {
    if (x[i].column < y[j].column) ++i;
    else if (y[j].column < x[i].column) ++j;
    else sum += static_cast<double>(x[i++].value) * static_cast<double>(y[j++].value);
  }
  return sum;
}

void Rerank::Weigh(const RecommendRequest& request, std::span<const Scored> pool) {
  candidates_.clear();
  relevance_.clear();
  margin_.clear();
  for (const Scored& s : pool) {
    const ItemId item(s.id);
    relevance_.push_back(s.score);
    margin_.push_back(static_cast<float>((view_->price(item) - view_->catalogue().unit_cost[item.index()]).cents));
  }
  ScaleToUnit(relevance_);
  ScaleToUnit(margin_);
  double level = 0;
  const std::span<const Entry> history = price_weight_ > 0 ? latest_.Of(request, *view_) : std::span<const Entry>();
  for (const Entry& h : history)
    level += LogPrice(view_->price(ItemId(h.column))) / static_cast<double>(history.size());
  for (std::size_t c = 0; c < pool.size(); ++c) {
    const ItemId item(pool[c].id);
    double value = static_cast<double>(relevance_[c]) + margin_weight_ * static_cast<double>(margin_[c]);
    if (!history.empty()) value -= price_weight_ * std::abs(LogPrice(view_->price(item)) - level);
    candidates_.push_back({item.value, value, 0, is_head_[item.index()] != 0, false});
  }
  heads_placed_ = 0;
}

Rerank::Candidate* Rerank::Next(int position) {
  const bool head_is_full = heads_placed_ >= static_cast<int>(std::ceil(max_head_ * (position + 1)));
  Candidate* best = nullptr;
  double best_value = 0;
  Candidate* best_head = nullptr;  // for when nothing else is left
  double best_head_value = 0;
  for (Candidate& c : candidates_) {
    if (c.placed) continue;
    const double value = (1 - diversity_) * c.value - diversity_ * c.nearest;
    const bool held_back = c.head && head_is_full;
    Candidate*& leader = held_back ? best_head : best;
    double& leader_value = held_back ? best_head_value : best_value;
    if (leader != nullptr && !(value > leader_value)) continue;
    leader = &c;
    leader_value = value;
  }
  return best != nullptr ? best : best_head;
}

void Rerank::Place(Candidate& candidate) {
  candidate.placed = true;
  heads_placed_ += candidate.head ? 1 : 0;
  if (diversity_ == 0) return;
  for (Candidate& c : candidates_)
    if (!c.placed) c.nearest = std::max(c.nearest, Cosine(candidate.item, c.item));
}

Slate Rerank::Recommend(const RecommendRequest& request, Rng&) {
  Slate slate;
  const int limit = SlateLimit(request);
  const SlateFilter filter(request, *view_, repeat_viewed_);
  base_->Score(request, scores_);
  sorted_.clear();
  for (std::size_t i = 0; i < scores_.size(); ++i)
    if (std::isfinite(scores_[i]) && filter.Allows(ItemId(i)))
      sorted_.push_back({scores_[i], static_cast<std::int32_t>(i)});
  const int kept = SelectTop(sorted_, pool_);
  Weigh(request, std::span(sorted_).first(static_cast<std::size_t>(kept)));
  while (slate.size < limit) {
    Candidate* const next = Next(slate.size);
    if (next == nullptr) break;
    Place(*next);
    slate.Add(ItemId(next->item));
  }
  if (slate.size < limit) popularity_.Fill(slate, limit, PageCategory(request, view_->catalogue()), filter);
  return slate;
}

void Rerank::Score(const RecommendRequest& request, std::span<float> scores) {
  base_->Score(request, scores);
  sorted_.clear();
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (std::isfinite(scores[i])) sorted_.push_back({scores[i], static_cast<std::int32_t>(i)});
  std::sort(sorted_.begin(), sorted_.end(), Before);
  const auto kept = std::min(static_cast<std::size_t>(pool_), sorted_.size());
  auto rank = static_cast<float>(kept);
  for (std::size_t at = kept; at < sorted_.size(); ++at) {
    if (at > kept && sorted_[at].score < sorted_[at - 1].score) rank = static_cast<float>(at);
    scores[static_cast<std::size_t>(sorted_[at].id)] = -rank;
  }
  Weigh(request, std::span(sorted_).first(kept));
  int position = 0;
  for (Candidate* next = Next(position); next != nullptr; next = Next(position)) {
    Place(*next);
    scores[static_cast<std::size_t>(next->item)] = -static_cast<float>(position++);
  }
}

void Rerank::Save(std::ostream& out) const {
  StateWriter writer(out, RerankInfo().name, kVersion, view_->catalogue().items());
  base_.Save(writer);
  popularity_.Save(writer);
  writer.Finish();
}

void Rerank::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, RerankInfo().name, kVersion, items);
  const std::string base = reader.GetString();
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  base_ = base_.Restored(base);
  ReadPopularity(std::move(scores));
}

}  // namespace souk
