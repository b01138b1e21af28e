#pragma once
// A file that Google Benchmark wrote with --benchmark_out (JSON, which is YAML's own subset): the times by benchmark,
// and where and when they were measured.

#include <map>
#include <string>
#include <vector>

#include "sim/scenario/scenario.h"

namespace souk {

struct BenchmarkFile {
  std::string file;
  std::string date;   ///< as written, ISO 8601; empty when the file does not say
  std::string host;   ///< and so on
  std::string build;  ///< `release` or `debug`
  int cpus = 0;
  /// Real time per iteration, by benchmark: one value per repetition; the median where only that was kept.
  std::map<std::string, std::vector<double>> real_ns;
  std::map<std::string, std::string> errors;  ///< benchmarks that failed, and why
};

/// Throws Error that lists everything wrong: unreadable, no JSON, not Google Benchmark's, a benchmark without a time.
BenchmarkFile ReadBenchmarkFile(const std::string& file);
/// The same from text; `name` stands for the file in messages.
BenchmarkFile ReadBenchmarkText(const std::string& text, const std::string& name);

}  // namespace souk
