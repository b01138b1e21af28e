#pragma once
// What the event log alone tells of a shopper. A strategy that learns from past sessions replays the log
// through this struct and then keeps it up to date in Observe, so that training and deciding see features
// computed by the same code from the same information.

#include <cstdint>

#include "sim/decision/shop_log.h"

namespace souk {

constexpr SimTime kLongAgo{INT64_MIN};

/// Counters of one shopper. Plain 64 bytes without padding: a column of them is saved as it is.
struct ShopperHistory {
  SimTime previous_session = kLongAgo;  ///< start of the session before the running one
  SimTime session_start = kLongAgo;     ///< of the running or latest session
  SimTime last_order = kLongAgo;
  SimTime last_cart = kLongAgo;  ///< latest item put into the cart
  Money spent;
  std::int32_t sessions = 0;
  std::int32_t views = 0;
  std::int32_t carts = 0;
  std::int32_t orders = 0;          ///< sessions with a purchase
  std::int32_t order_session = -1;  ///< latest session with a purchase
  std::int32_t padding = 0;

  void Apply(const ShopEvent& e) {
    switch (e.kind) {
      case ShopEventKind::kSessionStart:
        previous_session = session_start;
        session_start = e.time;
        ++sessions;
        break;
      case ShopEventKind::kView: ++views; break;
      case ShopEventKind::kCart:
        ++carts;
        last_cart = e.time;
        break;
      case ShopEventKind::kPurchase:
        // An order has one event per line.
        if (e.session.value != order_session) ++orders;
        order_session = e.session.value;
        last_order = e.time;
        spent += e.price * (e.quantity > 0 ? e.quantity : 1);
        break;
      default: break;
    }
  }

  /// Put something into the cart since the last order, and not longer than `days` ago.
  [[nodiscard]] bool CartOpen(SimTime now, double days) const {
    return last_cart != kLongAgo && last_cart > last_order && (now - last_cart).days() <= days;
  }
};
static_assert(sizeof(ShopperHistory) == 64);

}  // namespace souk
