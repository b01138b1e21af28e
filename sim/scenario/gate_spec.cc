#include "sim/scenario/gate_spec.h"

#include <utility>

#include "sim/scenario/field_reader.h"
#include "sim/scenario/layers.h"

namespace souk {
namespace {

constexpr Range kMargin{0, 1e6};

template <class E>
EnumRef Choice(E& value, std::vector<std::string> words) {
  E* p = &value;
  return {std::move(words), [p] { return static_cast<int>(*p); }, [p](int i) { *p = static_cast<E>(i); }};
}

// One field per line:
// clang-format off
Section FieldsOf(GateMetric& m) {
  std::vector<std::string> slots = {"each"};
  for (int i = 0; i < kSlots; ++i) slots.emplace_back(SlotName(static_cast<Slot>(i)));
  return {
      {"metric", TextRef{&m.metric, TextForm::kNonEmpty}, {}, "", "name of a metric, of a measured time or of a benchmark", FieldRole::kRequired},
      {"slot", Choice(m.slot, slots), {}, "", "of a decision latency: this slot only"},
      {"arms", TextsRef{&m.arms, TextForm::kName}, {}, "", "only these arms"},
      {"direction", Choice(m.direction, {"usual", "higher", "lower"}), {}, "", "which way is better; usual: as the table of metrics says"},
      {"margin", &m.margin, kMargin, "", "how much worse is still fine; the whole specification's when absent"},
      {"scale", Choice(m.scale, {"relative", "absolute"}), {}, "", "the margin is a share of the baseline's value, or in the metric's unit"},
  };
}
Section FieldsOf(GateBudget& b) {
  return {
      {"pairs", &b.pairs, {10, 500}, "pairs", "most measurements of either binary, before a flagged metric is measured again"},
      {"seconds", &b.seconds, {1, 1e6}, "s", "no further pair begins after this time"},
  };
}
// clang-format on

}  // namespace

// clang-format off
Section FieldsOf(GateSpec& s) {
  std::vector<GateMetric>* metrics = &s.metrics;
  const ListRef list = {1, [metrics] { return metrics->size(); }, [metrics](std::size_t n) { metrics->resize(n); },
                        [metrics](std::size_t i) { return FieldsOf((*metrics)[i]); },
                        [metrics](std::size_t i, const SourceMark& mark) { (*metrics)[i].mark = mark; }};
  return {
      {"alpha", &s.alpha, {0, 0.2, true}, "", "highest chance of a false alarm in one gate, over all metrics"},
      {"margin", &s.margin, kMargin, "", "how much worse a business metric may be, as a share of the baseline"},
      {"measured_margin", &s.measured_margin, kMargin, "", "the same of latencies, throughput, run time and benchmarks"},
      {"arms", TextsRef{&s.arms, TextForm::kName}, {}, "", "only these arms; every arm of the baseline when absent"},
      {"inconclusive", Choice(s.inconclusive_passes, {"fail", "pass"}), {}, "", "what the exit code says of a gate that stays undecided"},
      {"budget", FieldsOf(s.budget), {}, "", "how long measured metrics may take"},
      {"metrics", list, {}, "", "what is judged; conversion, revenue and margin per visitor and all measured times when absent"},
  };
}
// clang-format on

GateReading ReadGateSpec(const std::string& file) { return ReadGateSpecText(ReadFile(file), file); }

GateReading ReadGateSpecText(const std::string& text, const std::string& name) {
  Problems problems;
  problems.AddSource(name, text);
  GateReading result;
  const Node root = ParseYaml(text, {name, 1, 1}, problems);
  if (root.is_map()) {
    FieldReader reader(problems, GateFieldList);
    reader.ReadSection(root, FieldsOf(result.spec), "");
    result.spec.arms_mark = reader.MarkOf("arms");
    for (std::size_t i = 0; i < result.spec.metrics.size(); ++i) {
      GateMetric& metric = result.spec.metrics[i];
      const std::string path = Join("metrics", std::to_string(i));
      metric.metric_mark = reader.MarkOf(Join(path, "metric"));
      metric.arms_mark = reader.MarkOf(Join(path, "arms"));
    }
  } else if (problems.size() == 0) {
    const bool empty = root.kind == Node::Kind::kNull;
    problems.Add(empty ? SourceMark{name, 1, 1} : root.mark, "",
                 "found " + std::string(empty ? "an empty file" : "no map") + "; allowed a map of the gate's fields");
  }
  result.problems = problems.Sorted();
  return result;
}

}  // namespace souk
