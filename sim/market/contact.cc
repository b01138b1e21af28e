// Coupons and messages: what reaches the shopper, and what it does.

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "sim/market/market_internal.h"

namespace souk {
namespace {

/// Face value of a coupon at a basket that just reaches its minimum (or 50 units), for the log.
Money TypicalValue(const Coupon& coupon) { return coupon.ValueFor(std::max(coupon.min_basket, Money{5000})); }

/// What shoppers make of one channel.
struct ChannelTerms {
  double open;
  double opt_out;
  double cost;  // currency units
  const Distribution& visit_delay_h;
};
ChannelTerms TermsOf(Channel channel, const ContactSpec& spec) {
  if (channel == Channel::kPush) return {spec.push_open, spec.push_opt_out, spec.push_cost, spec.push_visit_delay_h};
  return {spec.message_open, spec.opt_out, spec.message_cost, spec.visit_delay_h};
}

/// Which coupon the decision was for.
void LogCoupon(const std::optional<Coupon>& coupon, DecisionOutcome& decision) {
  if (!coupon) return;
  decision.percent = coupon->percent;
  decision.price = coupon->percent > 0 ? TypicalValue(*coupon) : coupon->face;
}

void CheckCoupon(const Coupon& coupon) {
  const bool percent = coupon.percent > 0 && coupon.percent <= 1 && coupon.face.cents == 0;
  const bool face = coupon.percent == 0 && coupon.face.cents > 0;
  if (!(percent || face) || coupon.min_basket.cents < 0 || coupon.valid_for.us <= 0 || coupon.issue_cost.cents < 0)
    throw Error(
        "a strategy broke its contract: a coupon needs a percentage in (0, 1] or a face value, a validity "
        "and costs of at least 0");
}

}  // namespace

/// The whole cents that the next message costs. What is below a cent waits for later messages, so that at any
/// moment N messages have cost N times the price of one, rounded down.
Money Market::ChargeMessage(double units) {
  constexpr std::int64_t kMicroPerCent = 10'000;
  std::int64_t& carry = state_.message_carry;
  carry += static_cast<std::int64_t>(std::nearbyint(units * 1e6));
  const Money due{carry / kMicroPerCent};
  carry %= kMicroPerCent;
  return due;
}

bool Market::HoldsCoupon(ShopperId u) const {
  const ShopperState& person = state_.shoppers[u.index()];
  return person.has_coupon && Now() < CouponOf(u).until;
}

double Market::CouponDiscount(ShopperId u, Money price) const {
  if (!HoldsCoupon(u) || !CouponOf(u).noticed || price.cents <= 0) return 0;
  return static_cast<double>(CouponOf(u).coupon.ValueFor(price).cents) / static_cast<double>(price.cents);
}

void Market::GiveCoupon(ShopperId u, const Coupon& coupon, bool noticed, std::int32_t record) {
  ShopperState& person = Person(u);
  if (person.coupon < 0) {
    person.coupon = static_cast<std::int32_t>(state_.coupons.size());
    state_.coupons.emplace_back();
  }
  person.has_coupon = true;
  state_.coupons[static_cast<std::size_t>(person.coupon)] = {coupon, Now() + coupon.valid_for, record, noticed};
}

void Market::OfferCoupon(std::int32_t slot) {
  Session& s = S(slot);
  ShopperState& person = Person(s.shopper);
  if (person.has_coupon && Now() >= CouponOf(s.shopper).until) person.has_coupon = false;
  if (person.has_coupon) return;
  Money cart{};
  for (const ItemId item : Profile(s.shopper).cart_items()) cart += PriceFor(s.shopper, item);
  const CouponRequest request{s.shopper, Now(), cart, s.mobile};
  Rng dice = PrivateDice(Slot::kCoupons);
  const CouponDecision decision =
      Timed(person.arm, Slot::kCoupons, [&] { return ArmOf(s.shopper).coupons->Offer(request, dice); });
  ShopLog& log = state_.records.log;
  s.coupon_record = static_cast<std::int32_t>(log.coupons.size());
  CouponRecord record{.time = Now(), .shopper = s.shopper, .session = s.id};
  record.propensity = decision.propensity;
  Money typical{};
  Money issue{};
  if (decision.coupon) {
    CheckCoupon(*decision.coupon);
    record.percent = decision.coupon->percent;
    record.face = decision.coupon->face;
    typical = TypicalValue(*decision.coupon);
    issue = decision.coupon->issue_cost;
    const double notice = U(Purpose::kCoupon, s.shopper, static_cast<std::uint64_t>(s.ordinal));
    GiveCoupon(s.shopper, *decision.coupon, Nature(s.shopper).fraud || notice < spec_.contact.coupon_awareness,
               s.coupon_record);
    Emit({.kind = OutcomeKind::kCouponOffer, .amount = typical, .cost = issue}, s);
  }
  log.coupons.push_back(record);
  DecisionOutcome logged{.time = Now(), .slot = static_cast<std::int32_t>(Slot::kCoupons)};
  logged.shopper = s.shopper;
  logged.session = s.ordinal;
  logged.eligible = decision.eligible;
  logged.propensity = decision.propensity;
  logged.cost = issue;
  LogCoupon(decision.coupon, logged);
  sink_.RecordDecision(logged);
}

void Market::OnPlan() {
  At(Now() + Days(1), MarketEvent::kPlan, 0);
  const Rng private_dice = PrivateDice(Slot::kOutreach);
  const OutreachRequest request{Now().day(), Now()};
  std::vector<Message> plan;
  std::vector<std::uint8_t> planned_by;
  for (int arm = 0; arm < static_cast<int>(arms_.size()); ++arm) {
    StrategySet& strategies = arms_[static_cast<std::size_t>(arm)];
    Rng dice = private_dice;  // the same for every arm
    for (Message& m : Timed(arm, Slot::kOutreach, [&] { return strategies.outreach->Plan(request, dice); })) {
      // An arm plans for all whom the shop knows; the test lets it write to its own.
      if (m.shopper.valid() && split_.ArmOf(m.shopper, Now()) != arm) continue;
      plan.push_back(std::move(m));
      planned_by.push_back(static_cast<std::uint8_t>(arm));
    }
  }
  std::vector<ShopperId> once;
  for (std::size_t n = 0; n < plan.size(); ++n) {
    Message& m = plan[n];
    if (!m.shopper.valid() || m.shopper.index() >= state_.shoppers.size() || m.send_at < Now() ||
        m.send_at > Now() + Days(1))
      throw Error("the outreach policy broke its contract: a message to nobody or outside its day");
    const ShopperProfile& profile = std::as_const(state_.records.profiles)[m.shopper.index()];
    if (profile.sessions == 0 || profile.opted_out)
      throw Error("the outreach policy broke its contract: a message to somebody who is unknown or opted out");
    if (m.coupon) CheckCoupon(*m.coupon);
    once.push_back(m.shopper);
    state_.messages.push_back(std::move(m));
    state_.message_record.push_back(-1);
    state_.message_arm.push_back(planned_by[n]);
    const Message& kept = state_.messages.back();
    At(kept.send_at, MarketEvent::kMessage, static_cast<std::uint32_t>(state_.messages.size() - 1));
  }
  std::sort(once.begin(), once.end());
  if (std::adjacent_find(once.begin(), once.end()) != once.end())
    throw Error("the outreach policy broke its contract: two messages to one shopper on one day");
}

void Market::OnMessage(std::uint32_t index) {
  const Message message = state_.messages[index];
  const ShopperId u = message.shopper;
  ShopperProfile& profile = Profile(u);
  if (profile.opted_out) return;
  ShopperState& person = Person(u);
  const std::uint8_t arm = state_.message_arm[index];
  const auto emit = [&](OutcomeKind kind, Money cost) {
    Outcome o{.time = Now(), .kind = kind, .shopper = u, .session = person.sessions, .arm = arm};
    o.detail = static_cast<std::uint8_t>(message.content);
    o.cost = cost;
    sink_.Record(o);
  };
  const auto n = static_cast<std::uint64_t>(person.messages++);
  const auto draw = [&](std::uint64_t part) { return world_.dice.Draw(Purpose::kMessage, Entity(u), Index(n, part)); };
  const ChannelTerms terms = TermsOf(message.channel, spec_.contact);
  const Money cost = ChargeMessage(terms.cost);
  ShopLog& log = state_.records.log;
  log.messages.push_back({Now(), u, static_cast<std::uint8_t>(message.content), message.propensity, false,
                          static_cast<std::uint8_t>(message.channel)});
  emit(OutcomeKind::kMessage, cost);
  DecisionOutcome decision{.time = Now(), .slot = static_cast<std::int32_t>(Slot::kOutreach)};
  decision.shopper = u;
  decision.session = person.sessions;
  decision.eligible = 2;
  decision.propensity = message.propensity;
  decision.cost = cost;
  decision.arm = arm;
  decision.content = static_cast<std::int32_t>(message.content);
  decision.channel = static_cast<std::int32_t>(message.channel);
  LogCoupon(message.coupon, decision);
  sink_.RecordDecision(decision);
  const bool recent = profile.last_message.us != INT64_MIN && (Now() - profile.last_message).days() < 7;
  profile.last_message = Now();
  const Dice::Block b0 = draw(0);
  if (ToUniform(b0.hi) < terms.opt_out * (recent ? 2 : 1)) {
    profile.opted_out = true;
    emit(OutcomeKind::kOptOut, {});
    LogEvent({Now(), u, {}, {}, ShopEventKind::kOptOut, false, 0, {}});
    return;
  }
  const double fatigue = recent ? 1 - spec_.contact.fatigue : 1;
  if (ToUniform(b0.lo) >= terms.open * static_cast<double>(Nature(u).contact) * fatigue) return;
  log.messages.back().opened = true;
  emit(OutcomeKind::kMessageOpen, {});
  LogEvent({Now(), u, {}, {}, ShopEventKind::kMessageOpen, false, 0, {}});
  if (message.coupon && !HoldsCoupon(u)) {
    GiveCoupon(u, *message.coupon, true, -1);
    Outcome o{.time = Now(), .kind = OutcomeKind::kCouponOffer, .shopper = u, .session = person.sessions, .arm = arm};
    o.amount = TypicalValue(*message.coupon);
    o.cost = message.coupon->issue_cost;
    sink_.Record(o);
  }
  // A visit brought forward: the shopper's one pending visit moves, none is added.
  const Dice::Block b1 = draw(1);
  if (person.lost || person.session_slot >= 0 || ToUniform(b1.lo) >= spec_.contact.message_visit) return;
  const SimTime when = Now() + Hours(Quantile(terms.visit_delay_h, ToUniform(b1.hi)));
  if (person.visit == kNever || when >= person.visit) return;
  PlanVisit(state_, u, when);
}

}  // namespace souk
