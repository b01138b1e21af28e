#include <fmt/format.h>

#include <algorithm>

#include "results/store/parts_internal.h"
#include "results/store/store.h"
#include "sim/base/fingerprint.h"

namespace souk::store {

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

std::string PartName(std::int32_t replication) { return fmt::format("r{:05}.h5", replication); }

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

void WritePartFile(const fs::path& path, const ExperimentResult& header, const std::vector<CellResult>& cells) {
  ExperimentResult summary = header;
  summary.cells.clear();
  RecordCounts counts;
  std::vector<const CellResult*> in_order;
  for (const CellResult& cell : cells) in_order.push_back(&cell);
  std::sort(in_order.begin(), in_order.end(), [](const CellResult* a, const CellResult* b) { return a->arm < b->arm; });
  for (const CellResult* cell : in_order) {
    SOUK_CHECK(cell->replication == cells.front().replication);
    summary.cells.push_back(WithoutRecords(*cell));
    counts.Add(*cell);
  }
  WriteFile(path.string(), summary, counts, [&](RecordWriter& records) {
    for (const CellResult* cell : in_order) records.Add(*cell);
  });
}

bool SameExperiment(hid_t file, const ExperimentResult& header) {
  const Identity identity = ReadIdentity(file);
  return KeyOf(identity.scenario_hash, identity.seed) == KeyOf(header) && identity.schema == kSchemaVersion;
}

std::string OtherBuild(hid_t file, const ExperimentResult& header) {
  const netcdf::GroupReader provenance(file, "provenance");
  const std::string version = provenance.ReadText("version"), git = provenance.ReadText("git");
  const Provenance& own = header.provenance;
  if (version == own.version && git == own.git) return "";
  const auto build = [](const std::string& v, const std::string& g) {
    return fmt::format("souk {} ({})", v, g.empty() ? "revision unknown" : g);
  };
  return build(version, git) + " made it, not " + build(own.version, own.git);
}

bool IsOfExperiment(const std::string& path, const ExperimentResult& header) {
  if (!fs::is_regular_file(path)) return false;
  try {
    return SameExperiment(hdf5::OpenForReading(path).get(), header);
  } catch (const Failure&) {
    return false;
  }
}

ExperimentResult ReadPart(const fs::path& path, const ExperimentResult& header, RecordCounts* counts) {
  return Guarded(path.string(), [&] {
    const hdf5::Handle handle = hdf5::OpenForReading(path.string());
    if (!SameExperiment(handle.get(), header)) throw Failure("is a part of another experiment");
    if (const std::string other = OtherBuild(handle.get(), header); !other.empty())
      throw Failure("cannot be joined with the other replications: " + other +
                    ", and numbers of two builds do not mix. Run its replications again, or leave it out");
    ExperimentResult part = ReadSummary(handle.get());
    if (part.arms != header.arms || part.segments != header.segments || part.days != header.days) {
      throw Failure("is a part of an experiment with other arms, segments or days");
    }
    if (counts != nullptr) {
      *counts = ReadRecordCounts(handle.get());
    } else {
      ReadRecords(handle.get(), part, true);
    }
    return part;
  });
}

void RetireParts(const std::string& file, const fs::path& directory) {
  const fs::path retired = directory.string() + ".merged";
  if (fs::exists(directory)) {
    fs::remove_all(retired);
    fs::rename(directory, retired);
  }
  std::error_code ignored;  // what cannot be removed does no harm: a retired folder is never read
  fs::remove_all(retired, ignored);
  RemoveIfEmpty(file, directory);
}

void RemoveIfEmpty(const std::string& file, const fs::path& directory) {
  std::error_code ignored;
  fs::remove(directory, ignored);
  fs::remove(PartsDirectory(file), ignored);  // parts of other runs stay
}

}  // namespace souk::store
