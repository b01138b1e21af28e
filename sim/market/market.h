#pragma once
// The shop at work: one event loop in which shoppers arrive, browse, ask, buy, return and come back;
// strategies are asked for decisions, outcomes go to a sink.
//
// Flow: World (immutable) + MarketState (values) + StrategySet → Outcome stream.
// Determinism: a pure function of world, state and strategies; one thread. Environment draws are
// keyed by shopper, session and item, so another strategy changes what shoppers meet, never their dice.

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/decision/strategy.h"
#include "sim/market/choice.h"
#include "sim/market/split.h"
#include "sim/market/state.h"
#include "sim/outcome/latency_histogram.h"
#include "sim/outcome/outcome.h"
#include "sim/world/world.h"

namespace souk {

/// A shop before its first event: opening prices and stock, all first visits scheduled.
MarketState OpenShop(const World& world);

/// Measured (wall-clock) figures of a run; never part of outcomes.
struct MeasuredTimes {
  std::array<LatencyHistogram, kSlots> latency;
  std::array<std::int64_t, kSlots> train_ns{};
};

/// Answers what only the simulator knows, for the ceiling strategies.
class MarketTruth final : public Truth {
 public:
  MarketTruth(const World& world, const MarketState& state) : world_(&world), state_(&state), choice_(world) {}
  [[nodiscard]] double ViewUtility(ShopperId shopper, ItemId item) const override;
  [[nodiscard]] double PurchaseLogit(ShopperId shopper, ItemId item) const override;
  [[nodiscard]] CategoryId NextCategory(ShopperId shopper) const override;

 private:
  const World* world_;
  const MarketState* state_;
  ChoiceModel choice_;
};

/// What is drawn when a session goes on from a step: all that most steps need, at once.
struct StepDice {
  std::array<Dice::Block, 3> turn;     ///< kNavigate: parts 0 to 2
  std::array<Dice::Block, 3> examine;  ///< kExamine: how far the list and whether the slate is looked at; 8 positions
  std::array<Dice::Block, 2> organic;  ///< kOrganic: 8 rows
};

/// Runs one shop. Borrows everything; `state` must outlive it. Throws Error when a strategy breaks
/// the contract of the waist (an unavailable item, a price out of bounds, …).
class Market {
 public:
  /// `strategy_dice`: the arm's private dice. Trains every strategy on the log so far.
  Market(const World& world, MarketState& state, StrategySet& strategies, const Dice& strategy_dice, OutcomeSink& sink);
  /// Several arms in one shop: `split` says who serves whom. All see and learn from the same log; stock, servers and
  /// agents are shared, prices are each arm's own. `arms` must outlive the market.
  Market(const World& world, MarketState& state, std::span<StrategySet> arms, const Split& split,
         const Dice& strategy_dice, OutcomeSink& sink);

  /// Runs all events before `end`. `stop` (may be null) is looked at every 65,536 events (about a tenth of a second)
  /// and once a simulated day; when it has turned true the run ends early and false is returned.
  bool RunUntil(SimTime end, const std::atomic<bool>* stop = nullptr);

  /// Closes the shop: what is under way to customers still arrives and some of it still comes back, in time order, as
  /// outcomes after the end. Nothing else happens: no visit, no decision, no stock, nothing that a strategy observes.
  /// Call once, last; the state is of no use afterwards.
  void Drain();

  [[nodiscard]] const MeasuredTimes& measured(int arm = 0) const { return measured_[static_cast<std::size_t>(arm)]; }

 private:
  struct Next {
    ItemId item;
    bool from_slate = false;
    std::uint16_t position = 0;
  };

  /// What a shopper looks at before the next click; position 0 = organic.
  struct Shelf {
    static constexpr int kMax = 64;
    std::array<ItemId, kMax> items;
    std::array<std::uint16_t, kMax> position;
    int size = 0;
    void Add(ItemId item, int at) {
      items[static_cast<std::size_t>(size)] = item;
      position[static_cast<std::size_t>(size)] = static_cast<std::uint16_t>(at);
      ++size;
    }
  };

