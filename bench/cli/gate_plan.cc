#include "bench/cli/gate_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "bench/cli/terminal.h"
#include "sim/base/error.h"

namespace souk {
namespace {

bool Holds(const std::vector<std::string>& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

std::string Nearest(const std::string& found, const std::vector<std::string>& allowed) {
  const std::string nearest = NearestName(found, allowed);
  if (!nearest.empty()) return fmt::format("; did you mean {}?", nearest);
  return allowed.size() <= 12 ? fmt::format("; allowed {}", fmt::join(allowed, ", ")) : "";
}

class Planner {
 public:
  Planner(const GateSpec& spec, const GateInputs& inputs) : spec_(spec), inputs_(inputs) {}

  GatePlan Plan() {
    plan_.usual = spec_.metrics.empty();
    if (plan_.usual) AddUsual();
    for (const GateMetric& metric : spec_.metrics) Add(metric);
    CheckUnused();
    std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) {
      return std::tie(a.mark.line, a.mark.column) < std::tie(b.mark.line, b.mark.column);
    });
    ThrowIfAny(problems_);
    if (!stored_.empty()) {
      throw BadBaseline(fmt::format(
          "{}: a stored wall-clock time is not judged: the baseline was measured at another time, perhaps on another "
          "machine, and two blocks of measurements differ by more than 5 % in up to a third of cases without any "
          "change. "
          "Give --base-binary and --head-binary, which are run in turns",
          stored_));
    }
    return std::move(plan_);
  }

 private:
  [[nodiscard]] bool outcomes() const { return inputs_.files || inputs_.binaries; }

  void AddUsual() {
    if (outcomes()) {
      for (const MetricInfo* usual : inputs_.headline.empty() ? HeadlineMetrics() : inputs_.headline) {
        GateMetric metric;
        metric.metric = usual->name;
        Add(metric);
      }
    }
    if (inputs_.binaries) {
      for (const char* name : {"run_time", "throughput", "latency_p50", "latency_p99"}) {
        GateMetric metric;
        metric.metric = name;
        Add(metric);
      }
    }
    for (const std::string& name : inputs_.benchmarks) {
      GateMetric metric;
      metric.metric = name;
      Add(metric);
    }
  }

  void Add(GateMetric metric) {
    const MeasuredMetric* measured = FindMeasured(metric.metric);
    if (FindMetric(metric.metric) != nullptr) {
      if (!outcomes()) return Bad(metric.metric_mark, metric.metric, "needs two results files or two binaries");
      if (metric.slot != 0) Bad(metric.mark, metric.metric, "has no slot; allowed for a decision latency");
      FillArms(metric, inputs_.outcome_arms);
      Keep(metric, plan_.outcomes);
    } else if (measured != nullptr) {
      AddMeasured(metric, *measured);
    } else if (Holds(inputs_.benchmarks, metric.metric)) {
      CheckTime(metric, false);
      if (!metric.arms.empty()) Bad(metric.arms_mark, metric.metric, "is a benchmark, which has no arms");
      metric.arms.clear();
      if (metric.slot != 0) Bad(metric.mark, metric.metric, "has no slot; allowed for a decision latency");
      Keep(metric, plan_.benchmarks);
    } else {
      Unknown(metric);
    }
  }

  void AddMeasured(GateMetric metric, const MeasuredMetric& measured) {
    if (!inputs_.binaries && !inputs_.files) {
      return Bad(metric.metric_mark, metric.metric, "needs two binaries (--base-binary, --head-binary)");
    }
    if (!inputs_.binaries) {
      const std::string place = PlaceOf(metric.mark);
      stored_ += (stored_.empty() ? "" : ", ") + (place.empty() ? "" : place + ": ") + metric.metric;
      return;
    }
    CheckTime(metric, measured.higher_is_better);
    if (metric.slot != 0 && measured.kind != MeasuredMetric::Kind::kLatency) {
      Bad(metric.mark, metric.metric, "has no slot; allowed for a decision latency");
    }
    if (measured.kind == MeasuredMetric::Kind::kRunTime) {
      if (!metric.arms.empty()) Bad(metric.arms_mark, metric.metric, "is one time for all arms together");
      metric.arms.clear();
    } else {
      FillArms(metric, inputs_.measured_arms);
    }
    Keep(metric, plan_.measured);
  }

  /// Times have one good direction, and only ratios of them mean something.
  void CheckTime(const GateMetric& metric, bool higher_is_better) {
    if (metric.direction != GateDirection::kUsual && (metric.direction == GateDirection::kHigher) != higher_is_better) {
      Bad(metric.mark, metric.metric,
          fmt::format("found the direction {}; allowed {}", higher_is_better ? "lower" : "higher",
                      higher_is_better ? "higher" : "lower"));
    }
    if (metric.scale == MarginScale::kAbsolute) {
      Bad(metric.mark, metric.metric, "found an absolute margin; allowed a relative one for what is measured");
    }
  }

