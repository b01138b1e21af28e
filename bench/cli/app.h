#pragma once
// The `souk` command: one sub-command ("verb") per file. The libraries below neither print nor
// exit; everything that a user reads and every exit code is decided in this room.

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace souk {

/// What the chosen verb will do once the whole command line is understood; returns the exit code.
using Action = std::function<int()>;

/// Parses the command line, runs the verb, turns every error into one message on standard error and
/// an exit code (terminal.h). Never throws.
int RunSouk(int argc, const char* const* argv);

/// The command line as it was typed, quoted where a shell needs it. Set by RunSouk.
const std::string& CommandLine();

/// `word`, in quotes where a shell needs them.
std::string ShellQuoted(const std::string& word);

// Each adds one verb to the command line and, when the user chose it, sets the action.
void AddRun(CLI::App& app, Action& action);
void AddList(CLI::App& app, Action& action);
void AddDescribe(CLI::App& app, Action& action);
void AddValidate(CLI::App& app, Action& action);
void AddSchema(CLI::App& app, Action& action);
void AddFingerprint(CLI::App& app, Action& action);
void AddTrace(CLI::App& app, Action& action);
void AddFacts(CLI::App& app, Action& action);
void AddEvaluate(CLI::App& app, Action& action);
void AddCompare(CLI::App& app, Action& action);
void AddReport(CLI::App& app, Action& action);
void AddGate(CLI::App& app, Action& action);
void AddBaseline(CLI::App& app, Action& action);
void AddMerge(CLI::App& app, Action& action);
void AddNewStrategy(CLI::App& app, Action& action);
void AddCompletion(CLI::App& app, Action& action);

}  // namespace souk
