#pragma once
// The results file: HDF5 that is also valid netCDF-4, so xarray, h5py, ncdump, pandas and R read it
// with no souk code. Written as parts and merged: each finished replication is a part file of its
// own, put in place by a rename, so a killed run loses nothing that was finished, and a failed
// write leaves an older result as it was. Layout: docs in results/store/SCHEMA.md (versioned).
//
// Thread safety: every function may be called from any thread; calls wait for each other.
//
// Life of a run:
//   CheckWritable(file);
//   done = resumed ? ResumeParts(file, header) : (DiscardParts(file, header), none);
//   WritePart(file, header, cells) for every other replication, from any thread, process or
//   machine; MergeParts(file, header).
// Parts that no run will merge (of shards, of a killed run): part_collection.h.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "results/store/results.h"
#include "sim/base/error.h"

namespace souk {

constexpr int kSchemaVersion = 1;

/// The system does not let us write there (permissions, a read-only disk …): no fault of the name.
struct CannotWrite : Error {
  using Error::Error;
};

/// Throws Error unless `file` can be created: missing directory, a directory in its place, or an
/// existing file that is neither empty nor a souk result; CannotWrite for a read-only directory.
/// Changes nothing. Call before simulating; WriteResult and MergeParts check again.
void CheckWritable(const std::string& file);

/// Directory that holds the parts of `file`: `<file>.parts`.
std::string PartsDirectory(const std::string& file);

/// Writes all cells of one replication as a part (temporary name, then rename). `header` gives
/// names and provenance; its own cells are not looked at. An older part of that replication is
/// replaced. A part is a results file of its own. Throws Error (disk full, …) leaving no
/// half-written part.
void WritePart(const std::string& file, const ExperimentResult& header, const std::vector<CellResult>& cells);

/// The cells of one part, without records. Throws Error when it is missing or damaged.
std::vector<CellResult> ReadPart(const std::string& file, const ExperimentResult& header, std::int32_t replication);

/// Reads every part of `file` whose scenario hash and schema match `header`, writes the result to
/// a temporary file and renames it over `file`. Can be repeated. Throws Error, leaving an older
/// `file` intact. The parts are removed only after the merged file was verified. Without parts it
/// does nothing when `file` is the result of an earlier merge, and throws otherwise.
/// Memory: the records (shoppers, events, decisions) of one replication at a time.
void MergeParts(const std::string& file, const ExperimentResult& header);

/// Prepares a resumed run: turns the replications of an older `file` of the same scenario, seed and
/// schema back into parts, and returns the replications that need not be run again, ascending:
/// those with a readable part in which every arm finished. Throws Error, naming both, when another version or revision
/// of souk made the file or a part.
std::vector<std::int32_t> ResumeParts(const std::string& file, const ExperimentResult& header);

/// Prepares a fresh run: removes parts that an earlier run with the same scenario, seed and schema
/// left.
void DiscardParts(const std::string& file, const ExperimentResult& header);
/// The same for the replications that `which` names.
void DiscardParts(const std::string& file, const ExperimentResult& header,
                  const std::function<bool(std::int32_t)>& which);

/// Removes what writers of `file` and its parts left half-written when they were killed: temporary
/// files of processes of this machine that are no more.
void RemoveAbandoned(const std::string& file);

/// Writes a result without parts (for tests and tools).
void WriteResult(const std::string& file, const ExperimentResult& result);

/// How much of a file to read; the logs (events and decisions) can be larger than memory.
enum class ReadScope { kAll, kWithoutLogs };

/// Reads a souk results file. Throws Error when it is missing, not HDF5, truncated, or not souk's.
/// What was written comes back, except that a failed cell keeps only its error.
ExperimentResult ReadResult(const std::string& file, ReadScope scope = ReadScope::kAll);

}  // namespace souk
