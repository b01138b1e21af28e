# Installs a build into a scratch prefix, then builds and runs a program that knows only that prefix.
# cmake -D BUILD=<build folder> -D SOURCE=<this folder> -D SCRATCH=<folder> -D COMPILER= -D FLAGS= -P install_test.cmake
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE log ERROR_VARIABLE log)
  if(NOT result EQUAL 0)
    list(JOIN ARGV " " line)
    message(FATAL_ERROR "failed: ${line}\n${log}")
  endif()
  set(log "${log}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${SCRATCH}/prefix)
run(${CMAKE_COMMAND} -S ${SOURCE}/consumer -B ${SCRATCH}/build -G Ninja -D CMAKE_BUILD_TYPE=Release
    -D CMAKE_PREFIX_PATH=${SCRATCH}/prefix -D CMAKE_CXX_COMPILER=${COMPILER} "-DCMAKE_CXX_FLAGS=${FLAGS}")
run(${CMAKE_COMMAND} --build ${SCRATCH}/build)
run(${SCRATCH}/build/consumer)
message(STATUS "${log}")

# The program that was installed starts, too.
if(EXISTS ${SCRATCH}/prefix/bin/souk)
  run(${SCRATCH}/prefix/bin/souk --version)
  message(STATUS "${log}")
endif()
