#include "strategies/common/inner_recommender.h"

#include <sstream>

#include "sim/base/error.h"

namespace souk {

InnerRecommender::InnerRecommender(const StrategySpec& spec, const StrategyContext& context)
    : spec_(spec), context_{context.view, nullptr, {}, context.make} {
  if (context_.make == nullptr) throw Error("building '" + spec.name + "': nobody here can build inner strategies");
  std::unique_ptr<Strategy> built = context_.make(Slot::kRecommender, spec_, context_);
  auto* const scoring = dynamic_cast<ScoringRecommender*>(built.get());
  if (scoring == nullptr) throw Error("found '" + spec.name + "'; allowed a strategy that scores the whole catalogue");
  recommender_.reset(scoring);
  built.release();  // NOLINT(bugprone-unused-return-value): owned by recommender_ from here
}

void InnerRecommender::Save(StateWriter& out) const {
  std::ostringstream state;
  recommender_->Save(state);
  out.PutString(state.view());
}

InnerRecommender InnerRecommender::Restored(const std::string& state) const {
  InnerRecommender other(spec_, context_);
  std::istringstream in(state);
  other->Load(in);
  return other;
}

}  // namespace souk
