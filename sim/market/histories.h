#pragma once
// What every shopper has looked at, all in one block of memory: millions of small vectors would cost an allocation and
// 24 bytes each, and copying a shop would copy them one by one.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/ids.h"
#include "sim/base/prefetch.h"

namespace souk {

/// A shopper's place in Histories: 8 bytes, made empty.
struct History {
  std::uint32_t begin = 0;
  std::uint32_t size : 27 = 0;
  std::uint32_t room : 5 = 0;  ///< it has room for 2^(room + 1) items; 0: none yet
};
static_assert(sizeof(History) == 8);

/// Item views of shoppers, oldest first. A history that outgrows its room moves to one of twice the size; the old room
/// is used again. Spans hold until the next Push. Randomness: none. Thread safety: none. A value type: what it copies
/// is one array. Memory: 4 bytes a view, rounded up to a power of two, 16 at least. Tested by: Histories.*.
class Histories {
 public:
  [[nodiscard]] std::span<const ItemId> of(History h) const { return {items_.data() + h.begin, h.size}; }

  /// Has the latest views of a history fetched.
  void Expect(History h) const {
    if (h.size > 0) Prefetch(items_.data() + h.begin + h.size);
  }

  void Push(History& h, ItemId item) {
    if (h.room == 0 || h.size == RoomOf(h.room)) Grow(h);
    items_[h.begin + h.size] = item;
    ++h.size;
  }
  /// Forgets all but the latest `n`. Cost: O(n) when there are more.
  void KeepLatest(History& h, std::uint32_t n);

 private:
  static constexpr std::uint32_t RoomOf(std::uint32_t room) { return 2U << room; }
  void Grow(History& h);

  std::vector<ItemId> items_;
  std::array<std::vector<std::uint32_t>, 32> free_;  ///< beginnings of unused rooms, by size
};

}  // namespace souk
