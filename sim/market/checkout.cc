// Carts, orders, delivery and returns.

#include <algorithm>
#include <array>

#include "sim/market/market_internal.h"

namespace souk {
namespace {

constexpr int kMaxLines = 48;

AbandonReason PickReason(const std::array<double, 4>& weights, double u) {
  double sum = 0;
  for (const double w : weights) sum += w;
  double running = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    running += weights[i];
    if (u * sum < running) return static_cast<AbandonReason>(i);
  }
  return AbandonReason::kLength;
}

}  // namespace

Money Market::RemainingBudget(ShopperId u) {
  ShopperState& person = Person(u);
  const auto month = static_cast<std::int32_t>(Now().day() / 30);
  if (person.month != month) {
    person.month = month;
    person.spent_in_month = {};
  }
  return Nature(u).budget_per_month - person.spent_in_month;
}

/// Coupon abusers come for the coupon and for nothing else.
bool Market::BuysAtAll(ShopperId u) const { return !Nature(u).fraud || HoldsCoupon(u); }

void Market::ForgetOldCart(ShopperId u) {
  ShopperProfile& profile = Profile(u);
  if (profile.cart_size > 0 && (Now() - profile.cart_changed).days() > spec_.purchase.cart_days) profile.cart_size = 0;
}

void Market::AddToCart(std::int32_t slot) {
  Session& s = S(slot);
  ShopperProfile& profile = Profile(s.shopper);
  const auto cart = profile.cart_items();
  if (std::find(cart.begin(), cart.end(), s.item) != cart.end()) return;
  const Money price = PriceFor(s.shopper, s.item);
  if (profile.cart_size == ShopperProfile::kCart) {  // the oldest falls out of mind
    std::copy(profile.cart.begin() + 1, profile.cart.end(), profile.cart.begin());
    --profile.cart_size;
  }
  profile.cart[static_cast<std::size_t>(profile.cart_size++)] = s.item;
  profile.cart_changed = Now();
  ++profile.carts;
  Emit({.kind = OutcomeKind::kCart, .item = s.item, .quantity = 1, .amount = price}, s);
  LogEvent({Now(), s.shopper, s.id, s.item, ShopEventKind::kCart, false, 1, price});
}

void Market::BuyNow(std::int32_t slot) {
  const ItemId item = S(slot).item;
  PlaceOrder(slot, {&item, 1}, true);
}

bool Market::DirectOrder(std::int32_t slot) {
  Session& s = S(slot);
  const ShopperId u = s.shopper;
  const ShopperProfile& profile = Profile(u);
  const auto draw = [&](std::uint64_t part) {
    return world_.dice.Draw(Purpose::kDirect, Entity(u), Index(static_cast<std::uint64_t>(s.ordinal), part));
  };
  const Dice::Block b0 = draw(0);
  const Dice::Block b1 = draw(1);
  ItemId item;
  const std::span<const ItemId> history = state_.histories.of(Person(u).history);
  if (profile.cart_size > 0 && ToUniform(b0.lo) < spec_.browse.direct_from_cart) {
    item = profile.cart[static_cast<std::size_t>(ToUniform(b0.hi) * profile.cart_size)];
  } else if (!history.empty() && ToUniform(b1.lo) < 0.25) {
    item = history[history.size() - 1 -
                   static_cast<std::size_t>(ToUniform(b1.hi) *
                                            static_cast<double>(std::min<std::size_t>(history.size(), 20)))];
  } else {
    const Dice::Block b2 = draw(2);
    const CategoryId c = world_.population.favourites_of(
        u)[static_cast<std::size_t>(ToUniform(b2.lo) * static_cast<double>(world_.population.favourites))];
    item =
        world_.catalogue
            .items_of[c.index()][static_cast<std::size_t>(world_.hidden.pick_item[c.index()].Pick(ToUniform(b2.hi)))];
  }
  if (PriceFor(u, item) > RemainingBudget(u)) return false;
  return PlaceOrder(slot, {&item, 1}, false);
}

