// `souk compare`: all metrics of one results file, or two files side by side.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>

#include "bench/cli/app.h"
#include "bench/cli/options.h"
#include "bench/cli/report_view.h"
#include "bench/cli/results_file.h"
#include "bench/cli/terminal.h"
#include "bench/cli/yaml_difference.h"
#include "results/report/decisions.h"
#include "results/report/export.h"
#include "results/report/relation.h"
#include "results/report/table.h"
#include "results/report/text_grid.h"
#include "results/statistics/uplift.h"

namespace souk {
namespace {

struct CompareOptions {
  std::vector<std::string> files;
  std::vector<std::string> metrics;
  bool json = false;
  bool csv = false;
  bool markdown = false;
};

bool Wanted(const CompareOptions& options, const MetricInfo& metric) {
  return options.metrics.empty() ||
         std::find(options.metrics.begin(), options.metrics.end(), metric.name) != options.metrics.end();
}

/// Those asked for; else all, or in Markdown those that decide in the world of `result`.
std::vector<const MetricInfo*> MetricsOf(const CompareOptions& options, const ExperimentResult& result) {
  std::vector<const MetricInfo*> metrics;
  if (options.metrics.empty() && options.markdown) return HeadlineMetrics(result);
  for (const MetricInfo& metric : Metrics()) {
    if (Wanted(options, metric)) metrics.push_back(&metric);
  }
  return metrics;
}

// ---------------------------------------------------------------- one file

std::string Number(double value) { return std::isfinite(value) ? fmt::format("{:.4g}", value) : "–"; }

std::string Bounds(const Interval& interval, double scale, const char* format) {
  if (!std::isfinite(interval.low)) return {};
  return fmt::format(" [{}, {}]", fmt::format(fmt::runtime(format), scale * interval.low),
                     fmt::format(fmt::runtime(format), scale * interval.high));
}

TextCell UpliftText(const Uplift& uplift, bool higher_is_better) {
  if (uplift.identical) return {"identical", Paint::kDim};
  const Interval& r = uplift.relative;
  if (!std::isfinite(r.estimate)) return {"–", Paint::kDim};
  Paint paint = Paint::kNone;
  if (r.low > 0 || r.high < 0) paint = (r.low > 0) == higher_is_better ? Paint::kGood : Paint::kBad;
  return {fmt::format("{:+.2f}%", 100 * r.estimate) + Bounds(r, 100, "{:+.2f}") + (uplift.thin ? " thin" : ""), paint};
}

/// One block of rows per metric. Metrics that no arm has are left out.
std::string FullTable(const ExperimentResult& result, const CompareOptions& options) {
  TextGrid grid({Align::kLeft, Align::kLeft, Align::kLeft, Align::kLeft});
  const auto bold = [](const char* text) { return TextCell{text, Paint::kBold}; };
  grid.Add(
      {bold("metric"), bold("arm"), bold("value [95% interval]"), {"uplift over " + result.incumbent, Paint::kBold}});
  const int base = result.ArmIndex(result.incumbent);
  for (const MetricInfo& metric : Metrics()) {
    if (!Wanted(options, metric)) continue;
    std::vector<Interval> values;
    for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm)
      values.push_back(ArmValue(result, metric, arm));
    if (std::none_of(values.begin(), values.end(), [](const Interval& v) { return std::isfinite(v.estimate); }))
      continue;
    grid.AddRule();
    const std::string unit = metric.unit == std::string("1")     ? ""
                             : metric.unit == std::string("EUR") ? " " + result.currency
                                                                 : std::string(" ") + metric.unit;
    for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm) {
      const auto a = static_cast<std::size_t>(arm);
      const TextCell uplift = arm == base
                                  ? TextCell{"incumbent", Paint::kDim}
                                  : UpliftText(CompareWithIncumbent(result, metric, arm), metric.higher_is_better);
      grid.Add({{arm == 0 ? metric.name + unit : ""},
                {result.arms[a]},
                {Number(values[a].estimate) + Bounds(values[a], 1, "{:.4g}")},
                uplift});
    }
  }
  const TableOptions out = OutputOptions();
  return grid.Format(out.width, out.color);
}

