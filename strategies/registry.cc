#include "strategies/registry.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>

#include "sim/base/error.h"

namespace souk {

// What the headers of the strategies declare.
#define SOUK_STRATEGY(name)         \
  const StrategyInfo& name##Info(); \
  std::unique_ptr<Strategy> Make##name(const Params& params, const StrategyContext& context);
#include "strategies/registry.def"
#undef SOUK_STRATEGY

namespace {

/// In any order: sorted below, so that a new line can go anywhere.
std::vector<StrategyEntry> Unsorted() {
#define SOUK_STRATEGY(name) {name##Info, Make##name},
  return {
#include "strategies/registry.def"
  };
#undef SOUK_STRATEGY
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

/// A shop of one item in which nothing has happened.
struct EmptyShop {
  PublicCatalogue catalogue;
  std::vector<FaqArticle> faq;
  std::vector<std::string> intents;
  ShopRecords records;
  ShopView view{catalogue, faq, intents, records};

  EmptyShop() {
    catalogue.departments = catalogue.categories = catalogue.brands = 1;
    catalogue.category = {CategoryId(0)};
    catalogue.brand = {BrandId(0)};
    catalogue.list_price = catalogue.unit_cost = records.price = records.competitor_price = {Money{100}};
    catalogue.launch_day = catalogue.department_of = {0};
    catalogue.word_begin = {0, 0};
    catalogue.items_of = {{ItemId(0)}};
    records.stock = {1};
    records.available = {1};
    records.available_count = 1;
  }
};

std::vector<std::string> NamesOfScoring(Slot slot) {
  std::vector<std::string> names;
  for (const StrategyEntry& entry : Registry())
    if (entry.info().slot == slot && ScoresCatalogue(entry)) names.push_back(entry.info().name);
  return names;
}

/// Problems of a strategy that is a parameter of another of that slot.
std::vector<StrategyProblem> ValidateInner(Slot slot, const StrategySpec& spec, const std::string& path,
                                           const SourceMark& mark) {
  const StrategyEntry* entry = FindStrategy(slot, spec.name);
  if (entry != nullptr && ScoresCatalogue(*entry)) return ValidateStrategy(slot, spec, path, mark);
  const std::vector<std::string> names = NamesOfScoring(slot);
  const std::string nearest = NearestName(spec.name, names);
  return {{spec.mark.line > 0 ? spec.mark : mark, path,
           fmt::format("found '{}'; allowed a strategy that scores the whole catalogue: {}{}", spec.name,
                       fmt::join(names, ", "), nearest.empty() ? "" : "; did you mean '" + nearest + "'?")}};
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
  std::unique_ptr<Strategy> strategy = MakeStrategy(slot, arm.slots[static_cast<std::size_t>(slot)], context);
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

std::vector<StrategyProblem> ValidateStrategy(Slot slot, const StrategySpec& spec, const std::string& path,
                                              const SourceMark& or_mark) {
  const SourceMark& mark = spec.mark.line > 0 ? spec.mark : or_mark;
  const StrategyEntry* entry = FindStrategy(slot, spec.name);
  if (entry == nullptr) return {{mark, path, UnknownStrategy(slot, spec.name)}};
  std::vector<Params::Issue> issues;
  const Params params(entry->info(), spec.params, issues);
  std::vector<StrategyProblem> problems;
  for (const Params::Issue& issue : issues)
    problems.push_back({issue.mark.line > 0 ? issue.mark : mark, path + "." + issue.param, issue.message});
  for (const ParamSpec& p : entry->info().params) {
    if (!p.is_strategy) continue;
    for (StrategyProblem& problem : ValidateInner(slot, params.Strategy(p.name), path + "." + p.name, mark))
      problems.push_back(std::move(problem));
  }
  return problems;
}

std::vector<StrategyProblem> ValidateArms(const Scenario& scenario) {
  std::vector<StrategyProblem> problems;
  for (const ArmSpec& arm : scenario.arms) {
    for (int s = 0; s < kSlots; ++s) {
      const auto slot = static_cast<Slot>(s);
      const StrategySpec& spec = arm.slots[static_cast<std::size_t>(s)];
      for (StrategyProblem& problem : ValidateStrategy(slot, spec, "arms." + arm.name + "." + SlotName(slot), arm.mark))
        Append(problems, std::move(problem));
    }
  }
  return problems;
}

std::unique_ptr<Strategy> MakeStrategy(Slot slot, const StrategySpec& spec, const StrategyContext& context) {
  const StrategyEntry* entry = FindStrategy(slot, spec.name);
  SOUK_CHECK(entry != nullptr);
  std::vector<Params::Issue> issues;
  const Params params(entry->info(), spec.params, issues);
  SOUK_CHECK(issues.empty());
  StrategyContext with_make = context;
  with_make.make = MakeStrategy;
  return BuildStrategy(*entry, params, with_make);
}

bool ScoresCatalogue(const StrategyEntry& entry) {
  if (entry.info().slot != Slot::kRecommender || entry.info().sees_truth) return false;
  static const EmptyShop shop;
  StrategyContext context;
  context.view = &shop.view;
  context.make = MakeStrategy;
  return dynamic_cast<ScoringRecommender*>(BuildStrategy(entry, Params(entry.info()), context).get()) != nullptr;
}

StrategySet MakeStrategies(const ArmSpec& arm, const StrategyContext& context) {
  return {Make<Recommender>(arm, Slot::kRecommender, context), Make<CouponPolicy>(arm, Slot::kCoupons, context),
          Make<PricingPolicy>(arm, Slot::kPricing, context),   Make<Assistant>(arm, Slot::kAssistant, context),
          Make<OutreachPolicy>(arm, Slot::kOutreach, context), arm.decision_time};
}

}  // namespace souk
