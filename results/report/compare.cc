#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "results/report/decisions.h"
#include "results/report/format_internal.h"
#include "results/report/relation.h"
#include "results/report/table.h"
#include "results/statistics/latency.h"
#include "results/statistics/uplift.h"
#include "sim/base/fingerprint.h"

namespace souk {
namespace {

/// Shown also when the two files agree on them.
bool IsHeadline(const ExperimentResult& result, const MetricInfo& metric) {
  const auto headline = HeadlineMetrics(result);
  return std::find(headline.begin(), headline.end(), &metric) != headline.end();
}

std::string Describe(const char* letter, const ExperimentResult& r) {
  return fmt::format(
      "{}: {} · scenario {} · seed {} · {} of {} replications complete · fingerprint {}{}\n", letter, r.name,
      r.provenance.scenario_hash, r.provenance.seed, r.CompleteReplications().size(), r.planned_replications,
      Hex64(r.Fingerprint()),
      r.provenance.version.empty()
          ? ""
          : " · souk " + r.provenance.version + (r.provenance.git.empty() ? "" : " (" + r.provenance.git + ")"));
}

struct Common {
  int a;
  int b;
};

std::vector<Common> CommonArms(const ExperimentResult& a, const ExperimentResult& b) {
  std::vector<Common> arms;
  for (int arm = 0; arm < static_cast<int>(a.arms.size()); ++arm) {
    const int other = b.ArmIndex(a.arms[static_cast<std::size_t>(arm)]);
    if (other >= 0) arms.push_back({arm, other});
  }
  return arms;
}

std::string OnlyIn(const ExperimentResult& a, const ExperimentResult& b) {
  std::string names;
  for (const std::string& arm : a.arms) {
    if (b.ArmIndex(arm) < 0) names += (names.empty() ? "" : ", ") + arm;
  }
  return names;
}

TextCell Bold(const char* text) { return {text, Paint::kBold}; }

std::string MetricTable(const ExperimentResult& a, const ExperimentResult& b, const std::vector<Common>& arms,
                        bool paired, const TableOptions& options, int* hidden) {
  TextGrid grid({Align::kLeft, Align::kLeft, Align::kRight, Align::kRight, Align::kLeft});
  grid.Add({Bold("arm"), Bold("metric"), Bold("A"), Bold("B"), Bold("B over A, 95% interval")});
  for (const Common& arm : arms) {
    grid.AddRule();
    std::string name = a.arms[static_cast<std::size_t>(arm.a)];
    for (const MetricInfo& metric : Metrics()) {
      const auto [of_a, of_b] = ValuesOf(a, arm.a, b, arm.b, metric, paired);
      if (!std::isfinite(of_a) && !std::isfinite(of_b)) continue;
      if (of_a == of_b && !IsHeadline(a, metric)) {
        ++*hidden;
        continue;
      }
      const Interval change = Change(a, arm.a, b, arm.b, metric, paired);
      bool identical = false;
      if (paired) {
        const std::vector<RatioPair> pairs = PairUp(b, arm.b, a, arm.a, metric);
        identical = !pairs.empty() && std::all_of(pairs.begin(), pairs.end(), [](const RatioPair& p) {
          return p.arm_numerator == p.base_numerator && p.arm_denominator == p.base_denominator;
        });
      }
      const std::string unit =
          metric.unit == std::string("1") ? "" : " " + (metric.unit == std::string("EUR") ? a.currency : metric.unit);
      grid.Add({{std::exchange(name, "")},
                {metric.name + unit},
                {report::Amount(of_a)},
                {report::Amount(of_b)},
                report::UpliftCell(change, identical, metric.higher_is_better, "")});
    }
  }
  return grid.Format(options.width, options.color);
}

std::string LatencyTable(const ExperimentResult& a, const ExperimentResult& b, const std::vector<Common>& arms,
                         const TableOptions& options) {
  TextGrid grid({Align::kLeft, Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight, Align::kRight,
                 Align::kRight});
  grid.Add({Bold("arm"), Bold("measured latency"), Bold("p50 A"), Bold("p50 B"), Bold("B÷A"), Bold("p99 A"),
            Bold("p99 B"), Bold("B÷A")});
  bool any = false;
  for (const Common& arm : arms) {
    std::string name = a.arms[static_cast<std::size_t>(arm.a)];
    for (std::size_t slot = 0; slot < a.slots.size() && slot < kDecisionSlots; ++slot) {
      const LatencyHistogram x = MergedLatency(a, arm.a, static_cast<int>(slot));
      const LatencyHistogram y = MergedLatency(b, arm.b, static_cast<int>(slot));
      if (x.total() == 0 || y.total() == 0) continue;
      if (!name.empty()) grid.AddRule();
      std::vector<TextCell> row = {{std::exchange(name, "")}, {a.slots[slot]}};
      for (const double q : {0.5, 0.99}) {
        row.push_back({report::Duration(x.QuantileNs(q))});
        row.push_back({report::Duration(y.QuantileNs(q))});
        row.push_back({x.QuantileNs(q) > 0 ? fmt::format("{:.2f}", y.QuantileNs(q) / x.QuantileNs(q)) : "–"});
      }
      grid.Add(std::move(row));
      any = true;
    }
  }
  return any ? grid.Format(options.width, options.color) + "\n" : "";
}

}  // namespace

std::string Compare(const ExperimentResult& a, const ExperimentResult& b, const TableOptions& options) {
  std::string out = Describe("A", a) + Describe("B", b);
  const std::vector<Common> arms = CommonArms(a, b);
  if (const std::string only = OnlyIn(a, b); !only.empty()) out += "only in A: " + only + "\n";
  if (const std::string only = OnlyIn(b, a); !only.empty()) out += "only in B: " + only + "\n";
  if (arms.empty()) return out + "The two have no arm in common.\n";
  if (a.currency != b.currency) {
    out += fmt::format("Currencies differ ({} and {}): amounts of money cannot be compared.\n", a.currency, b.currency);
  }
  const Relation relation = Relate(a, b);
  const bool paired = Pairs(relation);
  if (std::all_of(arms.begin(), arms.end(), [&](const Common& arm) { return SameOutcomes(a, arm.a, b, arm.b); })) {
    out += "Outcomes are identical: every cell that both have carries the same fingerprint.\n";
  }
  int hidden = 0;
  out += "\n" + MetricTable(a, b, arms, paired, options, &hidden) + "\n";
  for (const Common& arm : arms) {
    if (const int n = Unpaired(a, arm.a, b, arm.b); paired && n > 0)
      out += Painted(report::LeftOutNote(a.arms[static_cast<std::size_t>(arm.a)], n, "only one of the two files has"),
                     Paint::kBad, options.color) +
             "\n";
  }
  out += LatencyTable(a, b, arms, options);
  if (hidden > 0)
    out += Painted(fmt::format("{} equal values are not shown.", hidden), Paint::kDim, options.color) + "\n";
  if (const TestAndTruth found = FindTestAndTruth(a, b)) {
    for (const MetricInfo* metric : HeadlineMetrics(a))
      out += FormatTestBias(*found.truth, *found.test, *metric, options) + "\n";
  }
  const char* how = relation == Relation::kSameScenario ? "Same scenario and seed: B over A is paired by replication."
                    : relation == Relation::kSameWorld
                        ? "Same world and seed, other arms or design: B over A is paired by replication."
                        : "World or seed differ: B over A treats the two as independent, so intervals are wide.";
  out += Painted(how, Paint::kDim, options.color) + "\n";
  if (const std::string note = report::ShareNote(a, b); !note.empty()) {
    for (const std::string& line : WrapText(note, options.width))
      out += Painted(line, Paint::kDim, options.color) + "\n";
  }
  out += Painted("Latency: measured when each file was made, so it compares machines and days as well as programs.",
                 Paint::kDim, options.color) +
         "\n";
  return out;
}

}  // namespace souk
