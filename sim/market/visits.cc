// Arrivals, sessions, and when shoppers come back.

#include <algorithm>
#include <cmath>

#include "sim/market/market_internal.h"

namespace souk {
namespace {

constexpr std::uint32_t kHistoryCap = 160;

/// Off-time in operational hours. `draw`: fresh bits of this visit; `noise`: AR(1) state.
struct OffTime {
  const World& world;
  const Shopper& nature;
  float& noise;
  Dice::Block draw;

  double operator()(const LognormalReturn& law) const {
    const double z = ToNormal(draw.lo);
    noise = static_cast<float>(law.memory * static_cast<double>(noise) + std::sqrt(1 - law.memory * law.memory) * z);
    const double log_h = law.mean_log_h + law.sd_visitor * static_cast<double>(nature.z_return) +
                         law.sd_visit * static_cast<double>(noise);
    return law.offset_h + Exp(log_h) / static_cast<double>(nature.rate);
  }
  double operator()(const BgNbdReturn&) const {
    return ToExponential(draw.lo) / std::max(1e-9, static_cast<double>(nature.rate)) * 168.0;
  }
  double operator()(const ErlangReturn& law) const {
    return law.mean_days * 24.0 / static_cast<double>(nature.rate) * world.erlang.At(ToUniform(draw.lo));
  }
};

/// What the last order takes off the log odds of the next: a full pantry needs nothing.
double NeedLogit(const PurchaseSpec& spec, const ShopperProfile& profile, SimTime now) {
  if (spec.pantry_days <= 0 || profile.orders == 0) return 0;
  return -spec.pantry_logit * std::max(0.0, 1 - (now - profile.last_order).days() / spec.pantry_days);
}

}  // namespace

std::int32_t Market::OpenSession(ShopperId u) {
  std::int32_t slot;
  if (state_.free_sessions.empty()) {
    slot = static_cast<std::int32_t>(state_.sessions.size());
    state_.sessions.emplace_back();
  } else {
    slot = state_.free_sessions.back();
    state_.free_sessions.pop_back();
  }
  Session& s = S(slot);
  auto viewed = std::move(s.viewed);  // keeps its capacity
  auto quotes = std::move(s.quotes);
  viewed.clear();
  quotes.clear();
  s = Session{};
  s.viewed = std::move(viewed);
  s.quotes = std::move(quotes);
  ShopperState& person = Person(u);
  s.shopper = u;
  person.arm = static_cast<std::uint8_t>(split_.ArmOf(u, Now()));
  s.ordinal = person.sessions++;
  s.id = SessionId(state_.next_session_id++);
  s.mobile = Nature(u).mobile;
  const auto draw = [&](std::uint64_t n) {
    return world_.dice.Draw(Purpose::kSession, Entity(u), Index(static_cast<std::uint64_t>(s.ordinal), n));
  };
  const Dice::Block b0 = draw(0);
  const Dice::Block b1 = draw(1);
  s.z_leave = static_cast<float>(ToNormal(b0.lo));
  s.z_dwell = static_cast<float>(ToNormal(b0.hi));
  s.z_purchase = static_cast<float>(ToNormal(b1.lo));
  s.stay = static_cast<float>(world_.stay.At(ToUniform(b1.hi)));
  if (std::holds_alternative<BetaGeometricLeave>(spec_.browse.leave))
    s.leave_p = static_cast<float>(world_.leave.At(ToUniform(draw(2).lo)));
  person.session_slot = slot;
  person.visit = kNever;
  return slot;
}

void Market::StartVisit(ShopperId u) {
  const std::int32_t slot = OpenSession(u);
  ShopperProfile& profile = Profile(u);
  if (profile.sessions++ == 0) profile.first_seen = Now();
  profile.last_seen = Now();
  profile.mobile = S(slot).mobile;
  S(slot).need = static_cast<float>(NeedLogit(spec_.purchase, profile, Now()));
  ForgetOldCart(u);
  Emit({.kind = OutcomeKind::kSessionStart, .detail = static_cast<std::uint8_t>(S(slot).mobile ? 1 : 0)}, S(slot));
  LogEvent({Now(), u, S(slot).id, {}, ShopEventKind::kSessionStart, false, 0, {}});
  OfferCoupon(slot);

  const Dice::Block block = world_.dice.Draw(Purpose::kVisit, Entity(u), static_cast<std::uint64_t>(S(slot).ordinal));
  // Buyers by nature are the ones who come to order without a look.
  const double direct = spec_.browse.direct_share;
  if (direct > 0) {
    const double logit = Log(direct / (1 - direct)) +
                         spec_.purchase.sd_visitor * static_cast<double>(Nature(u).z_purchase) -
                         0.5 * spec_.purchase.sd_visitor * spec_.purchase.sd_visitor;
    if (ToUniform(block.lo) < Logistic(logit) && DirectOrder(slot)) {
      if (WantsToLeave(S(slot))) return EndSession(slot);
      return GoOn(slot);
    }
  }
  if (ToUniform(block.hi) < spec_.browse.home_share) return RequestPage(slot, {});
  GoOn(slot);
}

double Market::OffTimeHours(ShopperId u, std::int32_t ordinal) {
  ShopperState& person = Person(u);
  const Dice::Block draw = world_.dice.Draw(Purpose::kReturn, Entity(u), Index(static_cast<std::uint64_t>(ordinal), 0));
  const double hours = std::visit(OffTime{world_, Nature(u), person.off_time_noise, draw}, spec_.arrivals.return_law);
  // A well-served shopper comes back sooner.
  return hours * Exp(-spec_.after.satisfaction_visit * static_cast<double>(person.satisfaction));
}

void Market::ScheduleNextVisit(ShopperId u, const Session& session) {
  ShopperState& person = Person(u);
  const double off = OffTimeHours(u, session.ordinal);
  // BG/NBD: nobody is lost by the visit that made them known (Fader, Hardie & Lee 2005, assumption iii).
  const bool first = session.ordinal == 0 && std::holds_alternative<BgNbdReturn>(spec_.arrivals.return_law);
  const double stays = U(Purpose::kReturn, u, Index(static_cast<std::uint64_t>(session.ordinal), 1));
  if (!first && stays < static_cast<double>(Nature(u).dropout)) {
    person.lost = true;
    Emit({.kind = OutcomeKind::kLost}, session);
    return;
  }
  const SimDuration ahead = Hours(world_.population.segments[Nature(u).segment.index()].hour_shift);
  const SimTime next = world_.calendar.AfterBy(ahead, Now(), off);
  if (next == kNever) return;
  PlanVisit(state_, u, next);
}

void Market::EndSession(std::int32_t slot) {
  Session& s = S(slot);
  const ShopperId u = s.shopper;
  Emit({.kind = OutcomeKind::kSessionEnd, .quantity = s.step}, s);
  ShopperState& person = Person(u);
  person.session_slot = -1;
  state_.histories.KeepLatest(person.history, kHistoryCap);
  Profile(u).last_seen = Now();
  ScheduleNextVisit(u, s);
  state_.free_sessions.push_back(slot);
}

}  // namespace souk
