#include "bench/cli/results_file.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "bench/cli/terminal.h"
#include "results/store/store.h"
#include "sim/base/error.h"

namespace souk {
namespace {

namespace fs = std::filesystem;

bool InRepository() {
  std::ifstream cmake("CMakeLists.txt");
  const std::string text{std::istreambuf_iterator<char>(cmake), {}};
  return text.find("project(souk ") != std::string::npos && fs::is_directory("scenarios");
}

/// Removes `folder` and the folders in it as far as they are empty: no finished replication is
/// lost.
void RemoveEmptyFolders(const fs::path& folder) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (entry.is_directory(ignored)) fs::remove(entry.path(), ignored);
  fs::remove(folder, ignored);
}

template <class Body>
auto AsRunFailure(Body body) {
  try {
    return body();
  } catch (const Error& error) {
    throw RunFailed(error.what());
  }
}

}  // namespace

std::string DefaultResultsPath(const std::string& name, std::uint64_t seed, int replication) {
  const std::string file = replication < 0 ? fmt::format("{}-{}.h5", name, seed)
                                           : fmt::format("{}-{}-replication-{}.h5", name, seed, replication);
  if (!InRepository()) return file;
  std::error_code ignored;  // CheckWritable says what is wrong
  fs::create_directories("results/runs", ignored);
  return "results/runs/" + file;
}

ResultsFile::ResultsFile(std::string path, ExperimentResult header)
    : path_(std::move(path)), header_(std::move(header)) {
  try {
    CheckWritable(path_);
  } catch (const CannotWrite& error) {
    throw RunFailed(error.what());
  }
}

// What fails from here on is no longer bad input: the place was checked before.
std::vector<std::int32_t> ResultsFile::Begin(bool resume) {
  return AsRunFailure([&] {
    RemoveAbandoned(path_);
    if (resume) return ResumeParts(path_, header_);
    DiscardParts(path_, header_);
    return std::vector<std::int32_t>();
  });
}

std::vector<std::int32_t> ResultsFile::BeginShared(bool resume, const std::function<bool(std::int32_t)>& mine) {
  return AsRunFailure([&] {
    std::vector<std::int32_t> done;
    if (resume) done = ResumeParts(path_, header_);
    else DiscardParts(path_, header_, mine);
    std::erase_if(done, [&](std::int32_t replication) { return !mine(replication); });
    return done;
  });
}

void ResultsFile::Keep(const std::vector<CellResult>& cells) {
  try {
    WritePart(path_, header_, cells);
  } catch (const Error& error) {
    FailKeeping(error);
  }
}

void ResultsFile::FailKeeping(const Error& error) const {
  const std::string parts = PartsDirectory(path_);
  RemoveEmptyFolders(parts);
  std::error_code ignored;
  const bool some = fs::exists(parts, ignored);
  throw RunFailed(std::string(error.what()) +
                  (some ? "\nFinished replications are kept in " + parts + "; --resume goes on from there." : ""));
}

std::vector<CellResult> ResultsFile::Kept(std::int32_t replication) const {
  return AsRunFailure([&] { return ReadPart(path_, header_, replication); });
}

void ResultsFile::Discard(const std::function<bool(std::int32_t)>& which) {
  AsRunFailure([&] { DiscardParts(path_, header_, which); });
}

void ResultsFile::Merge(const Provenance& measured, int planned_replications) {
  header_.planned_replications = planned_replications;
  Provenance& p = header_.provenance;
  p.wall_s = measured.wall_s;
  p.peak_rss_bytes = measured.peak_rss_bytes;
  p.threads = measured.threads;
  p.interrupted = measured.interrupted;
  try {
    MergeParts(path_, header_);
  } catch (const Error& error) {
    FailKeeping(error);
  }
}

void ResultsFile::Drop() { DiscardParts(path_, header_); }

ExperimentResult LoadResult(const std::string& file) { return ReadResult(file, ReadScope::kWithoutLogs); }

}  // namespace souk
