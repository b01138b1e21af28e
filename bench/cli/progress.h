#pragma once
// How far the experiment is, on standard error: a bar on a terminal, plain lines elsewhere.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "bench/experiment/experiment.h"

namespace souk {

enum class ProgressStyle { kAuto, kBar, kPlain, kJson, kNone };

/// Shows the latest Progress until Finish. The bar is redrawn by a thread of its own, so that its
/// clock moves on while a long cell runs; plain lines come at most every two seconds. JSON: one
/// object per finished replication, in a line of its own, as soon as its part is in place.
class ProgressDisplay {
 public:
  explicit ProgressDisplay(ProgressStyle style);
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  /// Thread safety: any thread.
  void Update(const Progress& progress);
  /// Clears the bar, or prints the last plain line. Can be repeated.
  void Finish();

 private:
  using Clock = std::chrono::steady_clock;
  void Redraw();

  ProgressStyle style_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  Progress progress_;
  Clock::time_point began_ = Clock::now();
  Clock::time_point last_line_;
  int printed_cells_ = -1;
  bool drawn_ = false;
  bool finished_ = false;
  std::jthread painter_;  ///< last member: stops before what it reads goes away
};

/// `12 s`, `3 min 05 s`, `2 h 10 min`.
std::string DurationText(double seconds);

/// One line of at most `width` columns. Time left = elapsed × cells left ÷ cells done.
std::string ProgressBar(const Progress& progress, double elapsed_s, int width);
std::string ProgressJson(const Progress& progress);
std::string ProgressLine(const Progress& progress, double elapsed_s);

}  // namespace souk
