// An HDF5 file driver for writing that never tells HDF5 about a failed write. It keeps the data
// that could not be written in memory, so that HDF5 goes on reading what it believes to have
// written, and records the error for us; NewFile asks for it and throws the file away.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "results/store/hdf5_internal.h"

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

namespace souk::hdf5 {
namespace {

struct AccessInfo {
  WriteFault* fault;
};

struct Lost {
  haddr_t address;
  std::vector<char> bytes;
};

// HDF5 takes a pointer to the driver's struct for a pointer to its first member.
struct Driver {
  H5FD_t base;
  int descriptor;
  haddr_t end_allocated;
  haddr_t end_of_file;
  WriteFault* fault;
  std::vector<Lost>* lost;
};
static_assert(std::is_standard_layout_v<Driver>);

constexpr haddr_t kMaxAddress = (static_cast<haddr_t>(1) << 62) - 1;

Driver* Cast(H5FD_t* file) { return reinterpret_cast<Driver*>(file); }
const Driver* Cast(const H5FD_t* file) { return reinterpret_cast<const Driver*>(file); }

hid_t DriverId();

H5FD_t* Open(const char* name, unsigned flags, hid_t access, haddr_t max_address) {
  const auto* info = static_cast<const AccessInfo*>(H5Pget_driver_info(access));
  if (info == nullptr || max_address == 0) return nullptr;
  int mode = O_CLOEXEC | ((flags & H5F_ACC_RDWR) != 0 ? O_RDWR : O_RDONLY);
  if ((flags & H5F_ACC_TRUNC) != 0) mode |= O_TRUNC;
  if ((flags & H5F_ACC_CREAT) != 0) mode |= O_CREAT;
  const int descriptor = ::open(name, mode, 0666);
  if (descriptor < 0) {
    info->fault->error_number = errno;
    return nullptr;
  }
  info->fault->error_number = 0;  // HDF5 first tries to open without creating
  auto* driver = new Driver{};
  driver->descriptor = descriptor;
  const off_t size = ::lseek(descriptor, 0, SEEK_END);
  driver->end_of_file = size < 0 ? 0 : static_cast<haddr_t>(size);
  driver->fault = info->fault;
  driver->lost = new std::vector<Lost>;
  return &driver->base;
}

herr_t Close(H5FD_t* file) {
  Driver* driver = Cast(file);
  // Some file systems report a lack of space only here.
  if (::fsync(driver->descriptor) != 0 && driver->fault->error_number == 0) driver->fault->error_number = errno;
  if (::close(driver->descriptor) != 0 && driver->fault->error_number == 0) driver->fault->error_number = errno;
  delete driver->lost;
  delete driver;
  return 0;
}

int Compare(const H5FD_t* a, const H5FD_t* b) {
  return Cast(a)->descriptor < Cast(b)->descriptor ? -1 : Cast(a)->descriptor > Cast(b)->descriptor ? 1 : 0;
}

herr_t Query(const H5FD_t*, unsigned long* flags) {
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

haddr_t EndAllocated(const H5FD_t* file, H5FD_mem_t) { return Cast(file)->end_allocated; }

herr_t SetEndAllocated(H5FD_t* file, H5FD_mem_t, haddr_t address) {
  Cast(file)->end_allocated = address;
  return 0;
}

haddr_t EndOfFile(const H5FD_t* file, H5FD_mem_t) { return Cast(file)->end_of_file; }

herr_t Read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, size_t size, void* buffer) {
  const Driver* driver = Cast(file);
  char* to = static_cast<char*>(buffer);
  size_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(driver->descriptor, to + done, size - done, static_cast<off_t>(address + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<size_t>(n);
  }
  std::memset(to + done, 0,
              size - done);  // beyond the end: zeros, as the library's own driver does
  for (const Lost& lost : *driver->lost) {
    const haddr_t begin = std::max(address, lost.address);
    const haddr_t end = std::min(address + size, lost.address + lost.bytes.size());
    if (begin < end) std::memcpy(to + (begin - address), lost.bytes.data() + (begin - lost.address), end - begin);
  }
  return 0;
}

herr_t Write(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, size_t size, const void* buffer) {
  Driver* driver = Cast(file);
  const char* from = static_cast<const char*>(buffer);
  size_t done = 0;
  while (done < size && driver->fault->error_number == 0) {
    const ssize_t n = ::pwrite(driver->descriptor, from + done, size - done, static_cast<off_t>(address + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      driver->fault->error_number = n == 0 ? ENOSPC : errno;
      break;
    }
    done += static_cast<size_t>(n);
  }
  if (done < size) driver->lost->push_back({address + done, {from + done, from + size}});
  driver->end_of_file = std::max(driver->end_of_file, address + size);
  return 0;
}

herr_t Truncate(H5FD_t* file, hid_t, hbool_t) {
  Driver* driver = Cast(file);
  if (driver->end_allocated == driver->end_of_file) return 0;
  if (driver->fault->error_number == 0 &&
      ::ftruncate(driver->descriptor, static_cast<off_t>(driver->end_allocated)) != 0) {
    driver->fault->error_number = errno;
  }
  driver->end_of_file = driver->end_allocated;
  return 0;
}

hid_t DriverId() {
  static const hid_t id = [] {
    static H5FD_class_t driver{};
#ifdef H5FD_CLASS_VERSION
    driver.version = H5FD_CLASS_VERSION;
    driver.value = static_cast<H5FD_class_value_t>(515);  // in the range for drivers outside the library
#endif
    driver.name = "souk";
    driver.maxaddr = kMaxAddress;
    driver.fc_degree = H5F_CLOSE_WEAK;
    driver.fapl_size = sizeof(AccessInfo);
    driver.open = Open;
    driver.close = Close;
    driver.cmp = Compare;
    driver.query = Query;
    driver.get_eoa = EndAllocated;
    driver.set_eoa = SetEndAllocated;
    driver.get_eof = EndOfFile;
    driver.read = Read;
    driver.write = Write;
    driver.truncate = Truncate;
    const H5FD_mem_t map[H5FD_MEM_NTYPES] = H5FD_FLMAP_DICHOTOMY;
    std::copy(std::begin(map), std::end(map), std::begin(driver.fl_map));
    return H5FDregister(&driver);
  }();
  return Check(id, "registering the file driver");
}

}  // namespace

Handle FaultRecordingAccess(WriteFault* fault) {
  Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "file access list");
  const AccessInfo info{fault};
  Check(H5Pset_driver(access.get(), DriverId(), &info), "setting the file driver");
  return access;
}

}  // namespace souk::hdf5
