#pragma once
// Sessions without a shop, to time the engine alone: open arrivals, a mean of eight views, a think time between views,
// a time-out after the last one. Two keyed draws a view. In event mode the sessions interleave through one EventQueue
// and each has one coalesced timer, which on expiry is armed again for the last view plus the time-out; session by
// session, each is followed to its end without a queue. Draws are keyed, so both give the same outcomes.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "sim/base/random.h"
#include "sim/base/room.h"
#include "sim/events/event_queue.h"

namespace souk {

struct SessionModel {
  std::int64_t sessions = 0;
  double arrivals_per_s = 1;
  double p_leave = 1.0 / 8;  ///< after each view
  double think_s = 30;       ///< mean, exponential
  SimDuration timeout{1'800'000'000};
  std::uint64_t seed = 1;
};

struct SessionOutcome {
  std::int64_t views = 0;      ///< the useful events
  std::uint64_t hash = 0;      ///< of every session's number, views and last view; free of order
  std::uint64_t executed = 0;  ///< by the queue
};

/// The dice of the model: what a visitor does after view number `view` of a session.
class SessionDraws {
 public:
  explicit SessionDraws(const SessionModel& model) : model_(model), dice_(model.seed, 0) {}
  /// How long it thinks; the time-out or longer: there is no further view.
  [[nodiscard]] SimDuration Think(std::uint32_t session, std::int64_t view) const {
    const auto index = static_cast<std::uint64_t>(view);
    const double leave = ToUniform(dice_.Draw(Purpose::kLeave, session, index).lo);
    const double think = model_.think_s * ToExponential(dice_.Draw(Purpose::kDwell, session, index).lo);
    return leave < model_.p_leave ? model_.timeout : SimDuration{static_cast<std::int64_t>(1e6 * think)};
  }
  /// The gaps between arrivals are one stream.
  [[nodiscard]] ExponentialStream Gaps() const { return ExponentialStream(Rng(dice_, Purpose::kVisit, 0)); }
  [[nodiscard]] std::int64_t Us(double gap) const {
    return static_cast<std::int64_t>(1e6 * gap / model_.arrivals_per_s);
  }

 private:
  SessionModel model_;
  Dice dice_;
};

/// Adds one finished session.
inline void Finish(SessionOutcome& outcome, std::uint32_t session, std::int64_t views, SimTime last) {
  outcome.views += views;
  outcome.hash +=
      Mix64(Mix64(session) ^ Mix64(static_cast<std::uint64_t>(views) << 48 ^ static_cast<std::uint64_t>(last.us)));
}

inline SessionOutcome RunSessionBySession(const SessionModel& model) {
  const SessionDraws draws(model);
  ExponentialStream gaps = draws.Gaps();
  SessionOutcome outcome;
  SimTime arrival{0};
  for (std::int64_t n = 0; n < model.sessions; ++n) {
    const auto session = static_cast<std::uint32_t>(n);
    arrival = arrival + SimDuration{draws.Us(gaps.Next())};
    SimTime last = arrival;
    std::int64_t views = 1;
    for (SimDuration think; (think = draws.Think(session, views)) < model.timeout; ++views) last = last + think;
    Finish(outcome, session, views, last);
  }
  return outcome;
}

/// The same by events. The state of a session has the size of a shopper's in the market.
class SessionsByEvents {
 public:
  explicit SessionsByEvents(const SessionModel& model) : model_(model), draws_(model), gaps_(draws_.Gaps()) {
    // Little's law: rate times mean stay are held on average, and more than six standard deviations above it never.
    const double stay_s = model.think_s / model.p_leave + static_cast<double>(model.timeout.us) / 1e6;
    const double held = model.arrivals_per_s * stay_s;
    MakeRoom(sessions_,
             static_cast<std::size_t>(std::min(static_cast<double>(model.sessions), held + 6 * std::sqrt(held) + 6)));
  }

  SessionOutcome Run() {
    if (model_.sessions > 0) ScheduleArrival();
    const auto handle = [this](const Event& event) {
      switch (event.kind) {
        case kArrive: return Arrive(event.time);
        case kView: return View(event.entity, event.time);
        default: return Expire(event.entity, event.time);
      }
    };
    queue_.RunUntil(kNever, handle, [this](const Event& event) {
      if (event.kind != kArrive) __builtin_prefetch(&sessions_[event.entity], 1);
    });
    outcome_.executed = queue_.executed();
    return outcome_;
  }
  /// Most sessions that were held at once, those waiting for their time-out included.
  [[nodiscard]] std::size_t most_held() const { return sessions_.size(); }

 private:
  enum Kind : std::uint32_t { kArrive, kView, kExpire };
  struct alignas(64) Session {
    std::uint32_t number = 0;
    std::int64_t views = 0;
    SimTime last;
    std::int64_t basket[12] = {};
  };
  static_assert(sizeof(Session) == 128);

  void ScheduleArrival() { queue_.Schedule({queue_.now() + SimDuration{draws_.Us(gaps_.Next())}, kArrive, 0, 0}); }

  void Arrive(SimTime now) {
    std::uint32_t slot;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(sessions_.size());
      sessions_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    sessions_[slot] = Session{.number = arrived_++};
    View(slot, now);
    queue_.Schedule({now + model_.timeout, kExpire, slot, 0});
    if (arrived_ < model_.sessions) ScheduleArrival();
  }
  void View(std::uint32_t slot, SimTime now) {
    Session& session = sessions_[slot];
    session.last = now;
    const SimDuration think = draws_.Think(session.number, ++session.views);
    if (think < model_.timeout) queue_.Schedule({now + think, kView, slot, 0});
  }
  void Expire(std::uint32_t slot, SimTime now) {
    const Session& session = sessions_[slot];
    const SimTime end = session.last + model_.timeout;
    if (end > now) return queue_.Schedule({end, kExpire, slot, 0});
    Finish(outcome_, session.number, session.views, session.last);
    free_.push_back(slot);
  }

  const SessionModel model_;
  const SessionDraws draws_;
  ExponentialStream gaps_;
  EventQueue queue_;
  std::vector<Session> sessions_;
  std::vector<std::uint32_t> free_;
  std::uint32_t arrived_ = 0;
  SessionOutcome outcome_;
};

}  // namespace souk
