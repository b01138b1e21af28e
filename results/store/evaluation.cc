#include "results/store/evaluation.h"

#include <cmath>
#include <limits>

#include "results/store/layout_internal.h"
#include "results/store/store.h"

namespace souk {
namespace {

using netcdf::GroupWriter;

constexpr const char* kAttribute = "souk_evaluation";

/// Infinite ranks become NaN, which readers know as "missing".
std::vector<double> Finite(std::vector<double> values) {
  for (double& v : values)
    if (!std::isfinite(v)) v = std::numeric_limits<double>::quiet_NaN();
  return values;
}

void WriteRoot(hid_t file, const Evaluation& e) {
  hdf5::SetAttribute(file, "Conventions", "CF-1.10");
  hdf5::SetAttribute(file, kAttribute, std::vector<std::int32_t>{kEvaluationFormat});
  hdf5::SetAttribute(file, "title", e.data + ": " + e.protocol_text);
  hdf5::SetAttribute(file, "history", e.created + ": " + e.argv);
  hdf5::SetAttribute(file, "data", e.data);
  hdf5::SetAttribute(file, "test", e.test);
  hdf5::SetAttribute(file, "items_file", e.items_file);
  hdf5::SetAttribute(file, "format", e.format);
  hdf5::SetAttribute(file, "protocol", e.protocol);
  hdf5::SetAttribute(file, "protocol_text", e.protocol_text);
  hdf5::SetAttribute(file, "baseline", e.baseline);
  hdf5::SetAttribute(file, "seed", std::vector<std::uint64_t>{e.seed});
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, std::int64_t>>{{"mask_seen", e.mask_seen},
                                                                   {"resamples", e.resamples},
                                                                   {"list_k", e.list_k},
                                                                   {"fitted_users", e.fitted_users},
                                                                   {"fitted_interactions", e.fitted_interactions},
                                                                   {"items", e.items},
                                                                   {"users", e.users},
                                                                   {"cases", e.cases},
                                                                   {"wanted", e.wanted},
                                                                   {"unknown", e.unknown},
                                                                   {"seen", e.seen}})
    hdf5::SetAttribute(file, name, std::vector<std::int64_t>{value});
}

void AddStrategies(GroupWriter& group, const Evaluation& e) { group.AddCoordinate("strategy", e.labels, "label"); }
void AddMeasures(GroupWriter& group, const Evaluation& e) {
  group.AddCoordinate("cutoff", e.cutoffs, {"length of the list"});
  group.AddCoordinate("measure", e.measures, "measure of a ranking");
}

void WriteMetrics(hid_t file, const Evaluation& e) {
  GroupWriter group(file, "metrics", "how well each strategy finds what was taken next");
  AddStrategies(group, e);
  AddMeasures(group, e);
  const std::vector<std::string> over = {"strategy", "cutoff", "measure"};
  const auto add = [&](const char* name, const std::vector<double>& values, const char* text) {
    group.Add(name, over, values, {text});
  };
  group.AddStrings("spec", {"strategy"}, e.specs, {"strategy with the parameters given", ""});
  add("value", e.value, "mean over cases");
  add("low", e.low, "95 % interval, bootstrap over users: lower end");
  add("high", e.high, "95 % interval, bootstrap over users: upper end");
  if (e.shuffled) {
    add("shuffled", e.shuffled_value, "the same with the items of each history in a drawn order");
    add("shuffled_low", e.shuffled_low, "lower end");
    add("shuffled_high", e.shuffled_high, "upper end");
    add("order_gap", e.order_gap, "value less shuffled, paired: what the order of histories is worth");
    add("order_gap_low", e.order_gap_low, "lower end");
    add("order_gap_high", e.order_gap_high, "upper end");
    add("order_gap_p", e.order_gap_p, "two-sided p of no gap");
  }
  group.Add("ranked_by", {"strategy"}, e.ranked_by, {"what ranks the catalogue", "", {"scores", "slate"}});
  group.Add("coverage", {"strategy"}, e.coverage, {"share of the catalogue in the lists of list_k"});
  group.Add("gini", {"strategy"}, e.gini, {"inequality of items in the lists of list_k"});
  group.Add("novelty", {"strategy"}, e.novelty, {"mean self-information of the items in the lists of list_k", "bit"});
}

void WriteComparisons(hid_t file, const Evaluation& e) {
  GroupWriter group(file, "comparisons", "each strategy less each other one on the same cases, paired by user");
  AddStrategies(group, e);
  group.AddCoordinate("other", e.labels, "label of the strategy that is taken away");
  AddMeasures(group, e);
  const std::vector<std::string> over = {"strategy", "other", "cutoff", "measure"};
  group.Add("difference", over, e.difference, {"value of strategy less value of other"});
  group.Add("low", over, e.difference_low, {"95 % interval, bootstrap over users: lower end"});
  group.Add("high", over, e.difference_high, {"95 % interval, bootstrap over users: upper end"});
  group.Add("p", over, e.difference_p, {"two-sided p of no difference"});
}

void WriteRanks(hid_t file, const Evaluation& e) {
  GroupWriter group(file, "ranks", "the rank of every wanted item; a miss is NaN");
  AddStrategies(group, e);
  group.AddDimension("case", e.case_user.size(), false);
  group.AddDimension("wanted", e.wanted_item.size(), false);
  group.Add("user", {"case"}, e.case_user, {"user or session that is asked about, from 0: the unit of the intervals"});
  group.Add("source", {"case"}, e.case_source,
            {"place of that user or session in the data, from 0 by first appearance; sessions: in the test"});
  group.Add("told", {"case"}, e.case_told, {"events of the history"});
  group.Add("wanted_case", {"wanted"}, e.wanted_case, {"the case, from 0"});
  group.Add("wanted_item", {"wanted"}, e.wanted_item, {"id of the item as in the data"});
  group.Add("rank", {"strategy", "wanted"}, Finite(e.rank), {"mid-rank from 1"});
  if (e.shuffled)
    group.Add("shuffled_rank", {"strategy", "wanted"}, Finite(e.shuffled_rank), {"the same with shuffled histories"});
}

void WriteMeasured(hid_t file, const Evaluation& e) {
  GroupWriter group(file, "latency", "what the machine needed; different in every run");
  AddStrategies(group, e);
  std::vector<double> p50;
  std::vector<double> p99;
  for (const LatencyHistogram& h : e.latency) {
    p50.push_back(h.QuantileNs(0.5));
    p99.push_back(h.QuantileNs(0.99));
  }
  group.Add("fit_s", {"strategy"}, e.fit_s, {"fit, or loading a model", "s"});
  group.Add("score_s", {"strategy"}, e.score_s, {"ranking of all cases", "s"});
  group.Add("slate_p50_ns", {"strategy"}, p50, {"one slate of min(list_k, 24) items, median", "ns"});
  group.Add("slate_p99_ns", {"strategy"}, p99, {"one slate of min(list_k, 24) items, 99 %", "ns"});
  GroupWriter provenance(file, "provenance", "which program made this file");
  provenance.AddText("argv", e.argv, "command line");
  provenance.AddText("version", e.version, "version of souk");
  provenance.AddText("git", e.git, "revision of the build");
  provenance.AddText("compiler", e.compiler, "compiler");
  provenance.AddText("created", e.created, "time of writing, UTC");
}

}  // namespace

void CheckEvaluationWritable(const std::string& file) {
  std::error_code code;
  if (!std::filesystem::is_regular_file(file, code) || std::filesystem::file_size(file, code) == 0)
    return CheckWritable(file);
  const hdf5::Session session;
  try {
    if (hdf5::HasAttribute(hdf5::OpenForReading(file).get(), kAttribute)) return;
  } catch (const hdf5::Failure&) {
    // Not ours either.
  }
  throw Error("is not an evaluation file of souk, so it is not overwritten: remove it or choose another name", file);
}

void WriteEvaluation(const std::string& file, const Evaluation& evaluation) {
  CheckEvaluationWritable(file);
  store::Guarded(file, [&] {
    hdf5::NewFile out(file);
    WriteRoot(out.id(), evaluation);
    WriteMetrics(out.id(), evaluation);
    WriteComparisons(out.id(), evaluation);
    WriteRanks(out.id(), evaluation);
    WriteMeasured(out.id(), evaluation);
    out.CheckWrites();
    out.Close();
    hdf5::OpenForReading(out.temporary_path());
    out.Commit();
  });
}

}  // namespace souk
