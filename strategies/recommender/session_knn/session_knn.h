#pragma once
// What other visitors did in sessions like this one: VS-kNN. See README.md.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/decision/strategy.h"
#include "strategies/common/popularity_ranking.h"
#include "strategies/common/sparse.h"
#include "strategies/common/top_k.h"

namespace souk {

/// How a position counts. As weight of the p-th of L items of the running session (from 1):
/// kQuadratic (p/L)², kDiv p/L, kSame 1. As decay when the last shared item lies s steps back (the
/// latest: s = 1): 1/s², 1/s, 1.
enum class PositionLaw : std::uint8_t { kSame, kDiv, kQuadratic };

/// Vector-multiplication session kNN. With N the sessions of the log,
///   candidates      the `sample` most recent sessions that share an item with the running one
///   similarity(c)   Σ of weight(p) over the shared items, p the last position of the item; under `cosine`, of S-kNN,
///                   divided by the root of the number of items of c
///   neighbours      the k most similar candidates (ties: the more recent)
///   score(item)     Σ_neighbours with the item  similarity · decay(s) · (1 + idf_weight · ln(N /
///   N_item))
/// Of a session longer than 64 views only the latest 33 to 64 count. On a page without a session
/// yet, the shopper's latest `history` items stand in for it (and get no votes). Fills up by
/// popularity.
///
/// The index is built at Train and not extended online: a session that ended since the last Train
/// is missing, but decisions do not depend on how other visitors' events interleave. Randomness:
/// none. Cost: Recommend O(sample + k · session length): a running session keeps its candidates
/// from page to page, so that a new view merges one posting list instead of all. No allocation.
/// Source: Ludewig & Jannach 2018, "Evaluation of session-based recommendation algorithms".
/// Tested by: SessionKnn.MatchesTheFormula, SessionKnn.*, the RetailRocket oracle, conformance
/// suite.
class SessionKnn : public ScoringRecommender {
 public:
  SessionKnn(const Params& params, const StrategyContext& context);
  void Train(const ShopLog& log, Rng& rng) override;
  void Save(std::ostream& out) const override;
  void Load(std::istream& in) override;
  Slate Recommend(const RecommendRequest& request, Rng& rng) override;
  /// −∞ for items that no neighbour has.
  void Score(const RecommendRequest& request, std::span<float> scores) override;

 private:
  /// A session that shares an item with the running one. Similarity is kept × L (or L²): the common
  /// factor changes no ranking, and whole numbers are exact in any order of addition.
  struct Candidate {
    std::int32_t session;
    std::int32_t similarity;
    std::int32_t last;  ///< position of the last shared item, from 1
  };
  /// The candidates of one shopper's running session: a memo, so hits and misses decide alike.
  struct Running {
    std::int32_t shopper = -1;
    std::int32_t candidates = 0;
    std::vector<ItemId> items;      ///< what they were merged from
    std::vector<Candidate> merged;  ///< ascending session (newest first)
  };

  /// Indexes session_begin_ and session_items_.
  void BuildIndex();
  void ForgetRunning();
  /// What stands for the session: its items, or the shopper's latest ones before it begins.
  std::span<const ItemId> SessionOf(const RecommendRequest& request);
  /// Sums of the neighbours' votes into scores_.
  void Vote(const RecommendRequest& request, std::span<const ItemId> items);
  Running& CandidatesOf(const RecommendRequest& request, std::span<const ItemId> items);
  void Extend(Running& running, ItemId item);
  void ChooseNeighbours(const Running& running);
  /// The same under `cosine`.
  void ChooseByCosine(std::span<const Candidate> all);
  void ScoreNeighbours(const Running& running);
  [[nodiscard]] std::int32_t Weight(std::int32_t position) const;

  const ShopView* view_;
  int sample_;
  int k_;
  int max_session_;
  int history_;
  PositionLaw weighting_;
  PositionLaw decay_;
  bool cosine_;
  double idf_weight_;
  double half_life_days_;
  bool repeat_viewed_;

  std::vector<std::int32_t> session_begin_;  ///< size sessions + 1, into session_items_
  std::vector<std::int32_t> session_items_;  ///< distinct items per session, newest session first
  std::vector<std::int32_t> posting_begin_;  ///< size items + 1
  std::vector<std::int32_t> postings_;       ///< per item its newest sessions, ascending, INT32_MAX at the end
  std::vector<float> scale_;                 ///< per session: 1 ÷ √items; empty unless `cosine`
  std::vector<float> rarity_;                ///< per item: 1 + idf_weight · idf
  PopularityRanking popularity_;

  std::vector<Running> running_;       ///< direct-mapped by shopper
  std::vector<Candidate> merge_;       ///< scratch
  std::vector<Candidate> neighbours_;  ///< scratch, the first chosen_ of it in use
  std::size_t chosen_ = 0;
  std::vector<std::int32_t> histogram_;  ///< scratch
  std::vector<Scored> boundary_;         ///< scratch
  std::vector<ItemId> stand_in_;         ///< scratch: history of a shopper without a session
  Accumulator scores_;
  TopK best_{Slate::kMax};
};

const StrategyInfo& SessionKnnInfo();
std::unique_ptr<Strategy> MakeSessionKnn(const Params& params, const StrategyContext& context);

}  // namespace souk
