// The result as JSON. Layout: JSON.md.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "results/report/decisions.h"
#include "results/report/format_internal.h"
#include "results/report/json.h"
#include "results/report/table.h"
#include "results/statistics/family.h"
#include "results/statistics/heterogeneity.h"
#include "results/statistics/latency.h"
#include "results/statistics/recommendations.h"
#include "results/statistics/uplift.h"
#include "results/store/store.h"
#include "sim/base/fingerprint.h"

namespace souk {
namespace {

/// kBrief keeps twelve digits and leaves out intervals of values, differences, methods, numbers of pairs, metrics that
/// no arm has, flags that are false, and units and directions but for the first arm's.
enum class Detail { kAll, kBrief };

using Families = std::vector<std::vector<FamilyMember>>;

/// To twelve digits, where brief: a page of ten arms holds thousands of numbers.
double Digits(double value, Detail detail) {
  if (detail == Detail::kAll || !std::isfinite(value)) return value;
  return std::strtod(fmt::format("{:.12g}", value).c_str(), nullptr);
}

Json IntervalJson(const Interval& interval, Detail detail = Detail::kAll) {
  Json::Object json = {{"estimate", Digits(interval.estimate, detail)},
                       {"low", Digits(interval.low, detail)},
                       {"high", Digits(interval.high, detail)}};
  if (detail == Detail::kAll) json.emplace_back("method", report::MethodName(interval.method));
  return json;
}

bool AnyArmHas(const ExperimentResult& result, const MetricInfo& metric) {
  for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm)
    if (std::isfinite(ArmValue(result, metric, arm).estimate)) return true;
  return false;
}

/// The arm against the incumbent. `family`: none when brief.
void AddUplift(Json::Object& json, const ExperimentResult& result, const MetricInfo& metric,
               const std::vector<FamilyMember>* family, int arm) {
  const bool brief = family == nullptr;
  const Detail detail = brief ? Detail::kBrief : Detail::kAll;
  const FamilyMember* member = brief ? nullptr : MemberOf(*family, arm);
  const Uplift uplift = member != nullptr ? member->uplift : CompareWithIncumbent(result, metric, arm);
  json.emplace_back("relative_uplift", IntervalJson(uplift.relative, detail));
  if (!brief) {
    json.emplace_back("difference", IntervalJson(uplift.difference));
    if (member != nullptr) {
      json.emplace_back("simultaneous", IntervalJson(member->simultaneous));
      json.emplace_back("p", member->p);
      json.emplace_back("holm_p", member->holm_p);
    }
    json.emplace_back("paired_replications", uplift.replications);
  }
  if (!brief || uplift.identical) json.emplace_back("identical", uplift.identical);
  if (!brief || uplift.thin) json.emplace_back("thin", uplift.thin);
}

Json::Object MetricsJson(const ExperimentResult& result, const Families& families, int arm, Detail detail) {
  const bool brief = detail == Detail::kBrief;
  Json::Object metrics;
  for (std::size_t i = 0; i < Metrics().size(); ++i) {
    const MetricInfo& metric = Metrics()[i];
    if (brief && !AnyArmHas(result, metric)) continue;
    Json::Object json;
    if (!brief || arm == 0) {
      json.emplace_back("unit", metric.unit == std::string("EUR") ? result.currency : metric.unit);
      json.emplace_back("higher_is_better", metric.higher_is_better);
    }
    const Interval value = ArmValue(result, metric, arm);
    json.emplace_back("value",
                      brief ? Json(Json::Object{{"estimate", Digits(value.estimate, detail)}}) : IntervalJson(value));
    if (arm != report::Incumbent(result)) AddUplift(json, result, metric, brief ? nullptr : &families[i], arm);
    metrics.emplace_back(metric.name, Json::OnNewLine(std::move(json)));
  }
  return metrics;
}

Json::Object LatencyJson(const ExperimentResult& result, int arm) {
  Json::Object slots;
  for (std::size_t slot = 0; slot < result.slots.size() && slot < kDecisionSlots; ++slot) {
    const LatencyHistogram h = MergedLatency(result, arm, static_cast<int>(slot));
    const auto quantile = [&h](double q) { return h.total() > 0 ? h.QuantileNs(q) : std::nan(""); };
    slots.emplace_back(result.slots[slot], Json::OnNewLine(Json::Object{{"decisions", h.total()},
                                                                        {"p50_ns", quantile(0.5)},
                                                                        {"p90_ns", quantile(0.9)},
                                                                        {"p99_ns", quantile(0.99)},
                                                                        {"p999_ns", quantile(0.999)},
                                                                        {"max_ns", h.max_ns()}}));
  }
  return slots;
}

Json::Array TwinsJson(const ExperimentResult& result, int arm) {
  Json::Array twins;
  if (arm == report::Incumbent(result)) return twins;
  for (const TwinEffect& t : TwinEffects(result, arm)) {
    twins.push_back(Json::Object{{"segment", t.segment},
                                 {"pairs", t.shoppers},
                                 {"helped", t.helped},
                                 {"harmed", t.harmed},
                                 {"revenue_gain", t.revenue_gain},
                                 {"margin_gain", t.margin_gain}});
  }
  return twins;
}

Json::Object ArmJson(const ExperimentResult& result, const Families& families, int arm, Detail detail) {
  const auto index = static_cast<std::size_t>(arm);
  const std::optional<std::int64_t> discordant = DiscordantOrders(result, arm, report::Incumbent(result));
  Json::Object json = {{"name", result.arms[index]},
                       {"label", result.arm_labels[index]},
                       {"incumbent", arm == report::Incumbent(result)},
                       {"fingerprint", Hex64(report::ArmFingerprint(result, arm))},
                       {"discordant_orders", discordant.has_value() ? Json(*discordant) : Json()},
                       {"metrics", MetricsJson(result, families, arm, detail)}};
  if (const Interval share = ShareOfClicksWithoutGain(result, arm); std::isfinite(share.estimate))
    json.emplace_back("clicks_without_gain", IntervalJson(share, detail));
  if (detail == Detail::kAll) json.emplace_back("twins", Json::OnNewLine(TwinsJson(result, arm)));
  json.emplace_back("latency", Json::OnNewLine(LatencyJson(result, arm)));
  return json;
}

Json::Array InteractionsJson(const ExperimentResult& result) {
  Json::Array interactions;
  for (const MetricInfo* metric : HeadlineMetrics(result)) {
    for (const Interaction& i : Interactions(result, *metric)) {
      interactions.push_back(Json::OnNewLine(Json::Object{{"metric", metric->name},
                                                          {"a", result.levers[static_cast<std::size_t>(i.lever_a)]},
                                                          {"b", result.levers[static_cast<std::size_t>(i.lever_b)]},
                                                          {"effect_a", IntervalJson(i.a)},
                                                          {"effect_b", IntervalJson(i.b)},
                                                          {"effect_both", IntervalJson(i.both)},
                                                          {"extra", IntervalJson(i.extra)}}));
    }
  }
  return interactions;
}

/// What is about all arms together.
void AddDecisions(Json::Object& json, const ExperimentResult& result) {
  Json::Object best;
  for (const MetricInfo* metric : HeadlineMetrics(result)) {
    Json::Array arms;
    for (const int arm : SelectBest(result, *metric).arms)
      arms.emplace_back(result.arms[static_cast<std::size_t>(arm)]);
    best.emplace_back(metric->name, std::move(arms));
  }
  json.emplace_back("best", Json::OnNewLine(std::move(best)));
  json.emplace_back("interactions", Json::OnNewLine(InteractionsJson(result)));
  if (result.design == "ab-test" && result.shares.size() > 1) {
    const SampleRatio ratio = SampleRatioOf(result);
    json.emplace_back(
        "sample_ratio",
        Json::OnNewLine(Json::Object{{"chi_squared", ratio.chi_squared}, {"p", ratio.p}, {"suspect", ratio.suspect}}));
  }
}

Json::Object HeadJson(const ExperimentResult& result) {
  const Provenance& p = result.provenance;
  Json::Array headline;
  for (const MetricInfo* metric : HeadlineMetrics(result)) headline.emplace_back(metric->name);
  return {{"souk_schema", kSchemaVersion},
          {"name", result.name},
          {"question", result.question},
          {"currency", result.currency},
          {"incumbent", result.incumbent},
          {"days", result.days},
          {"planned_replications", result.planned_replications},
          {"complete_replications", static_cast<std::int64_t>(result.CompleteReplications().size())},
          {"interrupted", p.interrupted},
          {"fingerprint", Hex64(result.Fingerprint())},
          {"scenario_hash", p.scenario_hash},
          {"seed", p.seed},
          {"version", p.version},
          {"git", p.git},
          {"created", p.created},
          {"design", result.design},
          {"headline", std::move(headline)}};
}

std::string AsJson(const ExperimentResult& result, Detail detail) {
  Json::Object json = HeadJson(result);
  Families families;
  if (detail == Detail::kAll)
    for (const MetricInfo& metric : Metrics()) families.push_back(CompareFamily(result, metric));
  Json::Array arms;
  for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm)
    arms.push_back(Json::OnNewLine(ArmJson(result, families, arm, detail)));
  json.emplace_back("arms", Json::OnNewLine(std::move(arms)));
  if (detail == Detail::kAll) AddDecisions(json, result);
  Json::Array failures;
  for (const CellResult& cell : result.cells) {
    if (cell.error.empty()) continue;
    failures.push_back(Json::OnNewLine(Json::Object{{"replication", cell.replication},
                                                    {"arm", result.arms[static_cast<std::size_t>(cell.arm)]},
                                                    {"error", cell.error}}));
  }
  json.emplace_back("failures", Json::OnNewLine(std::move(failures)));
  return Json(std::move(json)).Lines();
}

}  // namespace

std::string ToJson(const ExperimentResult& result) { return AsJson(result, Detail::kAll); }

std::string report::BriefJson(const ExperimentResult& result) { return AsJson(result, Detail::kBrief); }

}  // namespace souk