void Market::TryCheckout(std::int32_t slot) {
  Session& s = S(slot);
  const ShopperProfile& profile = Profile(s.shopper);
  if (profile.cart_size == 0 || s.checked_out || !BuysAtAll(s.shopper)) return EndSession(slot);
  Money basket{};
  for (const ItemId item : profile.cart_items()) basket += PriceFor(s.shopper, item);
  const double logit = spec_.purchase.checkout +
                       spec_.purchase.checkout_sd_visitor * static_cast<double>(Nature(s.shopper).z_checkout) +
                       spec_.contact.coupon_logit * static_cast<double>(Nature(s.shopper).coupon_proneness) *
                           CouponDiscount(s.shopper, basket);
  const auto draw = [&](CheckoutPart part) {
    return world_.dice.Draw(Purpose::kCheckout, Entity(s.shopper), CheckoutIndex(s.ordinal, part));
  };
  if (ToUniform(draw(kBegins).lo) >= Logistic(logit)) return EndSession(slot);
  s.checked_out = true;
  Emit({.kind = OutcomeKind::kCheckout, .quantity = profile.cart_size, .amount = basket}, s);
  LogEvent({Now(), s.shopper, s.id, {}, ShopEventKind::kCheckout, false, profile.cart_size, basket});
  const double fill =
      std::min(DwellSeconds(s, draw(kFillsIn)) * spec_.browse.dwell_buy_factor, spec_.browse.session_cut_min * 60 - 1);
  At(Now() + Seconds(fill), MarketEvent::kPay, static_cast<std::uint32_t>(slot));
}

void Market::OnPay(std::int32_t slot) {
  Session& s = S(slot);
  const auto draw = [&](CheckoutPart part) {
    return world_.dice.Draw(Purpose::kCheckout, Entity(s.shopper), CheckoutIndex(s.ordinal, part));
  };
  const Dice::Block b1 = draw(kFinishes);
  const auto abandon = [&](AbandonReason reason) {
    Emit({.kind = OutcomeKind::kAbandon, .detail = static_cast<std::uint8_t>(reason)}, s);
    EndSession(slot);
  };
  if (ToUniform(b1.lo) >= spec_.purchase.checkout_finish)
    return abandon(PickReason(spec_.purchase.abandon_reasons, ToUniform(b1.hi)));
  if (ToUniform(draw(kPays).lo) < spec_.purchase.payment_failure) return abandon(AbandonReason::kPaymentFailed);
  // A copy: the order empties the cart.
  const auto cart = Profile(s.shopper).cart;
  PlaceOrder(slot, {cart.data(), static_cast<std::size_t>(Profile(s.shopper).cart_size)}, true);
  // Paid, some look on.
  if (U(Purpose::kLeave, s.shopper, ~StepIndex(s.ordinal, s.step)) < spec_.browse.leave_after_order)
    return EndSession(slot);
  GoOn(slot);
}

