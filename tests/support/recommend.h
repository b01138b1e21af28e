#pragma once
// Short spellings for tests of recommenders: build one with parameters, train it, ask it.

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/error.h"
#include "sim/decision/strategy.h"
#include "tests/support/test_shop.h"

namespace souk::testing {

using ParamList = std::initializer_list<std::pair<const char*, std::variant<bool, std::int64_t, double, std::string>>>;

/// Validated parameters; a problem becomes an Error, so that a misspelt test fails.
inline Params ParamsOf(const StrategyInfo& info, ParamList given) {
  ParamMap map;
  for (const auto& [name, value] : given) map[name] = ParamValue{value, {}};
  std::vector<Params::Issue> issues;
  Params params(info, map, issues);
  if (!issues.empty()) throw Error(issues.front().param + ": " + issues.front().message);
  return params;
}

/// A recommender of the given registration, not yet trained. R is its class, or Recommender.
template <class R = Recommender>
std::unique_ptr<R> MakeRecommender(const StrategyInfo& info,
                                   std::unique_ptr<Strategy> (*make)(const Params&, const StrategyContext&),
                                   const TestShop& shop, ParamList given = {}, const Truth* truth = nullptr) {
  std::unique_ptr<Strategy> strategy = make(ParamsOf(info, given), {&shop.view, truth});
  return std::unique_ptr<R>(static_cast<R*>(strategy.release()));
}

inline Rng TestRng(std::uint64_t seed = 1) { return Rng(Dice(seed, 0), Purpose::kTest, 0); }

inline void TrainOn(Strategy& strategy, const TestShop& shop) {
  Rng rng = TestRng();
  strategy.Train(shop.records.log, rng);
}

inline std::vector<ItemId> Items(const std::vector<int>& ids) {
  std::vector<ItemId> items;
  for (const int id : ids) items.emplace_back(id);
  return items;
}

/// The slate on the product page of the last item of `session` (the home page when empty, or when
/// `home`), without the items of `exclude`.
inline Slate Ask(Recommender& recommender, const std::vector<int>& session, int k, int shopper = 0, bool home = false,
                 std::uint64_t seed = 1, const std::vector<int>& exclude = {}) {
  const std::vector<ItemId> items = Items(session);
  const std::vector<ItemId> excluded = Items(exclude);
  RecommendRequest request;
  request.shopper = ShopperId(shopper);
  request.session_items = items;
  request.k = k;
  request.exclude = excluded;
  if (!items.empty() && !home) {
    request.page = PageKind::kProduct;
    request.anchor = items.back();
  }
  Rng rng = TestRng(seed);
  return recommender.Recommend(request, rng);
}

inline std::vector<int> Ids(const Slate& slate) {
  std::vector<int> ids;
  for (const ItemId item : slate.view()) ids.push_back(item.value);
  return ids;
}

inline std::string Saved(const Strategy& strategy) {
  std::ostringstream out;
  strategy.Save(out);
  return out.str();
}

}  // namespace souk::testing
