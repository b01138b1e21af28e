#pragma once
// A recommender that is a parameter of another: built, trained, told, saved and loaded by the one around it.

#include <memory>
#include <string>

#include "sim/decision/strategy.h"
#include "strategies/common/serial.h"

namespace souk {

/// Owns it. Scores are asked for through `->`. Tested by: InnerRecommender.*.
class InnerRecommender {
 public:
  /// Throws Error where `context` cannot build strategies, or what it builds does not score the whole catalogue.
  InnerRecommender(const StrategySpec& spec, const StrategyContext& context);

  ScoringRecommender* operator->() const { return recommender_.get(); }

  /// Its state, a string within the state of the outer one.
  void Save(StateWriter& out) const;
  /// Another one of its kind with the state that Save wrote, so that a refused state leaves this one as it is. Throws
  /// Error on a state of another strategy.
  [[nodiscard]] InnerRecommender Restored(const std::string& state) const;

 private:
  StrategySpec spec_;
  StrategyContext context_;
  std::unique_ptr<ScoringRecommender> recommender_;
};

}  // namespace souk
