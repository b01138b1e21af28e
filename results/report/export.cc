#include "results/report/export.h"

#include <fmt/format.h>

#include <cmath>

#include "results/report/format_internal.h"
#include "results/report/relation.h"
#include "results/statistics/family.h"

namespace souk {
namespace {

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string Number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }

std::string Bounds(const Interval& i) { return Number(i.estimate) + "," + Number(i.low) + "," + Number(i.high); }

std::string UnitOf(const ExperimentResult& result, const MetricInfo& metric) {
  return metric.unit == std::string("EUR") ? result.currency : metric.unit;
}

std::string MarkdownField(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string UpliftText(const Interval& i, bool identical) { return report::UpliftCell(i, identical, true, "").text; }

}  // namespace

std::string ToCsv(const ExperimentResult& result, const std::vector<const MetricInfo*>& metrics) {
  std::string out =
      "arm,metric,unit,value,value_low,value_high,uplift,uplift_low,uplift_high,method,p,holm_p,replications,thin\n";
  for (const MetricInfo* metric : metrics) {
    const std::vector<FamilyMember> family = CompareFamily(result, *metric);
    for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm) {
      out += CsvField(result.arms[static_cast<std::size_t>(arm)]) + "," + metric->name + "," +
             CsvField(UnitOf(result, *metric)) + "," + Bounds(ArmValue(result, *metric, arm)) + ",";
      if (const FamilyMember* m = MemberOf(family, arm)) {
        out += fmt::format("{},{},{},{},{},{}\n", Bounds(m->uplift.relative),
                           report::MethodName(m->uplift.relative.method), Number(m->p), Number(m->holm_p),
                           m->uplift.replications, m->uplift.thin);
      } else {
        out += ",,,,,,,\n";
      }
    }
  }
  return out;
}

std::string CompareCsv(const ExperimentResult& a, const ExperimentResult& b,
                       const std::vector<const MetricInfo*>& metrics) {
  const bool paired = Pairs(Relate(a, b));
  std::string out = "arm,metric,unit,a,b,uplift,uplift_low,uplift_high,paired\n";
  for (int arm = 0; arm < static_cast<int>(a.arms.size()); ++arm) {
    const std::string& name = a.arms[static_cast<std::size_t>(arm)];
    const int other = b.ArmIndex(name);
    if (other < 0) continue;
    for (const MetricInfo* metric : metrics) {
      const auto [of_a, of_b] = ValuesOf(a, arm, b, other, *metric, paired);
      out += fmt::format("{},{},{},{},{},{},{}\n", CsvField(name), metric->name, CsvField(UnitOf(a, *metric)),
                         Number(of_a), Number(of_b), Bounds(Change(a, arm, b, other, *metric, paired)), paired);
    }
  }
  return out;
}

std::string ToMarkdown(const ExperimentResult& result, const std::vector<const MetricInfo*>& metrics) {
  std::string out = fmt::format("**{}** · {} of {} replications\n", MarkdownField(result.name),
                                result.CompleteReplications().size(), result.planned_replications);
  for (const MetricInfo* metric : metrics) {
    const std::vector<FamilyMember> family = CompareFamily(result, *metric);
    out +=
        fmt::format("\n| arm | {} | uplift, 95 % | all arms at once | Holm p |\n|---|--:|---|---|--:|\n", metric->name);
    for (int arm = 0; arm < static_cast<int>(result.arms.size()); ++arm) {
      const FamilyMember* m = MemberOf(family, arm);
      out += fmt::format("| {} | {} | {} | {} | {} |\n", MarkdownField(result.arms[static_cast<std::size_t>(arm)]),
                         report::ValueText(*metric, ArmValue(result, *metric, arm).estimate),
                         m == nullptr
                             ? "incumbent"
                             : UpliftText(m->uplift.relative, m->uplift.identical) + (m->uplift.thin ? " thin" : ""),
                         m == nullptr ? "" : UpliftText(m->simultaneous, m->uplift.identical),
                         m == nullptr || std::isnan(m->holm_p) ? "" : fmt::format("{:.3f}", m->holm_p));
    }
  }
  const std::vector<std::string> notes = report::LeftOutNotes(result);
  for (const std::string& note : notes) out += (&note == &notes.front() ? "\n" : "") + MarkdownField(note) + "\n";
  if (const std::string note = report::ShareNote(result); !note.empty()) out += "\n" + note + "\n";
  return out;
}

std::string CompareMarkdown(const ExperimentResult& a, const ExperimentResult& b,
                            const std::vector<const MetricInfo*>& metrics) {
  const bool paired = Pairs(Relate(a, b));
  std::string out = "| arm | metric | A | B | B over A, 95 % |\n|---|---|--:|--:|---|\n";
  for (int arm = 0; arm < static_cast<int>(a.arms.size()); ++arm) {
    const std::string& name = a.arms[static_cast<std::size_t>(arm)];
    const int other = b.ArmIndex(name);
    if (other < 0) continue;
    for (const MetricInfo* metric : metrics) {
      const auto [of_a, of_b] = ValuesOf(a, arm, b, other, *metric, paired);
      out += fmt::format("| {} | {} | {} | {} | {} |\n", MarkdownField(name), metric->name,
                         report::ValueText(*metric, of_a), report::ValueText(*metric, of_b),
                         UpliftText(Change(a, arm, b, other, *metric, paired), false));
    }
  }
  out += paired ? "\nPaired by replication.\n" : "\nIndependent worlds: intervals are wide.\n";
  if (const std::string note = report::ShareNote(a, b); !note.empty()) out += "\n" + note + "\n";
  return out;
}

}  // namespace souk
