#include "strategies/recommender/content_embedding/content_embedding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "strategies/common/catalogue_search.h"
#include "strategies/common/factor_math.h"
#include "strategies/common/low_rank.h"
#include "strategies/common/slate_filter.h"
#include "strategies/common/vector_math.h"

namespace souk {
namespace {

constexpr std::int64_t kVersion = 1;

std::vector<ParamSpec> AllParams() {
  std::vector<ParamSpec> params = {
      {"dims", std::int64_t{64}, 1, 256, {}, "", "dimensions that descriptions and attributes are brought down to"},
      {"method",
       "svd",
       0,
       0,
       {"svd", "random"},
       "",
       "svd: what varies most, words that occur together grow alike; random: projection, products kept on average"},
      {"iterations", std::int64_t{4}, 0, 100, {}, "", "svd: power steps; more separate close singular values better"}};
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

/// Rows of `dims` numbers at length 1, each followed by zeros up to `width`.
std::vector<float> UnitRows(const std::vector<float>& rows, std::size_t dims, std::size_t width) {
  const std::size_t n = rows.size() / dims;
  std::vector<float> unit(n * width, 0.0F);
  for (std::size_t r = 0; r < n; ++r) {
    double sum = 0;
    for (std::size_t c = 0; c < dims; ++c) sum += static_cast<double>(rows[r * dims + c]) * rows[r * dims + c];
    const double length = std::sqrt(sum);
    if (!(length > 1e-6)) continue;  // rounding of what is 0
    for (std::size_t c = 0; c < dims; ++c)
      unit[r * width + c] = static_cast<float>(static_cast<double>(rows[r * dims + c]) / length);
  }
  return unit;
}

}  // namespace

const StrategyInfo& ContentEmbeddingInfo() {
  static const StrategyInfo info = {
      .slot = Slot::kRecommender,
      .name = "content-embedding",
      .summary =
          "Items described like what the shopper just saw, compared in few dimensions: latent semantic analysis.",
      .source = "Deerwester et al. 1990",
      .status = "tested",
      .params = AllParams()};
  return info;
}

std::unique_ptr<Strategy> MakeContentEmbedding(const Params& params, const StrategyContext& context) {
  return std::make_unique<ContentEmbedding>(params, context);
}

ContentEmbedding::ContentEmbedding(const Params& params, const StrategyContext& context)
    : view_(context.view),
      weights_(ReadContentWeights(params)),
      dims_(static_cast<int>(params.Int("dims"))),
      iterations_(static_cast<int>(params.Int("iterations"))),
      by_svd_(params.String("method") == "svd"),
      repeat_viewed_(params.Bool("repeat_viewed")),
      width_((static_cast<std::size_t>(dims_) + 15) / 16 * 16),
      latest_(view_->catalogue().items(), ReadHistorySettings(params)),
      profile_(width_, 0.0F) {
  popularity_.Rank(std::vector<float>(static_cast<std::size_t>(view_->catalogue().items()), 0.0F), view_->catalogue());
}

void ContentEmbedding::Train(const ShopLog& log, Rng&) {
  const PublicCatalogue& catalogue = view_->catalogue();
  if (vectors_.empty()) {  // descriptions do not change
    const SparseRows rows = ContentVectors(catalogue, weights_);
    vectors_ = UnitRows(by_svd_ ? LeadingRows(rows, dims_, iterations_) : ProjectedRows(rows, dims_),
                        static_cast<std::size_t>(dims_), width_);
  }
  popularity_.Rank(FallbackPopularity(log, catalogue.items()), catalogue);
}

bool ContentEmbedding::Gather(const RecommendRequest& request) {
  if (vectors_.empty()) return false;
  const std::span<const Entry> history = latest_.Of(request, *view_);
  std::fill(profile_.begin(), profile_.end(), 0.0F);
  for (const Entry& h : history) AddScaled(h.value, vector(ItemId(h.column)), profile_);
  return std::any_of(profile_.begin(), profile_.end(), [](float v) { return v != 0; });
}

Slate ContentEmbedding::Recommend(const RecommendRequest& request, Rng&) {
  Slate slate;
  const int limit = SlateLimit(request);
  const SlateFilter filter(request, *view_, repeat_viewed_);
  if (Gather(request)) {
    best_.Reset(limit);
    SearchCatalogue(
        vectors_, profile_, [&filter](std::int32_t item) { return filter.Allows(ItemId(item)); }, best_);
    for (const Scored& s : best_.sorted()) slate.Add(ItemId(s.id));
  }
  if (slate.size < limit) popularity_.Fill(slate, limit, PageCategory(request, view_->catalogue()), filter);
  return slate;
}

void ContentEmbedding::Score(const RecommendRequest& request, std::span<float> scores) {
  if (Gather(request)) DotRows(profile_, vectors_.data(), scores.size(), scores.data());
  else std::fill(scores.begin(), scores.end(), -std::numeric_limits<float>::infinity());
}

void ContentEmbedding::Save(std::ostream& out) const {
  StateWriter writer(out, ContentEmbeddingInfo().name, kVersion, view_->catalogue().items());
  writer.PutColumn(vectors_);
  popularity_.Save(writer);
  writer.Finish();
}

void ContentEmbedding::Load(std::istream& in) {
  const int items = view_->catalogue().items();
  StateReader reader(in, ContentEmbeddingInfo().name, kVersion, items);
  auto vectors = reader.GetColumn<float>();
  if (!vectors.empty() && vectors.size() != static_cast<std::size_t>(items) * width_)
    reader.Refuse("found vectors of another shape");
  for (const float v : vectors)
    if (!std::isfinite(v)) reader.Refuse("found a vector that is not finite");
  std::vector<float> scores = PopularityRanking::LoadScores(reader, items);
  reader.Finish();
  vectors_ = std::move(vectors);
  popularity_.Rank(std::move(scores), view_->catalogue());
}

}  // namespace souk
