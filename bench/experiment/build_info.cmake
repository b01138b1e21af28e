# Writes the definition of souk::GetBuildInfo, touching the file only when its content changes.
# cmake -D OUTPUT= -D SOURCE_DIR= -D VERSION= -D COMPILER= -D BUILD_TYPE= -D FLAGS= -P build_info.cmake
find_program(GIT git)
set(revision "")
if(GIT AND EXISTS ${SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT} --no-optional-locks describe --always --dirty --abbrev=12 --exclude=*
                  WORKING_DIRECTORY ${SOURCE_DIR} OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT revision)
  set(revision "unknown")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
#include "bench/experiment/build_info.h"

namespace souk {

const BuildInfo& GetBuildInfo() {
  static constexpr BuildInfo kInfo{"@VERSION@", "@revision@", "@COMPILER@", "@BUILD_TYPE@", "@FLAGS@"};
  return kInfo;
}

}  // namespace souk
]])
