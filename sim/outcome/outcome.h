#pragma once
// Plain records of what happened in the shop, and the sink they go to. The market emits them; the
// tally (tally.h), the facts and the results file are computed from nothing else.

#include <cstdint>
#include <span>

#include "sim/base/ids.h"
#include "sim/base/money.h"
#include "sim/base/sim_time.h"

namespace souk {

enum class OutcomeKind : std::uint8_t {
  kSessionStart,  ///< detail: 1 = mobile
  kPage,          ///< any page served (home or product); value: seconds waited for it
  kView,          ///< a product page; item; amount: price shown
  kClick,         ///< the view came from the slate; position
  kCart,          ///< item, quantity, amount: unit price
  kCheckout,      ///< checkout begun; quantity: lines; amount: basket value
  kAbandon,       ///< checkout not finished; detail: AbandonReason
  kOrder,         ///< amount: paid after coupon; cost: coupon value; quantity: lines; detail: 1 = first order ever
  kOrderLine,  ///< item, quantity, amount: unit price paid before coupon; cost: unit cost; value: list price in units;
               ///< detail: 1 = bought without a view
  kReturn,     ///< item, quantity, amount: refunded; cost: handling cost; value: goods at cost, in units
  kDelivered,  ///< one order line has arrived; value: satisfaction, −1…1
  kQuestion,   ///< detail: true intent
  kAnswer,     ///< by the assistant; detail: 1 = right, 0 = wrong
  kEscalate,   ///< handed to the human agents
  kAgentAnswer,   ///< value: seconds waited; detail: 1 = right; cost: agent time
  kAgentAbandon,  ///< gave up waiting; value: seconds waited
  kCouponOffer,   ///< amount: face value at a typical basket; cost: issue cost
  kMessage,       ///< cost: whole cents that fell due; costs below a cent add up over messages
  kMessageOpen,
  kOptOut,
  kBounce,      ///< left while waiting for a page, as patience ended; value: seconds waited
  kStockout,    ///< wanted to buy but nothing left; item
  kSessionEnd,  ///< quantity: item views in the session
  kLost,        ///< the shopper will never come back (known to the simulator only)
};
constexpr int kOutcomeKinds = static_cast<int>(OutcomeKind::kLost) + 1;
/// `session_start`, `page`, `view` … for files and traces.
const char* OutcomeName(OutcomeKind kind);

enum class AbandonReason : std::uint8_t { kExtraCost, kAccount, kTrust, kLength, kPaymentFailed };

/// One thing that happened. Fields that a kind does not use are zero or "none".
struct Outcome {
  SimTime time;
  OutcomeKind kind{};
  std::uint8_t detail = 0;
  std::uint16_t position = 0;  ///< slate position from 1
  ShopperId shopper;
  std::int32_t session = -1;  ///< ordinal of the shopper's session
  ItemId item;
  std::int32_t quantity = 0;
  std::int16_t arm = -1;  ///< that caused it, where several share a shop and the session does not tell
  Money amount;
  Money cost;
  double value = 0;
  SimTime ordered;  ///< kDelivered, kReturn: when the order was placed
};

/// Does it follow an order, days later, outside of any session?
constexpr bool IsAfterSale(OutcomeKind kind) { return kind == OutcomeKind::kDelivered || kind == OutcomeKind::kReturn; }
/// The moment that an outcome is attributed to: of the order for what follows from it, else when it happened.
constexpr SimTime BookingTime(const Outcome& o) { return IsAfterSale(o.kind) ? o.ordered : o.time; }

/// Slots in the order of scenario.h, repeated here so that floor 1 stays flat.
constexpr int kDecisionSlots = 5;

/// One decision of a strategy, as the shop logs it: with slot and time, all that identifies the action taken. The items
/// of a slate go to RecordSlate. Fields that a slot does not use keep their defaults.
struct DecisionOutcome {
  SimTime time;
  std::int32_t slot = 0;
  ShopperId shopper;
  std::int32_t session = -1;
  ItemId item;                ///< first of the slate, item priced, item asked about
  std::int32_t eligible = 0;  ///< size of the set the choice was made from
  double propensity = 1;      ///< probability of the logged action under the policy
  Money price;                ///< price shown; coupon: face value, of a percentage its value at a typical basket
  Money cost;
  std::int32_t arm = -1;      ///< that decided, where several share a shop and the session does not tell
  double percent = 0;         ///< coupon: share of the basket; 0 with a price is a fixed amount, without one no coupon
  std::int32_t article = -1;  ///< assistant: index of the help page answered with; −1 handed over to a human
  std::int32_t intent = -1;   ///< assistant: as understood
  std::int32_t content = -1;  ///< outreach: MessageContent
  std::int32_t channel = -1;  ///< outreach: Channel
  std::int32_t slate_size = 0;
};

/// Where outcomes go. Calls come from one thread at a time, in time order.
class OutcomeSink {
 public:
  virtual ~OutcomeSink() = default;
  virtual void Record(const Outcome& outcome) = 0;
  /// A slate was shown; its decision follows at once. Spans are valid during the call only; `propensity` of each item
  /// at its position.
  virtual void RecordSlate(const Outcome& page, std::span<const ItemId> items, std::span<const float> propensity) = 0;
  virtual void RecordDecision(const DecisionOutcome& decision) = 0;
  /// Outcomes of this shopper may come soon: a hint to have memory fetched. Changes nothing.
  virtual void Expect(ShopperId) const {}
};

}  // namespace souk
