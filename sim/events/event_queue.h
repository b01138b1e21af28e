#pragma once
// The clock and the future-event list of one simulated world. Knows nothing of shops.
//
// Order: by time, then by priority (lower first), then by schedule order (first scheduled, first run); never by address
// or hash, so a run does not depend on memory layout. Re-entrancy: a handler may schedule, cancel and reschedule
// freely, also at the current instant: such an event runs after those already waiting for that instant with the same
// priority. Cancellation: by handle, for events that were scheduled for it; a handle dies when its event runs or is
// cancelled. A value type: copying a queue copies the future, which is how arms share one warm-up.
//
// Structure: a small heap holds the near future; what is farther away lies unsorted in buckets by the highest digit
// (base 64) in which its time differs from a moving base, and is dealt out into finer ones as the clock comes closer.
// So an event is appended and read a few times in sequence, however many are pending, where a heap would chase cache
// misses. Source: Ahuja, Mehlhorn, Orlin & Tarjan 1990, "Faster algorithms for the shortest path problem" (radix heap).

#include <array>
#include <bit>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "sim/base/error.h"
#include "sim/base/sim_time.h"

namespace souk {

/// What will happen: 24 bytes of plain data; the owner gives `kind`, `entity` and `arg` a meaning.
struct Event {
  SimTime time;
  std::uint32_t kind = 0;
  std::uint32_t entity = 0;
  std::uint64_t arg = 0;
};

/// Names a cancellable event until it runs or is cancelled. Never reused within 2^32 reuses of a slot.
struct EventHandle {
  std::uint32_t slot = UINT32_MAX;
  std::uint32_t generation = 0;
  [[nodiscard]] bool valid() const { return slot != UINT32_MAX; }
};

/// Cost: amortised O(1) for spread-out times, O(log k) where k events share one instant; no allocation once grown.
/// Memory: 40 bytes a pending event, 32 more if cancellable. Thread safety: none.
/// Tested by: EventQueue.MatchesSortedReference and others in tests/unit/events. Timed by:
/// bench/micro/event_queue_bench.cc.
class EventQueue {
 public:
  /// Adds an event at `event.time`, which must not lie before now(). `priority` orders events of one instant.
  void Schedule(const Event& event, std::uint8_t priority = 0) {
    SOUK_CHECK(event.time >= now_);
    Insert({event.time.us, Order(priority), event.kind, event.entity, event.arg, kNoSlot, 0});
  }

  /// The same for an event that may be cancelled or moved.
  EventHandle ScheduleCancellable(const Event& event, std::uint8_t priority = 0);

  /// Takes a pending event out; false if it already ran or was cancelled.
  bool Cancel(EventHandle handle);

  /// Moves a pending event to another time, not before now(), as if it were scheduled anew with `priority`; the handle
  /// stays good. False if it already ran or was cancelled.
  bool Reschedule(EventHandle handle, SimTime time, std::uint8_t priority = 0);

  [[nodiscard]] bool IsPending(EventHandle handle) const {
    return handle.valid() && handle.slot < slots_.size() && slots_[handle.slot].generation == handle.generation;
  }

  /// When a pending event will run. Call only if IsPending(handle).
  [[nodiscard]] SimTime TimeOf(EventHandle handle) const { return slots_[handle.slot].event.time; }

  [[nodiscard]] bool empty() const { return size() == 0; }
  /// Pending events.
  [[nodiscard]] std::size_t size() const { return entries() - stale_; }
  /// Events held, cancelled ones that are not swept out yet included: at most about twice size().
  [[nodiscard]] std::size_t entries() const { return near_.size() + far_size_ - (hole_ ? 1 : 0); }
  [[nodiscard]] SimTime now() const { return now_; }
  /// Time of the next event, kNever when empty. Cost: O(1), but for the first call after the near future ran out.
  [[nodiscard]] SimTime next_time() const {
    if (!hole_) return near_.empty() ? NextFarTime() : SimTime{near_.front().time};
    return near_.size() == 1 ? NextFarTime() : SimTime{near_[EarliestChild(0)].time};
  }

  /// Removes and returns the next event and moves the clock to it. Call only when not empty.
  Event Pop() {
    if (hole_) FillHole();
    if (near_.empty()) Refill({});
    const Entry& top = near_.front();
    const Event event{SimTime{top.time}, top.kind, top.entity, top.arg};
    now_ = event.time;
    // Most handlers schedule another event: it takes this one's place, which saves moving the last one there and back.
    hole_ = true;
    if (top.slot != kNoSlot) Release(top.slot);
    if (stale_ > 0) DropStaleTop();
    ++executed_;
    return event;
  }

  /// Runs `handler(event)` for every event before `end`, then sets the clock to `end`.
  template <class Handler>
  void RunUntil(SimTime end, Handler&& handler) {
    while (next_time() < end) handler(Pop());
    now_ = end;
  }

  /// The same, and calls `soon(event)` for most events some events before they run, so that the owner can have the
  /// processor fetch what their handlers will need: with a million sessions under way that is otherwise a wait for
  /// memory each. It may be called twice for an event, for one that is cancelled, or never; it must not touch the
  /// queue. A handler that returns false ends the run after its event: then the answer is false and the clock stays.
  template <class Handler, class Soon>
  bool RunUntil(SimTime end, Handler&& handler, const Soon& soon) {
    const auto tell = [](const void* told, const std::vector<Entry>& bucket) {
      for (const Entry& e : bucket) (*static_cast<const Soon*>(told))(Event{SimTime{e.time}, e.kind, e.entity, e.arg});
    };
    while (next_time() < end) {
      if (hole_) FillHole();
      if (near_.empty()) Refill({tell, &soon});
      if constexpr (std::is_same_v<decltype(handler(Pop())), bool>) {
        if (!handler(Pop())) return false;
      } else {
        handler(Pop());
      }
    }
    now_ = end;
    return true;
  }