  /// Whom memory is to be fetched for: shoppers (≥ 0) and sessions (−1 − slot) whose events come soon.
  class Expected {
   public:
    void Push(std::int32_t who) {
      if (pushed_ - popped_ < kMost) ring_[pushed_++ % kMost] = who;
    }
    bool Pop(std::int32_t& who) {
      if (popped_ == pushed_) return false;
      who = ring_[popped_++ % kMost];
      return true;
    }

   private:
    static constexpr std::uint32_t kMost = 128;
    std::array<std::int32_t, kMost> ring_{};
    std::uint32_t pushed_ = 0;
    std::uint32_t popped_ = 0;
  };

  void Handle(const Event& event);
  void Expect(const Event& event);
  void FetchExpected();
  void MakeRoomInLog(SimTime end);

  // visits.cc
  void StartVisit(ShopperId u);
  void EndSession(std::int32_t slot);
  void ScheduleNextVisit(ShopperId u, const Session& session);
  double OffTimeHours(ShopperId u, std::int32_t ordinal);
  std::int32_t OpenSession(ShopperId u);

  // browsing.cc
  void RequestPage(std::int32_t slot, ItemId item);
  double ModelledSeconds(const Session& session) const;
  void OnServed(std::int32_t slot);
  void OnPageGiveUp(std::int32_t slot);
  void ShowSlate(std::int32_t slot);
  void CheckSlate(const RecommendRequest& request, const Slate& slate) const;
  void NoteView(std::int32_t slot, bool from_slate);
  /// All that a view of an item needs, at once.
  PageDice DrawPage(const Session& session) const;
  void DecideAction(std::int32_t slot, double already_s);
  void OnAct(std::int32_t slot);
  bool WantsToLeave(const Session& session) const;
  Next ChooseNext(const Session& session) const;
  Next ChooseOnShelf(const Session& session, CategoryId category, const StepDice& dice) const;
  void GatherOrganic(const Session& session, CategoryId category, const StepDice& dice, Shelf& shelf) const;
  void GatherSlate(const Session& session, const StepDice& dice, Shelf& shelf) const;
  void GoOn(std::int32_t slot);
  /// Time on a page, from its draw.
  double DwellSeconds(const Session& session, Dice::Block draw) const;
  Dice::Block DwellDraw(const Session& session) const;

  // checkout.cc
  void AddToCart(std::int32_t slot);
  void BuyNow(std::int32_t slot);
  bool DirectOrder(std::int32_t slot);
  void TryCheckout(std::int32_t slot);
  void OnPay(std::int32_t slot);
  /// Sells `items` (with `viewed` = false for orders without a view); false when nothing could be sold.
  bool PlaceOrder(std::int32_t slot, std::span<const ItemId> items, bool viewed);
  void SettleReturns(double chance);  ///< of a line that has just been delivered
  void OnDelivered(std::int32_t ticket);
  void OnSentBack(std::int32_t ticket);
  void EmitReturn(const Ticket& ticket);
  void ForgetOldCart(ShopperId u);
  Money RemainingBudget(ShopperId u);
  [[nodiscard]] bool BuysAtAll(ShopperId u) const;

  // chat.cc
  void BeginChat(std::int32_t slot);
  void OnAsk(std::int32_t slot);
  void OnChatRead(std::int32_t slot);
  void OnAgentDone(std::int32_t slot, SimDuration waited);
  void OnAgentGiveUp(std::int32_t slot);
  void FinishChat(std::int32_t slot, bool good);
  void Escalate(std::int32_t slot);

  // contact.cc
  void OfferCoupon(std::int32_t slot);
  void GiveCoupon(ShopperId u, const Coupon& coupon, bool noticed, std::int32_t record);
  /// A coupon that still counts; noticed or not.
  [[nodiscard]] bool HoldsCoupon(ShopperId u) const;
  double CouponDiscount(ShopperId u, Money price) const;
  Money ChargeMessage(double units);
  void OnPlan();
  void OnMessage(std::uint32_t index);

  // supply.cc
  void OnDay();
  void OnReprice();
  /// Every arm gets the same dice.
  void Reprice(std::size_t arm, Rng dice);
  PriceDecision AskPrice(std::size_t arm, const PriceRequest& request, Rng& dice);
  /// The shopper's own price of the item in the session under way, asked for if there is none yet.
  Money Quoted(ShopperId u, ItemId item);
  void OnTrain();
  void OnRestock(ItemId item, std::int32_t units);
  void PutBack(ItemId item, std::int32_t units);
  void TakeStock(ItemId item, std::int32_t units);
  void RefreshAvailability(ItemId item);
  void ReviewStock();

