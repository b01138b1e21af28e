#pragma once
// Text files written whole or not at all.

#include <string>

namespace souk {

/// Writes `text` under a temporary name next to `file` and renames it over it. Throws Error when
/// there is no such place, RunFailed when the system does not let us write there or the disk is
/// full; an older file then stays as it was. A symbolic link stays one: the file behind it is replaced. Pipes and
/// devices (/dev/stdout) are written to as they are.
void ReplaceFile(const std::string& file, const std::string& text);

}  // namespace souk
