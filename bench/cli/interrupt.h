#pragma once
// Ctrl-C: the first one asks the experiment to stop, the second one ends the program at once;
// or, for work of which nothing is kept, the first one ends it.

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

/// While it lives, SIGINT and SIGTERM end the program at once with exit code 130, as there is nothing to finish – but
/// for the time of a Shield, whose work is finished first. One at a time, and no Interrupt beside it.
class PromptInterrupt {
 public:
  PromptInterrupt();
  ~PromptInterrupt();
  PromptInterrupt(const PromptInterrupt&) = delete;
  PromptInterrupt& operator=(const PromptInterrupt&) = delete;

  /// Around the writing of a file. Its end is the program's, when a signal came meanwhile.
  class Shield {
   public:
    Shield();
    ~Shield();
    Shield(const Shield&) = delete;
    Shield& operator=(const Shield&) = delete;
  };
};

}  // namespace souk
