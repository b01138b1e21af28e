// What a decision of each registered strategy costs, and what its training costs, on a shop after two weeks of traffic:
// a new strategy is timed by being registered. One core, no market around it: the same questions in the same order.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/error.h"
#include "sim/market/market.h"
#include "sim/scenario/reader.h"
#include "sim/world/build.h"
#include "strategies/registry.h"

namespace souk {
namespace {

class NullSink final : public OutcomeSink {
 public:
  void Record(const Outcome&) override {}
  void RecordSlate(const Outcome&, std::span<const ItemId>, std::span<const float>) override {}
  void RecordDecision(const DecisionOutcome&) override {}
};

Scenario SmallShop() {
  ScenarioReading read =
      ReadScenario("scenarios/tiny/shop.yaml", {{"population.shoppers", "2000"},
                                                {"catalogue", "{ items: 1000, categories: 50, departments: 10 }"},
                                                {"stock.expected_orders_per_day", "300"}});
  ThrowIfAny(read.problems);
  return read.scenario;
}

/// The shop after its warm-up under the incumbent, and questions taken from its own log.
struct WarmShop {
  World world = BuildWorld(SmallShop(), 0);
  MarketState state = OpenShop(world);
  ShopView view{world.catalogue, world.help_desk.articles(), world.help_desk.intents(), state.records};
  MarketTruth truth{world, state};
  std::vector<std::vector<ItemId>> sessions;  ///< item views up to a page of the log, oldest first
  std::vector<ShopperId> visitors;            ///< of those pages
  std::vector<std::string> questions;

  WarmShop() {
    const ArmSpec& arm = world.scenario.arms.front();
    StrategySet strategies = MakeStrategies(arm, {&view, &truth, {}});
    NullSink sink;
    Market market(world, state, strategies, world.dice.ForArm(0), sink);
    market.RunUntil(StartOfDay(14));
    std::vector<std::vector<ItemId>> open(static_cast<std::size_t>(state.next_session_id));
    const auto& events = state.records.log.events;
    for (std::size_t n = 0; n < events.size(); ++n) {
      if (events[n].kind != ShopEventKind::kView) continue;
      auto& items = open[events[n].session.index()];
      items.push_back(events[n].item);
      if (n + 20000 < events.size() || sessions.size() >= 4000) continue;
      sessions.push_back(items);
      visitors.push_back(events[n].shopper);
    }
    SOUK_CHECK(!sessions.empty());
    Rng words(world.dice, Purpose::kTest, 0);
    for (int n = 0; n < 200; ++n)
      questions.push_back(world.help_desk.Ask(world.help_desk.PickIntent(words.Uniform()), "", 0.02, words));
  }
};

WarmShop& Shop() {
  static WarmShop shop;
  return shop;
}

Rng Draws(std::uint32_t n) { return Rng(Dice(1, 0), Purpose::kTest, n); }

std::unique_ptr<Strategy> Build(const StrategyEntry& entry) {
  return BuildStrategy(entry, Params(entry.info()), {&Shop().view, &Shop().truth, {}, MakeStrategy});
}

/// Calls `ask(n)` for n = 0, 1, 2 …; it says whether the answer keeps the contract.
template <class Ask>
void Time(benchmark::State& state, Ask ask) {
  for (std::size_t n = 0; n < 4000; ++n)
    if (!ask(n)) return state.SkipWithError("an answer breaks the contract of its slot");
  std::size_t n = 0;
  for (auto _ : state) benchmark::DoNotOptimize(ask(n++));
  state.SetItemsProcessed(static_cast<std::int64_t>(n));
}

void Decide(benchmark::State& state, const StrategyEntry& entry) {
  WarmShop& shop = Shop();
  const auto strategy = Build(entry);
  Rng training = Draws(1);
  strategy->Train(shop.state.records.log, training);
  Rng rng = Draws(2);
  const SimTime now = shop.state.records.now;
  switch (entry.info().slot) {
    case Slot::kRecommender: {
      auto& recommender = dynamic_cast<Recommender&>(*strategy);
      return Time(state, [&](std::size_t n) {
        const std::size_t at = n % shop.sessions.size();
        const auto& items = shop.sessions[at];
        const Slate slate =
            recommender.Recommend({PageKind::kProduct, shop.visitors[at], now, items.back(), items, 8, {}}, rng);
        return slate.size <= 8 && !slate.Contains(items.back());
      });
    }
    case Slot::kCoupons: {
      auto& coupons = dynamic_cast<CouponPolicy&>(*strategy);
      return Time(state, [&](std::size_t n) {
        const ShopperId u = shop.visitors[n % shop.visitors.size()];
        return coupons.Offer({u, now, Money{n % 3 == 0 ? 4999 : 0}, n % 2 == 0}, rng).propensity > 0;
      });
    }
    case Slot::kPricing: {
      auto& pricing = dynamic_cast<PricingPolicy&>(*strategy);
      const auto items = static_cast<std::size_t>(shop.world.catalogue.items());
      const bool personal = pricing.personal();
      return Time(state, [&](std::size_t n) {
        const ShopperId u = personal ? shop.visitors[n % shop.visitors.size()] : ShopperId{};
        return pricing.Price({ItemId(n % items), now, u}, rng).price.cents > 0;
      });
    }
    case Slot::kAssistant: {
      auto& assistant = dynamic_cast<Assistant&>(*strategy);
      return Time(state, [&](std::size_t n) {
        const std::string& text = shop.questions[n % shop.questions.size()];
        const AssistantReply reply =
            assistant.Reply({shop.visitors[n % shop.visitors.size()], now, ItemId(0), text, 0}, rng);
        return reply.escalate || reply.article >= 0;
      });
    }
    case Slot::kOutreach: {
      auto& outreach = dynamic_cast<OutreachPolicy&>(*strategy);
      return Time(state, [&](std::size_t) { return outreach.Plan({now.day(), now}, rng).size() <= 2000; });
    }
  }
}

void Train(benchmark::State& state, const StrategyEntry& entry) {
  const auto strategy = Build(entry);
  for (auto _ : state) {
    Rng rng = Draws(1);
    strategy->Train(Shop().state.records.log, rng);
  }
}

// In an executable's own object file, so the linker keeps it.
const bool kRegistered = [] {
  for (const StrategyEntry& entry : Registry()) {
    const std::string name = std::string(SlotName(entry.info().slot)) + "/" + entry.info().name;
    benchmark::RegisterBenchmark(("BM_Decide/" + name).c_str(), Decide, entry);
    benchmark::RegisterBenchmark(("BM_Train/" + name).c_str(), Train, entry)->Unit(benchmark::kMillisecond);
  }
  return true;
}();

}  // namespace
}  // namespace souk
