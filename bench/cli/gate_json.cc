#include "bench/cli/gate_json.h"

namespace souk {
namespace {

Json RowJson(const GateRow& row) {
  Json::Object json = {{"metric", row.metric},
                       {"where", row.where},
                       {"verdict", VerdictName(row.verdict)},
                       {"identical", row.identical},
                       {"measured", row.measured},
                       {"unit", row.unit},
                       {"higher_is_better", row.higher_is_better},
                       {"baseline", row.base},
                       {"candidate", row.head},
                       {"scale", row.relative ? "relative" : "absolute"},
                       {"change", row.change},
                       {"low", row.low},
                       {"high", row.high},
                       {"margin", row.margin},
                       {row.measured ? "pairs" : "replications", row.samples},
                       {"note", row.note},
                       {"file", row.file.empty() ? Json() : Json(row.file)},
                       {"line", row.file.empty() ? Json() : Json(row.line)}};
  if (row.measured) json.emplace_back("log_ratios", Json::Array(row.harms.begin(), row.harms.end()));
  return json;
}

}  // namespace

Json GateJson(const GateReport& report, int exit_code) {
  Json::Array changes;
  for (const GateChange& change : report.changes) {
    changes.push_back(Json::Object{{"metric", change.metric},
                                   {"arm", change.arm},
                                   {"unit", change.unit},
                                   {"baseline", change.base},
                                   {"candidate", change.head},
                                   {"difference", change.difference}});
  }
  Json::Array rows;
  for (const GateRow& row : report.rows) rows.push_back(RowJson(row));
  return Json::Object{{"verdict", VerdictName(VerdictOf(report))},
                      {"exit_code", exit_code},
                      {"sentence", GateSentence(report)},
                      {"baseline", report.base},
                      {"candidate", report.head},
                      {"alpha", report.alpha},
                      {"inconclusive", report.inconclusive_passes ? "pass" : "fail"},
                      {"facts", report.facts},
                      {"changes", std::move(changes)},
                      {"checks", std::move(rows)}};
}

}  // namespace souk
