#pragma once
// Another program, run to its end in a process of its own: no shell in between.

#include <functional>
#include <string>
#include <vector>

namespace souk {

struct ProcessResult {
  int exit_code = 0;
  int signal = 0;          ///< that ended it; 0: it ended by itself
  bool timed_out = false;  ///< killed after the time allowed
  bool stopped = false;    ///< killed because the caller wanted to stop
  double wall_s = 0;       ///< from start to end
  std::string errors;      ///< what it wrote to standard error, at most the first 16 KiB

  [[nodiscard]] bool ok() const { return exit_code == 0 && signal == 0 && !timed_out && !stopped; }
};

/// Runs `command` (program and arguments; the program is looked up in PATH unless it holds a '/') in a process group of
/// its own, with nothing to read and its standard output thrown away. The whole group is killed after `timeout_s`
/// seconds, or once `stop` (asked ten times a second) says so. Throws Error when the program cannot be started.
ProcessResult RunProcess(const std::vector<std::string>& command, double timeout_s, const std::function<bool()>& stop);

/// How it ended, in words: `exit code 3`, `killed by signal 9 (Killed)`, `still running after 60 s`.
std::string EndOf(const ProcessResult& result, double timeout_s);

/// A folder that is there while this lives.
class ScratchFolder {
 public:
  /// Throws RunFailed when none can be made.
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace souk
