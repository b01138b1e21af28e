#include "bench/experiment/offline.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "bench/experiment/offline_examination.h"
#include "bench/experiment/offline_plan.h"
#include "sim/base/error.h"

namespace souk {
namespace {

using offline::Examination;
using offline::Ground;

Ground MakeGround(const OfflineData& data, const ItemFacts* facts, const OfflineOptions& options) {
  Ground ground{options, data.item_ids, PlanOffline(data, options), OfflineCatalogue(data.item_ids, facts), {}, {}, {}};
  for (const std::vector<Sequence>* side : {&ground.plan.fit, &ground.plan.histories})
    for (const Sequence& events : *side)
      for (const Interaction& e : events) ground.sessions = std::max(ground.sessions, e.session + 1);
  const auto n = static_cast<std::size_t>(data.items());
  ground.users_with.assign(n, 0);
  std::vector<std::int64_t> last(n, -1);
  for (std::size_t u = 0; u < ground.plan.fit.size(); ++u)
    for (const Interaction& e : ground.plan.fit[u]) {
      std::int64_t& user = last[static_cast<std::size_t>(e.item)];
      if (user != static_cast<std::int64_t>(u)) ++ground.users_with[static_cast<std::size_t>(e.item)];
      user = static_cast<std::int64_t>(u);
    }
  ground.is_known.assign(n, 0);
  for (std::size_t i = 0; i < n; ++i) ground.is_known[i] = ground.users_with[i] > 0 ? 1 : 0;
  if (facts != nullptr)
    for (const std::int64_t id : facts->ids) {
      const auto at = std::lower_bound(data.item_ids.begin(), data.item_ids.end(), id);
      if (at != data.item_ids.end() && *at == id)
        ground.is_known[static_cast<std::size_t>(at - data.item_ids.begin())] = 1;
    }
  for (std::size_t i = 0; i < n; ++i)
    if (ground.is_known[i] == 0) ground.unknown.push_back(static_cast<std::int32_t>(i));
  ground.mask_seen = options.mask_seen.value_or(options.protocol != OfflineProtocol::kSession);
  return ground;
}

/// Counts wanted items that nobody can find.
void CountHopeless(const Ground& ground, OfflineResult& result) {
  const OfflinePlan& plan = ground.plan;
  for (std::size_t c = 0; c < plan.cases.size(); ++c) {
    const Sequence& history = plan.histories[static_cast<std::size_t>(plan.cases[c].history)];
    for (auto w = plan.wanted_begin[c]; w < plan.wanted_begin[c + 1]; ++w) {
      const std::int32_t item = plan.wanted[static_cast<std::size_t>(w)];
      const bool seen = ground.mask_seen && std::any_of(history.begin(), history.begin() + plan.cases[c].told,
                                                        [&](const Interaction& e) { return e.item == item; });
      if (ground.is_known[static_cast<std::size_t>(item)] == 0) ++result.unknown;
      else if (seen) ++result.seen;
    }
  }
}

std::string ProtocolText(const OfflineOptions& options, const OfflinePlan& plan) {
  std::string text = ProtocolName(options.protocol);
  switch (options.protocol) {
    case OfflineProtocol::kLeaveOneOut:
      text += options.refit ? ", refit (all but the last item)" : ", strict (fitted without the last two items)";
      break;
    case OfflineProtocol::kStrong:
      text += fmt::format(" generalisation, {} users held out, {:g} % of each told{}", plan.users, 100 * options.told,
                          options.told_at_random ? ", drawn" : ", the earliest");
      break;
    case OfflineProtocol::kSession: text += ", the next item after every prefix"; break;
  }
  return text + (options.online ? ", online" : "");
}

}  // namespace

OfflineResult EvaluateOffline(const OfflineData& data, const ItemFacts* facts, const OfflineOptions& options) {
  SOUK_CHECK(!options.strategies.empty());
  // Refitted or watched strategies know the true order already: shuffling the question would prove nothing.
  SOUK_CHECK(!options.shuffle_history || (!options.refit && !options.online));
  Ground ground = MakeGround(data, facts, options);
  OfflineResult result;
  result.protocol = ProtocolText(options, ground.plan);
  result.mask_seen = ground.mask_seen;
  result.ks = options.ks.empty() ? DefaultCutoffs(options.protocol) : options.ks;
  result.list_k = ground.list_k = result.ks.front();
  for (const Sequence& s : ground.plan.fit) {
    result.fitted_users += s.empty() ? 0 : 1;
    result.fitted_interactions += std::ssize(s);
  }
  result.items = data.items() - static_cast<int>(ground.unknown.size());
  result.users = ground.plan.users;
  result.cases = std::ssize(ground.plan.cases);
  result.wanted = std::ssize(ground.plan.wanted);
  result.baseline = options.baseline;
  result.shuffled = options.shuffle_history;
  CountHopeless(ground, result);
  result.arms.resize(options.strategies.size());
  for (std::size_t a = 0; a < options.strategies.size(); ++a) {
    result.arms[a].strategy = options.strategies[a];
    Examination examination(ground, a, result.arms[a]);
    examination.Fit();
    examination.Rank(false);
    if (options.shuffle_history) examination.Rank(true);
    examination.TimeSlates();
  }
  if (options.on_progress)
    options.on_progress({.strategy = options.strategies.size() - 1,
                         .strategies = options.strategies.size(),
                         .measuring = true,
                         .cases_done = result.cases,
                         .cases = result.cases});
  offline::Measure(ground.plan, options, result);
  for (const OfflineCase& c : ground.plan.cases) {
    result.case_user.push_back(c.user);
    result.case_told.push_back(c.told);
    result.case_source.push_back(ground.plan.source[static_cast<std::size_t>(c.history)]);
  }
  result.case_begin = ground.plan.wanted_begin;
  for (const std::int32_t item : ground.plan.wanted)
    result.wanted_items.push_back(data.item_ids[static_cast<std::size_t>(item)]);
  return result;
}

}  // namespace souk
