#include "sim/market/ad_market.h"

#include <algorithm>
#include <limits>

#include "sim/base/tick_clock.h"
#include "sim/market/market_internal.h"

namespace souk {

MarketState OpenAdShop(const World& world) {
  MarketState state;
  ShopRecords& records = state.records;
  const auto items = static_cast<std::size_t>(world.ads.products);
  records.price = records.competitor_price = world.catalogue.list_price;
  records.stock.assign(items, std::numeric_limits<std::int32_t>::max());
  records.available.assign(items, 1);
  records.available_count = world.ads.products;
  records.profiles.resize(world.population.shoppers.size());
  return state;
}

double AdTruth::PurchaseLogit(ShopperId, ItemId item) const {
  const double p = world_->ads.ClickChance(omega_.data(), item.value);
  return souk::Log(p / (1 - p));
}

AdMarket::AdMarket(const World& world, MarketState& state, StrategySet& strategies, AdTruth& truth,
                   const Dice& strategy_dice, OutcomeSink& sink)
    : world_(world),
      model_(std::get<RecoGymModel>(world.scenario.world)),
      state_(state),
      strategies_(strategies),
      truth_(truth),
      private_dice_(strategy_dice),
      sink_(sink) {
  if (strategies_.pretrained[static_cast<std::size_t>(Slot::kRecommender)]) return;
  const auto start = std::chrono::steady_clock::now();
  Rng dice(private_dice_, Purpose::kTraining, static_cast<std::uint32_t>(Slot::kRecommender));
  strategies_.recommender->Train(state_.records.log, dice);
  measured_.train_ns[static_cast<std::size_t>(Slot::kRecommender)] =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - start).count();
}

void AdMarket::MakeRoom(int shoppers) {
  // Mean numbers of a Markov chain in which every advertisement is clicked with chance c; c is at most 3 %, and long
  // visits average out over many shoppers.
  constexpr double c = 0.02;
  const double ads_per_view = model_.organic_to_ad / (1 - (1 - model_.ad_to_organic - model_.leave) * (1 - c));
  const double gone = model_.organic_to_ad + model_.leave - (model_.ad_to_organic * (1 - c) + c) * ads_per_view;
  const double views = 1.05 * shoppers / std::max(gone, 1e-3) + 1000;
  ShopLog& log = state_.records.log;
  const auto grow = [](auto& column, double by) { column.reserve(column.size() + static_cast<std::size_t>(by)); };
  grow(log.events, views * (1 + ads_per_view * 0.1) + shoppers);
  grow(log.slates, views * ads_per_view);
  grow(log.slate_items, views * ads_per_view);
  grow(log.slate_propensity, views * ads_per_view);
}

bool AdMarket::Run(int first, int last, const std::atomic<bool>* stop) {
  MakeRoom(last - first);
  for (int u = first; u < last; ++u) {
    if (stop != nullptr && *stop) return false;
    Visit(ShopperId(u));
  }
  return true;
}

void AdMarket::Visit(ShopperId u) {
  std::fill(truth_.omega_.begin(), truth_.omega_.end(), 0.0);
  Walk(u, model_.sigma_omega_start, 0);
  session_ = -1;
  StartSession(u);
  Mode mode = Mode::kOrganic;
  for (std::uint32_t step = 1; mode != Mode::kGone; ++step) {
    const Dice::Block dice = world_.dice.Draw(Purpose::kNavigate, Entity(u), step);
    const Mode next = Next(mode, ToUniform(dice.lo));
    bool click = false;
    if (mode == Mode::kOrganic) {
      View(u, ToUniform(dice.hi));
    } else {
      click = ShowAd(u, ToUniform(dice.hi));
    }
    if (next == Mode::kOrganic) Walk(u, model_.sigma_omega, step);
    const Mode before = mode;
    mode = click ? Mode::kOrganic : next;
    if (before == Mode::kAd && mode == Mode::kOrganic) StartSession(u);
  }
  Emit({.kind = OutcomeKind::kSessionEnd, .quantity = static_cast<std::int32_t>(viewed_.size())}, u);
  Emit({.kind = OutcomeKind::kLost}, u);
}

AdMarket::Mode AdMarket::Next(Mode mode, double dice) const {
  if (dice < model_.leave) return Mode::kGone;
  const double change = mode == Mode::kOrganic ? model_.organic_to_ad : model_.ad_to_organic;
  const bool changes = dice < model_.leave + change;
  return (mode == Mode::kOrganic) != changes ? Mode::kOrganic : Mode::kAd;
}

