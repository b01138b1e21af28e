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

/// A pipe, a device, or a name such as /dev/stdout: a rename would put a file in its place.
bool IsStream(const std::string& file) {
  for (const char* stream : {"/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/"})
    if (file.rfind(stream, 0) == 0) return true;
  struct stat found {};
  return ::stat(file.c_str(), &found) == 0 && !S_ISREG(found.st_mode);
}

void WriteStream(const std::string& file, const std::string& text) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd < 0) throw Error(std::string("cannot be written: ") + std::strerror(errno), file);
  int error = WriteAll(fd, text);
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error != 0) throw RunFailed(file + ": cannot be written: " + std::strerror(error));
}

/// The file that a symbolic link names, so that the link stays one.
std::string BehindLinks(const std::string& file) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::weakly_canonical(file, error);
  return error || !std::filesystem::is_symlink(file) ? file : real.string();
}

}  // namespace

void ReplaceFile(const std::string& name, const std::string& text) {
  std::error_code ignored;
  if (std::filesystem::is_directory(name, ignored)) throw Error("is a directory, not a file", name);
  if (IsStream(name)) return WriteStream(name, text);
  const std::string file = BehindLinks(name);
  const std::string temporary = file + ".tmp-" + std::to_string(::getpid());
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) {
    const std::string why = std::string("cannot be written: ") + std::strerror(errno);
    if (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG) throw Error(why, name);
    throw RunFailed(name + ": " + why);
  }
  struct stat old {};  // a file that is replaced keeps its permissions
  if (::stat(file.c_str(), &old) == 0) (void)::fchmod(fd, old.st_mode & 07777);
  int error = WriteAll(fd, text);
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && std::rename(temporary.c_str(), file.c_str()) != 0) error = errno;
  if (error == 0) return;
  ::unlink(temporary.c_str());
  throw RunFailed(name + ": cannot be written: " + std::strerror(error));
}

}  // namespace souk
