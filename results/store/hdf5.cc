#include "results/store/hdf5_internal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace souk::hdf5 {
namespace {

std::recursive_mutex& LibraryMutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

/// Between the name of a file and the id of the process that writes it.
std::string TemporaryMark() {
  char host[64] = "";
  ::gethostname(host, sizeof host - 1);
  return std::string(".tmp-") + host + "-";
}

herr_t KeepInnermost(unsigned n, const H5E_error2_t* entry, void* text) {
  if (n == 0 && entry->desc != nullptr) *static_cast<std::string*>(text) = entry->desc;
  return 0;
}

}  // namespace

void Fail(const std::string& what) {
  std::string detail;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, KeepInnermost, &detail);
  H5Eclear2(H5E_DEFAULT);
  throw Failure(detail.empty() ? what : what + " (HDF5: " + detail + ")");
}

Session::Session() : lock_(LibraryMutex()) {
  H5Eget_auto2(H5E_DEFAULT, &old_printer_, &old_data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Session::~Session() { H5Eset_auto2(H5E_DEFAULT, old_printer_, old_data_); }

NewFile::NewFile(std::string path, std::size_t user_block) : path_(std::move(path)) {
  // Unique among the processes and machines that may write the same result at once.
  static std::atomic<int> counter = 0;
  temporary_ = path_ + TemporaryMark() + std::to_string(::getpid()) + "-" + std::to_string(counter++);

  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "file creation list");
  // netCDF-C appends only to files that track the order of creation.
  const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
  Check(H5Pset_link_creation_order(creation.get(), order), "creation order");
  Check(H5Pset_attr_creation_order(creation.get(), order), "creation order");
  if (user_block > 0) Check(H5Pset_userblock(creation.get(), user_block), "user block");
  Check(H5Pset_obj_track_times(creation.get(), false), "times");  // same result, same bytes
  // Most of our datasets have one chunk: small index nodes keep a small result small.
  Check(H5Pset_istore_k(creation.get(), 8), "chunk index");
  const Handle access = FaultRecordingAccess(fault_.get());
  // Closing the file closes what is still open in it, also after an exception.
  Check(H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG), "close degree");
  Check(H5Pset_libver_bounds(access.get(), H5F_LIBVER_EARLIEST, H5F_LIBVER_V18), "library bounds");
  const hid_t id = H5Fcreate(temporary_.c_str(), H5F_ACC_TRUNC, creation.get(), access.get());
  if (id < 0) {
    H5Eclear2(H5E_DEFAULT);
    std::error_code ignored;
    std::filesystem::remove(temporary_, ignored);
    throw Failure(std::string("cannot create the file: ") +
                  (fault_->error_number != 0 ? std::strerror(fault_->error_number) : "HDF5 refused"));
  }
  file_ = Handle(id, H5Fclose, "creating the file");
}

NewFile::~NewFile() {
  if (committed_) return;
  file_ = Handle();
  std::error_code ignored;
  std::filesystem::remove(temporary_, ignored);
}

void RemoveAbandoned(const std::string& directory, const std::string& prefix) {
  const std::string mark = TemporaryMark();
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    const std::string name = entry.path().filename().string();
    const std::size_t at = name.find(mark);
    if (at == std::string::npos || !name.starts_with(prefix)) continue;
    const int process = std::atoi(name.c_str() + at + mark.size());
    if (process > 0 && ::kill(process, 0) != 0 && errno == ESRCH) std::filesystem::remove(entry.path(), ignored);
  }
}

void NewFile::CheckWrites() const {
  if (fault_->error_number == 0) return;
  throw Failure(std::string("cannot write: ") + std::strerror(fault_->error_number));
}

void NewFile::Close() {
  file_.Close();
  CheckWrites();
}

void NewFile::Commit() {
  std::error_code error;
  std::filesystem::rename(temporary_, path_, error);
  if (error) throw Failure("cannot put the file in place: " + error.message());
  committed_ = true;
  const std::string directory = std::filesystem::absolute(path_).parent_path().string();
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0) {
    ::fsync(descriptor);  // best effort: some file systems refuse it, and the rename itself has worked
    ::close(descriptor);
  }
}

Handle OpenForReading(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw Failure(std::strerror(errno));
  if (S_ISDIR(status.st_mode)) throw Failure("is a directory, not a results file");
  if (::access(path.c_str(), R_OK) != 0) throw Failure(std::strerror(errno));
  const htri_t is_hdf5 = H5Fis_hdf5(path.c_str());
  if (is_hdf5 <= 0) {
    H5Eclear2(H5E_DEFAULT);
    throw Failure(status.st_size == 0 ? "is empty, not a results file" : "is not an HDF5 file");
  }
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "file access list");
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get());
  if (id < 0) Fail("is truncated, damaged or locked by a writer");
  return {id, H5Fclose, "opening the file"};
}

Handle StringType() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "string type");
  Check(H5Tset_size(type.get(), H5T_VARIABLE), "string type");
  Check(H5Tset_cset(type.get(), H5T_CSET_UTF8), "string type");
  return type;
}

void SetAttribute(hid_t object, const char* name, const std::string& text) {
  const Handle type = StringType();
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, name);
  const Handle attribute(H5Acreate2(object, name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose, name);
  const char* value = text.c_str();
  Check(H5Awrite(attribute.get(), type.get(), &value), name);
}

bool HasAttribute(hid_t object, const char* name) { return Check(H5Aexists(object, name), name) > 0; }

std::string TextAttribute(hid_t object, const char* name) {
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, name);
  const Handle stored(H5Aget_type(attribute.get()), H5Tclose, name);
  if (Check(H5Tis_variable_str(stored.get()), name) <= 0) throw Failure(std::string(name) + " is not a text");
  const Handle type = StringType();
  char* value = nullptr;
  Check(H5Aread(attribute.get(), type.get(), &value), name);
  std::string text = value == nullptr ? "" : value;
  H5free_memory(value);
  return text;
}

bool HasLink(hid_t group, const char* name) { return Check(H5Lexists(group, name, H5P_DEFAULT), name) > 0; }

}  // namespace souk::hdf5
