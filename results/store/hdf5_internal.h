#pragma once
// The only door to the HDF5 C library: owned identifiers, checked return codes, files that are
// written under a temporary name. Nothing here knows what a result is.

#include <hdf5.h>

#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace souk::hdf5 {

/// A call into HDF5 failed. The public functions of the store turn it into souk::Error with the
/// file's name.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws Failure with `what` and the innermost entry of HDF5's error stack.
[[noreturn]] void Fail(const std::string& what);

/// Passes a non-negative return code or identifier on; anything else throws.
template <class T>
T Check(T code, const char* what) {
  if (code < 0) Fail(what);
  return code;
}

/// Held during every public call: HDF5 and, even more, its high-level part are used by one thread
/// at a time, and HDF5's own printing of errors is switched off for that long.
class Session {
 public:
  Session();
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

 private:
  std::unique_lock<std::recursive_mutex> lock_;
  H5E_auto2_t old_printer_ = nullptr;
  void* old_data_ = nullptr;
};

/// Owns one HDF5 identifier.
class Handle {
 public:
  using Closer = herr_t (*)(hid_t);

  Handle() = default;
  /// Throws Failure naming `what` when `id` is an error code.
  Handle(hid_t id, Closer closer, const char* what) : id_(Check(id, what)), closer_(closer) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), closer_(std::exchange(other.closer_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(closer_, other.closer_);
    return *this;
  }
  ~Handle() {
    if (closer_ != nullptr) closer_(id_);
  }

  [[nodiscard]] hid_t get() const { return id_; }
  /// Closes now and throws when that fails: buffered data is written on closing.
  void Close() {
    if (closer_ == nullptr) return;
    Check(std::exchange(closer_, nullptr)(std::exchange(id_, -1)), "closing an object");
  }

 private:
  hid_t id_ = -1;
  Closer closer_ = nullptr;
};

/// What a file that is being written has met so far; see file_driver.cc.
struct WriteFault {
  int error_number = 0;  ///< errno of the first write that failed, 0 = none
};

/// A file access list whose driver records failed writes in `fault` instead of reporting them to
/// HDF5. HDF5 1.10 cannot close a file after a failed write: it keeps the file open for ever and
/// crashes when the program ends. `fault` must outlive the file.
Handle FaultRecordingAccess(WriteFault* fault);

/// A new file, written under a temporary name next to `path` and renamed over it by Commit. Without
/// Commit nothing is left behind.
class NewFile {
 public:
  /// Throws Failure when the temporary file cannot be created. `user_block`: bytes before the HDF5 part that the caller
  /// fills between Close and Commit; 0, or a power of two from 512.
  explicit NewFile(std::string path, std::size_t user_block = 0);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  [[nodiscard]] hid_t id() const { return file_.get(); }
  [[nodiscard]] const std::string& temporary_path() const { return temporary_; }
  /// Throws Failure if any write failed so far; cheap, for loops that write much.
  void CheckWrites() const;
  /// Closes the file and flushes it to the disk. Throws Failure (disk full …).
  void Close();
  /// After Close: renames the file into place and flushes the directory.
  void Commit();

 private:
  std::string path_;
  std::string temporary_;
  std::unique_ptr<WriteFault> fault_ = std::make_unique<WriteFault>();
  Handle file_;
  bool committed_ = false;
};

/// Removes the temporary files in `directory` whose names begin with `prefix` and whose writer, a process of this
/// machine, is no more.
void RemoveAbandoned(const std::string& directory, const std::string& prefix);

/// Opens `path` for reading. Throws Failure when it is missing, unreadable, truncated or not HDF5.
Handle OpenForReading(const std::string& path);

/// The HDF5 type of T in memory; files hold the same type, little-endian on every platform we build
/// on.
template <class T>
hid_t NativeType() {
  if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
  else if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
  else if constexpr (std::is_same_v<T, std::uint8_t>) return H5T_NATIVE_UINT8;
  else if constexpr (std::is_same_v<T, std::uint16_t>) return H5T_NATIVE_UINT16;
  else if constexpr (std::is_same_v<T, std::int32_t>) return H5T_NATIVE_INT32;
  else if constexpr (std::is_same_v<T, std::int64_t>) return H5T_NATIVE_INT64;
  else if constexpr (std::is_same_v<T, std::uint64_t>) return H5T_NATIVE_UINT64;
  else static_assert(sizeof(T) == 0, "no HDF5 type");
}
/// Variable-length UTF-8: netCDF-C 4.9.0 crashes on strings of fixed length.
Handle StringType();

void SetAttribute(hid_t object, const char* name, const std::string& text);
template <class T>
void SetAttribute(hid_t object, const char* name, const std::vector<T>& values) {
  const hsize_t size = values.size();
  const Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose, name);
  const Handle attribute(H5Acreate2(object, name, NativeType<T>(), space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         name);
  Check(H5Awrite(attribute.get(), NativeType<T>(), values.data()), name);
}

[[nodiscard]] bool HasAttribute(hid_t object, const char* name);
std::string TextAttribute(hid_t object, const char* name);
template <class T>
T NumberAttribute(hid_t object, const char* name) {
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, name);
  const Handle space(H5Aget_space(attribute.get()), H5Sclose, name);
  if (H5Sget_simple_extent_npoints(space.get()) != 1) throw Failure(std::string(name) + " is not one number");
  T value{};
  Check(H5Aread(attribute.get(), NativeType<T>(), &value), name);
  return value;
}

[[nodiscard]] bool HasLink(hid_t group, const char* name);

}  // namespace souk::hdf5
