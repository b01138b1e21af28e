#pragma once
// What a protocol makes of recorded interactions: what is fitted, what is asked.

#include <cstdint>
#include <vector>

#include "bench/experiment/offline.h"

namespace souk {

/// One question: what comes after the first `told` events of a history?
struct OfflineCase {
  std::int32_t history = 0;  ///< index into OfflinePlan::histories
  std::int32_t told = 0;
  std::int32_t user = 0;  ///< user or session, from 0: cases of one user stand together
};

struct OfflinePlan {
  std::vector<Sequence> fit;          ///< by shopper 0, 1 …; one session each
  std::vector<Sequence> histories;    ///< of those who are asked about
  std::vector<std::int32_t> shopper;  ///< per history: who of `fit` it belongs to, −1: nobody
  std::vector<std::int32_t> source;   ///< per history: its place in the data: in `sequences`, or in `test`
  std::vector<std::int32_t> fitted;   ///< per history: how many of its events are in `fit`
  std::vector<OfflineCase> cases;
  std::vector<std::int64_t> wanted_begin{0};  ///< per case, size cases + 1
  std::vector<std::int32_t> wanted;           ///< distinct items per case
  std::int64_t users = 0;
};

/// Throws Error when nothing is left to fit or to ask.
OfflinePlan PlanOffline(const OfflineData& data, const OfflineOptions& options);

}  // namespace souk
