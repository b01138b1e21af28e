#pragma once
// The time of day, for people and files; nothing in a run depends on it.

#include <string>

namespace souk {

/// Now, in ISO 8601: `2026-01-31T12:00:00Z`.
std::string UtcNow();

}  // namespace souk
