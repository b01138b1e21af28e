#pragma once
// Which program is this? Every results file carries the answer, so that a number can be traced to the tree, the
// compiler and the flags that made it. The definition is generated at build time (build_info.cmake).

#include <string_view>

namespace souk {

struct BuildInfo {
  std::string_view version;       // of the project: "0.1.0"
  std::string_view git_revision;  // "3f2a91c0d4e5", with "-dirty" when the tree had changes; "unknown" outside git
  std::string_view compiler;      // "GNU 12.2.0"
  std::string_view build_type;    // "Release"
  std::string_view flags;         // those that can change numbers or speed; warnings are left out
};

/// Facts about this build. Thread safety: any. Cost: none.
const BuildInfo& GetBuildInfo();

}  // namespace souk
