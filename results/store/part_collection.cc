#include "results/store/part_collection.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "results/store/parts_internal.h"
#include "results/store/store.h"

namespace souk {

namespace fs = std::filesystem;
using hdf5::Failure;

/// A file that holds replications.
struct PartCollection::Origin {
  std::string path;
  std::string source;  ///< as the user wrote it; empty for the parts of the file
  std::string key;     ///< of its experiment
  std::string about;   ///< in words
  std::vector<CellResult> cells;
  store::RecordCounts counts;
  bool one = true;  ///< holds one replication only
};

namespace {

bool EveryArmFinished(const std::vector<CellResult>& cells, std::size_t arms) {
  return cells.size() == arms &&
         std::all_of(cells.begin(), cells.end(), [](const CellResult& cell) { return cell.error.empty(); });
}

std::vector<CellResult> CellsOf(const std::vector<CellResult>& cells, std::int32_t replication) {
  std::vector<CellResult> found;
  for (const CellResult& cell : cells)
    if (cell.replication == replication) found.push_back(cell);
  return found;
}

std::set<std::int32_t> ReplicationsOf(const std::vector<CellResult>& cells) {
  std::set<std::int32_t> replications;
  for (const CellResult& cell : cells) replications.insert(cell.replication);
  return replications;
}

/// Folders that may hold parts directly: `folder` and those in it. Retired ones are on their way out.
std::vector<fs::path> PartFolders(const fs::path& folder) {
  std::vector<fs::path> folders = {folder};
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (entry.is_directory() && entry.path().extension() != ".merged") folders.push_back(entry.path());
  std::sort(folders.begin() + 1, folders.end());
  return folders;
}

}  // namespace

PartCollection::PartCollection(std::string file, const std::vector<std::string>& sources, const std::string& key)
    : file_(std::move(file)) {
  Find(sources);
  Choose(key, sources);
  Read();
}

PartCollection::~PartCollection() = default;

void PartCollection::AddOrigin(const std::string& path, const std::string& source) {
  store::Guarded(path, [&] {
    const hdf5::Handle handle = hdf5::OpenForReading(path);
    const store::Identity identity = store::ReadIdentity(handle.get());
    const std::string about = fmt::format("{}, seed {}", hdf5::TextAttribute(handle.get(), "title"), identity.seed);
    origins_.push_back({path, source, store::KeyOf(identity.scenario_hash, identity.seed), about, {}, {}, true});
  });
}

void PartCollection::Find(const std::vector<std::string>& sources) {
  const auto add_folder = [&](const std::string& folder, const std::string& source) {
    for (const fs::path& inner : store::Guarded(folder, [&] { return PartFolders(folder); }))
      for (const auto& [replication, path] : store::ListParts(inner)) AddOrigin(path.string(), source);
  };
  if (fs::is_directory(PartsDirectory(file_))) add_folder(PartsDirectory(file_), "");
  if (fs::is_regular_file(file_) && fs::file_size(file_) > 0) AddOrigin(file_, file_);
  for (const std::string& source : sources) {
    if (fs::is_directory(source)) add_folder(source, source);
    else AddOrigin(source, source);
  }
}

void PartCollection::Choose(const std::string& key, const std::vector<std::string>& sources) {
  std::map<std::string, std::pair<std::string, int>> experiments;  // key → what it is, files
  for (const Origin& origin : origins_) {
    experiments[origin.key].first = origin.about;
    ++experiments[origin.key].second;
  }
  if (experiments.empty()) throw Error("there is nothing to merge: no parts in " + PartsDirectory(file_), file_);
  std::vector<std::string> keys;
  std::string list;
  for (const auto& [name, what] : experiments) {
    keys.push_back(name);
    list += fmt::format("\n  {}  {}, in {} file{}", name, what.first, what.second, what.second == 1 ? "" : "s");
  }
  if (!key.empty() && !experiments.contains(key)) {
    const std::string near = NearestName(key, keys);
    throw Error(fmt::format("found no experiment {}{}; there {}:{}", key,
                            near.empty() ? "" : fmt::format(" (did you mean {}?)", near),
                            keys.size() == 1 ? "is" : "are", list),
                file_);
  }
  if (key.empty() && experiments.size() > 1)
    throw Error("there are parts of several experiments; choose one of them with --experiment:" + list, file_);
  const std::string chosen = key.empty() ? keys.front() : key;
  std::erase_if(origins_, [&](const Origin& origin) { return origin.key != chosen; });
  for (const std::string& source : sources) {
    if (std::none_of(origins_.begin(), origins_.end(), [&](const Origin& o) { return o.source == source; }))
      throw Error("holds nothing of this experiment (" + experiments[chosen].first + ")", source);
  }
}

void PartCollection::Read() {
  result_ = store::Guarded(origins_.front().path,
                           [&] { return store::ReadSummary(hdf5::OpenForReading(origins_.front().path).get()); });
  result_.cells.clear();
  for (std::size_t n = 0; n < origins_.size(); ++n) {
    Origin& origin = origins_[n];
    origin.cells = store::ReadPart(origin.path, result_, &origin.counts).cells;
    const std::set<std::int32_t> replications = ReplicationsOf(origin.cells);
    origin.one = replications.size() == 1;
    for (const std::int32_t replication : replications) {
      const auto [old, first] = chosen_.emplace(replication, n);
      if (first) continue;
      const Origin& other = origins_[old->second];
      const auto cells = CellsOf(origin.cells, replication), others = CellsOf(other.cells, replication);
      for (std::size_t i = 0; i < std::min(cells.size(), others.size()); ++i) {
        if (cells[i].error.empty() && others[i].error.empty() && cells[i].fingerprint != others[i].fingerprint)
          throw Error(fmt::format("replication {} has other outcomes than in {}: made by another build?", replication,
                                  other.path),
                      origin.path);
      }
      const std::size_t arms = result_.arms.size();
      if (EveryArmFinished(cells, arms) && !EveryArmFinished(others, arms)) old->second = n;
    }
  }
  for (const auto& [replication, n] : chosen_)
    for (CellResult& cell : CellsOf(origins_[n].cells, replication)) result_.cells.push_back(std::move(cell));
}

bool PartCollection::IsMerged() const {
  return std::all_of(chosen_.begin(), chosen_.end(),
                     [&](const auto& entry) { return origins_[entry.second].path == file_; });
}

void PartCollection::Write(const ExperimentResult& settled, bool complete) {
  CheckWritable(file_);
  store::Guarded(file_, [&] {
    std::map<std::size_t, ExperimentResult> loaded;  // with records, of origins that hold several replications
    store::RecordCounts counts;
    const std::set<std::int32_t> replications = ReplicationsOf(settled.cells);
    for (const std::int32_t replication : replications) {
      const std::size_t n = chosen_.at(replication);
      const Origin& origin = origins_[n];
      if (origin.one || origin.counts == store::RecordCounts{}) {
        counts.Add(origin.counts);
        continue;
      }
      if (!loaded.contains(n)) loaded[n] = store::ReadPart(origin.path, settled, nullptr);
      for (const CellResult& cell : CellsOf(loaded[n].cells, replication)) counts.Add(cell);
    }
    store::WriteFile(file_, settled, counts, [&](store::RecordWriter& records) {
      for (const std::int32_t replication : replications) {
        const std::size_t n = chosen_.at(replication);
        if (origins_[n].counts == store::RecordCounts{}) continue;
        const ExperimentResult single =
            loaded.contains(n) ? ExperimentResult{} : store::ReadPart(origins_[n].path, settled, nullptr);
        for (const CellResult& cell : (loaded.contains(n) ? loaded[n] : single).cells)
          if (cell.replication == replication) records.Add(cell);
      }
    });
    if (complete) {
      store::RetireParts(file_, store::KeyDirectory(file_, settled));
      return;
    }
    // Shards may be at work: what they have put there since we looked is not in the file yet.
    for (const Origin& origin : origins_)
      if (origin.source.empty()) fs::remove(origin.path);
    store::RemoveIfEmpty(file_, store::KeyDirectory(file_, settled));
  });
}

}  // namespace souk
