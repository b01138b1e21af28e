// The page itself: head, navigation, blocks in their order, data, script.

#include <fmt/format.h>

#include <cmath>

#include "results/report/format_internal.h"
#include "results/report/html.h"
#include "results/report/html_assets_internal.h"
#include "results/report/html_blocks_internal.h"
#include "results/report/html_svg_internal.h"
#include "results/report/html_text_internal.h"
#include "results/report/text_grid.h"
#include "sim/base/fingerprint.h"

namespace souk {
namespace html {

std::string Section(std::string_view id, std::string_view heading, std::string_view how_to_read,
                    std::string_view body) {
  const std::string how = how_to_read.empty() ? "" : fmt::format("<p class=\"how\">{}</p>", how_to_read);
  return fmt::format("<section id=\"{0}\" aria-labelledby=\"h-{0}\"><h2 id=\"h-{0}\">{1}</h2>{2}{3}</section>\n", id,
                     heading, how, body);
}

std::string ArmHeader(const ReportData& data, int arm, bool with_label) {
  const ArmData& of = data.arm(arm);
  constexpr int kLongName = 22;
  constexpr int kTooLong = 60;
  const std::string label =
      with_label && !of.label.empty() ? fmt::format("<small>{}</small>", Escape(Shorten(of.label, kTooLong))) : "";
  std::string attributes = DisplayWidth(of.name) > kLongName ? " class=long" : "";
  if (DisplayWidth(of.name) > kTooLong) attributes += fmt::format(" title=\"{}\"", Escape(of.name));
  return fmt::format("<th scope=row{}>{}{}{}</th>", attributes, Swatch(arm, arm == data.base),
                     Escape(Shorten(of.name, kTooLong)), label);
}

std::string ArmRow(int arm) { return fmt::format("<tr data-arm={}>", arm); }

std::string Tone(const Interval& interval, bool higher_is_better) {
  const int side = SideOf(interval);
  return side == 0 ? "" : (side > 0) == higher_is_better ? "good" : "bad";
}

bool PageWaitsFor(const ReportData& data, int slot) {
  const auto s = static_cast<std::size_t>(slot);
  return s < data.result.slots.size() && data.result.slots[s] != SlotName(Slot::kOutreach);
}

namespace {

constexpr const char* kGenerator = R"(<meta name="generator" content="souk report">)";

struct Block {
  const char* id;
  const char* link;
  std::string html;
};

std::string Head(const ReportData& data) {
  // The policy forbids every request; what the page needs is in it.
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">{}\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'; img-src data:\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><link rel=\"icon\" href=\"data:,\"><title>{} – souk "
      "report</title>\n<style>\n{}</style></head>\n",
      kGenerator, Escape(data.result.name), kPageStyle);
}

std::string Header(const ReportData& data) {
  const ExperimentResult& r = data.result;
  const std::string title = r.question.empty() ? r.name : r.question;
  return fmt::format(
      R"(<header><p class="brand"><b>souk</b> report · {}</p><h1>{}</h1><p class="meta">{} measured days · {} · seed {} · fingerprint <code>{}</code>{}</p></header>)",
      Escape(r.name), Escape(title), r.days, r.arms.size() == 1 ? "1 arm" : fmt::format("{} arms", r.arms.size()),
      r.provenance.seed, Hex64(r.Fingerprint()),
      r.provenance.created.empty() ? "" : " · " + Escape(r.provenance.created.substr(0, 10)));
}

std::string Bar(const ReportData& data, const std::vector<Block>& blocks) {
  std::string labels;
  for (const MetricData& metric : data.metrics)
    labels += fmt::format(R"(<label for="{}">{}</label>)", metric.id, metric.title);
  std::string links;
  for (const Block& block : blocks)
    if (!block.html.empty()) links += fmt::format(R"(<a href="#{}">{}</a>)", block.id, block.link);
  return fmt::format(
      R"(<div class="top"><nav aria-label="Blocks">{}</nav><div class="tools"><div class="tabs metric" role="group" aria-label="Metric">{}</div>)"
      R"(<input type="search" class="js" id="filter" placeholder="filter arms" aria-label="Filter arms by name">)"
      R"(<button type="button" class="js" id="theme" aria-label="Switch between light and dark">◐</button></div></div>)",
      links, labels);
}

/// The choice of the metric comes first in the page, so that everything behind it can follow it without a script.
std::string Choice(const ReportData& data) {
  std::string out;
  for (const MetricData& metric : data.metrics) {
    out += fmt::format(R"(<input type="radio" class="vh pick" name="metric" id="{}" aria-label="{}"{}>)", metric.id,
                       metric.title, &metric == &data.metrics[PrimaryMetric(data)] ? " checked" : "");
  }
  return out;
}

}  // namespace
}  // namespace html

std::string HtmlReport(const ExperimentResult& result, const HtmlOptions& options) {
  using namespace html;
  const ReportData data = CollectReportData(result, options);
  const std::vector<Block> blocks = {
      {"verdict", "Verdict", VerdictBlock(data)},
      {"arms", "Arms", ForestBlock(data)},
      {"pareto", "Money × waiting", ParetoBlock(data)},
      {"funnel", "Funnel", FunnelBlock(data)},
      {"replications", "Replications", ReplicationsBlock(data)},
      {"time", "Time", TimeBlock(data)},
      {"segments", "Segments", SegmentsBlock(data)},
      {"latency", "Latency", LatencyBlock(data)},
      {"levers", "Levers", LeversBlock(data)},
      {"guardrails", "Guardrails", GuardrailsBlock(data)},
      {"diagnostics", "Diagnostics", DiagnosticsBlock(data)},
      {"metrics", "All metrics", MetricsBlock()},
      {"provenance", "Provenance", ProvenanceBlock(data)},
  };
  std::string page = Head(data) + "<body>" + Choice(data) + Header(data) + Bar(data, blocks) + "\n<main>\n";
  for (const Block& block : blocks) page += block.html;
  page +=
      "</main>\n<div id=\"tip\" role=\"tooltip\" hidden></div>\n<script type=\"application/json\" id=\"souk-data\">" +
      report::BriefJson(result) + "</script>\n<script>\n" + kPageScript + "</script></body></html>\n";
  return page;
}

bool IsHtmlReport(std::string_view page) {
  return page.substr(0, 1024).find(html::kGenerator) != std::string_view::npos;
}

}  // namespace souk
