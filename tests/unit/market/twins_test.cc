// Rules under test (DESIGN 5, market_internal.h): environment draws are keyed by shopper, session and item, so a
// strategy changes what shoppers meet, never their dice; no draw answers two questions; shoppers who share no state do
// not matter to each other.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>
#include <unordered_map>

#include "sim/market/market_internal.h"
#include "tests/support/small_market.h"

namespace souk {
namespace {

using testing::Answers;
using testing::KeepingSink;

/// A lively shop of default shoppers, in whom everything that can happen does: talks, coupons, abusers, returns.
Scenario Lively() {
  Scenario s;
  s.time = {.warmup_days = 0, .days = 30, .start_month = 9};
  s.catalogue.items = 400;
  s.catalogue.categories = 20;
  s.catalogue.departments = 4;
  s.catalogue.brands = 30;
  s.catalogue.launch_share = 0;
  s.population.shoppers = 250;
  s.population.fraud_share = 0.05;
  s.purchase.buy_intercept = -3;
  s.purchase.cart_intercept = -1.5;
  s.purchase.checkout = 0;
  s.browse.direct_share = 0.2;
  s.arrivals.return_law = LognormalReturn{.mean_log_h = 3.5};
  s.stock.limited = false;
  s.chat.question_rate = 0.3;
  s.chat.agents = 1000;
  s.server.workers = 1000;
  s.contact.opt_out = 0.05;
  s.contact.message_visit = 0.5;
  return s;
}

/// One slot answers by a simple rule instead of not at all.
void Swap(Answers& answers, Slot slot, const World& world, const MarketState& state) {
  switch (slot) {
    case Slot::kRecommender:
      answers.slate = [](const RecommendRequest& r) {
        Slate slate;
        for (int n = 0; slate.size < r.k; ++n) {
          const ItemId item((37 * n + 11 * r.shopper.value) % 400);
          if (item != r.anchor && !slate.Contains(item)) slate.Add(item);
        }
        return slate;
      };
      return;
    case Slot::kCoupons: answers.coupon = [](const CouponRequest&) { return testing::PercentOff(0.15); }; return;
    case Slot::kPricing:
      answers.price = [&world](const PriceRequest& r) {
        return Scale(world.catalogue.list_price[r.item.index()], 0.9);
      };
      return;
    case Slot::kAssistant:
      answers.reply = [](const ChatTurn&) {
        AssistantReply reply;
        reply.escalate = false;
        reply.article = 0;
        return reply;
      };
      return;
    case Slot::kOutreach:
      answers.plan = [&state](const OutreachRequest& r) {
        std::vector<Message> plan;
        for (std::size_t u = 0; u < state.records.profiles.size(); ++u) {
          const ShopperProfile& profile = state.records.profiles[u];
          if (profile.sessions == 0 || profile.opted_out) continue;
          Message message;
          message.shopper = ShopperId(static_cast<std::int32_t>(u));
          message.send_at = r.now;
          plan.push_back(message);
        }
        return plan;
      };
      return;
  }
}

/// The outcomes of `world` under stubs of which one slot may be swapped.
struct Life {
  explicit Life(const World& world, std::optional<Slot> swapped = {}) : sink(world) {
    state = OpenShop(world);
    Answers answers;
    if (swapped) Swap(answers, *swapped, world, state);
    StrategySet set = testing::MakeStubs(answers, world);
    Market market(world, state, set, world.dice.ForArm(0), sink);
    market.RunUntil(StartOfDay(world.scenario.time.days));
  }
  MarketState state;
  KeepingSink sink;
};

#ifndef NDEBUG
using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint64_t>;  // purpose, entity, index
struct Drawn {
  std::uint64_t lo, hi;
  int times;
};

/// Keeps every environment draw while it lives.
class Recorder final : public DrawWatch {
 public:
  Recorder() { draw_watch = this; }
  ~Recorder() override { draw_watch = nullptr; }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  void OnDraw(Purpose purpose, std::uint32_t entity, std::uint64_t index, std::uint64_t lo, std::uint64_t hi) override {
    if (purpose >= Purpose::kFirstPrivate) return;
    Drawn& d = drawn.try_emplace({static_cast<std::uint32_t>(purpose), entity, index}, Drawn{lo, hi, 0}).first->second;
    EXPECT_TRUE(d.lo == lo && d.hi == hi) << "one key, two answers";
    ++d.times;
  }
  std::map<Key, Drawn> drawn;
};

std::map<Key, Drawn> DrawsOf(const World& world, std::optional<Slot> swapped, std::uint64_t& fingerprint) {
  Recorder recorder;
  const Life run(world, swapped);
  fingerprint = run.sink.tally.fingerprint();
  return std::move(recorder.drawn);
}

/// Looked at again on purpose: the noise about an item wherever it shows, and a turn that led nowhere.
bool MayRepeat(std::uint32_t purpose) {
  const auto p = static_cast<Purpose>(purpose);
  return p == Purpose::kTaste || p == Purpose::kNavigate || p == Purpose::kOrganic || p == Purpose::kExamine;
}

TEST(Twins, EverySwapKeepsTheDice) {
  const World world = BuildWorld(Lively(), 3);
  std::uint64_t incumbent = 0;
  const auto base = DrawsOf(world, {}, incumbent);
  std::map<std::uint32_t, int> purposes;
  for (const auto& [key, drawn] : base) ++purposes[std::get<0>(key)];
  EXPECT_GE(purposes.size(), 18U) << "everything happens";
  for (int slot = 0; slot < kSlots; ++slot) {
    std::uint64_t fingerprint = 0;
    const auto other = DrawsOf(world, static_cast<Slot>(slot), fingerprint);
    EXPECT_NE(fingerprint, incumbent) << "the swap matters";
    std::size_t common = 0;
    std::map<std::uint32_t, int> repeated;
    for (const auto& [key, drawn] : other) {
      if (drawn.times > 1 && !MayRepeat(std::get<0>(key))) ++repeated[std::get<0>(key)];
      const auto it = base.find(key);
      if (it == base.end()) continue;
      ++common;
      ASSERT_TRUE(it->second.lo == drawn.lo && it->second.hi == drawn.hi) << "purpose " << std::get<0>(key);
    }
    EXPECT_GT(common, base.size() / 4) << "twins live alike";
    for (const auto& [purpose, times] : repeated)
      ADD_FAILURE() << times << " draws of purpose " << purpose << " were made twice, swapping "
                    << SlotName(static_cast<Slot>(slot));
  }
}
#endif

/// Notes who claims an index; two claims are a shared draw.
struct Claims {
  void Claim(std::uint64_t index, const std::string& who) {
    const auto [it, is_new] = owner.try_emplace(index, who);
    EXPECT_TRUE(is_new) << who << " shares a draw with " << it->second;
  }
  std::unordered_map<std::uint64_t, std::string> owner;
};

const std::vector<int>& Ordinals() {
  static const std::vector<int> values = [] {
    std::vector<int> v;
    for (int n = 0; n <= 70; ++n) v.push_back(n);  // includes multiples of 2, 4, 16, 32 and 64: where shifts collide
    for (const int n : {255, 256, 1023, 1024, 4095, 4096, 65535}) v.push_back(n);
    return v;
  }();
  return values;
}
const std::vector<int>& Steps() {
  static const std::vector<int> values = {0, 1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 63, 64, 65, 16383};
  return values;
}

// All indices of a purpose, over sessions, steps and parts, are different: by enumeration.
TEST(Twins, QuestionsOfOnePurposeShareNoIndex) {
  Claims chat, agent, leave, checkout, quantity, back;
  for (const int o : Ordinals()) {
    for (const int step : Steps()) {
      for (const int part : {kTyping, kIntent, kThumbsUp, kReading, kReadingAgain})
        chat.Claim(ChatIndex(o, step, part), "part " + std::to_string(part));
      for (int turn = 0; turn < 2; ++turn)
        for (std::uint64_t n = 0; n < 2; ++n) chat.Claim(Index(ChatWords(o, step, turn), n), "words");
      for (int part = 0; part < 2; ++part) agent.Claim(ChatIndex(o, step, part), "agent");
      leave.Claim(StepIndex(o, step), "leave");
      leave.Claim(~StepIndex(o, step), "leave after paying");
    }
    for (const CheckoutPart part : {kBegins, kFinishes, kPays, kFillsIn})
      checkout.Claim(CheckoutIndex(o, part), "till");
    for (int order = 0; order < 8; ++order) {
      for (std::uint64_t n = 0; n < 32; ++n) quantity.Claim(~OrderIndex(o, order, n), "another line");
      back.Claim(~OrderIndex(o, order, 0), "delivery");
      for (const int item : {0, 1, 2, 63, 64, 4999}) {
        quantity.Claim(ItemIndex(o, ItemId(item), order), "units");
        back.Claim(ItemIndex(o, ItemId(item), order), "return");
      }
    }
  }
}

// Who else comes does not matter to a shopper, where servers, agents and stock are plenty: draws are the shopper's own,
// not numbered through the shop.
TEST(Twins, ShoppersDoNotDisturbEachOther) {
  World world = BuildWorld(Lively(), 4);
  const Life all(world);
  for (std::size_t u = 0; u < world.population.shoppers.size(); ++u)
    if (u % 3 != 0) world.population.shoppers[u].first_visit = kNever;
  const Life some(world);
  std::size_t compared = 0;
  const auto of_some = [](const Outcome& o) { return o.shopper.value % 3 == 0; };
  std::vector<Outcome> expected;
  std::copy_if(all.sink.all.begin(), all.sink.all.end(), std::back_inserter(expected), of_some);
  ASSERT_EQ(expected.size(), some.sink.all.size());
  for (std::size_t n = 0; n < expected.size(); ++n) {
    const Outcome& a = expected[n];
    const Outcome& b = some.sink.all[n];
    ASSERT_TRUE(a.time == b.time && a.kind == b.kind && a.shopper == b.shopper && a.item == b.item &&
                a.amount == b.amount && a.detail == b.detail && a.quantity == b.quantity)
        << "outcome " << n << " of shopper " << a.shopper.value;
    compared += a.kind == OutcomeKind::kOrder;
  }
  EXPECT_GT(compared, 100U) << "orders among them";
}

}  // namespace
}  // namespace souk
