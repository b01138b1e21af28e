#include "strategies/common/factor_recommender.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "strategies/common/catalogue_search.h"
#include "strategies/common/vector_math.h"

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::size_t kKept = 8192;  // shoppers whose vectors are kept: 2 MB at 64 factors

/// Products of such values do not overflow.
bool Tame(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float x) { return std::abs(x) < 1e15F; });
}

void ReadTable(StateReader& reader, FactorTable& table) {
  const auto column = reader.GetColumn<float>();
  table.assign(column.begin(), column.end());
}
void ReadTable(StateReader& reader, FactorTable& table, std::size_t expected) {
  const auto column = reader.GetColumn<float>(expected);
  table.assign(column.begin(), column.end());
}

bool Tame(const Factors& factors) {
  return Tame(factors.items) && Tame(factors.bias) && Tame(factors.shoppers) && Tame(factors.extra);
}

}  // namespace

std::vector<ParamSpec> WithServingParams(std::vector<ParamSpec> own) {
  const ParamSpec shared[] = {
      {"half_life_days", 0.0, 0, 3650, {}, "days", "age at which an event counts half; 0 = events never age"},
      {"view_weight", 1.0, 0, 1000, {}, "", "weight of a viewed item in its shopper's row"},
      {"cart_weight", 1.0, 0, 1000, {}, "", "weight of an item that went into the cart"},
      {"buy_weight", 1.0, 0, 1000, {}, "", "weight of a bought item"},
      {"search",
       std::string("exact"),
       0,
       0,
       {"exact", "hnsw"},
       "",
       "hnsw: a graph finds the items, nearly always the best"},
      {"hnsw_m", std::int64_t{16}, 4, 100, {}, "items", "search hnsw: neighbours of an item in the graph"},
      {"hnsw_ef", std::int64_t{100}, 10, 10000, {}, "items", "search hnsw: candidates kept; more find more"},
      {"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"},
  };
  own.insert(own.end(), std::begin(shared), std::end(shared));
  return own;
}

FactorRecommender::FactorRecommender(std::string_view name, std::size_t width, const Params& params,
                                     const StrategyContext& context)
    : view_(context.view),
      name_(name),
      width_(width),
      interactions_(ReadInteractionSettings(params)),
      repeat_viewed_(params.Bool("repeat_viewed")),
      by_graph_(params.String("search") == "hnsw"),
      hnsw_{.links = static_cast<int>(params.Int("hnsw_m"))},
      breadth_(static_cast<int>(params.Int("hnsw_ef"))),
      rows_(view_->catalogue().items(), interactions_),
      history_(view_->catalogue().items()) {
  const auto n = static_cast<std::size_t>(view_->catalogue().items());
  factors_.items.assign(n * width_, 0.0F);
  factors_.modelled.assign(n, 0);
  barred_.assign(n, 0);
  popularity_.Rank(std::vector<float>(n, 0.0F), view_->catalogue());
  Forget();
}

void FactorRecommender::Forget() {
  kept_.clear();
  vectors_.resize(width_);
}

void FactorRecommender::BuildIndex() {
  index_.reset();
  if (!by_graph_) return;
  std::vector<std::int32_t> listed;
  for (std::size_t i = 0; i < factors_.modelled.size(); ++i)
    if (factors_.modelled[i] != 0) listed.push_back(static_cast<std::int32_t>(i));
  if (!listed.empty()) index_.emplace(factors_.items, factors_.bias, width_, listed, hnsw_);
}

void FactorRecommender::Train(const ShopLog& log, Rng& rng) {
  const auto n = static_cast<std::size_t>(view_->catalogue().items());
  rows_.Rebuild(log);
  factors_ = {};
  factors_.items.assign(n * width_, 0.0F);
  factors_.modelled.assign(n, 0);
  if (!rows_.matrix().entries.empty()) Learn(rows_.matrix(), rng, factors_);
  MarkModelled();
  SOUK_CHECK(Prepare());
  BuildIndex();
  Forget();
  popularity_.Rank(
      PopularityScores(log, view_->catalogue().items(), interactions_.weights, interactions_.half_life_days),
      view_->catalogue());
}

void FactorRecommender::MarkModelled() {
  if (!Tame(factors_)) {
    std::fill(factors_.items.begin(), factors_.items.end(), 0.0F);
    factors_.bias.clear();
    factors_.shoppers.clear();
    factors_.extra.clear();
    return;
  }
  for (const Entry& e : rows_.matrix().entries) factors_.modelled[static_cast<std::size_t>(e.column)] = 1;
}

