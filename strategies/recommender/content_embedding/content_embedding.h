#pragma once
// "More like this" in few dimensions: latent semantic analysis of descriptions and attributes. See README.md.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/content_features.h"
#include "strategies/common/latest_items.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/common/top_k.h"

namespace souk {

/// Ranks the catalogue by the dot product of unit vectors with the sum of those of the latest items, faded by age. The
/// vectors are the TF-IDF vectors of ContentVectors in `dims` dimensions: by their leading singular vectors, which lets
/// words that occur together stand for each other, or by random projection, which only shortens. Every item is
/// compared; those without any token come last. Serves items that nobody has seen yet. Randomness: none. Cost:
/// Recommend 1.5 ns per item at 64 dimensions; the first Train as LeadingRows, later ones only count popularity.
/// Source: Deerwester et al. 1990, "Indexing by latent semantic analysis". Tested by: ContentEmbedding.*, LowRank.*,
/// conformance suite.
class ContentEmbedding : public ScoringRecommender {
 public:
  ContentEmbedding(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;
  /// −∞ for all without a history.
  void Score(const RecommendRequest& request, std::span<float> scores) override;

  /// The unit vector of an item (0 without tokens), for tests and reports.
  [[nodiscard]] std::span<const float> vector(ItemId item) const {
    return std::span(vectors_).subspan(item.index() * width_, width_);
  }

 private:
  /// The sum over the history in profile_; false when there is none.
  bool Gather(const RecommendRequest& request);

  const ShopView* view_;
  ContentWeights weights_;
  int dims_;
  int iterations_;
  bool by_svd_;
  bool repeat_viewed_;
  std::size_t width_;           ///< dims, rounded up to the width of the kernels
  std::vector<float> vectors_;  ///< items × width; empty before the first training
  PopularityRanking popularity_;
  LatestItems latest_;
  std::vector<float> profile_;  ///< scratch
  TopK best_{Slate::kMax};
};

const StrategyInfo& ContentEmbeddingInfo();
std::unique_ptr<Strategy> MakeContentEmbedding(const Params& params, const StrategyContext& context);

}  // namespace souk