  // market.cc
  template <class Ask>
  auto Timed(int arm, Slot slot, Ask&& ask);
  Rng PrivateDice(Slot slot);
  void LogEvent(const ShopEvent& event);
  void Emit(Outcome outcome, const Session& session);
  CommitContext CommitOf(const Session& session, ItemId item, int earlier_views) const;
  [[nodiscard]] double U(Purpose purpose, ShopperId u, std::uint64_t index) const;

  Session& S(std::int32_t slot) { return state_.sessions[static_cast<std::size_t>(slot)]; }
  ShopperState& Person(ShopperId u) { return state_.shoppers[u.index()]; }
  StrategySet& ArmOf(ShopperId u) { return arms_[Person(u).arm]; }
  /// What the shopper, who is in a session, is asked to pay.
  [[nodiscard]] Money PriceFor(ShopperId u, ItemId item) {
    const PriceTable& table = state_.prices[state_.shoppers[u.index()].arm];
    return table.personal ? Quoted(u, item) : table.price[item.index()];
  }
  [[nodiscard]] const HeldCoupon& CouponOf(ShopperId u) const {
    return state_.coupons[static_cast<std::size_t>(state_.shoppers[u.index()].coupon)];
  }
  const Shopper& Nature(ShopperId u) const { return world_.population.shoppers[u.index()]; }
  ShopperProfile& Profile(ShopperId u) { return state_.records.profiles[u.index()]; }
  [[nodiscard]] SimTime Now() const { return state_.queue.now(); }
  void At(SimTime time, MarketEvent kind, std::uint32_t entity, std::uint64_t arg = 0) {
    state_.queue.Schedule({time, static_cast<std::uint32_t>(kind), entity, arg});
  }

  const World& world_;
  const Scenario& spec_;
  MarketState& state_;
  std::span<StrategySet> arms_;
  Split split_;
  Dice private_dice_;
  OutcomeSink& sink_;
  ChoiceModel choice_;
  std::vector<MeasuredTimes> measured_;     ///< by arm
  SimTime trained_at_;                      ///< latest training
  std::array<double, Slate::kMax> seen_{};  ///< chance that slate position r + 1 is examined
  Expected expected_;
  double per_row_ = 0;  ///< 1 ÷ log(organic_gamma)
};

/// Plans the shopper's next visit, in place of any other.
void PlanVisit(MarketState& state, ShopperId u, SimTime when);
/// Fills the logs of an item's prices in every table, after one of them changed.
void UpdatePriceLogs(const World& world, MarketState& state, ItemId item);
/// The quote of an item in the session that the shopper is in; null: none.
const Quote* FindQuote(const MarketState& state, ShopperId u, ItemId item);
/// What a shopper makes of an item's present prices.
PriceContext PresentPrice(const MarketState& state, ShopperId u, ItemId item);
/// The same of a price in a table, for one who is used to `reference`.
inline PriceContext ListedPrice(const PriceTable& table, ItemId item, float reference) {
  const std::size_t i = item.index();
  return {table.price[i], static_cast<double>(table.relative[i]), static_cast<double>(table.pull[i]),
          static_cast<double>(reference)};
}

/// The index of a page's navigation draws: one block per (session, step).
constexpr std::uint64_t StepIndex(std::int32_t ordinal, std::int32_t step) {
  return Index(static_cast<std::uint64_t>(ordinal), static_cast<std::uint64_t>(step));
}

/// Where a session turns next, apart from leaving: back to a known item or to a category. A pure
/// function of the dice, shared by the market and by the oracle's preview.
struct Turn {
  enum class Kind : std::uint8_t { kSessionItem, kHistoryItem, kCategory } kind{};
  ItemId item;          ///< the known item
  CategoryId category;  ///< the category in mind
};
StepDice DrawStep(const World& world, const Session& session);
Turn DrawTurn(const World& world, const MarketState& state, const Session& session, const StepDice& dice);

/// Chance of leaving after the present page.
double LeaveProbability(const World& world, const Session& session);

}  // namespace souk
