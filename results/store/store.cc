#include "results/store/store.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "results/store/layout_internal.h"

namespace souk {

namespace fs = std::filesystem;

namespace store {
namespace {

/// Do the two hold the same numbers? Decides whether a written file may replace its parts.
bool SameNumbers(const ExperimentResult& a, const ExperimentResult& b) {
  return std::equal(a.cells.begin(), a.cells.end(), b.cells.begin(), b.cells.end(),
                    [](const CellResult& x, const CellResult& y) {
                      if (x.replication != y.replication || x.arm != y.arm || x.error != y.error) return false;
                      if (!x.error.empty()) return true;
                      for (std::size_t slot = 0; slot < x.latency.size(); ++slot) {
                        if (x.latency[slot].counts() != y.latency[slot].counts()) return false;
                      }
                      return x.fingerprint == y.fingerprint && x.by_segment == y.by_segment && x.by_day == y.by_day &&
                             x.by_age == y.by_age;
                    });
}

}  // namespace

CellResult WithoutRecords(const CellResult& cell) {
  CellResult copy;
  copy.replication = cell.replication;
  copy.arm = cell.arm;
  copy.error = cell.error;
  copy.by_segment = cell.by_segment;
  copy.by_day = cell.by_day;
  copy.by_age = cell.by_age;
  copy.slates = cell.slates;
  copy.by_week = cell.by_week;
  copy.latency = cell.latency;
  copy.train_ns = cell.train_ns;
  copy.wall_ns = cell.wall_ns;
  copy.fingerprint = cell.fingerprint;
  return copy;
}

void WriteFile(const std::string& path, const ExperimentResult& summary, const RecordCounts& counts,
               const std::function<void(RecordWriter&)>& add_records) {
  hdf5::NewFile file(path);
  WriteSummary(file.id(), summary);
  file.CheckWrites();
  {
    RecordWriter records(file.id(), Grid(summary), summary, counts);
    add_records(records);
  }
  file.Close();
  {
    const hdf5::Handle written = hdf5::OpenForReading(file.temporary_path());
    if (!SameNumbers(ReadSummary(written.get()), summary) || ReadRecordCounts(written.get()) != counts) {
      throw hdf5::Failure("reads back differently from what was written; the disk may be failing");
    }
  }
  file.Commit();
}

}  // namespace store

void CheckWritable(const std::string& file) {
  if (file.empty()) throw Error("the name of the results file is empty");
  std::error_code code;
  const fs::path directory = fs::absolute(file).parent_path();
  if (!fs::is_directory(directory, code)) {
    throw Error("cannot be written: there is no directory " + directory.string(), file);
  }
  // Trying is the only test that holds for root, full inode tables and read-only or virtual file systems alike.
  std::string probe = (directory / ".souk-XXXXXX").string();
  const int descriptor = ::mkstemp(probe.data());
  if (descriptor < 0) throw CannotWrite("cannot be written: " + directory.string() + ": " + std::strerror(errno), file);
  ::close(descriptor);
  ::unlink(probe.c_str());
  const fs::file_status parts = fs::status(PartsDirectory(file), code);
  if (fs::exists(parts) && !fs::is_directory(parts)) {
    throw Error("cannot be written: " + PartsDirectory(file) + " is in the way of the parts", file);
  }
  const fs::file_status status = fs::status(file, code);
  if (!fs::exists(status)) return;
  if (fs::is_directory(status)) throw Error("cannot be written: it is a directory", file);
  if (!fs::is_regular_file(status)) throw Error("cannot be written: it is not a regular file", file);
  if (fs::file_size(file, code) == 0) return;
  const hdf5::Session session;
  try {
    const hdf5::Handle old = hdf5::OpenForReading(file);
    if (hdf5::HasAttribute(old.get(), "souk_schema")) return;
  } catch (const hdf5::Failure&) {
    // Not ours either.
  }
  throw Error(
      "is not a readable results file of souk, so it is not overwritten: remove it or choose "
      "another name",
      file);
}

void WriteResult(const std::string& file, const ExperimentResult& result) {
  CheckWritable(file);
  store::Guarded(file, [&] {
    ExperimentResult summary = result;
    store::RecordCounts counts;
    for (CellResult& cell : summary.cells) {
      counts.Add(cell);
      cell = store::WithoutRecords(cell);
    }
    store::WriteFile(file, summary, counts, [&](store::RecordWriter& records) {
      for (const CellResult& cell : result.cells) records.Add(cell);
    });
  });
}

ExperimentResult ReadResult(const std::string& file, ReadScope scope) {
  return store::Guarded(file, [&] {
    const hdf5::Handle handle = hdf5::OpenForReading(file);
    ExperimentResult result = store::ReadSummary(handle.get());
    store::ReadRecords(handle.get(), result, scope == ReadScope::kAll);
    return result;
  });
}

}  // namespace souk
