#pragma once
// A service station in the event loop: c servers, one first-come-first-served queue, and customers
// who may give up. It serves pages (server workers) and chats (human agents).

#include <cstdint>
#include <deque>

#include "sim/base/error.h"
#include "sim/base/sim_time.h"
#include "sim/events/event_queue.h"

namespace souk {

/// What a customer's patience is about.
enum class Patience : std::uint8_t {
  kInLine,   ///< waiting for a server; one who is being served stays
  kToTheEnd  ///< the end of service; one who leaves during service is served all the same: servers do not notice
};

/// M/M/c when services are exponential, Erlang-A when patience is too. A value type.
/// The owner schedules two kinds of event: `done` (entity = token, or kNobody when the one served has left) and
/// `give_up` (entity = token). At most one of them comes for each customer.
/// Tested by: Station.* in tests/unit/market, Queues.* in tests/oracle.
class Station {
 public:
  static constexpr std::uint32_t kNobody = UINT32_MAX;

  Station() = default;
  Station(int servers, std::uint32_t done_kind, std::uint32_t give_up_kind, Patience kind = Patience::kInLine)
      : servers_(servers), done_kind_(done_kind), give_up_kind_(give_up_kind), patience_(kind) {}

  /// A customer comes. Starts service at once if a server is free, else waits, at most `patience`
  /// (kNever.us: for ever). `token` comes back in the events and must be unique while inside. Service that ends at the
  /// very moment at which patience does is in time.
  void Arrive(EventQueue& queue, std::uint32_t token, SimDuration service, SimDuration patience = {kNever.us}) {
    if (busy_ < servers_) {
      ++busy_;
      const bool stays = patience_ == Patience::kInLine || service <= patience;
      queue.Schedule({queue.now() + service, done_kind_, stays ? token : kNobody, 0});
      if (!stays) LeaveAfter(queue, token, patience);
      return;
    }
    Wait(queue, token, service, patience);
  }

  /// Call when a `done` event comes: the server takes the next in line. The event's `arg` holds the
  /// time in microseconds that this customer had waited.
  void OnDone(EventQueue& queue) {
    if (waiting_.empty()) {
      --busy_;
      return;
    }
    const Waiting next = waiting_.front();
    waiting_.pop_front();
    const SimTime end = queue.now() + next.service;
    const bool leaves = patience_ == Patience::kToTheEnd && next.give_up.valid() && queue.TimeOf(next.give_up) < end;
    if (!leaves) queue.Cancel(next.give_up);
    const SimDuration waited = queue.now() - next.arrived;
    queue.Schedule({end, done_kind_, leaves ? kNobody : next.token, static_cast<std::uint64_t>(waited.us)});
  }

  /// Call when a `give_up` event comes: takes the customer out of the line. Returns how long the customer had waited
  /// there, 0 when being served already (kToTheEnd). Cost: O(length of the line).
  SimDuration OnGiveUp(EventQueue& queue, std::uint32_t token) {
    for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
      if (it->token != token) continue;
      const SimDuration waited = queue.now() - it->arrived;
      waiting_.erase(it);
      return waited;
    }
    SOUK_CHECK(patience_ == Patience::kToTheEnd);
    return {};
  }

  [[nodiscard]] int busy() const { return busy_; }
  [[nodiscard]] int waiting() const { return static_cast<int>(waiting_.size()); }

 private:
  struct Waiting {
    std::uint32_t token = 0;
    SimTime arrived;
    SimDuration service;
    EventHandle give_up;
  };

  // Out of line: rare where servers are enough.
  [[gnu::noinline]] void LeaveAfter(EventQueue& queue, std::uint32_t token, SimDuration patience) const {
    queue.Schedule({queue.now() + patience, give_up_kind_, token, 0});
  }
  [[gnu::noinline]] void Wait(EventQueue& queue, std::uint32_t token, SimDuration service, SimDuration patience) {
    Waiting w{token, queue.now(), service, {}};
    if (patience.us != kNever.us)
      w.give_up = queue.ScheduleCancellable({queue.now() + patience, give_up_kind_, token, 0});
    waiting_.push_back(w);
  }

  int servers_ = 1;
  std::uint32_t done_kind_ = 0;
  std::uint32_t give_up_kind_ = 0;
  Patience patience_ = Patience::kInLine;
  int busy_ = 0;
  std::deque<Waiting> waiting_;
};

}  // namespace souk