int CompareArms(const ExperimentResult& result, const CompareOptions& options) {
  if (options.json) {
    Out(ToJson(result));
    return kExitOk;
  }
  if (options.csv || options.markdown) {
    Out(options.csv ? ToCsv(result, MetricsOf(options, result)) : ToMarkdown(result, MetricsOf(options, result)));
    return kExitOk;
  }
  Out(fmt::format("{}: {} of {} replications complete\n{}\n\n", Printable(result.name),
                  result.CompleteReplications().size(), result.planned_replications, Printable(result.question)));
  Out(FullTable(result, options));
  Out(FormatLeftOut(result, OutputOptions()));
  std::vector<const MetricInfo*> decided = {HeadlineMetrics(result).front()};
  if (!options.metrics.empty()) decided = MetricsOf(options, result);
  for (const MetricInfo* metric : decided) Out("\n" + FormatDecisions(result, *metric, OutputOptions()));
  Out(FormatShoppers(result, OutputOptions()));
  Out(std::string("\nUplift: relative, paired by replication, with its 95% interval; thin: few orders differ, "
                  "so the interval may "
                  "be too narrow.\n") +
      FormatShareNote(result, OutputOptions()) + FormatLabels(result, OutputOptions()));
  return kExitOk;
}

// ---------------------------------------------------------------- two files

/// What differs between the two scenarios, field by field.
std::string ScenarioDifference(const ExperimentResult& a, const ExperimentResult& b) {
  if (a.provenance.resolved_yaml == b.provenance.resolved_yaml) return "The scenarios are the same.\n";
  return "The scenarios differ:\n" + DifferenceOfYaml(a.provenance.resolved_yaml, b.provenance.resolved_yaml);
}

Json ComparisonJson(const ExperimentResult& a, const ExperimentResult& b) {
  const bool paired = Pairs(Relate(a, b));
  Json::Object arms;
  const auto interval = [](const Interval& i) {
    return Json::Object{{"estimate", i.estimate}, {"low", i.low}, {"high", i.high}};
  };
  for (int arm = 0; arm < static_cast<int>(a.arms.size()); ++arm) {
    const std::string& name = a.arms[static_cast<std::size_t>(arm)];
    const int other = b.ArmIndex(name);
    if (other < 0) continue;
    Json::Object metrics;
    for (const MetricInfo& metric : Metrics()) {
      const Interval uplift = Change(a, arm, b, other, metric, paired);
      const auto [of_a, of_b] = ValuesOf(a, arm, b, other, metric, paired);
      metrics.emplace_back(metric.name, Json::Object{{"a", of_a}, {"b", of_b}, {"relative_uplift", interval(uplift)}});
    }
    arms.emplace_back(name, std::move(metrics));
  }
  return Json::Object{{"same_scenario", a.provenance.resolved_yaml == b.provenance.resolved_yaml},
                      {"paired", paired},
                      {"same_fingerprint", a.Fingerprint() == b.Fingerprint()},
                      {"b_over_a", std::move(arms)},
                      {"a", ReportJson(a)},
                      {"b", ReportJson(b)}};
}

int CompareFiles(const CompareOptions& options) {
  const ExperimentResult a = LoadResult(options.files[0]);
  if (options.files.size() == 1) return CompareArms(a, options);
  const ExperimentResult b = LoadResult(options.files[1]);
  if (options.json) {
    Out(ComparisonJson(a, b).Dump());
    return kExitOk;
  }
  if (options.csv || options.markdown) {
    Out(options.csv ? CompareCsv(a, b, MetricsOf(options, a)) : CompareMarkdown(a, b, MetricsOf(options, a)));
    return kExitOk;
  }
  Out(fmt::format("A is {}, B is {}.\n", options.files[0], options.files[1]));
  Out(ScenarioDifference(a, b) + "\n");
  Out(Compare(a, b, OutputOptions()));
  Out(FormatLabels(b, OutputOptions()));
  return kExitOk;
}

}  // namespace

void AddCompare(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("compare", "All metrics of a results file, or two files side by side");
  const auto options = std::make_shared<CompareOptions>();
  verb->add_option("file", options->files, "One results file, or two")->required()->expected(1, 2)->type_name("FILE");
  verb->add_option("--metric", options->metrics,
                   "Only this metric; may be repeated (two files: with --csv and --markdown)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(OneOf(MetricNames()))
      ->type_name("NAME");
  AddJson(*verb, options->json);
  verb->add_flag("--csv", options->csv, "Print CSV: one line per arm and metric")->excludes("--json");
  verb->add_flag("--markdown", options->markdown, "Print Markdown tables")->excludes("--json")->excludes("--csv");
  verb->footer(
      "Examples:\n  souk compare results/runs/marketplace-1.h5\n"
      "  souk compare results/runs/marketplace-1.h5 --metric conversion,return_rate\n"
      "  souk compare before.h5 after.h5           what the change did, arm by arm\n"
      "  souk compare truth.h5 ab-test.h5          what a test says beside the truth, when both are of one world\n"
      "  souk compare run.h5 --csv > run.csv       for a spreadsheet; --markdown for a merge request");
  verb->callback([options, &action] { action = [options] { return CompareFiles(*options); }; });
}

}  // namespace souk
