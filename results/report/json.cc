// The result as JSON: written by hand, since strings, numbers and nesting are all there is to it.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/report/decisions.h"
#include "results/report/format_internal.h"
#include "results/report/table.h"
#include "results/statistics/family.h"
#include "results/statistics/heterogeneity.h"
#include "results/statistics/latency.h"
#include "results/statistics/uplift.h"
#include "results/store/store.h"
#include "sim/base/fingerprint.h"

namespace souk {
namespace {

/// Escapes what JSON requires, and '<', so that the text may stand inside a page of HTML. Bytes
/// that are not UTF-8 would make the document unreadable: they become U+FFFD.
std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      ++i;
      switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
          if (c < 0x20 || c == '<' || c == 0x7F) {
            out += fmt::format("\\u{:04x}", c);
          } else {
            out += static_cast<char>(c);
          }
      }
      continue;
    }
    const int length = report::Utf8Length(text, i);
    out += length > 0 ? text.substr(i, static_cast<std::size_t>(length)) : "\xEF\xBF\xBD";
    i += static_cast<std::size_t>(std::max(1, length));
  }
  return out + '"';
}

std::string Number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : "null"; }

/// Builds objects and arrays with commas where they belong.
class JsonWriter {
 public:
  JsonWriter& Open(char bracket) {
    Separate();
    out_ += bracket;
    first_ = true;
    return *this;
  }
  JsonWriter& Close(char bracket) {
    out_ += bracket;
    first_ = false;
    return *this;
  }
  JsonWriter& Key(const std::string& key) {
    Separate();
    out_ += Quoted(key) + ":";
    first_ = true;
    return *this;
  }
  JsonWriter& Raw(const std::string& value) {
    Separate();
    out_ += value;
    return *this;
  }
  JsonWriter& Text(const std::string& key, const std::string& value) { return Key(key).Raw(Quoted(value)); }
  JsonWriter& Value(const std::string& key, double value) { return Key(key).Raw(Number(value)); }
  template <class Integer>
  JsonWriter& Count(const std::string& key, Integer value) {
    return Key(key).Raw(fmt::format("{}", value));
  }
  JsonWriter& Flag(const std::string& key, bool value) { return Key(key).Raw(value ? "true" : "false"); }
  JsonWriter& Line() {
    out_ += '\n';
    return *this;
  }
  std::string Take() { return std::move(out_); }

 private:
  void Separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  std::string out_;
  bool first_ = true;
};

/// kBrief leaves out intervals of values, differences, methods, numbers of pairs, metrics that no arm has, flags that
/// are false, and units and directions but for the first arm's.
enum class Detail { kAll, kBrief };

void Write(JsonWriter& json, const std::string& key, const Interval& interval, Detail detail) {
  json.Key(key).Open('{').Value("estimate", interval.estimate).Value("low", interval.low).Value("high", interval.high);
  if (detail == Detail::kAll) json.Text("method", report::MethodName(interval.method));
  json.Close('}');
}

bool AnyArmHas(const ExperimentResult& result, const MetricInfo& metric) {
  for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm)
    if (std::isfinite(ArmValue(result, metric, arm).estimate)) return true;
  return false;
}

using Families = std::vector<std::vector<FamilyMember>>;

void WriteMetrics(JsonWriter& json, const ExperimentResult& result, const Families& families, int arm, Detail detail) {
  json.Key("metrics").Open('{');
  for (std::size_t i = 0; i < Metrics().size(); ++i) {
    const MetricInfo& metric = Metrics()[i];
    if (detail == Detail::kBrief && !AnyArmHas(result, metric)) continue;
    const std::string unit = metric.unit == std::string("EUR") ? result.currency : metric.unit;
    json.Line().Key(metric.name).Open('{');
    const bool brief = detail == Detail::kBrief;
    if (!brief || arm == 0) json.Text("unit", unit).Flag("higher_is_better", metric.higher_is_better);
    const Interval value = ArmValue(result, metric, arm);
    if (brief) json.Key("value").Open('{').Value("estimate", value.estimate).Close('}');
    else Write(json, "value", value, detail);
    if (arm != report::Incumbent(result)) {
      const FamilyMember* member = brief ? nullptr : MemberOf(families[i], arm);
      const Uplift uplift = member != nullptr ? member->uplift : CompareWithIncumbent(result, metric, arm);
      Write(json, "relative_uplift", uplift.relative, detail);
      if (!brief) {
        Write(json, "difference", uplift.difference, detail);
        if (member != nullptr) {
          Write(json, "simultaneous", member->simultaneous, detail);
          json.Value("p", member->p).Value("holm_p", member->holm_p);
        }
        json.Count("paired_replications", uplift.replications);
      }
      if (!brief || uplift.identical) json.Flag("identical", uplift.identical);
      if (!brief || uplift.thin) json.Flag("thin", uplift.thin);
    }
    json.Close('}');
  }
  json.Close('}');
}

