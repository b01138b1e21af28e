#include "bench/cli/interrupt.h"

#include <unistd.h>
#include <csignal>
#include <cstring>

#include "bench/cli/terminal.h"

namespace souk {
namespace {

std::atomic<bool> g_stop{false};

// Only what a signal handler may call: write and _exit.
extern "C" void OnSignal(int) {
  if (g_stop) _exit(kExitInterrupted);
  g_stop = true;
  static const char kText[] = "\nsouk: stopping; finished replications are kept (once more to end at once)\n";
  [[maybe_unused]] const ssize_t n = write(STDERR_FILENO, kText, sizeof kText - 1);
}

std::atomic<bool> g_shielded{false};

[[noreturn]] void EndAtOnce() {
  static const char kText[] = "\nsouk: interrupted\n";
  [[maybe_unused]] const ssize_t n = write(STDERR_FILENO, kText, sizeof kText - 1);
  _exit(kExitInterrupted);
}

extern "C" void OnPromptSignal(int) {
  if (!g_shielded) EndAtOnce();
  g_stop = true;
}

void Install(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt() {
  g_stop = false;
  Install(OnSignal);
}

Interrupt::~Interrupt() { Install(SIG_DFL); }

const std::atomic<bool>* Interrupt::flag() { return &g_stop; }

bool Interrupt::Requested() { return g_stop; }

PromptInterrupt::PromptInterrupt() {
  g_stop = g_shielded = false;
  Install(OnPromptSignal);
}

PromptInterrupt::~PromptInterrupt() { Install(SIG_DFL); }

PromptInterrupt::Shield::Shield() { g_shielded = true; }

PromptInterrupt::Shield::~Shield() {
  g_shielded = false;
  if (g_stop) EndAtOnce();
}

}  // namespace souk