void AdMarket::Tick() { state_.records.now = state_.records.now + SimDuration{1}; }

void AdMarket::Walk(ShopperId u, double sd, std::uint32_t step) {
  auto& omega = truth_.omega_;
  for (std::size_t d = 0; d < omega.size(); d += 2) {
    const Dice::Block dice = world_.dice.Draw(Purpose::kTaste, Entity(u), Index(step, d / 2));
    omega[d] += sd * ToNormal(dice.lo);
    if (d + 1 < omega.size()) omega[d + 1] += sd * ToNormal(dice.hi);
  }
}

void AdMarket::StartSession(ShopperId u) {
  if (session_ >= 0) Emit({.kind = OutcomeKind::kSessionEnd, .quantity = static_cast<std::int32_t>(viewed_.size())}, u);
  viewed_.clear();
  ++session_;
  ++state_.next_session_id;
  ShopperProfile& profile = state_.records.profiles[u.index()];
  if (profile.sessions++ == 0) profile.first_seen = state_.records.now;
  profile.last_seen = state_.records.now;
  Emit({.kind = OutcomeKind::kSessionStart}, u);
  Log({state_.records.now, u, SessionId(state_.next_session_id), {}, ShopEventKind::kSessionStart, false, 0, {}});
}

void AdMarket::View(ShopperId u, double dice) {
  Tick();
  const ItemId item(world_.ads.PickView(truth_.omega_.data(), dice, weights_));
  viewed_.push_back(item);
  state_.records.profiles[u.index()].PushRecent(item);
  Emit({.kind = OutcomeKind::kView, .item = item}, u);
  Log({state_.records.now, u, SessionId(state_.next_session_id), item, ShopEventKind::kView, false, 0, {}});
}

bool AdMarket::ShowAd(ShopperId u, double dice) {
  Tick();
  const SimTime now = state_.records.now;
  const RecommendRequest request{PageKind::kHome, u, now, {}, viewed_, 1};
  constexpr auto kSlot = static_cast<std::size_t>(Slot::kRecommender);
  Rng rng(private_dice_, Purpose::kRecommender, 0, state_.decisions[kSlot]++);
  const std::uint64_t asked = TickClock::Now();
  const Slate slate = strategies_.recommender->Recommend(request, rng);
  measured_.latency[kSlot].Add(TickClock::Ns(asked, TickClock::Now()));
  if (slate.size != 1 || !slate.items[0].valid() || slate.items[0].value >= world_.ads.products)
    throw Error("the recommender broke its contract: an advertisement needs exactly one item of the catalogue");

  const ItemId item = slate.items[0];
  // Most dice lie above every chance: no need to work it out.
  const bool click = dice < AdWorld::kMostClicks && dice < world_.ads.ClickChance(truth_.omega_.data(), item.value);
  ShopLog& log = state_.records.log;
  log.AddSlateItems(slate.view(), slate.chances());
  log.slates.push_back({now, u, SessionId(state_.next_session_id),
                        static_cast<std::int32_t>(log.slate_items.size()) - 1, 1,
                        static_cast<std::int16_t>(click ? 0 : -1), world_.ads.products});
  Outcome page{.kind = OutcomeKind::kPage};
  Emit(page, u);
  page.time = now;
  page.shopper = u;
  page.session = session_;
  sink_.RecordSlate(page, slate.view(), slate.chances());
  DecisionOutcome decision{.time = now, .slot = static_cast<std::int32_t>(Slot::kRecommender)};
  decision.shopper = u;
  decision.session = session_;
  decision.item = item;
  decision.eligible = world_.ads.products;
  decision.propensity = static_cast<double>(slate.propensity[0]);
  decision.slate_size = 1;
  sink_.RecordDecision(decision);
  if (click) Emit({.kind = OutcomeKind::kClick, .position = 1, .item = item}, u);
  return click;
}

void AdMarket::Emit(Outcome outcome, ShopperId u) {
  outcome.time = state_.records.now;
  outcome.shopper = u;
  outcome.session = session_;
  sink_.Record(outcome);
}

void AdMarket::Log(const ShopEvent& event) {
  state_.records.log.events.push_back(event);
  strategies_.recommender->Observe(event);
}

}  // namespace souk
