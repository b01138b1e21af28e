#pragma once
// A model file: what one strategy has learnt, in HDF5 with everything that tells whether it fits. Layout: SCHEMA.md.
// Thread safety: as store.h.

#include <cstdint>
#include <string>

#include "results/store/store.h"

namespace souk {

constexpr int kModelFormat = 1;

/// Whose model it is. Two are of one kind when all of it agrees, `items` and `souk` aside.
struct ModelHeader {
  std::string slot;        ///< `recommender` …
  std::string strategy;    ///< its name in that slot
  std::string parameters;  ///< all of them with their values: `neighbours: 20, shrink: 10`
  std::string catalogue;   ///< hash of the catalogue that it was learnt over, 16 hex digits
  std::int64_t items = 0;  ///< of that catalogue, for people
  std::string souk;        ///< version that wrote it, for people
};

struct Model {
  ModelHeader header;
  std::string state;  ///< what Strategy::Save wrote
};

/// Throws Error unless `file` can be created: as CheckWritable, but an existing file must be a model, or empty.
void CheckModelWritable(const std::string& file);

/// Writes `model` under a temporary name and renames it over `file`. The same model, the same bytes. Throws Error (disk
/// full, …) leaving an older file as it was. Tested by: ModelFile.*.
void WriteModel(const std::string& file, const Model& model);

/// Reads a model. Throws Error with the name of the file, what was found and what is allowed: missing, not HDF5, HDF5
/// that is no model, a model of another format, truncated, changed in any byte.
Model ReadModel(const std::string& file);

}  // namespace souk
