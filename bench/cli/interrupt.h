#pragma once
// Ctrl-C: the first one asks the experiment to stop, the second one ends the program at once.

#include <atomic>

namespace souk {

/// While it lives, SIGINT and SIGTERM set a flag instead of ending the program. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// For RunOptions::stop.
  [[nodiscard]] static const std::atomic<bool>* flag();
  [[nodiscard]] static bool Requested();
};

}  // namespace souk
