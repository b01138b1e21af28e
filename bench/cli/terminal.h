#pragma once
// Where the command's words go: what was asked for to standard output, messages to standard error.

#include <stdexcept>
#include <string>
#include <string_view>

namespace souk {

enum ExitCode : int {
  kExitOk = 0,
  kExitBadInput = 2,       ///< the user's input or command line
  kExitRunFailed = 3,      ///< a replication failed, or the results could not be kept
  kExitRegression = 10,    ///< gate: a metric is worse than its margin allows
  kExitInconclusive = 11,  ///< gate: nobody can tell yet
  kExitBadBaseline = 12,   ///< gate: the baseline is missing, or cannot be compared with
  kExitInterrupted = 130,
};

/// Something failed that is not the user's input: exit code 3.
struct RunFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// What a gate should compare with is missing or of another kind: exit code 12.
struct BadBaseline : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// The reader of standard output went away (`souk list | head`): the command ends without a word.
struct OutputClosed {};

/// Writes to standard output. Throws OutputClosed when nobody reads any more, RunFailed when the
/// text cannot be written (a full disk behind `> file`).
void Out(std::string_view text);
/// Makes sure that everything given to Out has arrived. Throws as Out does.
void FlushOut();

/// `souk: text` on standard error. A message that cannot be written is lost, on purpose.
void Note(std::string_view text);
/// `souk: error: text` on standard error.
void PrintError(std::string_view text);
/// The text as it is on standard error.
void PutError(std::string_view text);

bool IsTerminal(int fd);
/// Columns of the terminal behind `fd`; 0 when there is none.
int Columns(int fd);

}  // namespace souk
