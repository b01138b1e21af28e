#include "sim/market/market.h"

#include <algorithm>
#include <limits>

#include "sim/base/prefetch.h"
#include "sim/base/room.h"
#include "sim/market/market_internal.h"

namespace souk {
namespace {

/// The window of a strategy's dice: streams of 2^32 draws per decision.
constexpr Purpose kPrivatePurpose[kSlots] = {Purpose::kRecommender, Purpose::kCoupons, Purpose::kPricing,
                                             Purpose::kAssistant, Purpose::kOutreach};

void FillShelves(const World& world, MarketState& state) {
  const Scenario& spec = world.scenario;
  const auto n = static_cast<std::size_t>(world.catalogue.items());
  ShopRecords& records = state.records;
  records.price = world.catalogue.list_price;
  records.competitor_price.resize(n);
  state.competitor_log.resize(n);
  state.prices = {{records.price, std::vector<float>(n), std::vector<float>(n)}};
  records.stock.assign(n, std::numeric_limits<std::int32_t>::max());
  records.available.assign(n, 0);
  state.on_order.assign(n, 0);
  state.stock_target.assign(n, 0);
  for (std::size_t i = 0; i < n; ++i) {
    const double z = ToNormal(world.dice.Draw(Purpose::kCompetitor, static_cast<std::uint32_t>(i), 0).lo);
    state.competitor_log[i] = static_cast<float>(spec.competitor.mean + spec.competitor.sd * z);
    records.competitor_price[i] =
        std::max(Money{1}, Scale(world.catalogue.list_price[i], Exp(static_cast<double>(state.competitor_log[i]))));
    UpdatePriceLogs(world, state, ItemId(i));
    if (spec.stock.limited) {
      const CategoryId c = world.catalogue.category[i];
      const double share =
          static_cast<double>(world.hidden.category_share[c.index()]) * static_cast<double>(world.hidden.popularity[i]);
      const double daily = spec.stock.expected_orders_per_day * share;
      // Three units at least: a shop does not list what it cannot sell twice.
      state.stock_target[i] = 3 + static_cast<std::int32_t>(daily * spec.stock.days_of_cover);
      records.stock[i] = state.stock_target[i];
    }
    if (world.catalogue.launch_day[i] <= 0) {
      records.available[i] = 1;
      ++records.available_count;
    }
  }
}

}  // namespace

void UpdatePriceLogs(const World& world, MarketState& state, ItemId item) {
  for (PriceTable& table : state.prices) {
    const PriceContext c = MakePriceContext(table.price[item.index()], world.catalogue.list_price[item.index()],
                                            state.records.competitor_price[item.index()], 0);
    table.relative[item.index()] = static_cast<float>(c.relative);
    table.pull[item.index()] = static_cast<float>(c.pull);
  }
}

const Quote* FindQuote(const MarketState& state, ShopperId u, ItemId item) {
  const std::int32_t slot = state.shoppers[u.index()].session_slot;
  if (slot < 0) return nullptr;
  for (const Quote& quote : state.sessions[static_cast<std::size_t>(slot)].quotes)
    if (quote.item == item) return &quote;
  return nullptr;
}

PriceContext PresentPrice(const MarketState& state, ShopperId u, ItemId item) {
  const ShopperState& person = state.shoppers[u.index()];
  const PriceTable& table = state.prices[person.arm];
  if (table.personal) {
    if (const Quote* quote = FindQuote(state, u, item)) {
      // log(competitor ÷ quote), by way of the list price: the competitor may move while a quote stands.
      const float pull = table.pull[item.index()] + table.relative[item.index()] - quote->relative;
      return {quote->price, static_cast<double>(quote->relative), static_cast<double>(pull),
              static_cast<double>(person.reference)};
    }
  }
  return ListedPrice(table, item, person.reference);
}

void PlanVisit(MarketState& state, ShopperId u, SimTime when) {
  ShopperState& person = state.shoppers[u.index()];
  person.visit = when;
  state.queue.Schedule({when, static_cast<std::uint32_t>(MarketEvent::kVisit), Entity(u), ++person.plan});
}

MarketState OpenShop(const World& world) {
  const Scenario& spec = world.scenario;
  MarketState state;
  FillShelves(world, state);
  state.servers = Station(spec.server.workers, static_cast<std::uint32_t>(MarketEvent::kServed),
                          static_cast<std::uint32_t>(MarketEvent::kPageGiveUp), Patience::kToTheEnd);
  state.agents = Station(spec.chat.agents, static_cast<std::uint32_t>(MarketEvent::kAgentDone),
                         static_cast<std::uint32_t>(MarketEvent::kAgentGiveUp));
  const std::size_t shoppers = world.population.shoppers.size();
  state.shoppers.resize(shoppers);
  state.records.profiles.resize(shoppers);
  const auto schedule = [&](SimTime t, MarketEvent kind, std::size_t entity) {
    return state.queue.ScheduleCancellable(
        {t, static_cast<std::uint32_t>(kind), static_cast<std::uint32_t>(entity), 0});
  };
  // The clocks come before any visit of the same instant.
  schedule(StartOfDay(0), MarketEvent::kDay, 0);
  schedule(StartOfDay(0), MarketEvent::kReprice, 0);
  schedule(StartOfDay(spec.cadence.train_days), MarketEvent::kTrain, 0);
  schedule(StartOfDay(0) + Hours(spec.cadence.outreach_hour), MarketEvent::kPlan, 0);
  for (std::size_t u = 0; u < shoppers; ++u) {
    const SimTime first = world.population.shoppers[u].first_visit;
    if (first != kNever) PlanVisit(state, ShopperId(u), first);
  }
  return state;
}

Market::Market(const World& world, MarketState& state, StrategySet& strategies, const Dice& strategy_dice,
               OutcomeSink& sink)
    : Market(world, state, std::span(&strategies, 1), Split(), strategy_dice, sink) {}

Market::Market(const World& world, MarketState& state, std::span<StrategySet> arms, const Split& split,
               const Dice& strategy_dice, OutcomeSink& sink)
    : world_(world),
      spec_(world.scenario),
      state_(state),
      arms_(arms),
      split_(split),
      private_dice_(strategy_dice),
      sink_(sink),
      choice_(world),
      measured_(arms.size()) {
  SOUK_CHECK(!arms.empty() && arms.size() <= 255);
  state_.prices.resize(arms.size(), state_.prices.front());
  for (std::size_t arm = 0; arm < arms.size(); ++arm) state_.prices[arm].personal = arms[arm].pricing->personal();
  // A session under way passes to the arm that its shopper belongs to.
  for (std::size_t u = 0; u < state_.shoppers.size(); ++u)
    state_.shoppers[u].arm = static_cast<std::uint8_t>(split_.ArmOf(ShopperId(u), state_.records.now));
  for (int r = 0; r < Slate::kMax; ++r)
    seen_[static_cast<std::size_t>(r)] = r == 0 ? 1.0 : Exp(-spec_.browse.slate_eta * Log(r + 1.0));
  const double gamma = spec_.browse.organic_gamma;
  per_row_ = gamma <= 0 ? 0 : gamma < 1 ? 1 / Log(gamma) : -1e300;
  OnTrain();
}

/// Room for what will be logged until `end`, judged by the time so far.
void Market::MakeRoomInLog(SimTime end) {
  if (Now().us < SimTime::kDayUs || end <= Now()) return;
  const double days = (Now() - SimTime{}).days();
  const double growth = 1.1 * (end - SimTime{}).days() / days;
  const double soon = 1 + 2 / days;  // two days ahead
  const auto extend = [&](auto& column) {
    const auto size = static_cast<double>(column.size());
    if (size * soon > static_cast<double>(column.capacity())) MakeRoom(column, static_cast<std::size_t>(size * growth));
  };
  ShopLog& log = state_.records.log;
  extend(log.events);
  extend(log.slates);
  extend(log.slate_items);
  extend(log.slate_propensity);
  extend(log.coupons);
}

bool Market::RunUntil(SimTime end, const std::atomic<bool>* stop) {
  MakeRoomInLog(end);
  constexpr std::uint64_t kEventsBetweenLooks = 65'536;
  const auto handle = [&](const Event& event) {
    state_.records.now = event.time;
    const bool day = event.kind == static_cast<std::uint32_t>(MarketEvent::kDay);
    if (day) MakeRoomInLog(end);
    const bool look = day || state_.queue.executed() % kEventsBetweenLooks == 0;
    if (look && stop != nullptr && *stop) return false;
    FetchExpected();
    Handle(event);
    return true;
  };
  if (!state_.queue.RunUntil(end, handle, [&](const Event& event) { Expect(event); })) return false;
  state_.records.now = end;
  return true;
}

/// Whose memory an event will need: noted when it comes near, fetched a little later. A shopper's records are strewn
/// over a dozen tables, and what others did meanwhile has pushed them out of the caches.
void Market::Expect(const Event& event) {
  switch (static_cast<MarketEvent>(event.kind)) {
    case MarketEvent::kVisit:
      Prefetch(&state_.shoppers[event.entity]);
      state_.records.profiles.ExpectPlace(event.entity);
      return expected_.Push(static_cast<std::int32_t>(event.entity));
    case MarketEvent::kServed:
      if (event.entity == Station::kNobody) return;
      [[fallthrough]];
    case MarketEvent::kAct:
      PrefetchAll(state_.sessions[event.entity]);
      return expected_.Push(-1 - static_cast<std::int32_t>(event.entity));
    default: return;
  }
}

void Market::FetchExpected() {
  constexpr int kAtATime = 4;
  std::int32_t who = 0;
  for (int n = 0; n < kAtATime && expected_.Pop(who); ++n) {
    const ShopperId u = who >= 0 ? ShopperId(who) : state_.sessions[static_cast<std::size_t>(-1 - who)].shopper;
    if (!u.valid()) continue;
    Prefetch(&state_.shoppers[u.index()]);
    PrefetchAll(Nature(u));
    Prefetch(world_.population.taste_of(u));
    Prefetch(world_.population.favourites_of(u));
    state_.records.profiles.ExpectProfile(u.index());
    state_.histories.Expect(state_.shoppers[u.index()].history);
    sink_.Expect(u);
  }
}

void Market::Drain() {
  while (!state_.queue.empty()) {
    const Event event = state_.queue.Pop();
    const auto ticket = static_cast<std::int32_t>(event.entity);
    if (event.kind == static_cast<std::uint32_t>(MarketEvent::kDelivered)) OnDelivered(ticket);
    if (event.kind == static_cast<std::uint32_t>(MarketEvent::kSentBack)) EmitReturn(state_.tickets[event.entity]);
  }
}

void Market::Handle(const Event& event) {
  const auto slot = static_cast<std::int32_t>(event.entity);
  switch (static_cast<MarketEvent>(event.kind)) {
    case MarketEvent::kVisit:
      if (event.arg == state_.shoppers[event.entity].plan) StartVisit(ShopperId(slot));
      return;
    case MarketEvent::kServed:
      state_.servers.OnDone(state_.queue);
      if (event.entity != Station::kNobody) OnServed(slot);
      return;
    case MarketEvent::kPageGiveUp: return OnPageGiveUp(slot);
    case MarketEvent::kAsk: return OnAsk(slot);
    case MarketEvent::kChatRead: return OnChatRead(slot);
    case MarketEvent::kAgentDone:
      state_.agents.OnDone(state_.queue);
      return OnAgentDone(slot, SimDuration{static_cast<std::int64_t>(event.arg)});
    case MarketEvent::kAgentGiveUp: return OnAgentGiveUp(slot);
    case MarketEvent::kAct: return OnAct(slot);
    case MarketEvent::kPay: return OnPay(slot);
    case MarketEvent::kDelivered: return OnDelivered(slot);
    case MarketEvent::kSentBack: return OnSentBack(slot);
    case MarketEvent::kRestock: return OnRestock(ItemId(slot), static_cast<std::int32_t>(event.arg));
    case MarketEvent::kMessage: return OnMessage(event.entity);
    case MarketEvent::kDay: return OnDay();
    case MarketEvent::kReprice: return OnReprice();
    case MarketEvent::kTrain:
      // A market that opens as the clock strikes has just trained.
      if (trained_at_ != Now()) OnTrain();
      return At(Now() + Days(spec_.cadence.train_days), MarketEvent::kTrain, 0);
    case MarketEvent::kPlan: return OnPlan();
  }
}

Rng Market::PrivateDice(Slot slot) {
  const auto s = static_cast<std::size_t>(slot);
  return Rng(private_dice_, kPrivatePurpose[s], 0, state_.decisions[s]++);
}

double Market::U(Purpose purpose, ShopperId u, std::uint64_t index) const {
  return ToUniform(world_.dice.Draw(purpose, Entity(u), index).lo);
}

void Market::LogEvent(const ShopEvent& event) {
  state_.records.log.events.push_back(event);
  for (StrategySet& arm : arms_) {
    arm.recommender->Observe(event);
    arm.coupons->Observe(event);
    arm.pricing->Observe(event);
    arm.assistant->Observe(event);
    arm.outreach->Observe(event);
  }
}

void Market::Emit(Outcome outcome, const Session& session) {
  outcome.time = Now();
  outcome.shopper = session.shopper;
  outcome.session = session.ordinal;
  sink_.Record(outcome);
}

CommitContext Market::CommitOf(const Session& session, ItemId item, int earlier_views) const {
  CommitContext c;
  c.price = PresentPrice(state_, session.shopper, item);
  c.earlier_views = earlier_views;
  c.depth = session.step;
  c.z_session = static_cast<double>(session.z_purchase);
  c.coupon_discount = CouponDiscount(session.shopper, c.price.price);
  c.service = static_cast<double>(session.service);
  c.need = static_cast<double>(session.need);
  c.mobile = session.mobile;
  return c;
}

// ---------------------------------------------------------------- truth for the ceiling

double MarketTruth::ViewUtility(ShopperId u, ItemId item) const {
  return choice_.ViewUtility(u, item, PresentPrice(*state_, u, item));
}

double MarketTruth::PurchaseLogit(ShopperId u, ItemId item) const {
  const ShopperState& person = state_->shoppers[u.index()];
  CommitContext c;
  c.price = PresentPrice(*state_, u, item);
  const std::span<const ItemId> history = state_->histories.of(person.history);
  c.earlier_views = static_cast<int>(std::count(history.begin(), history.end(), item));
  c.mobile = world_->population.shoppers[u.index()].mobile;
  if (person.session_slot >= 0) {
    const Session& session = state_->sessions[static_cast<std::size_t>(person.session_slot)];
    c.depth = session.step + 1;
    c.z_session = static_cast<double>(session.z_purchase);
    c.need = static_cast<double>(session.need);
  }
  const ChoiceModel::Logits logits = choice_.Commit(u, item, c);
  return world_->scenario.purchase.buy_now ? logits.buy : logits.cart;
}

CategoryId MarketTruth::NextCategory(ShopperId u) const {
  const std::int32_t slot = state_->shoppers[u.index()].session_slot;
  if (slot < 0) return {};
  const Session& session = state_->sessions[static_cast<std::size_t>(slot)];
  const Turn turn = DrawTurn(*world_, *state_, session, DrawStep(*world_, session));
  return turn.kind == Turn::Kind::kCategory ? turn.category : CategoryId{};
}

}  // namespace souk
