#pragma once
// Puts a scenario's layers together: the files it `extends:`, the file itself, the `--set` options.

#include <string>
#include <vector>

#include "sim/scenario/yaml_node.h"

namespace souk {

/// The document `text` of `name` over the files that it extends. Null if nothing could be read.
Node LoadLayers(const std::string& text, const std::string& name, Problems& problems);

/// Reads a whole file. Throws Error when it cannot be read (missing, a directory, no permission).
std::string ReadFile(const std::string& file);

/// The name under which problems of `--set` options are reported; the line is the option's ordinal.
inline constexpr const char* kSetOption = "--set";

/// Lays every override over `root`, in order. A path names keys and, in a list, an index or the
/// `name` of an element; as in `souk describe scenario`, `arms[]` is every element of a list, and `leave!BetaGeometric`
/// chooses a law. Unknown keys are left for the reader to report, at their place in the option.
void ApplyOverrides(Node& root, const std::vector<Override>& overrides, Problems& problems);

}  // namespace souk
