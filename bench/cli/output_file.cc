#include "bench/cli/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "bench/cli/terminal.h"
#include "sim/base/error.h"

namespace souk {
namespace {

/// 0, or the errno of what went wrong.
int WriteAll(int fd, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    done += static_cast<std::size_t>(n);
  }
  return ::fsync(fd) == 0 || errno == EINVAL ? 0 : errno;
}

}  // namespace

void ReplaceFile(const std::string& file, const std::string& text) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw Error("is a directory, not a file", file);
  const std::string temporary = file + ".tmp-" + std::to_string(::getpid());
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) {
    const std::string why = std::string("cannot be written: ") + std::strerror(errno);
    if (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG) throw Error(why, file);
    throw RunFailed(file + ": " + why);
  }
  struct stat old {};  // a file that is replaced keeps its permissions
  if (::stat(file.c_str(), &old) == 0) (void)::fchmod(fd, old.st_mode & 07777);
  int error = WriteAll(fd, text);
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && std::rename(temporary.c_str(), file.c_str()) != 0) error = errno;
  if (error == 0) return;
  ::unlink(temporary.c_str());
  throw RunFailed(file + ": cannot be written: " + std::strerror(error));
}

}  // namespace souk