bool Market::PlaceOrder(std::int32_t slot, std::span<const ItemId> wanted, bool viewed) {
  Session& s = S(slot);
  const ShopperId u = s.shopper;
  if (!BuysAtAll(u)) return false;
  struct Line {
    ItemId item;
    std::int32_t units;
    Money price;
    bool seen;
  };
  std::array<Line, kMaxLines> lines{};
  std::size_t count = 0;
  Money basket{};
  const Money budget = RemainingBudget(u);
  const auto add = [&](ItemId item, bool seen) {
    if (count == lines.size()) return;
    for (std::size_t n = 0; n < count; ++n)
      if (lines[n].item == item) return;
    const Money price = PriceFor(u, item);
    if (state_.records.available[item.index()] == 0) {
      Emit({.kind = OutcomeKind::kStockout, .item = item}, s);
      return;
    }
    if (basket + price > budget) return;
    const double more = U(Purpose::kQuantity, u, ItemIndex(s.ordinal, item, s.orders));
    const double p = spec_.purchase.extra_unit;
    std::int32_t units = 1 + (p > 0 ? static_cast<std::int32_t>(Log(more) / Log(p)) : 0);
    units = std::min({units, state_.records.stock[item.index()], 99});
    while (units > 1 && basket + price * units > budget) --units;
    lines[count++] = {item, units, price, seen};
    basket += price * units;
  };
  for (const ItemId item : wanted) add(item, viewed);
  if (count == 0) return false;
  // Impulse lines come from the category of the first line, by popularity.
  const CategoryId c = world_.catalogue.category[lines[0].item.index()];
  for (std::uint64_t n = 0; n < 32; ++n) {
    const Dice::Block b = world_.dice.Draw(Purpose::kQuantity, Entity(u), ~OrderIndex(s.ordinal, s.orders, n));
    if (ToUniform(b.lo) >= spec_.purchase.add_on) break;
    add(world_.catalogue
            .items_of[c.index()][static_cast<std::size_t>(world_.hidden.pick_item[c.index()].Pick(ToUniform(b.hi)))],
        false);
  }

  ShopperState& person = Person(u);
  ShopperProfile& profile = Profile(u);
  ShopLog& log = state_.records.log;
  Money coupon{};
  if (HoldsCoupon(u) && CouponOf(u).noticed) coupon = CouponOf(u).coupon.ValueFor(basket);
  if (coupon.cents == 0 && Nature(u).fraud) return false;
  if (coupon.cents > 0) {
    if (const std::int32_t record = CouponOf(u).record; record >= 0)
      log.coupons[static_cast<std::size_t>(record)].redeemed = true;
    person.has_coupon = false;
    ++profile.coupons_used;
  }
  if (s.coupon_record >= 0) {
    CouponRecord& record = log.coupons[static_cast<std::size_t>(s.coupon_record)];
    record.ordered = true;
    record.order_value += basket;
  }
  const Money paid = basket - coupon;
  Emit({.kind = OutcomeKind::kOrder,
        .detail = static_cast<std::uint8_t>(profile.orders == 0 ? 1 : 0),
        .quantity = static_cast<std::int32_t>(count),
        .amount = paid,
        .cost = coupon},
       s);
  const double distance = world_.population.segments[Nature(u).segment.index()].delivery_time;
  const double delivery =
      distance * Quantile(spec_.after.delivery_days, U(Purpose::kReturnItem, u, ~OrderIndex(s.ordinal, s.orders, 0)));
  const auto PaidFor = [&](Money part) {
    return Scale(part, static_cast<double>(paid.cents) / static_cast<double>(std::max<std::int64_t>(1, basket.cents)));
  };
  Money gross{};
  for (std::size_t n = 0; n < count; ++n) {
    const Line& line = lines[n];
    const Money cost = world_.catalogue.unit_cost[line.item.index()];
    Emit({.kind = OutcomeKind::kOrderLine,
          .detail = static_cast<std::uint8_t>(line.seen ? 0 : 1),
          .item = line.item,
          .quantity = line.units,
          .amount = line.price,
          .cost = cost,
          .value = world_.catalogue.list_price[line.item.index()].units()},
         s);
    LogEvent({Now(), u, s.id, line.item, ShopEventKind::kPurchase, false, static_cast<std::int16_t>(line.units),
              line.price});
    TakeStock(line.item, line.units);
    // Shares of the coupon are rounded on the running total, so that the lines add up to what was paid.
    const Money before = PaidFor(gross);
    gross += line.price * line.units;
    state_.tickets.push_back({u, s.ordinal, s.orders, line.item, line.units, PaidFor(gross) - before, cost, Now()});
    At(Now() + Days(delivery), MarketEvent::kDelivered, static_cast<std::uint32_t>(state_.tickets.size() - 1));
    const auto cart = profile.cart_items();
    const auto it = std::find(cart.begin(), cart.end(), line.item);
    if (it != cart.end()) {
      const auto at = static_cast<std::size_t>(it - cart.begin());
      std::copy(profile.cart.begin() + static_cast<std::ptrdiff_t>(at) + 1, profile.cart.end(),
                profile.cart.begin() + static_cast<std::ptrdiff_t>(at));
      --profile.cart_size;
    }
  }
  person.spent_in_month += paid;
  profile.spent += paid;
  ++profile.orders;
  profile.last_order = Now();
  ++s.orders;
  return true;
}

