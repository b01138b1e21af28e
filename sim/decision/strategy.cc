#include "sim/decision/strategy.h"

namespace souk {

std::unique_ptr<Strategy> BuildStrategy(const StrategyEntry& entry, const Params& params,
                                        const StrategyContext& context) {
  StrategyContext seen{context.view, nullptr, {}, context.make};
  if (entry.info().sees_truth) seen.truth = context.truth != nullptr ? context.truth : context.sealed.truth_;
  return entry.make(params, seen);
}

}  // namespace souk
