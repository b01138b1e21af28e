#include "bench/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "results/report/text_grid.h"

namespace souk {
namespace {

[[noreturn]] void OutFailed() {
  if (errno == EPIPE) throw OutputClosed();
  throw RunFailed(std::string("standard output cannot be written: ") + std::strerror(errno));
}

}  // namespace

void Out(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) OutFailed();
}

void FlushOut() {
  if (std::fflush(stdout) != 0) OutFailed();
}

void PutError(std::string_view text) {
  // One write per message keeps lines whole when several programs share the terminal.
  while (!text.empty()) {
    const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

void Note(std::string_view text) { PutError("souk: " + Printable(text, true) + "\n"); }

void PrintError(std::string_view text) { PutError("souk: error: " + Printable(text, true) + "\n"); }

bool IsTerminal(int fd) { return ::isatty(fd) == 1; }

int Columns(int fd) {
  winsize size{};
  if (!IsTerminal(fd) || ::ioctl(fd, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

}  // namespace souk