std::span<const float> FactorRecommender::VectorOf(const RecommendRequest& request) {
  const std::size_t f = width_;
  const auto view_weight = static_cast<float>(interactions_.weights.view);
  const std::span<Entry> all = history_.Gather(request, rows_, view_weight, 1);
  const bool is_row = history_.is_row() && request.shopper.valid();
  std::size_t slot = kKept;
  if (is_row) {
    if (kept_.empty()) {
      kept_.resize(kKept);
      vectors_.resize((kKept + 1) * f);
    }
    slot = request.shopper.index() % kKept;
  } else {
    slot = vectors_.size() / f - 1;
  }
  const std::span<float> x(vectors_.data() + slot * f, f);
  const int news = rows_.News(request.shopper);
  if (is_row && kept_[slot].shopper == request.shopper.value && kept_[slot].news == news) return x;
  std::size_t known = 0;
  for (const Entry& e : all)
    if (factors_.modelled[static_cast<std::size_t>(e.column)] != 0 && e.value > 0) all[known++] = e;
  if (known == 0) return {};
  if (is_row) kept_[slot] = {};
  if (!Solve(request.shopper, is_row && news == 0, all.first(known), x)) return {};
  if (!Tame(x)) return {};
  if (is_row) kept_[slot] = {request.shopper.value, news};
  return x;
}

void FactorRecommender::Score(const RecommendRequest& request, std::span<float> scores) {
  const std::span<const float> x = VectorOf(request);
  if (x.empty()) {
    std::fill(scores.begin(), scores.end(), -std::numeric_limits<float>::infinity());
    return;
  }
  DotRows(x, factors_.items.data(), scores.size(), scores.data());
  if (!factors_.bias.empty())
    for (std::size_t i = 0; i < scores.size(); ++i) scores[i] += factors_.bias[i];
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (factors_.modelled[i] == 0) scores[i] = -std::numeric_limits<float>::infinity();
}

// Those who ask have met much of what scores high: marks answer at once where a SlateFilter would look through lists.
void FactorRecommender::Bar(const RecommendRequest& request, std::uint8_t mark) {
  if (request.anchor.valid()) barred_[request.anchor.index()] = mark;
  for (const ItemId item : request.exclude) barred_[item.index()] = mark;
  if (repeat_viewed_) return;
  for (const ItemId item : request.session_items) barred_[item.index()] = mark;
}

void FactorRecommender::Search(std::span<const float> x, int limit) {
  const auto allows = [&](std::int32_t item) {
    const auto i = static_cast<std::size_t>(item);
    return barred_[i] == 0 && factors_.modelled[i] != 0 && view_->available(ItemId(item));
  };
  best_.Reset(limit);
  if (index_) {
    index_->Search(x, breadth_, found_);
    for (const std::int32_t item : found_) {
      if (!allows(item)) continue;
      const auto i = static_cast<std::size_t>(item);
      const float bias = factors_.bias.empty() ? 0.0F : factors_.bias[i];
      best_.Offer(Dot(x, std::span(factors_.items).subspan(i * width_, width_)) + bias, item);
    }
    if (std::ssize(best_.sorted()) == limit) return;
    best_.Reset(limit);
  }
  SearchCatalogue(factors_.items, factors_.bias, x, allows, best_);
}

Slate FactorRecommender::Recommend(const RecommendRequest& request, Rng&) {
  Slate slate;
  const int limit = SlateLimit(request);
  if (const std::span<const float> x = VectorOf(request); !x.empty()) {
    Bar(request, 1);
    Search(x, limit);
    Bar(request, 0);
    for (const Scored& s : best_.sorted()) slate.Add(ItemId(s.id));
  }
  if (slate.size < limit)
    popularity_.Fill(slate, limit, PageCategory(request, view_->catalogue()),
                     SlateFilter(request, *view_, repeat_viewed_));
  return slate;
}

void FactorRecommender::Save(std::ostream& out) const {
  StateWriter writer(out, name_, kVersion, view_->catalogue().items());
  rows_.Save(writer);
  writer.PutColumn(factors_.items);
  writer.PutColumn(factors_.bias);
  writer.PutColumn(factors_.modelled);
  writer.PutColumn(factors_.shoppers);
  writer.PutColumn(factors_.extra);
  popularity_.Save(writer);
  writer.Finish();
}

void FactorRecommender::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  const auto n = static_cast<std::size_t>(items);
  StateReader reader(in, name_, kVersion, items);
  ShopperItems rows(items, interactions_);
  rows.Load(reader);
  Factors factors;
  ReadTable(reader, factors.items, n * width_);
  factors.bias = reader.GetColumn<float>();
  factors.modelled = reader.GetColumn<std::uint8_t>(n);
  ReadTable(reader, factors.shoppers);
  ReadTable(reader, factors.extra);
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  const bool shaped = (factors.bias.empty() || factors.bias.size() == n) && factors.shoppers.size() % width_ == 0;
  if (!shaped || !Tame(factors)) reader.Refuse("the stream is damaged");
  std::swap(factors_, factors);
  if (!Prepare()) {
    std::swap(factors_, factors);
    SOUK_CHECK(Prepare());
    reader.Refuse("the stream is damaged");
  }
  rows_ = std::move(rows);
  BuildIndex();
  Forget();
  popularity_.Rank(std::move(scores), view_->catalogue());
}

}  // namespace souk
