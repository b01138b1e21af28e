#pragma once
// The clock and the future-event list of one simulated world. Knows nothing of shops.
//
// Order: by time, then by schedule order (first scheduled, first run); never by address or hash, so
// a run does not depend on memory layout. A handler may schedule and cancel freely, also at the
// current instant: such an event runs after those already waiting for that instant.
// A value type: copying a queue copies the future, which is how arms share one warm-up.

#include <cstdint>
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

/// Names a scheduled event until it runs or is cancelled. Never reused within 2^32 reuses of a slot.
struct EventHandle {
  std::uint32_t slot = UINT32_MAX;
  std::uint32_t generation = 0;
  [[nodiscard]] bool valid() const { return slot != UINT32_MAX; }
};

/// 4-ary heap of keys over a slab of events, with back-pointers for cancellation.
/// Cost: O(log n) push, pop, cancel; no allocation once grown. Thread safety: none.
/// Tested by: EventQueue.MatchesSortedReference and others in tests/unit/events.
class EventQueue {
 public:
  /// Adds an event at `event.time`, which must not lie before now().
  EventHandle Schedule(const Event& event) {
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
    heap_.push_back({event.time.us, next_sequence_++, slot});
    SiftUp(heap_.size() - 1);
    return {slot, s.generation};
  }

  /// Takes a pending event out; false if it already ran or was cancelled.
  bool Cancel(EventHandle handle) {
    if (!IsPending(handle)) return false;
    RemoveAt(slots_[handle.slot].position);
    Release(handle.slot);
    return true;
  }

  [[nodiscard]] bool IsPending(EventHandle handle) const {
    return handle.valid() && handle.slot < slots_.size() && slots_[handle.slot].generation == handle.generation;
  }

  /// When a pending event will run. Call only if IsPending(handle).
  [[nodiscard]] SimTime TimeOf(EventHandle handle) const { return slots_[handle.slot].event.time; }

  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  [[nodiscard]] SimTime now() const { return now_; }
  /// Time of the next event, kNever when empty.
  [[nodiscard]] SimTime next_time() const { return heap_.empty() ? kNever : SimTime{heap_.front().time}; }

  /// Removes and returns the next event and moves the clock to it. Call only when not empty.
  Event Pop() {
    const Key top = heap_.front();
    now_ = SimTime{top.time};
    const Event event = slots_[top.slot].event;
    RemoveAt(0);
    Release(top.slot);
    ++executed_;
    return event;
  }

  /// Runs `handler(event)` for every event before `end`, then sets the clock to `end`.
  template <class Handler>
  void RunUntil(SimTime end, Handler&& handler) {
    while (!heap_.empty() && heap_.front().time < end.us) handler(Pop());
    now_ = end;
  }

  /// Events run so far.
  [[nodiscard]] std::uint64_t executed() const { return executed_; }

 private:
  struct Key {
    std::int64_t time;
    std::uint64_t sequence;
    std::uint32_t slot;
    [[nodiscard]] bool Before(const Key& o) const { return time < o.time || (time == o.time && sequence < o.sequence); }
  };
  struct Slot {
    Event event;
    std::size_t position = 0;
    std::uint32_t generation = 0;
  };

  void Place(std::size_t position, const Key& key) {
    heap_[position] = key;
    slots_[key.slot].position = position;
  }

  void SiftUp(std::size_t position) {
    const Key key = heap_[position];
    while (position > 0) {
      const std::size_t parent = (position - 1) / 4;
      if (!key.Before(heap_[parent])) break;
      Place(position, heap_[parent]);
      position = parent;
    }
    Place(position, key);
  }

  void SiftDown(std::size_t position) {
    const Key key = heap_[position];
    const std::size_t n = heap_.size();
    for (;;) {
      const std::size_t first = 4 * position + 1;
      if (first >= n) break;
      std::size_t best = first;
      const std::size_t last = first + 4 < n ? first + 4 : n;
      for (std::size_t child = first + 1; child < last; ++child)
        if (heap_[child].Before(heap_[best])) best = child;
      if (!heap_[best].Before(key)) break;
      Place(position, heap_[best]);
      position = best;
    }
    Place(position, key);
  }

  void RemoveAt(std::size_t position) {
    const Key last = heap_.back();
    heap_.pop_back();
    if (position == heap_.size()) return;
    Place(position, last);
    SiftDown(position);
    SiftUp(slots_[last.slot].position);
  }

  void Release(std::uint32_t slot) {
    ++slots_[slot].generation;
    free_.push_back(slot);
  }

  std::vector<Key> heap_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::uint64_t next_sequence_ = 0;
  std::uint64_t executed_ = 0;
  SimTime now_{0};
};

}  // namespace souk
