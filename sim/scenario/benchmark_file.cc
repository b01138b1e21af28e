#include "sim/scenario/benchmark_file.h"

#include <optional>

#include "sim/scenario/field_reader.h"
#include "sim/scenario/layers.h"
#include "sim/scenario/scalar.h"

namespace souk {
namespace {

/// The text under `key`; empty without one.
std::string TextAt(const Node& map, const char* key) {
  const Node* node = map.Find(key);
  return node && node->is_scalar() ? node->scalar : "";
}

double NanosecondsPer(const std::string& unit) {
  if (unit == "ns" || unit.empty()) return 1;
  if (unit == "us") return 1e3;
  if (unit == "ms") return 1e6;
  return unit == "s" ? 1e9 : 0;
}

class BenchmarkReader {
 public:
  BenchmarkReader(BenchmarkFile& file, Problems& problems) : file_(file), problems_(problems) {}

  void Read(const Node& root) {
    const Node* context = root.Find("context");
    const Node* benchmarks = root.Find("benchmarks");
    if (!context || !context->is_map() || !benchmarks || !benchmarks->is_list()) {
      problems_.Add(root.mark, "", "found no `context` and `benchmarks`; allowed what --benchmark_out writes as JSON");
      return;
    }
    file_.date = TextAt(*context, "date");
    file_.host = TextAt(*context, "host_name");
    file_.build = TextAt(*context, "library_build_type");
    file_.cpus = static_cast<int>(ParseInt(TextAt(*context, "num_cpus")).value_or(0));
    for (const Node& entry : benchmarks->items) ReadEntry(entry);
    for (const auto& [name, median] : medians_)
      if (!file_.real_ns.contains(name)) file_.real_ns[name] = {median};
    if (file_.real_ns.empty() && file_.errors.empty() && problems_.size() == 0)
      problems_.Add(benchmarks->mark, "benchmarks", "found no benchmark; allowed at least one");
  }

 private:
  void ReadEntry(const Node& entry) {
    const std::string run_name = TextAt(entry, "run_name");
    const std::string name = run_name.empty() ? TextAt(entry, "name") : run_name;
    if (name.empty()) {
      problems_.Add(entry.mark, "benchmarks", "found a benchmark without a name");
      return;
    }
    if (TextAt(entry, "error_occurred") == "true") {
      file_.errors[name] = TextAt(entry, "error_message");
      return;
    }
    const bool aggregate = TextAt(entry, "run_type") == "aggregate";
    if (aggregate && TextAt(entry, "aggregate_name") != "median") return;  // mean, stddev, cv
    const std::optional<double> time = ParseReal(TextAt(entry, "real_time"));
    const double unit = NanosecondsPer(TextAt(entry, "time_unit"));
    if (!time || !(*time > 0) || unit == 0) {
      const Node* found = entry.Find(unit == 0 ? "time_unit" : "real_time");
      problems_.Add(found ? found->mark : entry.mark, name,
                    "found " + (found ? Describe(*found) : std::string("no real_time")) +
                        (unit == 0 ? "; allowed ns, us, ms, s" : "; allowed a time above 0"));
      return;
    }
    if (aggregate) medians_[name] = *time * unit;
    else file_.real_ns[name].push_back(*time * unit);
  }

  BenchmarkFile& file_;
  Problems& problems_;
  std::map<std::string, double> medians_;
};

}  // namespace

BenchmarkFile ReadBenchmarkFile(const std::string& file) { return ReadBenchmarkText(ReadFile(file), file); }

BenchmarkFile ReadBenchmarkText(const std::string& text, const std::string& name) {
  Problems problems;
  problems.AddSource(name, text);
  BenchmarkFile result;
  result.file = name;
  const Node root = ParseYaml(text, {name, 1, 1}, problems);
  if (root.is_map()) BenchmarkReader(result, problems).Read(root);
  else if (problems.size() == 0)
    problems.Add({name, 1, 1}, "", "found no map; allowed what --benchmark_out writes as JSON");
  ThrowIfAny(problems.Sorted());
  return result;
}

}  // namespace souk
