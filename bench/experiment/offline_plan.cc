#include "bench/experiment/offline_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "sim/base/error.h"
#include "sim/base/random.h"

namespace souk {
namespace {

void EndCase(OfflinePlan& plan, const OfflineCase& c) {
  plan.cases.push_back(c);
  plan.wanted_begin.push_back(static_cast<std::int64_t>(plan.wanted.size()));
}

OfflinePlan PlanLeaveOneOut(const OfflineData& data, const OfflineOptions& options) {
  OfflinePlan plan;
  const std::size_t kept_back = options.refit ? 1 : 2;
  for (const Sequence& events : data.sequences) {
    const bool asked = events.size() > kept_back;
    const std::size_t fitted = asked ? events.size() - kept_back : events.size();
    plan.fit.emplace_back(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(fitted));
    if (!asked) continue;
    const auto history = static_cast<std::int32_t>(plan.histories.size());
    plan.histories.emplace_back(events.begin(), events.end() - 1);
    plan.shopper.push_back(static_cast<std::int32_t>(plan.fit.size()) - 1);
    plan.source.push_back(plan.shopper.back());
    plan.fitted.push_back(static_cast<std::int32_t>(fitted));
    plan.wanted.push_back(events.back().item);
    EndCase(plan, {history, static_cast<std::int32_t>(events.size()) - 1, history});
  }
  plan.users = static_cast<std::int64_t>(plan.histories.size());
  if (plan.users == 0)
    throw Error(fmt::format("found no user with {} interactions or more, so leave-one-out has nobody to ask about",
                            kept_back + 1));
  return plan;
}

/// Numbers 0 … n−1 in an order drawn by `rng`.
std::vector<std::int32_t> Shuffled(std::size_t n, Rng& rng) {
  std::vector<std::int32_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = n; i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(rng.Below(static_cast<std::int64_t>(i)))]);
  return order;
}

/// Which events of a held-out user are told: the earliest, or drawn.
std::vector<bool> Told(std::size_t events, const OfflineOptions& options, std::uint32_t user) {
  const auto n = static_cast<double>(events);
  const auto told = static_cast<std::size_t>(std::clamp(std::floor(n * options.told + 1e-9), 1.0, n - 1));
  std::vector<bool> is_told(events, false);
  if (!options.told_at_random) {
    std::fill(is_told.begin(), is_told.begin() + static_cast<std::ptrdiff_t>(told), true);
    return is_told;
  }
  Rng rng(Dice(options.seed, 0), Purpose::kStatistics, user, 2);
  const std::vector<std::int32_t> order = Shuffled(events, rng);
  for (std::size_t i = 0; i < told; ++i) is_told[static_cast<std::size_t>(order[i])] = true;
  return is_told;
}

/// Cuts a held-out user in two. False when nothing is left to want.
bool AddHeldOut(OfflinePlan& plan, const Sequence& events, const OfflineOptions& options, std::uint32_t user) {
  const std::vector<bool> told = Told(events.size(), options, user);
  Sequence history;
  std::vector<std::int32_t> items;
  for (std::size_t e = 0; e < events.size(); ++e)
    if (told[e]) history.push_back(events[e]);
  std::unordered_set<std::int32_t> taken;
  for (const Interaction& e : history) taken.insert(e.item);
  for (std::size_t e = 0; e < events.size(); ++e)
    if (!told[e] && taken.insert(events[e].item).second) items.push_back(events[e].item);
  if (items.empty()) return false;
  const auto h = static_cast<std::int32_t>(plan.histories.size());
  const auto length = static_cast<std::int32_t>(history.size());
  plan.histories.push_back(std::move(history));
  plan.shopper.push_back(-1);
  plan.source.push_back(static_cast<std::int32_t>(user));
  plan.fitted.push_back(0);
  plan.wanted.insert(plan.wanted.end(), items.begin(), items.end());
  EndCase(plan, {h, length, h});
  return true;
}

OfflinePlan PlanStrong(const OfflineData& data, const OfflineOptions& options) {
  std::vector<std::int32_t> able;
  for (std::size_t u = 0; u < data.sequences.size(); ++u)
    if (data.sequences[u].size() >= 2) able.push_back(static_cast<std::int32_t>(u));
  const auto users = static_cast<std::int64_t>(able.size());
  const std::int64_t held_out = options.held_out > 0 ? options.held_out : std::max<std::int64_t>(users / 10, 1);
  if (held_out >= static_cast<std::int64_t>(data.sequences.size()) || held_out > users)
    throw Error(
        fmt::format("found {} users, {} of them with two interactions or more; allowed fewer held out than that "
                    "(asked for {})",
                    data.sequences.size(), users, held_out));
  Rng rng(Dice(options.seed, 0), Purpose::kStatistics, 0, 1);
  const std::vector<std::int32_t> order = Shuffled(able.size(), rng);
  std::vector<bool> out(data.sequences.size(), false);
  for (std::int64_t i = 0; i < held_out; ++i)
    out[static_cast<std::size_t>(able[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])])] = true;
  OfflinePlan plan;
  for (std::size_t u = 0; u < data.sequences.size(); ++u) {
    if (out[u]) AddHeldOut(plan, data.sequences[u], options, static_cast<std::uint32_t>(u));
    else plan.fit.push_back(data.sequences[u]);
  }
  plan.users = static_cast<std::int64_t>(plan.histories.size());
  if (plan.users == 0) throw Error("found no held-out user with a new item after what is told");
  return plan;
}

OfflinePlan PlanSession(const OfflineData& data) {
  if (data.test.empty()) throw Error("found no test sessions; the session protocol needs a file of them");
  OfflinePlan plan;
  plan.fit = data.sequences;
  for (std::size_t s = 0; s < data.test.size(); ++s) {
    const Sequence& events = data.test[s];
    if (events.size() < 2) continue;
    const auto history = static_cast<std::int32_t>(plan.histories.size());
    plan.histories.emplace_back(events.begin(), events.end() - 1);
    plan.shopper.push_back(-1);
    plan.source.push_back(static_cast<std::int32_t>(s));
    plan.fitted.push_back(0);
    for (std::size_t told = 1; told < events.size(); ++told) {
      plan.wanted.push_back(events[told].item);
      EndCase(plan, {history, static_cast<std::int32_t>(told), history});
    }
  }
  plan.users = static_cast<std::int64_t>(plan.histories.size());
  if (plan.users == 0) throw Error("found no test session of two items or more");
  return plan;
}

}  // namespace

const char* ProtocolName(OfflineProtocol protocol) {
  switch (protocol) {
    case OfflineProtocol::kLeaveOneOut: return "leave-one-out";
    case OfflineProtocol::kStrong: return "strong";
    case OfflineProtocol::kSession: return "session";
  }
  return "";
}

std::vector<int> DefaultCutoffs(OfflineProtocol protocol) {
  switch (protocol) {
    case OfflineProtocol::kLeaveOneOut: return {10};
    case OfflineProtocol::kStrong: return {20, 50, 100};
    case OfflineProtocol::kSession: return {20};
  }
  return {};
}

OfflinePlan PlanOffline(const OfflineData& data, const OfflineOptions& options) {
  switch (options.protocol) {
    case OfflineProtocol::kLeaveOneOut: return PlanLeaveOneOut(data, options);
    case OfflineProtocol::kStrong: return PlanStrong(data, options);
    case OfflineProtocol::kSession: return PlanSession(data);
  }
  return {};
}

}  // namespace souk
