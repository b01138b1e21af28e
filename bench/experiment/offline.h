#pragma once
// Offline evaluation: recommenders are fitted to recorded interactions and asked for what came next. The whole
// catalogue is ranked, never a sample of it.
//
// Protocols.
//   leave-one-out  The last item of each user is wanted. Strict (the default): fitted to all but the last two, the one
//                  before the last is in the history only. Refit: fitted to all but the last. Users with fewer than
//                  three (refit: two) interactions are fitted to and not asked about.
//   strong         Some users are held out of the fit. A share of each one's interactions is told, the items of the
//                  rest are wanted (strong generalisation, Marlin 2004; Liang et al. 2018).
//   session        Fitted to the training sessions; after every prefix of every test session the next item is wanted.
// History that the fit has not seen is handed over as the running session of an anonymous shopper, so what a model
// learns in Observe from one user cannot help the next. With `online`, it is logged under a shopper of its own and goes
// through Observe instead, as in a running shop. Wanted items that neither the fit nor the file of items knows are
// misses.
//
// Shuffled histories. Does a strategy profit from the order of a history, or only from its items? After the fit to data
// in order, each case is asked again with the items of its history in a drawn order; the paired gap is what the order
// at the time of asking is worth (Klenitskiy et al. 2024, "Does It Look Sequential?"). Strategies blind to order have
// none.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/experiment/offline_data.h"
#include "bench/experiment/offline_shop.h"
#include "results/statistics/ranking.h"
#include "sim/decision/strategy.h"
#include "sim/outcome/latency_histogram.h"
#include "sim/scenario/strategy_list.h"

namespace souk {

enum class OfflineProtocol { kLeaveOneOut, kStrong, kSession };
/// `leave-one-out`, `strong`, `session`.
const char* ProtocolName(OfflineProtocol protocol);

/// For a display: what is going on with which strategy.
struct OfflineProgress {
  std::size_t strategy = 0;
  std::size_t strategies = 0;
  bool fitting = false;
  bool shuffled = false;   ///< the second asking, of shuffled histories
  bool measuring = false;  ///< after the last strategy: intervals are drawn
  std::int64_t cases_done = 0;
  std::int64_t cases = 0;
};

struct OfflineOptions {
  OfflineProtocol protocol = OfflineProtocol::kLeaveOneOut;
  bool refit = false;             ///< leave-one-out
  bool online = false;            ///< what follows the fit goes through Observe
  std::optional<bool> mask_seen;  ///< items of the history are left out; default: yes, but not for sessions
  int held_out = 0;               ///< strong: users; 0: a tenth
  double told = 0.8;              ///< strong: share of a held-out user's interactions, above 0 and below 1
  bool told_at_random = false;    ///< strong: which; default: the earliest
  /// Control: every case is asked a second time with its history in a drawn order. Not with `refit` or `online`, where
  /// the strategy knows the true order already.
  bool shuffle_history = false;
  std::vector<int> ks;                    ///< cut-offs, ≥ 1; empty: 10, 20/50/100 or 20 by protocol
  std::vector<NamedStrategy> strategies;  ///< validated, at least one
  /// Builds a strategy, which must be a Recommender; default: the registry.
  std::function<std::unique_ptr<Strategy>(const StrategySpec&, const StrategyContext&)> make;
  /// By strategy: model file to write after the fit; empty: none.
  std::vector<std::string> save_models;
  /// Runs what had better not be cut short, the writing of a model file; default: just runs it.
  std::function<void(const std::function<void()>&)> protect;
  int baseline = 0;  ///< the strategy that the others are compared with
  BootstrapSettings bootstrap;
  std::uint64_t seed = 1;  ///< of strategies and of the choice of held-out users
  std::function<void(const OfflineProgress&)> on_progress;
  const std::atomic<bool>* stop = nullptr;  ///< may be null; set: the evaluation ends with an Error
};

/// One measure at one cut-off.
struct OfflineValue {
  RankingMeasure measure{};
  int k = 0;
  MeanInterval value;
  MeanDifference difference;         ///< from the baseline
  std::vector<MeanDifference> over;  ///< from each strategy, paired; all zero for itself
  MeanInterval shuffled;             ///< with shuffled histories; only with `shuffle_history`
  MeanDifference order;              ///< in order less shuffled: what the order of the history is worth
};

struct OfflineArm {
  NamedStrategy strategy;
  bool scores_catalogue = false;       ///< else only its slate of 24 is ranked, and the rest are misses
  std::vector<double> ranks;           ///< per wanted item, kNotRanked for a miss
  std::vector<double> shuffled_ranks;  ///< the same with shuffled histories; empty unless asked for
  std::vector<OfflineValue> values;    ///< by cut-off, then measure
  double coverage = 0;                 ///< of the lists of `list_k`: see ranking.h
  double gini = 0;
  double novelty = 0;        ///< mean self-information of the items shown, in bits
  double fit_s = 0;          ///< measured
  double score_s = 0;        ///< measured: all cases
  LatencyHistogram latency;  ///< measured: single slates of min(list_k, 24), on up to 1,000 cases
};

struct OfflineResult {
  std::string protocol;  ///< in words, with its settings
  bool mask_seen = true;
  std::vector<int> ks;
  int list_k = 10;
  std::int64_t fitted_users = 0;  ///< users or sessions
  std::int64_t fitted_interactions = 0;
  int items = 0;           ///< of the catalogue: known by the fit or the file of items
  std::int64_t users = 0;  ///< that are asked about
  std::int64_t cases = 0;
  std::int64_t wanted = 0;                 ///< items over all cases
  std::int64_t unknown = 0;                ///< wanted, in neither fit nor file of items: misses
  std::int64_t seen = 0;                   ///< wanted, but in the history and masked: misses
  std::vector<std::int32_t> case_user;     ///< per case: user or session, from 0
  std::vector<std::int32_t> case_told;     ///< per case: events of the history
  std::vector<std::int32_t> case_source;   ///< per case: index of its user or session in the data (or in its test)
  std::vector<std::int64_t> case_begin;    ///< size cases + 1, into wanted items
  std::vector<std::int64_t> wanted_items;  ///< ids as in the file
  int baseline = 0;
  bool shuffled = false;  ///< `shuffle_history`
  std::vector<OfflineArm> arms;
};

/// Runs the evaluation. `facts`: of items, or null. Results do not depend on the machine, measured times aside.
/// Throws Error when the data leave nothing to ask, or a strategy scores NaN. Memory: ranks of all strategies.
/// Tested by: Offline.*, the oracle suite.
OfflineResult EvaluateOffline(const OfflineData& data, const ItemFacts* facts, const OfflineOptions& options);

/// Cut-offs of the protocol.
std::vector<int> DefaultCutoffs(OfflineProtocol protocol);

}  // namespace souk