void WriteLatency(JsonWriter& json, const ExperimentResult& result, int arm) {
  json.Key("latency").Open('{');
  for (std::size_t slot = 0; slot < result.slots.size() && slot < kDecisionSlots; ++slot) {
    const LatencyHistogram h = MergedLatency(result, arm, static_cast<int>(slot));
    const auto quantile = [&h](double q) { return h.total() > 0 ? h.QuantileNs(q) : std::nan(""); };
    json.Line().Key(result.slots[slot]).Open('{').Count("decisions", h.total()).Value("p50_ns", quantile(0.5));
    json.Value("p90_ns", quantile(0.9)).Value("p99_ns", quantile(0.99)).Value("p999_ns", quantile(0.999));
    json.Count("max_ns", h.max_ns()).Close('}');
  }
  json.Close('}');
}

void WriteTwins(JsonWriter& json, const ExperimentResult& result, int arm) {
  json.Key("twins").Open('[');
  if (arm != report::Incumbent(result)) {
    for (const TwinEffect& t : TwinEffects(result, arm)) {
      json.Open('{').Text("segment", t.segment).Count("pairs", t.shoppers).Value("helped", t.helped);
      json.Value("harmed", t.harmed).Value("revenue_gain", t.revenue_gain).Value("margin_gain", t.margin_gain);
      json.Close('}');
    }
  }
  json.Close(']');
}

/// What is about all arms together.
void WriteDecisions(JsonWriter& json, const ExperimentResult& result) {
  json.Line().Key("best").Open('{');
  for (const MetricInfo* metric : HeadlineMetrics(result)) {
    json.Key(metric->name).Open('[');
    for (const int arm : SelectBest(result, *metric).arms) json.Raw(Quoted(result.arms[static_cast<std::size_t>(arm)]));
    json.Close(']');
  }
  json.Close('}').Line().Key("interactions").Open('[');
  for (const MetricInfo* metric : HeadlineMetrics(result)) {
    for (const Interaction& i : Interactions(result, *metric)) {
      json.Line().Open('{').Text("metric", metric->name).Text("a", result.levers[static_cast<std::size_t>(i.lever_a)]);
      json.Text("b", result.levers[static_cast<std::size_t>(i.lever_b)]);
      Write(json, "effect_a", i.a, Detail::kAll);
      Write(json, "effect_b", i.b, Detail::kAll);
      Write(json, "effect_both", i.both, Detail::kAll);
      Write(json, "extra", i.extra, Detail::kAll);
      json.Close('}');
    }
  }
  json.Close(']');
  if (result.design == "ab-test" && result.shares.size() > 1) {
    const SampleRatio ratio = SampleRatioOf(result);
    json.Line().Key("sample_ratio").Open('{').Value("chi_squared", ratio.chi_squared).Value("p", ratio.p);
    json.Flag("suspect", ratio.suspect).Close('}');
  }
}

std::string AsJson(const ExperimentResult& result, Detail detail) {
  const Provenance& p = result.provenance;
  JsonWriter json;
  json.Open('{').Count("souk_schema", kSchemaVersion).Text("name", result.name).Text("question", result.question);
  json.Text("currency", result.currency).Text("incumbent", result.incumbent).Count("days", result.days);
  json.Count("planned_replications", result.planned_replications);
  json.Count("complete_replications", result.CompleteReplications().size()).Flag("interrupted", p.interrupted);
  json.Text("fingerprint", Hex64(result.Fingerprint())).Text("scenario_hash", p.scenario_hash).Count("seed", p.seed);
  json.Text("version", p.version).Text("git", p.git).Text("created", p.created);
  json.Text("design", result.design).Key("headline").Open('[');
  for (const MetricInfo* metric : HeadlineMetrics(result)) json.Raw(Quoted(metric->name));
  json.Close(']');
  Families families;
  if (detail == Detail::kAll)
    for (const MetricInfo& metric : Metrics()) families.push_back(CompareFamily(result, metric));
  json.Line().Key("arms").Open('[');
  for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm) {
    const auto index = static_cast<std::size_t>(arm);
    json.Line().Open('{').Text("name", result.arms[index]).Text("label", result.arm_labels[index]);
    json.Flag("incumbent", arm == report::Incumbent(result));
    json.Text("fingerprint", Hex64(report::ArmFingerprint(result, arm)));
    const std::optional<std::int64_t> discordant = DiscordantOrders(result, arm, report::Incumbent(result));
    json.Key("discordant_orders").Raw(discordant.has_value() ? fmt::format("{}", *discordant) : "null");
    WriteMetrics(json, result, families, arm, detail);
    if (detail == Detail::kAll) WriteTwins(json.Line(), result, arm);
    WriteLatency(json.Line(), result, arm);
    json.Close('}');
  }
  json.Close(']');
  if (detail == Detail::kAll) WriteDecisions(json, result);
  json.Line().Key("failures").Open('[');
  for (const CellResult& cell : result.cells) {
    if (cell.error.empty()) continue;
    json.Line().Open('{').Count("replication", cell.replication);
    json.Text("arm", result.arms[static_cast<std::size_t>(cell.arm)]).Text("error", cell.error).Close('}');
  }
  json.Close(']').Close('}').Line();
  return json.Take();
}

}  // namespace

std::string ToJson(const ExperimentResult& result) { return AsJson(result, Detail::kAll); }

std::string report::BriefJson(const ExperimentResult& result) { return AsJson(result, Detail::kBrief); }

}  // namespace souk
