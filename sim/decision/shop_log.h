#pragma once
// What the shop itself can log, and so all that a strategy may learn from: events, offers, prices,
// chats and messages with the propensity of every decision. No taste, no counterfactual.

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/money.h"
#include "sim/base/sim_time.h"

namespace souk {

enum class ShopEventKind : std::uint8_t {
  kSessionStart,
  kView,
  kCart,
  kCheckout,
  kPurchase,
  kReturn,
  kQuestion,
  kMessageOpen,
  kOptOut
};

/// One row of the shop's clickstream, in time order.
struct ShopEvent {
  SimTime time;
  ShopperId shopper;
  SessionId session;  ///< shop-wide running number
  ItemId item;        ///< none for session, message and opt-out events
  ShopEventKind kind{};
  bool from_slate = false;  ///< kView: reached by a click on a recommended item
  std::int16_t quantity = 0;
  Money price;  ///< kView, kCart, kPurchase: unit price shown or paid
};

/// A slate as shown. Items and propensities in ShopLog::slate_items / slate_propensity.
struct SlateRecord {
  SimTime time;
  ShopperId shopper;
  SessionId session;
  std::int32_t begin = 0;
  std::int16_t size = 0;
  std::int16_t clicked = -1;  ///< position from 0, −1 when none
  std::int32_t eligible = 0;
};

/// A coupon decision (also when nothing was offered: face 0) and what came of it.
struct CouponRecord {
  SimTime time;
  ShopperId shopper;
  SessionId session;
  double percent = 0;  ///< 0 unless a percentage coupon
  Money face;          ///< 0 unless a fixed amount
  double propensity = 1;
  bool redeemed = false;
  bool ordered = false;  ///< an order in the session of the offer
  Money order_value;     ///< of that order, before the coupon
};

struct PriceRecord {
  SimTime time;
  ItemId item;
  Money price;
  double propensity = 1;
  ShopperId shopper;  ///< none: the shop-wide price
};

/// One question and its handling. `agent_intent` is the tag a human agent gave (none unless one answered).
struct ChatRecord {
  SimTime time;
  ShopperId shopper;
  ItemId item;
  std::string text;
  IntentId bot_intent;
  double confidence = 0;
  bool escalated = false;
  IntentId agent_intent;
  bool thumbs_up = false;  ///< the shopper rated the answer as helpful
};

struct MessageRecord {
  SimTime time;
  ShopperId shopper;
  std::uint8_t content = 0;  ///< MessageContent
  double propensity = 1;
  bool opened = false;
  std::uint8_t channel = 0;  ///< Channel
};

/// Everything logged so far, oldest first. Copyable: an arm starts from a copy of the warm-up log.
struct ShopLog {
  std::vector<ShopEvent> events;
  std::vector<SlateRecord> slates;
  std::vector<ItemId> slate_items;
  std::vector<float> slate_propensity;  ///< empty as long as every item was shown with certainty; see AddSlateItems
  std::vector<CouponRecord> coupons;
  std::vector<PriceRecord> prices;
  std::vector<ChatRecord> chats;
  std::vector<MessageRecord> messages;

  /// Appends a slate's items with their chances. Most strategies leave nothing to chance, and four bytes for every item
  /// that was ever shown add up.
  void AddSlateItems(std::span<const ItemId> items, std::span<const float> chances) {
    const std::size_t before = slate_items.size();
    slate_items.insert(slate_items.end(), items.begin(), items.end());
    const bool certain = std::all_of(chances.begin(), chances.end(), [](float p) { return p == 1.0F; });
    if (certain && slate_propensity.empty()) return;
    slate_propensity.resize(before, 1.0F);
    slate_propensity.insert(slate_propensity.end(), chances.begin(), chances.end());
  }
  /// The chance with which the item at `at` of slate_items was shown at its place.
  [[nodiscard]] float SlatePropensity(std::size_t at) const {
    return slate_propensity.empty() ? 1.0F : slate_propensity[at];
  }
};

}  // namespace souk
