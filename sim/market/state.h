#pragma once
// Everything that changes while a shop runs, as plain values: copying it copies the shop, which is
// how all arms of a replication start from one warm-up.

#include <array>
#include <cstdint>
#include <vector>

#include "sim/decision/strategy.h"
#include "sim/events/event_queue.h"
#include "sim/market/histories.h"
#include "sim/market/station.h"

namespace souk {

/// Kinds of event in the market's loop. `entity` is given behind each.
enum class MarketEvent : std::uint32_t {
  kVisit,        ///< shopper: comes to the shop; arg = ShopperState::plan, else it was given up for an earlier visit
  kServed,       ///< session slot, or Station::kNobody: the page is there
  kAsk,          ///< session slot: has typed a question
  kChatRead,     ///< session slot: has read the answer
  kAgentDone,    ///< session slot: the agent has answered
  kAgentGiveUp,  ///< session slot: stopped waiting for an agent
  kAct,          ///< session slot: has looked long enough, does what was decided
  kPay,          ///< session slot: checkout form is filled
  kDelivered,    ///< ticket
  kSentBack,     ///< ticket
  kRestock,      ///< item, arg = units
  kMessage,      ///< index of the planned message
  kDay,          ///< start of a day: launches, competitors, replenishment, outreach clock
  kReprice,      ///< the pricing clock
  kTrain,        ///< the training clock
  kPlan,         ///< the outreach clock
  kPageGiveUp,   ///< session slot: stopped waiting for the page
};

/// What a session does after looking at its item.
enum class Action : std::uint8_t { kNone, kCart, kBuy };

/// What an item costs one shopper for the rest of a session, where prices are personal.
struct Quote {
  ItemId item;
  Money price;
  float relative = 0;  ///< log(price ÷ list)
};

/// What is drawn when an item's page is there.
struct PageDice {
  Dice::Block question{};
  Dice::Block buy{};
  Dice::Block dwell{};
  Dice::Block leave{};
  int earlier_views = 0;  ///< of the item by this shopper: the dice of buying depend on it
};

/// A session in progress; slots are reused.
struct Session {
  ShopperId shopper;
  std::int32_t ordinal = 0;  ///< of the shopper's sessions
  SessionId id;              ///< shop-wide
  std::int32_t step = 0;     ///< item views so far
  std::int32_t pages = 0;
  std::int32_t orders = 0;  ///< in this session
  ItemId item;              ///< on the page now; none: home page
  float z_leave = 0;
  float z_dwell = 0;
  float z_purchase = 0;
  float stay = 0.5F;       ///< chance to stay in the category
  float leave_p = 0;       ///< beta-geometric: this session's chance
  float need = 0;          ///< log odds, at most 0: what is still at home from the last order
  float service = 0;       ///< log odds from chat on the present item
  float slate_match = 0;   ///< mean match of the slate on the page
  double page_wait_s = 0;  ///< of the page now
  SimTime requested;
  SimTime asked;
  Action action = Action::kNone;
  bool mobile = false;
  bool checked_out = false;      ///< went to the till with the cart already
  bool home = false;             ///< the page now is the home page
  bool next_from_slate = false;  ///< the item on its way was clicked in the slate
  std::uint16_t slate_position = 0;
  IntentId intent;  ///< of the question being handled
  std::int8_t chat_turn = 0;
  std::int32_t chat_record = -1;  ///< row of the log
  std::int32_t slate_record = -1;
  std::int32_t coupon_record = -1;
  PageDice dice;  ///< of the latest view
  Slate slate;
  std::array<float, Slate::kMax> slate_matches;  ///< of the shopper with each of its items
  std::vector<ItemId> viewed;                    ///< item views in order
  std::vector<Quote> quotes;                     ///< personal prices given so far
};

/// A shopper between and across sessions. Millions of them are at home at any time, so what few have is kept elsewhere.
struct ShopperState {
  SimTime visit = kNever;          ///< the one planned visit; none while inside a session
  std::uint32_t plan = 0;          ///< visits planned so far: an event of an earlier plan is void
  std::int32_t session_slot = -1;  ///< ≥ 0 while inside one
  std::int32_t sessions = 0;       ///< started so far: the next ordinal
  std::int32_t messages = 0;       ///< received so far
  float off_time_noise = 0;        ///< AR(1)
  float reference = 0;             ///< log(price used to ÷ list)
  float satisfaction = 0;
  std::int32_t month = -1;  ///< 30-day period that `spent_in_month` is about
  Money spent_in_month;
  History history;           ///< item views of all sessions, capped; in MarketState::histories
  std::int32_t coupon = -1;  ///< index into MarketState::coupons; −1: never had one
  std::uint8_t arm = 0;      ///< that served the last session: of a test inside one shop
  bool lost = false;
  bool has_coupon = false;
};
static_assert(sizeof(ShopperState) <= 64, "an idle shopper is one cache line");

/// The latest coupon of a shopper.
struct HeldCoupon {
  Coupon coupon;
  SimTime until;
  std::int32_t record = -1;  ///< row of the log; −1: came by message
  bool noticed = false;
};

/// A delivered line: satisfaction and perhaps a return follow.
struct Ticket {
  ShopperId shopper;
  std::int32_t session = 0;
  std::int32_t order = 0;  ///< of the session
  ItemId item;
  std::int32_t quantity = 0;
  Money paid;  ///< for the line, after its share of the coupon; the lines of an order add up to what was paid
  Money unit_cost;
  SimTime ordered;
};

/// What items cost those whom one arm serves.
struct PriceTable {
  std::vector<Money> price;     ///< per item
  std::vector<float> relative;  ///< log(price ÷ list), per item
  std::vector<float> pull;      ///< log(competitor ÷ price) at whole cents, per item
  bool personal = false;        ///< the quotes of a session come before these
};

struct MarketState {
  EventQueue queue;
  ShopRecords records;
  std::vector<ShopperState> shoppers;
  Histories histories;
  std::vector<HeldCoupon> coupons;  ///< by ShopperState::coupon
  std::vector<Session> sessions;
  std::vector<std::int32_t> free_sessions;
  std::vector<Ticket> tickets;
  std::vector<Message> messages;
  std::vector<std::int32_t> message_record;  ///< row of the log, by index into messages
  std::vector<std::uint8_t> message_arm;     ///< that planned it, by index into messages
  std::vector<std::int32_t> on_order;        ///< units, per item
  std::vector<std::int32_t> stock_target;    ///< order-up-to level, per item
  std::vector<float> competitor_log;         ///< log(competitor ÷ list), per item: the process itself
  std::vector<PriceTable> prices;            ///< by arm; the first one is also the public price of the records
  Station servers;
  Station agents;
  std::int32_t next_session_id = 0;
  std::int64_t message_carry = 0;   ///< cost of messages below a cent, in millionths of a unit
  double return_shift = 0;          ///< added to all log odds of a return: settles in the warm-up, then stays
  std::int64_t return_settled = 0;  ///< delivered lines that it has settled on
  std::array<std::uint32_t, kSlots> decisions{};  ///< asked so far, per slot: index of the private dice
};

}  // namespace souk