  void FillArms(GateMetric& metric, const std::vector<std::string>& available) {
    const bool own = !metric.arms.empty();
    if (!own) metric.arms = spec_.arms;
    for (const std::string& arm : metric.arms) {
      if (Holds(available, arm)) continue;
      const SourceMark& mark = own ? metric.arms_mark : spec_.arms_mark;
      if (!own && !bad_arms_.insert(arm).second) continue;  // said once
      Bad(mark, mark.file.empty() ? "--arm" : "arms", fmt::format("found no arm {}{}", arm, Nearest(arm, available)));
    }
    if (metric.arms.empty()) metric.arms = available;
  }

  void Keep(const GateMetric& metric, std::vector<GateMetric>& list) {
    for (const std::string& arm : metric.arms.empty() ? std::vector<std::string>{""} : metric.arms) {
      if (taken_.insert({metric.metric, metric.slot, arm}).second) continue;
      return Bad(metric.mark, metric.metric,
                 arm.empty() ? "found a second time; allowed once"
                             : fmt::format("found a second time for the arm {}; allowed once", arm));
    }
    list.push_back(metric);
  }

  void Unknown(const GateMetric& metric) {
    std::vector<std::string> allowed = inputs_.benchmarks;
    for (const MetricInfo& info : Metrics()) allowed.emplace_back(info.name);
    for (const MeasuredMetric& info : MeasuredMetrics()) allowed.emplace_back(info.name);
    const std::string path = metric.metric_mark.file.empty() ? "--metric" : "metric";
    Bad(metric.metric_mark, path, fmt::format("found no metric {}{}", metric.metric, Nearest(metric.metric, allowed)));
  }

  /// An input that nobody asks about would only seem to be guarded.
  void CheckUnused() {
    if (plan_.usual || !problems_.empty() || !stored_.empty()) return;
    if (!inputs_.benchmarks.empty() && plan_.benchmarks.empty())
      Bad({}, "--benchmark", "nothing to judge: no benchmark is among the metrics asked for");
    if (inputs_.binaries && plan_.measured.empty() && (inputs_.files || plan_.outcomes.empty()))
      Bad({}, "--base-binary", "nothing to judge: no measured time is among the metrics asked for");
    if (inputs_.files && plan_.outcomes.empty())
      Bad({}, "--baseline", "nothing to judge: no business metric is among the metrics asked for");
  }

  void Bad(const SourceMark& mark, const std::string& path, const std::string& message) {
    problems_.push_back({mark, path, message, mark.file.empty() ? "" : SourceLine(mark)});
  }

  const GateSpec& spec_;
  const GateInputs& inputs_;
  GatePlan plan_;
  std::vector<Problem> problems_;
  std::string stored_;  ///< the wall-clock times that the specification wants judged without binaries
  std::set<std::tuple<std::string, int, std::string>> taken_;
  std::set<std::string> bad_arms_;
};

}  // namespace

const std::vector<MeasuredMetric>& MeasuredMetrics() {
  using Kind = MeasuredMetric::Kind;
  static const std::vector<MeasuredMetric> table = {
      {"run_time", "wall-clock time of the whole run", "s", Kind::kRunTime, 0, false},
      {"throughput", "simulated pages per second of the measured period", "1/s", Kind::kThroughput, 0, true},
      {"latency_p50", "median wall-clock time of a decision", "ns", Kind::kLatency, 0.5, false},
      {"latency_p90", "90 % quantile of the time of a decision", "ns", Kind::kLatency, 0.9, false},
      {"latency_p99", "99 % quantile of the time of a decision", "ns", Kind::kLatency, 0.99, false},
  };
  return table;
}

const MeasuredMetric* FindMeasured(const std::string& name) {
  for (const MeasuredMetric& metric : MeasuredMetrics()) {
    if (name == metric.name) return &metric;
  }
  return nullptr;
}

GatePlan PlanGate(const GateSpec& spec, const GateInputs& inputs) { return Planner(spec, inputs).Plan(); }

void KeepMetrics(GateSpec& spec, const std::vector<std::string>& names) {
  if (names.empty()) return;
  if (spec.metrics.empty()) {
    for (const std::string& name : names) {
      GateMetric metric;
      metric.metric = name;
      spec.metrics.push_back(metric);
    }
    return;
  }
  std::vector<std::string> known;
  for (const GateMetric& metric : spec.metrics) known.push_back(metric.metric);
  for (const std::string& name : names) {
    if (!Holds(known, name))
      throw Error(fmt::format("the specification has no metric {}{}", name, Nearest(name, known)), "--metric");
  }
  std::erase_if(spec.metrics, [&](const GateMetric& metric) { return !Holds(names, metric.metric); });
}

std::string PlaceOf(const SourceMark& mark) {
  return mark.file.empty() ? "" : fmt::format("{}:{}:{}", mark.file, mark.line, mark.column);
}

}  // namespace souk
