// Pages, dwell times, where shoppers turn next and what they pick from a shelf.

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "sim/market/market_internal.h"
#include "sim/world/match.h"

namespace souk {
namespace {

/// Chance of leaving after step k of a session whose length is 1 + negative binomial(r, mean − 1).
double NegativeBinomialHazard(const NegativeBinomialLeave& law, int k) {
  const double m = law.mean > 1 ? law.mean - 1 : 1e-9;
  const double q = m / (m + law.r);  // P(N = n) ∝ Γ(n + r)/n! · q^n
  double p = Exp(law.r * Log(1 - q));
  double tail = 1;
  for (int n = 0; n < k - 1; ++n) {
    tail -= p;
    p *= q * (law.r + n) / (n + 1);
  }
  return tail > 1e-12 ? std::min(1.0, p / tail) : 1.0;
}

/// A favourite other than the category on the page, if the shopper has one.
CategoryId PickFavourite(const World& world, const Session& s, double u) {
  const int n = world.population.favourites;
  const CategoryId* favourites = world.population.favourites_of(s.shopper);
  auto at = static_cast<int>(u * n);
  if (s.item.valid())
    for (int tries = 1; tries < n && favourites[at] == world.catalogue.category[s.item.index()]; ++tries)
      at = (at + 1) % n;
  return favourites[at];
}

/// Four uniforms of 32 bits from one block: enough to pick a row or to look at a position.
class QuarterDraws {
 public:
  QuarterDraws() = default;
  explicit QuarterDraws(Dice::Block block) : bits_{block} {}
  double Next() {
    const auto word = static_cast<std::uint32_t>(bits_.lo);
    bits_.lo = (bits_.lo >> 32) | (bits_.hi << 32);
    bits_.hi >>= 32;
    return (word + 0.5) * 0x1p-32;
  }

