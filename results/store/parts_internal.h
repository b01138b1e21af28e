#pragma once
// Part files one by one: their names, what is in them, how they go away. parts.cc makes a run of them, merge.cc
// collects them from anywhere.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "results/store/layout_internal.h"

namespace souk::store {

/// What makes parts of two runs the same experiment: a hash of scenario, seed and schema.
std::string KeyOf(const std::string& scenario_hash, std::uint64_t seed);
std::string KeyOf(const ExperimentResult& header);
/// `<file>.parts/<key>`
std::filesystem::path KeyDirectory(const std::string& file, const ExperimentResult& header);
/// r00017.h5
std::string PartName(std::int32_t replication);

/// The parts in `directory`, by replication. Temporary files of a killed writer are passed over, and so is a directory
/// that is not there.
std::vector<std::pair<std::int32_t, std::filesystem::path>> ListParts(const std::filesystem::path& directory);

/// `cells`: of one replication.
void WritePartFile(const std::filesystem::path& path, const ExperimentResult& header,
                   const std::vector<CellResult>& cells);

/// Does `file` hold results of the experiment of `header`?
bool SameExperiment(hid_t file, const ExperimentResult& header);
/// The same for a path; false when it is missing or cannot be read.
bool IsOfExperiment(const std::string& path, const ExperimentResult& header);

/// Empty when `file` was made by the version and revision of souk that `header` names, else both in words: a strategy
/// of the same name may have other numbers in another build. A revision marked dirty is equal to itself.
std::string OtherBuild(hid_t file, const ExperimentResult& header);

/// Summary of a part or merged file, of the same experiment and build, and, unless `counts` is given and filled
/// instead, its records. The error names it.
ExperimentResult ReadPart(const std::filesystem::path& path, const ExperimentResult& header, RecordCounts* counts);

/// Renames the directory away in one step and removes it, and `<file>.parts` when nothing else is in it. A kill in the
/// middle cannot leave half of the parts to be merged again.
void RetireParts(const std::string& file, const std::filesystem::path& directory);
/// Removes `directory` and `<file>.parts` as far as they are empty.
void RemoveIfEmpty(const std::string& file, const std::filesystem::path& directory);

}  // namespace souk::store
