// Parts of a result: <file>.parts/<key>/r00017.h5, one per replication. The key is a hash of what
// makes parts of two runs the same experiment, so parts of another scenario or seed are never mixed
// in. After a merge the key's folder is renamed in one step, so a kill in the middle of the removal
// cannot leave half of the parts to be merged again.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "results/store/layout_internal.h"
#include "results/store/store.h"
#include "sim/base/fingerprint.h"

namespace souk {
namespace {

namespace fs = std::filesystem;
using hdf5::Failure;

std::string KeyOf(const std::string& scenario_hash, std::uint64_t seed) {
  Fingerprint hash;
  hash.Add(std::string_view(scenario_hash));
  hash.Add(seed);
  hash.Add(static_cast<std::int64_t>(kSchemaVersion));
  return hash.hex();
}

std::string KeyOf(const ExperimentResult& header) {
  return KeyOf(header.provenance.scenario_hash, header.provenance.seed);
}

fs::path KeyDirectory(const std::string& file, const ExperimentResult& header) {
  return fs::path(PartsDirectory(file)) / KeyOf(header);
}

fs::path Retired(const fs::path& directory) { return directory.string() + ".merged"; }

std::string PartName(std::int32_t replication) { return fmt::format("r{:05}.h5", replication); }

/// The parts in `directory`, by replication. Temporary files of a killed writer are passed over.
std::vector<std::pair<std::int32_t, fs::path>> ListParts(const fs::path& directory) {
  std::vector<std::pair<std::int32_t, fs::path>> parts;
  if (!fs::is_directory(directory)) return parts;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name.size() < 5 || name.front() != 'r' || !name.ends_with(".h5")) continue;
    const std::string digits = name.substr(1, name.size() - 4);
    if (digits.empty() || digits.size() > 9 ||
        !std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return c >= '0' && c <= '9'; })) {
      continue;
    }
    parts.emplace_back(std::stoi(digits), entry.path());
  }
  std::sort(parts.begin(), parts.end());
  return parts;
}

void RemoveDirectories(const std::string& file, const fs::path& directory) {
  std::error_code ignored;  // what cannot be removed does no harm: a retired folder is never read
  fs::remove_all(Retired(directory), ignored);
  fs::remove(PartsDirectory(file), ignored);  // only if empty: parts of other runs stay
}

void RetireParts(const std::string& file, const fs::path& directory) {
  if (fs::exists(directory)) {
    fs::remove_all(Retired(directory));
    fs::rename(directory, Retired(directory));
  }
  RemoveDirectories(file, directory);
}

void WritePartFile(const fs::path& path, const ExperimentResult& header, const std::vector<CellResult>& cells) {
  ExperimentResult summary = header;
  summary.cells.clear();
  store::RecordCounts counts;
  std::vector<const CellResult*> in_order;
  for (const CellResult& cell : cells) in_order.push_back(&cell);
  std::sort(in_order.begin(), in_order.end(), [](const CellResult* a, const CellResult* b) { return a->arm < b->arm; });
  for (const CellResult* cell : in_order) {
    SOUK_CHECK(cell->replication == cells.front().replication);
    summary.cells.push_back(store::WithoutRecords(*cell));
    if (!cell->error.empty()) continue;
    counts.shoppers = std::max(counts.shoppers, static_cast<std::int64_t>(cell->shoppers.size()));
    counts.events += static_cast<std::int64_t>(cell->events.size());
    counts.decisions += static_cast<std::int64_t>(cell->decisions.size());
  }
  store::WriteFile(path.string(), summary, counts, [&](store::RecordWriter& records) {
    for (const CellResult* cell : in_order) records.Add(*cell);
  });
}

bool SameExperiment(hid_t file, const ExperimentResult& header) {
  const store::Identity identity = store::ReadIdentity(file);
  return KeyOf(identity.scenario_hash, identity.seed) == KeyOf(header) && identity.schema == kSchemaVersion;
}

/// Is `file` the result of an earlier merge of the same experiment?
bool IsMergedResult(const std::string& file, const ExperimentResult& header) {
  if (!fs::is_regular_file(file)) return false;
  try {
    return SameExperiment(hdf5::OpenForReading(file).get(), header);
  } catch (const Failure&) {
    return false;
  }
}

