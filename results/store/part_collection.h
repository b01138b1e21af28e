#pragma once
// The parts of one experiment, wherever they lie: what `souk merge` makes one results file of. Shards on several
// machines leave their parts in one shared folder, or in folders that the user brings together; a killed run leaves
// them, too.

#include <map>
#include <string>
#include <vector>

#include "results/store/results.h"

namespace souk {

class PartCollection {
 public:
  /// Looks at the parts of `file`, at `file` itself if it is there, and at `sources`: results files, single parts, and
  /// folders of parts (`x.h5.parts` or one in it). `key` names one of several experiments by the name of its folder, or
  /// is empty. Reads everything but records. Where a replication is there twice, the one in which every arm finished
  /// counts, else the first in the order above.
  /// Throws Error: there is nothing; several experiments and no key, listing them; a source that holds nothing of the
  /// experiment; a damaged file; files of different versions or revisions of souk; two of one replication with other
  /// outcomes.
  PartCollection(std::string file, const std::vector<std::string>& sources, const std::string& key);
  ~PartCollection();
  PartCollection(const PartCollection&) = delete;
  PartCollection& operator=(const PartCollection&) = delete;

  /// Names and provenance of the first part, and the cells of all replications without records.
  [[nodiscard]] const ExperimentResult& result() const { return result_; }
  /// Is all of it in `file` already?
  [[nodiscard]] bool IsMerged() const;
  /// Writes `file` as MergeParts does: `settled` is result() under other facts, or with fewer replications. The parts
  /// of `file` that are in it are removed once it is verified; with `complete`, all parts of the experiment are.
  /// Sources stay. Throws Error, leaving an older `file` and all parts as they were. Memory: the records of one
  /// replication at a time, but all those of a source that holds several.
  void Write(const ExperimentResult& settled, bool complete);

 private:
  struct Origin;
  void Find(const std::vector<std::string>& sources);
  void AddOrigin(const std::string& path, const std::string& source);
  void Choose(const std::string& key, const std::vector<std::string>& sources);
  void Read();

  std::string file_;
  std::vector<Origin> origins_;
  std::map<std::int32_t, std::size_t> chosen_;  ///< replication → place in origins_
  ExperimentResult result_;
};

}  // namespace souk
