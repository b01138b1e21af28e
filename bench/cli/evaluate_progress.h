#pragma once
// How far an evaluation is, on standard error, once it has taken two seconds: a line that is redrawn on a terminal, a
// line every ten seconds elsewhere.

#include <chrono>
#include <string>
#include <vector>

#include "bench/experiment/offline.h"

namespace souk {

/// `fitting ease (2 of 3 strategies)`, `asking ease: 40 % of 4074 cases (2 of 3 strategies)`.
std::string EvaluationProgressText(const OfflineProgress& progress, const std::vector<NamedStrategy>& strategies);

class EvaluationProgress {
 public:
  EvaluationProgress(const std::vector<NamedStrategy>& strategies, bool quiet);
  ~EvaluationProgress() { Finish(); }
  EvaluationProgress(const EvaluationProgress&) = delete;
  EvaluationProgress& operator=(const EvaluationProgress&) = delete;

  void Update(const OfflineProgress& progress);
  /// Clears the line. Can be repeated.
  void Finish();

 private:
  using Clock = std::chrono::steady_clock;
  const std::vector<NamedStrategy>& strategies_;
  const bool quiet_;
  const bool terminal_;
  const Clock::time_point began_ = Clock::now();
  Clock::time_point last_ = began_;
  bool drawn_ = false;
};

}  // namespace souk
