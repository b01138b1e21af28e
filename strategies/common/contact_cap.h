#pragma once
// How often the shop wrote to each shopper lately: what a frequency cap needs.

#include <cstdint>
#include <vector>

#include "sim/decision/shop_view.h"

namespace souk {

/// Messages of the last 7 days per shopper, counted from the log's tail.
/// Cost: Count O(shoppers + messages of the week), without allocation after the first call.
/// Tested by: ContactCap.CountsTheLastSevenDays.
class ContactCap {
 public:
  void Count(const ShopView& view, SimTime now) {
    sent_.assign(static_cast<std::size_t>(view.shoppers()), 0);
    const std::vector<MessageRecord>& messages = view.log().messages;
    const SimTime from = now - Days(7);
    for (auto m = messages.rbegin(); m != messages.rend() && m->time > from; ++m)
      if (m->shopper.valid() && m->shopper.index() < sent_.size()) ++sent_[m->shopper.index()];
  }
  [[nodiscard]] int SentTo(ShopperId u) const { return sent_[u.index()]; }

 private:
  std::vector<std::int32_t> sent_;
};

/// May the shop write to this shopper at all: known, and not opted out.
inline bool Reachable(const ShopperProfile& p) { return p.first_seen != kNever && !p.opted_out; }

}  // namespace souk
