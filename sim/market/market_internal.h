#pragma once
// Helpers shared by the sources of this room.

#include <cstdint>

#include "sim/base/tick_clock.h"
#include "sim/market/market.h"

namespace souk {

inline std::uint32_t Entity(ShopperId u) { return static_cast<std::uint32_t>(u.value); }

// Which index keys which draw. Within one purpose and entity, two questions never share an index: the families below
// are disjoint for session ordinals below 2^16, steps below 2^14 and parts in the ranges given. A block's two words may
// answer two questions.
//
//   purpose      entity   index                           lo                        hi
//   kSession     shopper  Index(session, 0)               leaving                   dwelling
//                         Index(session, 1)               purchase                  staying in the category
//                         Index(session, 2)               beta-geometric leaving
//   kVisit       shopper  session                         orders without a look     begins on the home page
//   kDirect      shopper  Index(session, 0 … 2)           from cart; history; -     which of it; ; category (lo), item
//   kReturn      shopper  Index(session, 0)               off-time
//                         Index(session, 1)               drops out
//   kServer      shopper  StepIndex(session, page)        time of the page
//   kDwell       shopper  StepIndex(session, page)        time on the page
//   kNavigate    shopper  Index(session·4 + part, step)   see DrawTurn              see DrawTurn
//   kOrganic     shopper  Index(session·32 + part, step)  rows of a list, four a block
//   kExamine     shopper  Index(session·32, step)         rows looked through         looks at the slate
//                         Index(session·32 + part, step)  positions, four a block
//   kTaste       shopper  Index(session, item)            noise of the utility
//   kBuy         shopper  ItemIndex(session, item, view)  buys at once              puts into the cart
//   kQuestion    shopper  StepIndex(session, step)        asks
//   kChat        shopper  ChatIndex(session, step, part)  see chat.cc
//                         Index(ChatWords(…), n)          words of a question
//   kAgent       shopper  ChatIndex(session, step, 0)     handling                  patience
//                         ChatIndex(session, step, 1)     right or wrong
//   kLeave       shopper  StepIndex(session, step)        leaves
//                         ~StepIndex(session, step)       leaves after paying
//   kCheckout    shopper  Index(session, 0)               begins
//                         Index(session, 1)               finishes                  why not
//                         Index(session, 2)               payment fails
//                         Index(session, 3)               time to fill in the form
//   kQuantity    shopper  ItemIndex(session, item, order) units
//                         ~OrderIndex(session, order, n)  another line              which item
//   kReturnItem  shopper  ItemIndex(session, item, order) is sent back              when
//                         ~OrderIndex(session, order, 0)  delivery
//   kCoupon      shopper  session                         notices
//   kMessage     shopper  Index(message, 0)               opens                     opts out
//                         Index(message, 1)               comes                     when
//   kCompetitor  item     day                             price
//   kStock       item     day                             lead time
//   kSplit       shopper or arm: see split.cc

/// Index of a draw that belongs to (session, item) and a small number: the n-th view of the item, or order of the
/// session. Repeats after 64 of them in one session.
constexpr std::uint64_t ItemIndex(std::int32_t ordinal, ItemId item, int n) {
  return Index((static_cast<std::uint64_t>(ordinal) << 6) | (static_cast<std::uint64_t>(n) & 63U),
               static_cast<std::uint64_t>(item.value));
}

/// Of the n-th draw about an order of the session; n < 64.
constexpr std::uint64_t OrderIndex(std::int32_t ordinal, std::int32_t order, std::uint64_t n) {
  return Index(static_cast<std::uint64_t>(ordinal), (static_cast<std::uint64_t>(order) << 6) | n);
}

/// Of a draw about the talk at a step; part < 16.
constexpr std::uint64_t ChatIndex(std::int32_t ordinal, std::int32_t step, int part) {
  return Index((static_cast<std::uint64_t>(ordinal) << 4) | static_cast<std::uint64_t>(part),
               static_cast<std::uint64_t>(step));
}

/// The stream of the words of a question: its draws have indices from Index(ChatWords(…), 0) on. `turn` is 0 or 1.
constexpr std::uint32_t ChatWords(std::int32_t ordinal, std::int32_t step, int turn) {
  return 0x80000000U | (static_cast<std::uint32_t>(ordinal) & 0xFFFFU) << 15 |
         (static_cast<std::uint32_t>(step) & 0x3FFFU) << 1 | static_cast<std::uint32_t>(turn);
}

/// Parts of kChat.
enum ChatPart : int { kTyping, kIntent, kThumbsUp, kReading, kReadingAgain, kThinking, kThinkingAgain };

/// Parts of kCheckout.
enum CheckoutPart : std::uint64_t { kBegins, kFinishes, kPays, kFillsIn };
constexpr std::uint64_t CheckoutIndex(std::int32_t ordinal, CheckoutPart part) {
  return Index(static_cast<std::uint64_t>(ordinal), part);
}

/// Asks a strategy and records how long the answer took by the wall clock.
template <class Ask>
auto Market::Timed(int arm, Slot slot, Ask&& ask) {
  const std::uint64_t start = TickClock::Now();
  auto answer = ask();
  const std::uint64_t end = TickClock::Now();
  measured_[static_cast<std::size_t>(arm)].latency[static_cast<std::size_t>(slot)].Add(TickClock::Ns(start, end));
  return answer;
}

}  // namespace souk
