#include "results/report/decisions.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "results/report/format_internal.h"
#include "results/statistics/family.h"
#include "sim/base/error.h"

namespace souk {
namespace {

TextCell Bold(const std::string& text) { return {text, Paint::kBold}; }

std::string PValue(double p) {
  if (std::isnan(p)) return "–";
  return p < 0.001 ? "<0.001" : fmt::format("{:.3f}", p);
}

std::string Sentence(const std::string& text, const TableOptions& options) {
  return Painted(Shorten(text, options.width), Paint::kDim, options.color) + "\n";
}

std::string Family(const ExperimentResult& result, const MetricInfo& metric, const TableOptions& options) {
  const std::vector<FamilyMember> family = CompareFamily(result, metric);
  if (family.empty()) return "";
  TextGrid grid({Align::kLeft, Align::kLeft, Align::kLeft, Align::kRight, Align::kRight});
  grid.Add(
      {Bold("arm"), Bold(std::string(metric.name) + ": uplift"), Bold("all arms at once"), Bold("p"), Bold("Holm p")});
  grid.AddRule();
  for (const FamilyMember& m : family) {
    const bool higher = metric.higher_is_better;
    TextCell at_once = report::UpliftCell(m.simultaneous, m.uplift.identical, higher, "");
    grid.Add({{result.arms[static_cast<std::size_t>(m.arm)]},
              report::UpliftCell(m.uplift.relative, m.uplift.identical, higher, m.uplift.thin ? "*" : ""),
              at_once,
              {PValue(m.p)},
              {PValue(m.holm_p)}});
  }
  return grid.Format(options.width, options.color);
}

std::string Best(const ExperimentResult& result, const MetricInfo& metric, const TableOptions& options) {
  const BestSet best = SelectBest(result, metric);
  if (best.arms.empty()) return "";
  std::string names;
  for (const int arm : best.arms) names += (names.empty() ? "" : ", ") + result.arms[static_cast<std::size_t>(arm)];
  return Sentence(best.arms.size() == 1 ? fmt::format("Best on {}: {}.", metric.name, names)
                                        : fmt::format("May be the best on {}: {}.", metric.name, names),
                  options);
}

std::string Twins(const ExperimentResult& result, const TableOptions& options) {
  if (!HasSales(result)) return "";
  TextGrid grid({Align::kLeft, Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight});
  grid.Add({Bold("arm"), Bold("twins"), Bold("helped"), Bold("harmed"), Bold("revenue"), Bold("margin")});
  bool any = false;
  for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm) {
    if (arm == report::Incumbent(result)) continue;
    std::string name = result.arms[static_cast<std::size_t>(arm)];
    for (const TwinEffect& t : TwinEffects(result, arm)) {
      if (!name.empty()) grid.AddRule();
      grid.Add({{std::exchange(name, "")},
                {t.segment},
                {report::Percent(t.helped)},
                {report::Percent(t.harmed)},
                {fmt::format("{:+.3f}", t.revenue_gain)},
                {fmt::format("{:+.3f}", t.margin_gain)}});
      any = true;
    }
  }
  if (!any) return "";
  return "\n" + grid.Format(options.width, options.color) +
         Sentence("Twins: the same shopper in both worlds; helped ordered more often than the twin, harmed less often.",
                  options);
}

std::string Levers(const ExperimentResult& result, const MetricInfo& metric, const TableOptions& options) {
  const std::vector<Interaction> pairs = Interactions(result, metric);
  if (pairs.empty()) return "";
  TextGrid grid({Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft});
  grid.Add({Bold("levers"), Bold("first alone"), Bold("second alone"), Bold("both"), Bold("both beyond the sum")});
  grid.AddRule();
  const auto cell = [&](const Interval& i) { return report::UpliftCell(i, false, metric.higher_is_better, ""); };
  for (const Interaction& i : pairs) {
    grid.Add({{result.levers[static_cast<std::size_t>(i.lever_a)] + " + " +
               result.levers[static_cast<std::size_t>(i.lever_b)]},
              cell(i.a),
              cell(i.b),
              cell(i.both),
              cell(i.extra)});
  }
  return "\n" + grid.Format(options.width, options.color) +
         Sentence(fmt::format("Levers: {} relative to the incumbent's; what both do beyond the sum of each alone.",
                              metric.name),
                  options);
}

std::string Ratio(const ExperimentResult& result, const TableOptions& options) {
  if (result.design != "ab-test" || result.shares.size() < 2) return "";
  const SampleRatio ratio = SampleRatioOf(result);
  const std::string text = fmt::format("Sample ratio: chi-squared {:.2f}, p {}", ratio.chi_squared, PValue(ratio.p));
  if (!ratio.suspect) return "\n" + Sentence(text + ": the split is as intended.", options);
  return "\n" +
         Painted(text + ": not the split that was intended. Do not trust this test.", Paint::kBad, options.color) +
         "\n";
}

}  // namespace

std::string FormatDecisions(const ExperimentResult& result, const MetricInfo& metric, const TableOptions& options) {
  return Family(result, metric, options) + Best(result, metric, options) + Levers(result, metric, options);
}

std::string FormatShoppers(const ExperimentResult& result, const TableOptions& options) {
  return Twins(result, options) + Ratio(result, options);
}

std::string FormatTestBias(const ExperimentResult& truth, const ExperimentResult& test, const MetricInfo& metric,
                           const TableOptions& options) {
  const std::vector<TestBias> rows = BiasOfTest(truth, test, metric);
  if (rows.empty()) return "";
  TextGrid grid({Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft});
  grid.Add({Bold("arm"), Bold("true " + std::string(metric.name)), Bold("what the " + test.design + " says"),
            Bold("interference"), Bold("novelty")});
  grid.AddRule();
  const auto effect = [&](const Interval& i) { return report::UpliftCell(i, false, metric.higher_is_better, ""); };
  const auto bias = [&](const Interval& i) {
    TextCell cell = report::UpliftCell(i, false, true, "");
    if (cell.paint != Paint::kDim && cell.paint != Paint::kNone) cell.paint = Paint::kBad;  // either way it misleads
    return cell;
  };
  for (const TestBias& row : rows)
    grid.Add({{row.arm}, effect(row.truth), effect(row.estimate), bias(row.interference), bias(row.novelty)});
  return grid.Format(options.width, options.color) +
         Sentence(
             "Interference: the test's estimate minus the truth, in points of uplift: what sharing stock, servers, "
             "agents and learned models does.",
             options) +
         Sentence("Novelty: the true uplift of the whole period minus that of its last third: what fades.", options);
}

SampleRatio SampleRatioOf(const ExperimentResult& result) {
  if (result.design != "ab-test") throw Error("only an A/B test has a sample ratio, not the design " + result.design);
  std::vector<std::int64_t> visitors(result.arms.size(), 0);
  for (const CellResult& cell : result.cells) {
    if (cell.error.empty()) visitors[static_cast<std::size_t>(cell.arm)] += At(cell.Total(), Sum::kVisitors);
  }
  return CheckSampleRatio(visitors, result.shares);
}

}  // namespace souk
