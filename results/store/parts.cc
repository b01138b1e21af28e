// Parts of a result: <file>.parts/<key>/r00017.h5, one per replication. The key is a hash of what
// makes parts of two runs the same experiment, so parts of another scenario or seed are never mixed
// in.

#include <algorithm>
#include <filesystem>

#include "results/store/parts_internal.h"
#include "results/store/store.h"

namespace souk {

namespace fs = std::filesystem;
using hdf5::Failure;

namespace {

bool EveryArmFinished(const fs::path& path, const ExperimentResult& header) {
  try {
    const hdf5::Handle handle = hdf5::OpenForReading(path.string());
    if (!store::SameExperiment(handle.get(), header)) return false;
    const auto status =
        netcdf::GroupReader(handle.get(), "metrics").Read<std::uint8_t>("status", {1, header.arms.size()});
    return std::all_of(status.begin(), status.end(),
                       [](std::uint8_t s) { return s == static_cast<std::uint8_t>(store::CellStatus::kFinished); });
  } catch (const Failure&) {
    return false;  // it is run again and replaced
  }
}

/// Goes on only from what this build has made: after a change of the code, old numbers would be kept unseen.
void RefuseOtherBuild(const fs::path& path, const ExperimentResult& header, const std::string& what_to_remove) {
  store::Guarded(path.string(), [&] {
    std::string other;
    try {
      const hdf5::Handle handle = hdf5::OpenForReading(path.string());
      if (store::SameExperiment(handle.get(), header)) other = store::OtherBuild(handle.get(), header);
    } catch (const Failure&) {
      return;  // damaged: it is run again and replaced
    }
    if (!other.empty())
      throw Failure("cannot be resumed: " + other + ", and numbers of two builds do not mix. To go on, remove " +
                    what_to_remove + ", or run without --resume, or give another -o");
  });
}

}  // namespace

std::string PartsDirectory(const std::string& file) { return file + ".parts"; }

void WritePart(const std::string& file, const ExperimentResult& header, const std::vector<CellResult>& cells) {
  SOUK_CHECK(!cells.empty());
  const fs::path directory = store::KeyDirectory(file, header);
  const fs::path path = directory / store::PartName(cells.front().replication);
  store::Guarded(path.string(), [&] {
    fs::create_directories(directory);
    try {
      store::WritePartFile(path, header, cells);
    } catch (const Failure&) {
      // A merge of what is there may have removed the directory that it had emptied.
      if (fs::exists(directory)) throw;
      fs::create_directories(directory);
      store::WritePartFile(path, header, cells);
    }
  });
}

std::vector<CellResult> ReadPart(const std::string& file, const ExperimentResult& header, std::int32_t replication) {
  store::RecordCounts ignored;
  const fs::path path = store::KeyDirectory(file, header) / store::PartName(replication);
  return store::ReadPart(path, header, &ignored).cells;
}

void MergeParts(const std::string& file, const ExperimentResult& header) {
  CheckWritable(file);
  store::Guarded(file, [&] {
    const fs::path directory = store::KeyDirectory(file, header);
    const auto parts = store::ListParts(directory);
    if (parts.empty()) {
      if (!store::IsOfExperiment(file, header)) throw Failure("nothing to write: no replication has finished");
      store::RetireParts(file, directory);
      return;
    }
    ExperimentResult merged = header;
    merged.cells.clear();
    store::RecordCounts counts;
    std::vector<fs::path> with_records;
    for (const auto& [replication, path] : parts) {
      store::RecordCounts of_part;
      ExperimentResult part = store::ReadPart(path, header, &of_part);
      for (CellResult& cell : part.cells) merged.cells.push_back(std::move(cell));
      counts.Add(of_part);
      if (of_part != store::RecordCounts{}) with_records.push_back(path);
    }
    store::WriteFile(file, merged, counts, [&](store::RecordWriter& records) {
      for (const fs::path& path : with_records) {
        for (const CellResult& cell : store::ReadPart(path, header, nullptr).cells) records.Add(cell);
      }
    });
    store::RetireParts(file, directory);
  });
}

std::vector<std::int32_t> ResumeParts(const std::string& file, const ExperimentResult& header) {
  return store::Guarded(file, [&] {
    const fs::path directory = store::KeyDirectory(file, header);
    if (fs::is_regular_file(file)) RefuseOtherBuild(file, header, "it");
    for (const auto& [replication, path] : store::ListParts(directory))
      RefuseOtherBuild(path, header, directory.string());
    if (store::IsOfExperiment(file, header)) {
      const ExperimentResult old = store::ReadPart(file, header, nullptr);
      for (auto begin = old.cells.begin(); begin != old.cells.end();) {
        const auto end = std::find_if(begin, old.cells.end(),
                                      [&](const CellResult& c) { return c.replication != begin->replication; });
        const fs::path path = directory / store::PartName(begin->replication);
        if (!fs::exists(path)) {
          fs::create_directories(directory);
          store::WritePartFile(path, header, {begin, end});
        }
        begin = end;
      }
    }
    std::vector<std::int32_t> finished;
    for (const auto& [replication, path] : store::ListParts(directory)) {
      if (EveryArmFinished(path, header)) finished.push_back(replication);
    }
    return finished;
  });
}

void RemoveAbandoned(const std::string& file) {
  std::error_code ignored;
  const fs::path path = fs::absolute(file);
  hdf5::RemoveAbandoned(path.parent_path().string(), path.filename().string() + ".tmp-");
  for (const fs::directory_entry& entry : fs::directory_iterator(PartsDirectory(file), ignored)) {
    if (entry.is_directory(ignored)) hdf5::RemoveAbandoned(entry.path().string(), "r");
  }
}

void DiscardParts(const std::string& file, const ExperimentResult& header) {
  store::Guarded(file, [&] { store::RetireParts(file, store::KeyDirectory(file, header)); });
}

void DiscardParts(const std::string& file, const ExperimentResult& header,
                  const std::function<bool(std::int32_t)>& which) {
  store::Guarded(file, [&] {
    const fs::path directory = store::KeyDirectory(file, header);
    for (const auto& [replication, path] : store::ListParts(directory)) {
      if (which(replication)) fs::remove(path);
    }
    store::RemoveIfEmpty(file, directory);
  });
}

}  // namespace souk
