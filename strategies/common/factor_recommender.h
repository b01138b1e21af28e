#pragma once
// Serving of factor models: a vector for each item, one for who asks, and the items with the largest products. iALS,
// BPR and WARP differ in how they learn; which items are modelled, what counts as history, what is kept between
// questions and how a slate comes of it is the same and stands here.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/factor_math.h"
#include "strategies/common/hnsw_index.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/common/request_history.h"
#include "strategies/common/serial.h"
#include "strategies/common/shopper_items.h"
#include "strategies/common/slate_filter.h"
#include "strategies/common/top_k.h"

namespace souk {

/// What a factor model has learnt. Tables row by row.
struct Factors {
  FactorTable items;                   ///< items × width
  std::vector<float> bias;             ///< per item, or empty
  std::vector<std::uint8_t> modelled;  ///< per item: 0 if the model has nothing to say about it
  FactorTable shoppers;                ///< shoppers of the training × width; empty where Solve needs none
  FactorTable extra;                   ///< what else Solve needs; its shape is the model's affair
};

/// A recommender whose score of item i for a shopper is x · y_i + bias_i.
/// Items that no shopper has met are not modelled: they score −∞. The history is the shopper's row with the running
/// session; x follows from it at the time of the question and is kept until the row changes. Slates hold the best by
/// score; the rest is filled by popularity, the page's category first, as is the whole slate of who has no history.
/// `search: hnsw` ranks only what a graph finds (see HnswIndex) by the same scores; where too little of that may be
/// shown, the whole catalogue is searched. The graph is built at training and again at Load.
/// Cost: Recommend 1.5 ns per item at 64 factors, and a Solve where the history has changed.
/// Tested by: Ials.*, PairRecommender.*, FromPairs.*, conformance suite.
class FactorRecommender : public ScoringRecommender {
 public:
  void Train(const ShopLog& log, Rng& rng) final;
  void Observe(const ShopEvent& event) final { rows_.Observe(event); }
  void Save(std::ostream& out) const final;
  void Load(std::istream& in) final;
  Slate Recommend(const RecommendRequest& request, Rng& rng) final;
  void Score(const RecommendRequest& request, std::span<float> scores) final;

  /// Learnt vectors, for tests and reports.
  [[nodiscard]] const Factors& factors() const { return factors_; }

 protected:
  /// `name` of the strategy, in saved states; `width`: floats of a vector. Reads the parameters of WithServingParams.
  FactorRecommender(std::string_view name, std::size_t width, const Params& params, const StrategyContext& context);

  /// Learns from a matrix (shoppers × items) with at least one entry: all of `factors` but `modelled`.
  virtual void Learn(const SparseRows& rows, Rng& rng, Factors& factors) = 0;
  /// Called when factors() has changed: after training and after Load. False: it is no state of this model.
  virtual bool Prepare() = 0;
  /// The vector of a shopper of this history, which is not empty and of modelled items only; a pure function of what
  /// was learnt and of the arguments. `trained`: the history is the row that Learn has seen for this shopper.
  /// False: there is none.
  virtual bool Solve(ShopperId shopper, bool trained, std::span<const Entry> history, std::span<float> x) = 0;

 private:
  struct Kept {
    std::int32_t shopper = -1;
    std::int32_t news = 0;
  };
  /// The vector of who asks; empty when there is none. Valid until the next call.
  std::span<const float> VectorOf(const RecommendRequest& request);
  /// The items of this training, or none of them where parameters at the end of their range let numbers overflow.
  void MarkModelled();
  void Forget();
  void BuildIndex();
  /// Marks, or with 0 unmarks, what the request itself rules out.
  void Bar(const RecommendRequest& request, std::uint8_t mark);
  /// The best `limit` items that may be shown, in best_.
  void Search(std::span<const float> x, int limit);

  const ShopView* view_;
  std::string name_;
  std::size_t width_;
  InteractionSettings interactions_;
  bool repeat_viewed_;
  bool by_graph_;
  HnswSettings hnsw_;
  int breadth_;
  ShopperItems rows_;
  PopularityRanking popularity_;
  Factors factors_;
  RequestHistory history_;
  std::vector<Kept> kept_;  ///< by shopper modulo its size: the last vectors
  FactorTable vectors_;     ///< of kept_, and one more for who is not kept
  TopK best_{Slate::kMax};
  std::optional<HnswIndex> index_;    ///< of the modelled items, where it is asked for
  std::vector<std::int32_t> found_;   ///< scratch
  std::vector<std::uint8_t> barred_;  ///< scratch, per item: may not be shown; 0 between calls
};

/// `own` and then the parameters that all factor models share: what an event weighs, how the
/// catalogue is searched and what slates may hold.
std::vector<ParamSpec> WithServingParams(std::vector<ParamSpec> own);

}  // namespace souk
