#pragma once
// The file of an offline evaluation: HDF5 that is also valid netCDF-4, like a results file. Layout: SCHEMA.md.
// Thread safety: as store.h.

#include <cstdint>
#include <string>
#include <vector>

#include "sim/outcome/latency_histogram.h"

namespace souk {

constexpr int kEvaluationFormat = 1;

/// An evaluation as the file holds it. Arrays are flat, last dimension fastest; NaN: not defined.
struct Evaluation {
  // What was asked.
  std::string data, test, items_file;  ///< names of files; empty: none
  std::string format, protocol, protocol_text;
  bool mask_seen = true;
  bool shuffled = false;  ///< with the control of shuffled histories
  std::uint64_t seed = 0;
  int resamples = 0;
  std::string baseline;  ///< label of a strategy

  // What it was asked of.
  std::int64_t fitted_users = 0, fitted_interactions = 0, items = 0, users = 0, cases = 0, wanted = 0, unknown = 0,
               seen = 0;
  std::vector<std::int32_t> case_user;    ///< (case) from 0
  std::vector<std::int32_t> case_source;  ///< (case) place of the user or session in the data, from 0
  std::vector<std::int32_t> case_told;    ///< (case) events of the history
  std::vector<std::int32_t> wanted_case;  ///< (wanted)
  std::vector<std::int64_t> wanted_item;  ///< (wanted) ids as in the data

  // What came of it. Dimensions: strategy, cutoff, measure.
  std::vector<std::string> labels, specs;  ///< (strategy)
  std::vector<std::int32_t> cutoffs;
  std::vector<std::string> measures;
  std::vector<double> value, low, high;
  std::vector<double> shuffled_value, shuffled_low, shuffled_high;            ///< empty unless `shuffled`
  std::vector<double> order_gap, order_gap_low, order_gap_high, order_gap_p;  ///< empty unless `shuffled`
  /// (strategy, other, cutoff, measure): strategy less other; 0 with p 1 for itself.
  std::vector<double> difference, difference_low, difference_high, difference_p;
  int list_k = 0;
  std::vector<std::uint8_t> ranked_by;          ///< (strategy) 0 scores of the whole catalogue, 1 a slate
  std::vector<double> coverage, gini, novelty;  ///< (strategy) of lists of list_k
  std::vector<double> rank, shuffled_rank;      ///< (strategy, wanted); infinite: a miss

  // What the machine did; different in every run.
  std::vector<double> fit_s, score_s;     ///< (strategy)
  std::vector<LatencyHistogram> latency;  ///< (strategy)
  std::string argv, version, git, compiler, created;
};

/// Throws Error unless `file` can be created: as CheckWritable, but an existing file must be an evaluation, or empty.
void CheckEvaluationWritable(const std::string& file);

/// Writes under a temporary name and renames it over `file`. But for measured times, the same evaluation has the same
/// bytes. Throws Error (disk full, …) leaving an older file as it was. Tested by: EvaluationFile.*,
/// cli_evaluation_file.py.
void WriteEvaluation(const std::string& file, const Evaluation& evaluation);

}  // namespace souk