 private:
  Dice::Block bits_{};
};

/// Index of a draw about where to turn, and about a shelf: keyed by (session, part, step).
std::uint64_t TurnIndex(const Session& s, std::uint64_t part) {
  return Index((static_cast<std::uint64_t>(s.ordinal) << 2) | part, static_cast<std::uint64_t>(s.step));
}
std::uint64_t ShelfIndex(const Session& s, std::uint64_t part) {
  return Index((static_cast<std::uint64_t>(s.ordinal) << 5) | part, static_cast<std::uint64_t>(s.step));
}

/// The n-th block about a shelf: drawn already, or now.
template <std::size_t kDrawn>
Dice::Block ShelfDraw(const World& world, const Session& s, Purpose purpose, std::size_t n,
                      const std::array<Dice::Block, kDrawn>& drawn) {
  return n < kDrawn ? drawn[n] : world.dice.Draw(purpose, Entity(s.shopper), ShelfIndex(s, n));
}

double ClampP(double p) { return std::clamp(p, 1e-9, 1 - 1e-9); }

[[noreturn]] void RefuseSlate(const char* what) {
  throw Error(std::string("the recommender broke its contract: ") + what);
}

struct LeaveLogit {
  const World& world;
  const Session& s;
  double operator()(const LogitNormalLeave& law) const {
    return law.intercept + law.sd_visitor * static_cast<double>(world.population.shoppers[s.shopper.index()].z_leave) +
           law.sd_session * static_cast<double>(s.z_leave);
  }
  double operator()(const BetaGeometricLeave&) const {
    const double p = ClampP(static_cast<double>(s.leave_p));
    return Log(p / (1 - p));
  }
  double operator()(const NegativeBinomialLeave& law) const {
    const double p = ClampP(NegativeBinomialHazard(law, s.step));
    return Log(p / (1 - p));
  }
};

}  // namespace

double LeaveProbability(const World& world, const Session& s) {
  const BrowseSpec& spec = world.scenario.browse;
  if (s.action == Action::kBuy) return spec.leave_after_order;
  if (s.step == 0) return spec.leave_after_direct;
  return Logistic(std::visit(LeaveLogit{world, s}, spec.leave) + (s.step == 1 ? spec.bounce_logit : 0) +
                  spec.leave_per_latency_s * s.page_wait_s -
                  spec.leave_per_quality * static_cast<double>(s.slate_match));
}

StepDice DrawStep(const World& world, const Session& s) {
  constexpr Purpose kTurn = Purpose::kNavigate, kLook = Purpose::kExamine, kRows = Purpose::kOrganic;
  std::array<Dice::Block, 8> b;
  world.dice.DrawEight(Entity(s.shopper), {kTurn, kTurn, kTurn, kLook, kLook, kLook, kRows, kRows},
                       {TurnIndex(s, 0), TurnIndex(s, 1), TurnIndex(s, 2), ShelfIndex(s, 0), ShelfIndex(s, 1),
                        ShelfIndex(s, 2), ShelfIndex(s, 0), ShelfIndex(s, 1)},
                       b);
  return {{b[0], b[1], b[2]}, {b[3], b[4], b[5]}, {b[6], b[7]}};
}

Turn DrawTurn(const World& world, const MarketState& state, const Session& s, const StepDice& dice) {
  const BrowseSpec& spec = world.scenario.browse;
  const ShopperState& person = state.shoppers[s.shopper.index()];
  const auto& [b0, b1, b2] = dice.turn;
  const double branch = ToUniform(b0.lo);
  const double second = ToUniform(b0.hi);
  Turn turn;
  if (branch > 1 - spec.reload && s.item.valid()) {
    turn.kind = Turn::Kind::kSessionItem;
    turn.item = s.item;
    return turn;
  }
  if (branch < spec.revisit_session && s.viewed.size() > 1) {
    turn.kind = Turn::Kind::kSessionItem;
    turn.item = s.viewed[static_cast<std::size_t>(second * static_cast<double>(s.viewed.size() - 1))];
    if (turn.item != s.item) return turn;
  } else if (branch >= spec.revisit_session && branch < spec.revisit_session + spec.revisit_history) {
    // The history ends with this session's views; earlier sessions' come before them.
    const std::span<const ItemId> history = state.histories.of(person.history);
    const auto earlier = static_cast<std::int64_t>(history.size()) - static_cast<std::int64_t>(s.viewed.size());
    const auto lag = static_cast<std::int64_t>(-spec.revisit_lag_views * Log(second));
    if (earlier > 0) {
      turn.kind = Turn::Kind::kHistoryItem;
      turn.item = history[static_cast<std::size_t>(earlier - 1 - lag % earlier)];
      if (turn.item != s.item) return turn;
    }
  }
  turn.kind = Turn::Kind::kCategory;
  turn.item = {};
  if (s.item.valid() && ToUniform(b1.lo) < static_cast<double>(s.stay)) {
    turn.category = world.catalogue.category[s.item.index()];
    return turn;
  }
  if (ToUniform(b1.hi) < spec.favourite_share) turn.category = PickFavourite(world, s, ToUniform(b2.lo));
  else turn.category = CategoryId(world.hidden.pick_category.Pick(ToUniform(b2.hi)));
  return turn;
}

/// Server time of the page that the session asks for: the page itself and the decisions that it waits for.
double Market::ModelledSeconds(const Session& s) const {
  const ServerSpec& spec = spec_.server;
  const ShopperState& person = state_.shoppers[s.shopper.index()];
  const std::uint64_t index = StepIndex(s.ordinal, s.pages);
  const Dice::Block draw = world_.dice.Draw(Purpose::kServer, Entity(s.shopper), index);
  double decisions = Quantile(spec.recommender_s, ToUniform(draw.hi));
  const bool coupon_asked = s.pages == 0 && s.coupon_record >= 0;
  const bool priced = s.item.valid() && state_.prices[person.arm].personal;
  if (coupon_asked || priced) {
    const Dice::Block more = world_.dice.Draw(Purpose::kServer, Entity(s.shopper), ~index);
    if (coupon_asked) decisions += Quantile(spec.coupons_s, ToUniform(more.lo));
    if (priced) decisions += Quantile(spec.pricing_s, ToUniform(more.hi));
  }
  return std::max(0.0, Quantile(spec.page_s, ToUniform(draw.lo)) + arms_[person.arm].decision_time * decisions);
}

void Market::RequestPage(std::int32_t slot, ItemId item) {
  Session& s = S(slot);
  s.item = item;
  s.home = !item.valid();
  s.action = Action::kNone;
  s.service = 0;
  s.chat_turn = 0;
  s.requested = Now();
  const double seconds = ModelledSeconds(s);
  ++s.pages;
  constexpr double kForever = 1e9;  // s; keeps the sum of times within range
  const double patience = std::min(kForever, static_cast<double>(Nature(s.shopper).patience_s));
  state_.servers.Arrive(state_.queue, static_cast<std::uint32_t>(slot), Seconds(seconds), Seconds(patience));
}

/// Whether still in line or served too slowly: the page will not be seen, and no event is left that could reach
/// whoever gets this slot next.
void Market::OnPageGiveUp(std::int32_t slot) {
  state_.servers.OnGiveUp(state_.queue, static_cast<std::uint32_t>(slot));
  Session& s = S(slot);
  Emit({.kind = OutcomeKind::kBounce, .value = (Now() - s.requested).seconds()}, s);
  EndSession(slot);
}

void Market::OnServed(std::int32_t slot) {
  Session& s = S(slot);
  s.page_wait_s = (Now() - s.requested).seconds();
  Emit({.kind = OutcomeKind::kPage, .item = s.item, .value = s.page_wait_s}, s);
  if (s.home) {
    ShowSlate(slot);
    return At(Now() + Seconds(DwellSeconds(s, DwellDraw(s))), MarketEvent::kAct, static_cast<std::uint32_t>(slot));
  }
  NoteView(slot, s.next_from_slate);
  ShowSlate(slot);
  s.dice = DrawPage(s);
  const double asks = ToUniform(s.dice.question.lo);
  if (asks < spec_.chat.question_rate * static_cast<double>(Nature(s.shopper).help_need)) return BeginChat(slot);
  DecideAction(slot, 0);
}

PageDice Market::DrawPage(const Session& s) const {
  // The view under way is the last of the history.
  const std::span<const ItemId> history = state_.histories.of(state_.shoppers[s.shopper.index()].history);
  const auto earlier = static_cast<int>(std::count(history.begin(), history.end(), s.item)) - 1;
  const std::uint64_t step = StepIndex(s.ordinal, s.step);
  std::array<Dice::Block, 4> b;
  world_.dice.DrawFour(Entity(s.shopper), {Purpose::kQuestion, Purpose::kBuy, Purpose::kDwell, Purpose::kLeave},
                       {step, ItemIndex(s.ordinal, s.item, earlier), StepIndex(s.ordinal, s.pages), step}, b);
  return {b[0], b[1], b[2], b[3], earlier};
}

void Market::NoteView(std::int32_t slot, bool from_slate) {
  Session& s = S(slot);
  ++s.step;
  s.viewed.push_back(s.item);
  ShopperState& person = Person(s.shopper);
  state_.histories.Push(person.history, s.item);
  const Money price = PriceFor(s.shopper, s.item);
  Emit({.kind = OutcomeKind::kView, .item = s.item, .amount = price}, s);
  LogEvent({Now(), s.shopper, s.id, s.item, ShopEventKind::kView, from_slate, 0, price});
  Profile(s.shopper).PushRecent(s.item);
  person.reference = static_cast<float>(
      choice_.NextReference(static_cast<double>(person.reference), PresentPrice(state_, s.shopper, s.item).relative));
}

/// Throws unless the slate is one that may be shown.
void Market::CheckSlate(const RecommendRequest& request, const Slate& slate) const {
  if (slate.size > request.k) RefuseSlate("a slate longer than asked for");
  std::uint64_t sketch = 0;  // one bit an item: few items need to be compared one by one
  for (int r = 0; r < slate.size; ++r) {
    const ItemId item = slate.items[static_cast<std::size_t>(r)];
    if (!item.valid() || item.value >= world_.catalogue.items()) RefuseSlate("an item that does not exist");
    if (state_.records.available[item.index()] == 0) RefuseSlate("an item that is not available");
    if (item == request.anchor) RefuseSlate("the page's own item");
    for (const ItemId excluded : request.exclude)
      if (item == excluded) RefuseSlate("an item that was excluded");
    const std::uint64_t bit = std::uint64_t{1} << (static_cast<std::uint32_t>(item.value) & 63U);
    if ((sketch & bit) != 0) {
      for (int q = 0; q < r; ++q)
        if (slate.items[static_cast<std::size_t>(q)] == item) RefuseSlate("the same item twice");
    }
    sketch |= bit;
  }
}

void Market::ShowSlate(std::int32_t slot) {
  Session& s = S(slot);
  // A shop does not recommend what is in the cart.
  const std::span<const ItemId> cart = std::as_const(Profile(s.shopper)).cart_items();
  const RecommendRequest request{
      s.home ? PageKind::kHome : PageKind::kProduct, s.shopper, Now(), s.item, s.viewed, spec_.browse.slate_size, cart};
  Rng dice = PrivateDice(Slot::kRecommender);
  s.slate = Timed(Person(s.shopper).arm, Slot::kRecommender,
                  [&] { return ArmOf(s.shopper).recommender->Recommend(request, dice); });
  CheckSlate(request, s.slate);
  std::array<double, Slate::kMax> matches;
  MatchAll(world_, s.shopper, s.slate.view(), matches);
  double match = 0;
  for (std::size_t r = 0; r < s.slate.view().size(); ++r) {
    match += matches[r];
    s.slate_matches[r] = static_cast<float>(matches[r]);  // exact: it is a sum of floats
  }
  ShopLog& log = state_.records.log;
  log.AddSlateItems(s.slate.view(), s.slate.chances());
  s.slate_match = s.slate.size > 0 ? static_cast<float>(match / s.slate.size) : 0.0F;
  s.slate_record = static_cast<std::int32_t>(log.slates.size());
  const auto on_offer = [&](ItemId item) { return state_.records.available[item.index()] != 0 ? 1 : 0; };
  std::int32_t eligible = state_.records.available_count - (s.home ? 0 : on_offer(s.item));
  for (const ItemId item : cart) eligible -= item != s.item ? on_offer(item) : 0;
  log.slates.push_back({Now(), s.shopper, s.id, static_cast<std::int32_t>(log.slate_items.size()) - s.slate.size,
                        static_cast<std::int16_t>(s.slate.size), -1, eligible});
  Outcome page{.time = Now(), .kind = OutcomeKind::kPage, .shopper = s.shopper, .session = s.ordinal, .item = s.item};
  sink_.RecordSlate(page, s.slate.view(), s.slate.chances());
  DecisionOutcome decision{.time = Now(), .slot = static_cast<std::int32_t>(Slot::kRecommender)};
  decision.shopper = s.shopper;
  decision.session = s.ordinal;
  decision.eligible = eligible;
  decision.slate_size = s.slate.size;
  if (s.slate.size > 0) {
    decision.item = s.slate.items[0];
    decision.propensity = static_cast<double>(s.slate.propensity[0]);
  }
  sink_.RecordDecision(decision);
}

Dice::Block Market::DwellDraw(const Session& s) const {
  return world_.dice.Draw(Purpose::kDwell, Entity(s.shopper), StepIndex(s.ordinal, s.pages));
}

double Market::DwellSeconds(const Session& s, Dice::Block draw) const {
  const BrowseSpec& spec = spec_.browse;
  const double z = ToNormal(draw.lo);
  const double seconds =
      spec.dwell_median_s * Exp(spec.dwell_sd_session * static_cast<double>(s.z_dwell) + spec.dwell_sd * z);
  return std::min(seconds, spec.session_cut_min * 60 - 1);
}

void Market::DecideAction(std::int32_t slot, double already_s) {
  Session& s = S(slot);
  const PageDice& dice = s.dice;
  const CommitContext context = CommitOf(s, s.item, dice.earlier_views);
  const bool fraud = Nature(s.shopper).fraud;
  const bool affordable = context.price.price <= RemainingBudget(s.shopper);
  // Coupon abusers come for the coupon and for nothing else.
  const double fraud_logit = !fraud ? 0 : HoldsCoupon(s.shopper) ? 3 : -20;
  s.action = Action::kNone;
  const ChoiceModel::Logits logits = choice_.Commit(s.shopper, s.item, context);
  if (affordable && spec_.purchase.buy_now && ToUniform(dice.buy.lo) < Logistic(logits.buy + fraud_logit)) {
    s.action = Action::kBuy;
  } else if (affordable && ToUniform(dice.buy.hi) < Logistic(logits.cart + fraud_logit)) {
    s.action = Action::kCart;
  }
  const double factor = s.action == Action::kBuy    ? spec_.browse.dwell_buy_factor
                        : s.action == Action::kCart ? spec_.browse.dwell_cart_factor
                                                    : 1.0;
  const double dwell = std::min(DwellSeconds(s, dice.dwell) * factor, spec_.browse.session_cut_min * 60 - 1);
  At(Now() + Seconds(std::max(0.5, dwell - already_s)), MarketEvent::kAct, static_cast<std::uint32_t>(slot));
}

void Market::OnAct(std::int32_t slot) {
  Session& s = S(slot);
  if (s.home) return GoOn(slot);
  if (s.action == Action::kCart) AddToCart(slot);
  if (s.action == Action::kBuy) BuyNow(slot);
  if (WantsToLeave(S(slot))) return TryCheckout(slot);
  GoOn(slot);
}

bool Market::WantsToLeave(const Session& s) const {
  // Without a view, after an order without a look, nothing has been drawn yet.
  const double u =
      s.step > 0 ? ToUniform(s.dice.leave.lo) : U(Purpose::kLeave, s.shopper, StepIndex(s.ordinal, s.step));
  return u < LeaveProbability(world_, s);
}

void Market::GoOn(std::int32_t slot) {
  Session& s = S(slot);
  const Next next = ChooseNext(s);
  if (!next.item.valid()) return TryCheckout(slot);
  s.next_from_slate = next.from_slate;
  if (next.from_slate) {
    state_.records.log.slates[static_cast<std::size_t>(s.slate_record)].clicked =
        static_cast<std::int16_t>(next.position - 1);
    Emit({.kind = OutcomeKind::kClick, .position = next.position, .item = next.item}, s);
  }
  RequestPage(slot, next.item);
}

Market::Next Market::ChooseNext(const Session& s) const {
  const StepDice dice = DrawStep(world_, s);
  const Turn turn = DrawTurn(world_, state_, s, dice);
  // A known item is reached by its own address, also when it is sold out.
  if (turn.kind != Turn::Kind::kCategory) return {turn.item, false, 0};
  return ChooseOnShelf(s, turn.category, dice);
}

Market::Next Market::ChooseOnShelf(const Session& s, CategoryId category, const StepDice& dice) const {
  // Gathered first and valued together: the draws of different items do not wait for each other.
  Shelf shelf;
  GatherOrganic(s, category, dice, shelf);
  const auto organic = static_cast<std::size_t>(shelf.size);
  GatherSlate(s, dice, shelf);
  if (shelf.size == 0) return {};
  const ShopperId u = s.shopper;
  const auto size = static_cast<std::size_t>(shelf.size);
  std::array<std::uint64_t, Shelf::kMax> index;
  std::array<std::uint64_t, Shelf::kMax> noise;
  std::array<double, Shelf::kMax> value;  // of the item itself: at first its match
  std::array<double, Shelf::kMax> fresh;  // what it gains by being new
  for (std::size_t n = 0; n < size; ++n) index[n] = ChoiceModel::NoiseIndex(shelf.items[n], s.ordinal);
  choice_.NoiseBits(u, {index.data(), size}, noise);
  MatchAll(world_, u, {shelf.items.data(), organic}, value);
  for (std::size_t n = organic; n < size; ++n)
    value[n] = static_cast<double>(s.slate_matches[static_cast<std::size_t>(shelf.position[n] - 1)]);
  const double novelty = spec_.choice.novelty;
  const ShopperState& person = state_.shoppers[u.index()];
  const std::span<const ItemId> known = state_.histories.of(person.history);
  const PriceTable& table = state_.prices[person.arm];
  double sure = -HUGE_VAL;  // some item is worth at least this
  for (std::size_t n = 0; n < size; ++n) {
    const ItemId item = shelf.items[n];
    const bool in_mind = world_.catalogue.category[item.index()] == category;
    const PriceContext price =
        table.personal ? PresentPrice(state_, u, item) : ListedPrice(table, item, person.reference);
    value[n] = choice_.ViewUtility(u, item, price, value[n]) - (in_mind ? 0.0 : spec_.choice.focus_penalty);
    fresh[n] = novelty != 0 && std::find(known.begin(), known.end(), item) == known.end() ? novelty : 0.0;
    sure = std::max(sure, value[n] + fresh[n] + choice_.NoiseBounds(noise[n]).least);
  }
  // The exact noise of those only that can be the best. Of equals the first one wins.
  std::size_t best = size;
  double most = -HUGE_VAL;
  for (std::size_t n = 0; n < size; ++n) {
    if (value[n] + fresh[n] + choice_.NoiseBounds(noise[n]).most < sure) continue;
    const double utility = choice_.Noise(noise[n]) + value[n] + fresh[n];
    if (best < size && utility <= most) continue;
    best = n;
    most = utility;
  }
  return {shelf.items[best], shelf.position[best] > 0, shelf.position[best]};
}

/// The organic route: a list in the category in mind, looked through from the top.
void Market::GatherOrganic(const Session& s, CategoryId category, const StepDice& dice, Shelf& shelf) const {
  const BrowseSpec& spec = spec_.browse;
  const double rows = 1 + std::min<double>(spec.organic_size, Log(ToUniform(dice.examine[0].lo)) * per_row_);
  const auto& members = world_.catalogue.items_of[category.index()];
  const DiscreteLaw& law = world_.hidden.pick_item[category.index()];
  QuarterDraws organic;
  for (int r = 0; r < std::min(spec.organic_size, static_cast<int>(rows)); ++r) {
    if (r % 4 == 0)
      organic = QuarterDraws(ShelfDraw(world_, s, Purpose::kOrganic, static_cast<std::size_t>(r / 4), dice.organic));
    const ItemId item = members[static_cast<std::size_t>(law.Pick(organic.Next()))];
    if (state_.records.available[item.index()] != 0 && item != s.item) shelf.Add(item, 0);
  }
}

/// The slate, if it is looked at: position acts on examination only.
void Market::GatherSlate(const Session& s, const StepDice& dice, Shelf& shelf) const {
  if (s.slate.size == 0 || s.pages == 0) return;
  if (ToUniform(dice.examine[0].hi) >= spec_.browse.slate_attention) return;
  QuarterDraws eyes;
  for (int r = 0; r < s.slate.size; ++r) {
    if (r % 4 == 0)
      eyes = QuarterDraws(ShelfDraw(world_, s, Purpose::kExamine, 1 + static_cast<std::size_t>(r / 4), dice.examine));
    if (eyes.Next() >= seen_[static_cast<std::size_t>(r)]) continue;
    const ItemId item = s.slate.items[static_cast<std::size_t>(r)];
    if (state_.records.available[item.index()] != 0 && item != s.item) shelf.Add(item, r + 1);
  }
}

}  // namespace souk
