#pragma once
// Files of Google Benchmark as the input of a gate: base and head in turns, one file per run. Files that were not
// measured in turns cannot be told from drift: they are shown and left inconclusive.

#include <string>
#include <vector>

#include "bench/cli/gate_plan.h"
#include "results/report/gate_report.h"
#include "sim/scenario/benchmark_file.h"

namespace souk {

/// The files of either side; the i-th of both were measured next to each other.
struct BenchmarkPairs {
  std::vector<BenchmarkFile> base;
  std::vector<BenchmarkFile> head;
  std::string block_reason;  ///< why they do not count as measured in turns; empty if they do
};

/// Reads base, head, base, head, … Throws Error on an odd number, unreadable files and benchmarks that only some runs
/// of a side have; BadBaseline on files of different machines or build types; RunFailed on a benchmark that failed.
BenchmarkPairs LoadBenchmarks(const std::vector<std::string>& files);

/// Why these do not count as pairs that were measured in turns; empty if they do: one pair alone, no or unreadable
/// dates, other runs between the two of a pair, or the same side first every time.
std::string BlockReason(const std::vector<BenchmarkFile>& base, const std::vector<BenchmarkFile>& head);

/// The benchmarks of the baseline, sorted.
std::vector<std::string> BenchmarkNames(const BenchmarkPairs& pairs);

/// One row per benchmark asked for. Throws Error when head lacks one that the baseline has and that is asked for.
void GateBenchmarks(const BenchmarkPairs& pairs, const GateSpec& spec, const std::vector<GateMetric>& metrics,
                    GateReport& report);

}  // namespace souk
