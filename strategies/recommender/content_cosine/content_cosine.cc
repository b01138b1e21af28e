#include "strategies/recommender/content_cosine/content_cosine.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "strategies/common/slate_filter.h"

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;

std::vector<ParamSpec> AllParams() {
  std::vector<ParamSpec> params = {{"neighbours",
                                    std::int64_t{80},
                                    0,
                                    10000,
                                    {},
                                    "items",
                                    "most similar items kept per item; 0: the whole catalogue is compared each time"}};
  for (ParamSpec& p : ContentWeightParams()) params.push_back(std::move(p));
  params.push_back(
      {"history", std::int64_t{8}, 1, 100000, {}, "items", "latest distinct items that make up the profile"});
  params.push_back({"decay",
                    0.7,
                    0,
                    1,
                    {},
                    "",
                    "weight of an item over that of the next later one; 1: their mean, 0.5: a half-life of one item"});
  params.push_back({"earlier_weight", 0.5, 0, 1, {}, "", "factor for items of earlier sessions"});
  params.push_back({"repeat_viewed", false, 0, 0, {}, "", "may show items that this session has already seen"});
  return params;
}

}  // namespace

const StrategyInfo& ContentCosineInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "content-cosine",
      .summary = "Items described like what the shopper just saw: TF-IDF over words, category, department and brand.",
      .source = "Pazzani & Billsus 2007",
      .status = "reproduced",
      .params = AllParams()};
  return info;
}

std::unique_ptr<Strategy> MakeContentCosine(const Params& params, const StrategyContext& context) {
  return std::make_unique<ContentCosine>(params, context);
}

ContentCosine::ContentCosine(const Params& params, const StrategyContext& context)
    : view_(context.view),
      weights_(ReadContentWeights(params)),
      k_(static_cast<int>(params.Int("neighbours"))),
      repeat_viewed_(params.Bool("repeat_viewed")),
      latest_(view_->catalogue().items(), ReadHistorySettings(params)) {
  const auto n = static_cast<std::size_t>(view_->catalogue().items());
  popularity_.Rank(std::vector<float>(n, 0.0F), view_->catalogue());
  neighbours_.begin.assign(n + 1, 0);
  if (exact()) scores_.assign(n, 0.0F);
  else sums_.Resize(view_->catalogue().items());
}

void ContentCosine::ReadCatalogue() {
  if (built_) return;
  built_ = true;
  SparseRows vectors = ContentVectors(view_->catalogue(), weights_);
  if (!exact()) {
    // Rows are unit vectors but for rounding, so no shrinkage: the quotient is the plain cosine.
    // The work is bounded (about 1 ns per unit) for catalogues of a million items.
    neighbours_ = CosineNeighbours(vectors, 0.0F, k_, 1e9);
    return;
  }
  vectors_ = std::move(vectors);
  scan_ = RowScan(vectors_);
  profile_.assign(static_cast<std::size_t>(vectors_.columns), 0.0F);
}

void ContentCosine::Train(const ShopLog& log, Rng&) {
  ReadCatalogue();
  const PublicCatalogue& catalogue = view_->catalogue();
  popularity_.Rank(FallbackPopularity(log, catalogue.items()), catalogue);
}

bool ContentCosine::ScanFor(const RecommendRequest& request, std::span<float> scores) {
  const std::span<const Entry> history = latest_.Of(request, *view_);
  if (!built_ || history.empty()) return false;
  for (const Entry& h : history)
    for (const Entry& e : vectors_.row(h.column)) profile_[static_cast<std::size_t>(e.column)] += h.value * e.value;
  scan_.Times(profile_, scores);
  for (const Entry& h : history)
    for (const Entry& e : vectors_.row(h.column)) profile_[static_cast<std::size_t>(e.column)] = 0;
  return true;
}

bool ContentCosine::SumListsFor(const RecommendRequest& request) {
  sums_.Clear();
  const std::span<const Entry> history = latest_.Of(request, *view_);
  for (const Entry& h : history)
    sums_.AddAll(
        neighbours_.of(ItemId(h.column)), [](const Scored& n) { return n.id; },
        [vote = h.value](const Scored& n) { return vote * n.score; });
  return !history.empty();
}

Slate ContentCosine::Recommend(const RecommendRequest& request, Rng&) {
  Slate slate;
  const int limit = SlateLimit(request);
  const SlateFilter filter(request, *view_, repeat_viewed_);
  if (exact()) {
    if (ScanFor(request, scores_)) AddBestOfAll(slate, limit, scores_, filter, best_, 0.0F);
  } else if (SumListsFor(request)) {
    AddBest(slate, limit, sums_, filter, best_, [](std::int32_t, float sum) { return sum; });
  }
  if (slate.size < limit) popularity_.Fill(slate, limit, PageCategory(request, view_->catalogue()), filter);
  return slate;
}

void ContentCosine::Score(const RecommendRequest& request, std::span<float> scores) {
  if (exact() && ScanFor(request, scores)) return;
  std::fill(scores.begin(), scores.end(), -std::numeric_limits<float>::infinity());
  if (exact() || !SumListsFor(request)) return;
  for (const std::int32_t item : sums_.touched()) scores[static_cast<std::size_t>(item)] = sums_[item];
}

void ContentCosine::Save(std::ostream& out) const {
  StateWriter writer(out, ContentCosineInfo().name, kVersion, view_->catalogue().items());
  neighbours_.Save(writer);
  popularity_.Save(writer);
  writer.Finish();
}

void ContentCosine::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, ContentCosineInfo().name, kVersion, items);
  ItemNeighbours neighbours = ItemNeighbours::Load(reader, items);
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  if (exact()) {
    ReadCatalogue();
  } else {
    neighbours_ = std::move(neighbours);
    built_ = true;
  }
  popularity_.Rank(std::move(scores), view_->catalogue());
}

}  // namespace souk
