#include "sim/events/event_queue.h"

#include <algorithm>
#include <utility>

namespace souk {
namespace {

constexpr std::size_t kSoonMost = 1024;      ///< events of larger buckets are not due soon
constexpr std::size_t kWhole = 16;           ///< a bucket of up to so many events becomes near as it is
constexpr std::size_t kKeptCapacity = 4096;  ///< larger buckets give their memory up when they are emptied
constexpr std::size_t kSpares = 4;           ///< so many of those are kept for others that grow large

}  // namespace

EventHandle EventQueue::ScheduleCancellable(const Event& event, std::uint8_t priority) {
  SOUK_CHECK(event.time >= now_);
  std::uint32_t slot;
  if (!free_.empty()) {
    slot = free_.back();
    free_.pop_back();
  } else {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  }
  Slot& s = slots_[slot];
  s.event = event;
  Insert({event.time.us, Order(priority), event.kind, event.entity, event.arg, slot, s.stamp});
  return {slot, s.generation};
}

bool EventQueue::Cancel(EventHandle handle) {
  if (!IsPending(handle)) return false;
  Release(handle.slot);
  NoteStale();
  return true;
}

bool EventQueue::Reschedule(EventHandle handle, SimTime time, std::uint8_t priority) {
  if (!IsPending(handle)) return false;
  SOUK_CHECK(time >= now_);
  Slot& s = slots_[handle.slot];
  s.event.time = time;
  ++s.stamp;
  const Event event = s.event;
  const std::uint32_t stamp = s.stamp;
  NoteStale();
  Insert({time.us, Order(priority), event.kind, event.entity, event.arg, handle.slot, stamp});
  return true;
}

void EventQueue::NoteStale() {
  ++stale_;
  if (hole_) FillHole();
  if (stale_ > kNearMost && stale_ > size()) Compact();
  DropStaleTop();
}

void EventQueue::DropStaleTop() {
  if (hole_) FillHole();
  while (!near_.empty() && IsStale(near_.front())) {
    FillHole();
    --stale_;
  }
}

void EventQueue::MakeHeap() {
  for (std::size_t position = near_.size() / 4 + 1; position-- > 0;) {
    if (position < near_.size()) SiftDown(position, Entry(near_[position]));
  }
}

/// Throws all stale entries out: their number stays below that of the pending ones.
void EventQueue::Compact() {
  const auto stale = [this](const Entry& e) { return IsStale(e); };
  std::erase_if(near_, stale);
  MakeHeap();
  far_size_ = 0;
  for (int level = 0; level < kLevels; ++level) {
    for (int digit = 0; digit < kDigits; ++digit) {
      auto& bucket = far_[static_cast<std::size_t>(level * kDigits + digit)];
      std::erase_if(bucket, stale);
      far_size_ += bucket.size();
      if (bucket.empty()) digits_[static_cast<std::size_t>(level)] &= ~(std::uint64_t{1} << digit);
    }
    if (digits_[static_cast<std::size_t>(level)] == 0) levels_ &= ~(1U << level);
  }
  stale_ = 0;
}

/// Gives the later half of a heap that has grown too large to the far future.
void EventQueue::Spill() {
  const auto middle = near_.begin() + static_cast<std::ptrdiff_t>(near_.size() / 2);
  std::nth_element(near_.begin(), middle, near_.end(), [](const Entry& a, const Entry& b) { return a.Before(b); });
  const std::int64_t split = middle->time;
  if (far_size_ == 0) base_ = static_cast<std::uint64_t>(now_.us);
  const auto later = std::partition(near_.begin(), near_.end(), [split](const Entry& e) { return e.time <= split; });
  near_end_ = split + 1;
  for (auto it = later; it != near_.end(); ++it) PushFar(*it);
  near_.erase(later, near_.end());
  // Many events of one instant: nothing to give away, so let the heap grow.
  near_most_ = std::max(kNearMost, near_.size() + near_.size() / 2);
  MakeHeap();
}

std::vector<EventQueue::Entry> EventQueue::TakeBucket(int level, int digit) {
  std::vector<Entry> bucket = std::move(far_[static_cast<std::size_t>(level * kDigits + digit)]);
  far_[static_cast<std::size_t>(level * kDigits + digit)].clear();
  auto& digits = digits_[static_cast<std::size_t>(level)];
  digits &= ~(std::uint64_t{1} << digit);
  if (digits == 0) levels_ &= ~(1U << level);
  far_size_ -= bucket.size();
  return bucket;
}

/// Makes room for more entries, in a spare bucket if there is one that is large enough.
void EventQueue::Grow(std::vector<Entry>& bucket) {
  const std::size_t wanted = std::max<std::size_t>(16, 2 * bucket.size());
  if (wanted > kKeptCapacity) {
    const auto spare =
        std::find_if(spare_.begin(), spare_.end(), [&](const auto& s) { return s.capacity() >= wanted; });
    if (spare != spare_.end()) {
      std::swap(bucket, *spare);
      bucket.assign(spare->begin(), spare->end());
      spare_.erase(spare);
      return;
    }
  }
  bucket.reserve(wanted);
}

void EventQueue::Recycle(std::vector<Entry> bucket, int level, int digit) {
  auto& home = far_[static_cast<std::size_t>(level * kDigits + digit)];
  bucket.clear();
  if (bucket.capacity() > kKeptCapacity) {
    if (spare_.size() < kSpares) spare_.push_back(std::move(bucket));
  } else if (home.empty()) {
    home = std::move(bucket);
  }
}

/// The first instant of an entry's bucket.
std::uint64_t EventQueue::Begin(const Entry& entry, int level) {
  return static_cast<std::uint64_t>(entry.time) >> (level * kDigitBits) << (level * kDigitBits);
}

/// Brings the earliest bucket into the empty near heap, dealing it out into finer ones while it is large.
void EventQueue::Refill(Listener listener) {
  while (near_.empty()) {
    SOUK_CHECK(levels_ != 0);
    const int level = std::countr_zero(levels_);
    const int digit = std::countr_zero(digits_[static_cast<std::size_t>(level)]);
    std::vector<Entry> bucket = TakeBucket(level, digit);
    if (stale_ > 0) {
      stale_ -= std::erase_if(bucket, [this](const Entry& e) { return IsStale(e); });
    }
    if (listener.tell != nullptr && bucket.size() <= kSoonMost) listener.tell(listener.soon, bucket);
    if (!bucket.empty() && level > 0 && bucket.size() > kWhole) {
      base_ = Begin(bucket.front(), level);
      for (const Entry& e : bucket) PushFar(e);
    } else if (!bucket.empty()) {
      const std::uint64_t width = std::uint64_t{1} << (level * kDigitBits);  // level < kLevels: no overflow
      const std::uint64_t begin = Begin(bucket.front(), level);
      base_ = begin;
      near_end_ =
          far_size_ == 0 ? INT64_MAX : static_cast<std::int64_t>(std::min<std::uint64_t>(begin + width, INT64_MAX));
      near_.assign(bucket.begin(), bucket.end());
      near_most_ = std::max(kNearMost, 2 * near_.size());
      MakeHeap();
    }
    Recycle(std::move(bucket), level, digit);
  }
}

SimTime EventQueue::NextFarTime() const {
  for (int level = 0; level < kLevels; ++level) {
    for (auto digits = digits_[static_cast<std::size_t>(level)]; digits != 0; digits &= digits - 1) {
      const auto& bucket = far_[static_cast<std::size_t>(level * kDigits + std::countr_zero(digits))];
      std::int64_t first = INT64_MAX;
      bool any = false;
      for (const Entry& e : bucket) {
        if (e.time > first || (any && e.time == first) || IsStale(e)) continue;
        first = e.time;
        any = true;
      }
      if (any) return SimTime{first};
    }
  }
  return kNever;
}

}  // namespace souk
