#include "bench/cli/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "bench/cli/terminal.h"
#include "sim/base/error.h"

extern char** environ;

namespace souk {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostErrors = 16 << 10;
constexpr int kTickMs = 100;

double Since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Starts `command` with its standard error on `errors`. Throws Error.
pid_t Spawn(const std::vector<std::string>& command, int errors) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files, errors, STDERR_FILENO);
  posix_spawnattr_t how;
  posix_spawnattr_init(&how);
  sigset_t usual;  // the command ignores SIGPIPE; what it runs must not inherit that
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  posix_spawnattr_setsigdefault(&how, &usual);
  posix_spawnattr_setpgroup(&how, 0);
  posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);

  pid_t child = 0;
  const int error = posix_spawnp(&child, argv[0], &files, &how, argv.data(), environ);
  posix_spawnattr_destroy(&how);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw Error(std::string("cannot be run: ") + std::strerror(error), command.front());
  return child;
}

/// Reads what is there; false at the end.
bool ReadSome(int fd, std::string& text) {
  char buffer[4096];
  const ssize_t n = ::read(fd, buffer, sizeof buffer);
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  const std::size_t room = kMostErrors - std::min(kMostErrors, text.size());
  text.append(buffer, std::min(room, static_cast<std::size_t>(n)));
  return n > 0;
}

/// True once the child has ended; then `status` is its own.
bool Ended(pid_t child, int& status, bool wait) {
  pid_t done = 0;
  do {
    done = ::waitpid(child, &status, wait ? 0 : WNOHANG);
  } while (done < 0 && errno == EINTR);
  return done == child;
}

}  // namespace

ProcessResult RunProcess(const std::vector<std::string>& command, double timeout_s, const std::function<bool()>& stop) {
  SOUK_CHECK(!command.empty());
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw RunFailed(std::string("no pipe: ") + std::strerror(errno));
  const Clock::time_point start = Clock::now();
  pid_t child = 0;
  try {
    child = Spawn(command, ends[1]);
  } catch (const Error&) {
    ::close(ends[0]);
    ::close(ends[1]);
    throw;
  }
  ::close(ends[1]);

  // The pipe closes when the child ends – sleeping on it costs the child nothing – unless a program that it started
  // keeps it open, so the child is asked for as well.
  ProcessResult result;
  int status = 0;
  bool open = true;
  bool ended = false;
  while (!ended) {
    if (open) {
      pollfd wait{ends[0], POLLIN, 0};
      if (::poll(&wait, 1, kTickMs) > 0) open = ReadSome(ends[0], result.errors);
    } else {
      ::usleep(1000);
    }
    ended = Ended(child, status, false);
    if (ended) break;
    result.timed_out = Since(start) > timeout_s;
    result.stopped = stop && stop();
    if (!result.timed_out && !result.stopped) continue;
    ::kill(-child, SIGKILL);
    ended = Ended(child, status, true);
  }
  result.wall_s = Since(start);
  pollfd rest{ends[0], POLLIN, 0};
  while (open && ::poll(&rest, 1, 0) > 0) open = ReadSome(ends[0], result.errors);
  ::close(ends[0]);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  else result.exit_code = WEXITSTATUS(status);
  return result;
}

std::string EndOf(const ProcessResult& result, double timeout_s) {
  if (result.timed_out) return fmt::format("still running after {:g} s", timeout_s);
  if (result.signal != 0) return fmt::format("killed by signal {} ({})", result.signal, strsignal(result.signal));
  return fmt::format("exit code {}", result.exit_code);
}

ScratchFolder::ScratchFolder() {
  const char* parent = std::getenv("TMPDIR");
  path_ = std::string(parent != nullptr && *parent != '\0' ? parent : "/tmp") + "/souk-gate-XXXXXX";
  if (::mkdtemp(path_.data()) == nullptr) throw RunFailed(path_ + ": cannot be made: " + std::strerror(errno));
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace souk
