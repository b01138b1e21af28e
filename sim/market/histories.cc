#include "sim/market/histories.h"

#include <algorithm>
#include <limits>

#include "sim/base/error.h"

namespace souk {

void Histories::Grow(History& h) {
  const std::uint32_t room = h.room + 1;
  SOUK_CHECK(room < free_.size() - 5);
  std::uint32_t begin = 0;
  if (auto& unused = free_[room]; !unused.empty()) {
    begin = unused.back();
    unused.pop_back();
  } else {
    SOUK_CHECK(items_.size() + RoomOf(room) <= std::numeric_limits<std::uint32_t>::max());
    begin = static_cast<std::uint32_t>(items_.size());
    items_.resize(items_.size() + RoomOf(room));
  }
  std::copy_n(items_.begin() + h.begin, h.size, items_.begin() + begin);
  if (h.room > 0) free_[h.room].push_back(h.begin);
  h.begin = begin;
  h.room = room & 31U;
}

void Histories::KeepLatest(History& h, std::uint32_t n) {
  if (h.size <= n) return;
  const auto begin = items_.begin() + h.begin;
  std::copy(begin + (h.size - n), begin + h.size, begin);
  h.size = n & ((1U << 27) - 1);
}

}  // namespace souk