/// Shoppers buy what fits, and what fits comes back less: how much less depends on the shop. During the warm-up the
/// common intercept goes to where the chance of a return, averaged over delivered lines, is the scenario's rate
/// (Robbins & Monro 1951, with the gain of Newton's method). All arms then start from the same one and keep it.
void Market::SettleReturns(double chance) {
  constexpr std::int64_t kCaution = 20;  // lines before the first steps are full ones
  const double rate = spec_.after.return_rate;
  if (rate <= 0 || rate >= 1 || Now() >= StartOfDay(spec_.time.warmup_days)) return;
  ++state_.return_settled;
  state_.return_shift += (rate - chance) / (rate * (1 - rate) * static_cast<double>(state_.return_settled + kCaution));
}

void Market::OnDelivered(std::int32_t index) {
  const Ticket ticket = state_.tickets[static_cast<std::size_t>(index)];
  ShopperState& person = Person(ticket.shopper);
  const double match =
      world_.Match(ticket.shopper, ticket.item) + static_cast<double>(world_.hidden.quality[ticket.item.index()]);
  const double satisfaction = 2 * Logistic(match) - 1;
  person.satisfaction = static_cast<float>(0.7 * static_cast<double>(person.satisfaction) + 0.3 * satisfaction);
  Outcome outcome{.time = Now(),
                  .kind = OutcomeKind::kDelivered,
                  .shopper = ticket.shopper,
                  .session = ticket.session,
                  .item = ticket.item,
                  .quantity = ticket.quantity,
                  .value = satisfaction,
                  .ordered = ticket.ordered};
  sink_.Record(outcome);

  const CategoryId c = world_.catalogue.category[ticket.item.index()];
  const double chance = Logistic(state_.return_shift + static_cast<double>(world_.hidden.return_logit[c.index()]) +
                                 spec_.after.return_match * match + (Nature(ticket.shopper).fraud ? 3.0 : 0.0));
  SettleReturns(chance);
  const Dice::Block draw = world_.dice.Draw(Purpose::kReturnItem, Entity(ticket.shopper),
                                            ItemIndex(ticket.session, ticket.item, ticket.order));
  if (ToUniform(draw.lo) >= chance) return;
  At(Now() + Days(Quantile(spec_.after.return_days, ToUniform(draw.hi))), MarketEvent::kSentBack,
     static_cast<std::uint32_t>(index));
}

void Market::EmitReturn(const Ticket& ticket) {
  sink_.Record({.time = Now(),
                .kind = OutcomeKind::kReturn,
                .shopper = ticket.shopper,
                .session = ticket.session,
                .item = ticket.item,
                .quantity = ticket.quantity,
                .amount = ticket.paid,
                .cost = MoneyFromUnits(spec_.after.return_cost),
                .value = ticket.unit_cost.units() * ticket.quantity,  // goods come back to the shelf
                .ordered = ticket.ordered});
}

void Market::OnSentBack(std::int32_t index) {
  const Ticket& ticket = state_.tickets[static_cast<std::size_t>(index)];
  ++Profile(ticket.shopper).returns;
  EmitReturn(ticket);
  LogEvent({Now(),
            ticket.shopper,
            {},
            ticket.item,
            ShopEventKind::kReturn,
            false,
            static_cast<std::int16_t>(ticket.quantity),
            ticket.paid});
  PutBack(ticket.item, ticket.quantity);
}

}  // namespace souk
