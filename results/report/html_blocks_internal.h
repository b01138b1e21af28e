#pragma once
// The blocks of the report page, in their order. Each returns one <section>, or nothing where the result has nothing
// for it.

#include <string>
#include <string_view>

#include "results/report/html_data_internal.h"

namespace souk::html {

std::string VerdictBlock(const ReportData& data);
std::string ForestBlock(const ReportData& data);
std::string ParetoBlock(const ReportData& data);
std::string FunnelBlock(const ReportData& data);
std::string ReplicationsBlock(const ReportData& data);
std::string TimeBlock(const ReportData& data);
std::string SegmentsBlock(const ReportData& data);
std::string LatencyBlock(const ReportData& data);
std::string LeversBlock(const ReportData& data);
std::string GuardrailsBlock(const ReportData& data);
std::string DiagnosticsBlock(const ReportData& data);
std::string MetricsBlock();
std::string ProvenanceBlock(const ReportData& data);

/// A section with its heading and a paragraph on how to read it (HTML).
std::string Section(std::string_view id, std::string_view heading, std::string_view how_to_read, std::string_view body);
/// `<th scope="row">` of an arm: colour, name and, if wanted, label.
std::string ArmHeader(const ReportData& data, int arm, bool with_label = false);
/// Opening tag of an arm's row, which the filter finds by number.
std::string ArmRow(int arm);
/// One panel per headline metric, of which the page shows the chosen one.
template <class Draw>
std::string ByMetric(const ReportData& data, Draw draw) {
  std::string out;
  for (std::size_t m = 0; m < data.metrics.size(); ++m) {
    out += "<div class=\"panel " + data.metrics[m].id + "\">" + draw(m) + "</div>";
  }
  return out;
}
/// "good", "bad" or "" by the side of an interval.
std::string Tone(const Interval& interval, bool higher_is_better);
/// The slots that a page waits for: all but outreach, which plans at night.
bool PageWaitsFor(const ReportData& data, int slot);

}  // namespace souk::html