  /// Events run so far.
  [[nodiscard]] std::uint64_t executed() const { return executed_; }

 private:
  static constexpr std::uint32_t kNoSlot = UINT32_MAX;
  static constexpr int kDigitBits = 6;
  static constexpr int kDigits = 1 << kDigitBits;
  static constexpr int kLevels = (63 + kDigitBits - 1) / kDigitBits;
  static constexpr std::size_t kNearMost = 64;  ///< a larger heap gives its far half away

  struct Entry {
    std::int64_t time;
    std::uint64_t order;  ///< priority, then sequence
    std::uint32_t kind;
    std::uint32_t entity;
    std::uint64_t arg;
    std::uint32_t slot;   ///< kNoSlot: cannot be cancelled
    std::uint32_t stamp;  ///< of the slot; another one there means that the entry is stale
    [[nodiscard]] bool Before(const Entry& o) const { return time < o.time || (time == o.time && order < o.order); }
  };
  static_assert(std::is_trivially_copyable_v<Entry> && sizeof(Entry) == 40);

  struct Slot {
    Event event;
    std::uint32_t generation = 0;
    std::uint32_t stamp = 0;
  };

  std::uint64_t Order(std::uint8_t priority) { return static_cast<std::uint64_t>(priority) << 56 | next_sequence_++; }

  [[nodiscard]] bool IsStale(const Entry& e) const { return e.slot != kNoSlot && slots_[e.slot].stamp != e.stamp; }

  void Insert(const Entry& entry) {
    if (entry.time >= near_end_) return PushFar(entry);
    if (hole_) {
      hole_ = false;
      return SiftDown(0, entry);
    }
    near_.push_back(entry);
    SiftUp(near_.size() - 1);
    if (near_.size() > near_most_) Spill();
  }

  void PushFar(const Entry& entry) {
    const auto time = static_cast<std::uint64_t>(entry.time);
    const int level = (std::bit_width((time ^ base_) | 1) - 1) / kDigitBits;
    const auto digit = static_cast<int>(time >> (level * kDigitBits)) & (kDigits - 1);
    auto& bucket = far_[static_cast<std::size_t>(level * kDigits + digit)];
    if (bucket.size() == bucket.capacity()) [[unlikely]]
      Grow(bucket);
    bucket.push_back(entry);
    digits_[static_cast<std::size_t>(level)] |= std::uint64_t{1} << digit;
    levels_ |= 1U << level;
    ++far_size_;
  }

  void SiftUp(std::size_t position) {
    const Entry entry = near_[position];
    while (position > 0) {
      const std::size_t parent = (position - 1) / 4;
      if (!entry.Before(near_[parent])) break;
      near_[position] = near_[parent];
      position = parent;
    }
    near_[position] = entry;
  }

  /// Of an entry that has children.
  [[nodiscard]] std::size_t EarliestChild(std::size_t position) const {
    const std::size_t first = 4 * position + 1;
    const std::size_t last = first + 4 < near_.size() ? first + 4 : near_.size();
    std::size_t best = first;
    for (std::size_t child = first + 1; child < last; ++child)
      if (near_[child].Before(near_[best])) best = child;
    return best;
  }

  void SiftDown(std::size_t position, const Entry& entry) {
    while (4 * position + 1 < near_.size()) {
      const std::size_t best = EarliestChild(position);
      if (!near_[best].Before(entry)) break;
      near_[position] = near_[best];
      position = best;
    }
    near_[position] = entry;
  }

  void FillHole() {
    hole_ = false;
    const Entry last = near_.back();
    near_.pop_back();
    if (!near_.empty()) SiftDown(0, last);
  }

  void Release(std::uint32_t slot) {
    ++slots_[slot].generation;
    ++slots_[slot].stamp;
    free_.push_back(slot);
  }

  void MakeHeap();
  void DropStaleTop();
  void NoteStale();
  void Compact();
  void Spill();
  /// Called with each bucket that comes near.
  struct Listener {
    void (*tell)(const void* soon, const std::vector<Entry>& bucket) = nullptr;
    const void* soon = nullptr;
  };
  void Refill(Listener listener);
  [[nodiscard]] std::vector<Entry> TakeBucket(int level, int digit);
  [[nodiscard]] static std::uint64_t Begin(const Entry& entry, int level);
  void Grow(std::vector<Entry>& bucket);
  void Recycle(std::vector<Entry> bucket, int level, int digit);
  [[nodiscard]] SimTime NextFarTime() const;

  // Invariants: every time in near_ is below near_end_, every time in far_ is not; base_ ≤ now_ or the queue has not
  // been popped since; the top of near_ is never stale.
  std::vector<Entry> near_;            ///< 4-ary heap
  bool hole_ = false;                  ///< the top of near_ has been popped
  std::int64_t near_end_ = INT64_MAX;  ///< at first everything is near
  std::size_t near_most_ = kNearMost;
  std::array<std::vector<Entry>, kLevels * kDigits> far_;  ///< by level and digit
  std::array<std::uint64_t, kLevels> digits_{};            ///< per level: buckets that are not empty
  std::vector<std::vector<Entry>> spare_;                  ///< a few large empty ones, for buckets that grow large
  std::uint32_t levels_ = 0;                               ///< levels that are not empty
  std::uint64_t base_ = 0;
  std::size_t far_size_ = 0;
  std::size_t stale_ = 0;  ///< entries whose event was cancelled or moved
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::uint64_t next_sequence_ = 0;
  std::uint64_t executed_ = 0;
  SimTime now_{0};
};

}  // namespace souk
