#pragma once
// One strategy examined: fitted in a shop of its own, then asked case by case. offline.cc examines all of them.

#include <cstdint>
#include <memory>
#include <vector>

#include "bench/experiment/offline.h"
#include "bench/experiment/offline_plan.h"
#include "bench/experiment/offline_shop.h"
#include "strategies/common/top_k.h"

namespace souk::offline {

/// What is the same for all strategies.
struct Ground {
  const OfflineOptions& options;
  const std::vector<std::int64_t>& item_ids;
  OfflinePlan plan;
  PublicCatalogue catalogue;
  std::vector<std::int64_t> users_with;  ///< per item: users or sessions of the fit that have it
  std::vector<std::int32_t> unknown;     ///< items that are not in the catalogue as far as the fit and the facts go
  std::vector<std::uint8_t> is_known;
  std::int32_t sessions = 0;  ///< of the data: Interaction::session is below
  bool mask_seen = true;
  int list_k = 10;
};

/// One strategy in its shop, asked case by case.
class Examination {
 public:
  Examination(const Ground& ground, std::size_t index, OfflineArm& arm);
  void Fit();
  /// Asks all cases; `shuffled`: with each history in a drawn order.
  void Rank(bool shuffled);
  void TimeSlates();

 private:
  void ShowProgress(bool fitting, std::int64_t done) const;
  RecommendRequest Ask(std::size_t c);
  const ShopEvent* StartIfNew(ShopperId shopper, const Interaction& e);
  void LogFit();
  void Advance(const OfflineCase& c);
  void RankCase(std::size_t c);
  void RankByScores(std::size_t c, const RecommendRequest& request);
  void RankBySlate(std::size_t c, const RecommendRequest& request);
  void Show(std::int32_t item);
  void DescribeLists();
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
  bool shuffled_ = false;
  std::vector<double>* ranks_ = nullptr;  ///< where Rank puts them

  std::vector<ItemId> history_;         ///< of the case
  std::vector<ItemId> seen_;            ///< distinct items of the history, when masked
  std::vector<std::int32_t> left_out_;  ///< unknown items and seen ones, distinct
  std::vector<std::int32_t> stamp_;     ///< round in which an item was in the history
  std::int32_t round_ = 0;
  std::vector<float> scores_;
  TopK best_;
  std::vector<std::int64_t> shown_;
  double information_ = 0;
  std::vector<std::int32_t>
      session_of_;  ///< per session of the data, then per shopper: number in the shop, −1: none yet
  std::int32_t sessions_ = 0;
  SessionId session_;                 ///< of the event that is being logged
  std::int32_t logged_history_ = -1;  ///< online: the history whose events were observed last
  std::int32_t logged_ = 0;           ///< and how many of them
};

/// The measures of all strategies, their differences and their intervals.
void Measure(const OfflinePlan& plan, const OfflineOptions& options, OfflineResult& result);

}  // namespace souk::offline
