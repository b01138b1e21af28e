#include "strategies/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "sim/base/error.h"
#include "strategies/assistant/faq_bm25/faq_bm25.h"
#include "strategies/assistant/naive_bayes/naive_bayes.h"
#include "strategies/assistant/none/none.h"
#include "strategies/coupons/blanket/blanket.h"
#include "strategies/coupons/none/none.h"
#include "strategies/coupons/propensity/propensity.h"
#include "strategies/coupons/rfm_rule/rfm_rule.h"
#include "strategies/outreach/abandoned_cart/abandoned_cart.h"
#include "strategies/outreach/none/none.h"
#include "strategies/outreach/rfm/rfm.h"
#include "strategies/pricing/competitor/competitor.h"
#include "strategies/pricing/cost_plus/cost_plus.h"
#include "strategies/pricing/list/list.h"
#include "strategies/pricing/logit_optimum/logit_optimum.h"
#include "strategies/recommender/content_cosine/content_cosine.h"
#include "strategies/recommender/item_knn/item_knn.h"
#include "strategies/recommender/oracle/oracle.h"
#include "strategies/recommender/popularity/popularity.h"
#include "strategies/recommender/random/random.h"
#include "strategies/recommender/recently_viewed/recently_viewed.h"
#include "strategies/recommender/session_knn/session_knn.h"
// souk:new-strategy includes

namespace souk {
namespace {

/// In any order: sorted below, so that a new line can go at the end.
std::vector<StrategyEntry> Unsorted() {
  return {
      {PopularityInfo, MakePopularity},
      {ItemKnnInfo, MakeItemKnn},
      {ContentCosineInfo, MakeContentCosine},
      {SessionKnnInfo, MakeSessionKnn},
      {RandomRecommenderInfo, MakeRandomRecommender},
      {RecentlyViewedInfo, MakeRecentlyViewed},
      {OracleRecommenderInfo, MakeOracleRecommender},
      {NoAssistantInfo, MakeNoAssistant},
      {FaqBm25Info, MakeFaqBm25},
      {NaiveBayesInfo, MakeNaiveBayes},
      {NoCouponsInfo, MakeNoCoupons},
      {BlanketInfo, MakeBlanket},
      {RfmRuleInfo, MakeRfmRule},
      {PropensityInfo, MakePropensity},
      {ListPriceInfo, MakeListPrice},
      {CostPlusInfo, MakeCostPlus},
      {CompetitorPriceInfo, MakeCompetitorPrice},
      {LogitOptimumInfo, MakeLogitOptimum},
      {NoOutreachInfo, MakeNoOutreach},
      {AbandonedCartInfo, MakeAbandonedCart},
      {RfmOutreachInfo, MakeRfmOutreach},
      // souk:new-strategy entries
  };
}

bool Before(const StrategyEntry& a, const StrategyEntry& b) {
  return std::tie(a.info().slot, a.info().name) < std::tie(b.info().slot, b.info().name);
}

std::vector<StrategyEntry> Sorted() {
  std::vector<StrategyEntry> table = Unsorted();
  std::sort(table.begin(), table.end(), Before);
  // Sorted, so equal neighbours are the only way to be registered twice under one name.
  for (std::size_t i = 1; i < table.size(); ++i) SOUK_CHECK(Before(table[i - 1], table[i]));
  return table;
}

std::vector<std::string> NamesOf(Slot slot) {
  std::vector<std::string> names;
  for (const StrategyEntry& entry : Registry())
    if (entry.info().slot == slot) names.push_back(entry.info().name);
  return names;
}

std::string UnknownStrategy(Slot slot, const std::string& name) {
  const std::vector<std::string> names = NamesOf(slot);
  std::string allowed;
  for (const std::string& n : names) allowed += (allowed.empty() ? "" : ", ") + n;
  std::string message = name.empty() ? fmt::format("no strategy chosen; allowed {}", allowed)
                                     : fmt::format("found '{}'; allowed {}", name, allowed);
  if (const std::string nearest = NearestName(name, names); !nearest.empty() && !name.empty())
    return message + "; did you mean '" + nearest + "'?";
  for (const StrategyEntry& entry : Registry())
    if (entry.info().name == name)
      return message + fmt::format("; '{}' is of slot {}", name, SlotName(entry.info().slot));
  return message;
}

/// A problem that arms inherit from one place in the file is one problem, told once.
void Append(std::vector<StrategyProblem>& problems, StrategyProblem problem) {
  if (problem.mark.line > 0)
    for (const StrategyProblem& p : problems)
      if (p.mark == problem.mark && p.message == problem.message) return;
  problems.push_back(std::move(problem));
}

template <class Interface>
std::unique_ptr<Interface> Make(const ArmSpec& arm, Slot slot, const StrategyContext& context) {
  const StrategySpec& spec = arm.slots[static_cast<std::size_t>(slot)];
  const StrategyEntry* entry = FindStrategy(slot, spec.name);
  SOUK_CHECK(entry != nullptr);
  std::vector<Params::Issue> issues;
  const Params params(entry->info(), spec.params, issues);
  SOUK_CHECK(issues.empty());
  StrategyContext seen = context;
  if (!entry->info().sees_truth) seen.truth = nullptr;
  std::unique_ptr<Strategy> strategy = entry->make(params, seen);
  auto* typed = dynamic_cast<Interface*>(strategy.get());
  SOUK_CHECK(typed != nullptr);  // registered for the wrong slot
  strategy.release();            // NOLINT(bugprone-unused-return-value): owned by `typed` from here
  return std::unique_ptr<Interface>(typed);
}

}  // namespace

const std::vector<StrategyEntry>& Registry() {
  static const std::vector<StrategyEntry> table = Sorted();
  return table;
}

const StrategyEntry* FindStrategy(Slot slot, const std::string& name) {
  for (const StrategyEntry& entry : Registry())
    if (entry.info().slot == slot && entry.info().name == name) return &entry;
  return nullptr;
}

std::vector<StrategyProblem> ValidateArms(const Scenario& scenario) {
  std::vector<StrategyProblem> problems;
  for (const ArmSpec& arm : scenario.arms) {
    for (int s = 0; s < kSlots; ++s) {
      const auto slot = static_cast<Slot>(s);
      const StrategySpec& spec = arm.slots[static_cast<std::size_t>(s)];
      const std::string path = "arms." + arm.name + "." + SlotName(slot);
      const SourceMark& mark = spec.mark.line > 0 ? spec.mark : arm.mark;
      const StrategyEntry* entry = FindStrategy(slot, spec.name);
      if (entry == nullptr) {
        Append(problems, {mark, path, UnknownStrategy(slot, spec.name)});
        continue;
      }
      std::vector<Params::Issue> issues;
      const Params params(entry->info(), spec.params, issues);
      for (const Params::Issue& issue : issues)
        Append(problems, {issue.mark.line > 0 ? issue.mark : mark, path + "." + issue.param, issue.message});
    }
  }
  return problems;
}

StrategySet MakeStrategies(const ArmSpec& arm, const StrategyContext& context) {
  return {Make<Recommender>(arm, Slot::kRecommender, context), Make<CouponPolicy>(arm, Slot::kCoupons, context),
          Make<PricingPolicy>(arm, Slot::kPricing, context), Make<Assistant>(arm, Slot::kAssistant, context),
          Make<OutreachPolicy>(arm, Slot::kOutreach, context)};
}

}  // namespace souk