/// Summary or everything of one part; the error names the part.
ExperimentResult ReadPart(const fs::path& path, const ExperimentResult& header, store::RecordCounts* counts) {
  return store::Guarded(path.string(), [&] {
    const hdf5::Handle handle = hdf5::OpenForReading(path.string());
    if (!SameExperiment(handle.get(), header)) throw Failure("is a part of another experiment");
    ExperimentResult part = store::ReadSummary(handle.get());
    if (part.arms != header.arms || part.segments != header.segments || part.days != header.days) {
      throw Failure("is a part of an experiment with other arms, segments or days");
    }
    if (counts != nullptr) {
      *counts = store::ReadRecordCounts(handle.get());
    } else {
      store::ReadRecords(handle.get(), part, true);
    }
    return part;
  });
}

bool EveryArmFinished(const fs::path& path, const ExperimentResult& header) {
  try {
    const hdf5::Handle handle = hdf5::OpenForReading(path.string());
    if (!SameExperiment(handle.get(), header)) return false;
    const auto status =
        netcdf::GroupReader(handle.get(), "metrics").Read<std::uint8_t>("status", {1, header.arms.size()});
    return std::all_of(status.begin(), status.end(),
                       [](std::uint8_t s) { return s == static_cast<std::uint8_t>(store::CellStatus::kFinished); });
  } catch (const Failure&) {
    return false;  // it is run again and replaced
  }
}

}  // namespace

std::string PartsDirectory(const std::string& file) { return file + ".parts"; }

void WritePart(const std::string& file, const ExperimentResult& header, const std::vector<CellResult>& cells) {
  SOUK_CHECK(!cells.empty());
  const fs::path directory = KeyDirectory(file, header);
  const fs::path path = directory / PartName(cells.front().replication);
  store::Guarded(path.string(), [&] {
    fs::create_directories(directory);
    WritePartFile(path, header, cells);
  });
}

void MergeParts(const std::string& file, const ExperimentResult& header) {
  CheckWritable(file);
  store::Guarded(file, [&] {
    const fs::path directory = KeyDirectory(file, header);
    const auto parts = ListParts(directory);
    if (parts.empty()) {
      if (!IsMergedResult(file, header)) throw Failure("nothing to write: no replication has finished");
      RemoveDirectories(file, directory);
      return;
    }
    ExperimentResult merged = header;
    merged.cells.clear();
    store::RecordCounts counts;
    std::vector<fs::path> with_records;
    for (const auto& [replication, path] : parts) {
      store::RecordCounts of_part;
      ExperimentResult part = ReadPart(path, header, &of_part);
      for (CellResult& cell : part.cells) merged.cells.push_back(std::move(cell));
      counts.shoppers = std::max(counts.shoppers, of_part.shoppers);
      counts.events += of_part.events;
      counts.decisions += of_part.decisions;
      if (of_part != store::RecordCounts{}) with_records.push_back(path);
    }
    store::WriteFile(file, merged, counts, [&](store::RecordWriter& records) {
      for (const fs::path& path : with_records) {
        for (const CellResult& cell : ReadPart(path, header, nullptr).cells) records.Add(cell);
      }
    });
    RetireParts(file, directory);
  });
}

std::vector<std::int32_t> ResumeParts(const std::string& file, const ExperimentResult& header) {
  return store::Guarded(file, [&] {
    const fs::path directory = KeyDirectory(file, header);
    if (IsMergedResult(file, header)) {
      const ExperimentResult old = ReadPart(file, header, nullptr);
      for (auto begin = old.cells.begin(); begin != old.cells.end();) {
        const auto end = std::find_if(begin, old.cells.end(),
                                      [&](const CellResult& c) { return c.replication != begin->replication; });
        const fs::path path = directory / PartName(begin->replication);
        if (!fs::exists(path)) {
          fs::create_directories(directory);
          WritePartFile(path, header, {begin, end});
        }
        begin = end;
      }
    }
    std::vector<std::int32_t> finished;
    for (const auto& [replication, path] : ListParts(directory)) {
      if (EveryArmFinished(path, header)) finished.push_back(replication);
    }
    return finished;
  });
}

void DiscardParts(const std::string& file, const ExperimentResult& header) {
  store::Guarded(file, [&] { RetireParts(file, KeyDirectory(file, header)); });
}

}  // namespace souk
