#pragma once
// Ctrl-C: the first one asks the experiment to stop, the second one ends the program at once.

namespace souk {

/// While it lives, SIGINT and SIGTERM set a flag instead of ending the program. One at a time.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// For RunOptions::stop.
  [[nodiscard]] static const volatile bool* flag();
  [[nodiscard]] static bool Requested();
};

}  // namespace souk
