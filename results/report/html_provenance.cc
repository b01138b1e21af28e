// All metrics, and where the numbers come from: versions, seed, the scenario in full, how to run it again and open it.

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "results/report/format_internal.h"
#include "results/report/html_blocks_internal.h"
#include "results/report/html_text_internal.h"
#include "sim/base/fingerprint.h"

namespace souk::html {
namespace {

std::string Item(const char* name, const std::string& value) {
  return value.empty() ? "" : fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, Escape(value));
}

/// Code that a button copies.
std::string Snippet(const char* title, const std::string& code) {
  return fmt::format(
      R"(<figure class="code"><figcaption>{}<button type="button" class="js copy">copy</button></figcaption><pre tabindex="0"><code>{}</code></pre></figure>)",
      title, Escape(code));
}

/// A text inside a Python string.
std::string PythonQuoted(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return '"' + out + '"';
}

}  // namespace

std::string MetricsBlock() {
  return "<section id=\"metrics\" class=\"js\"><h2>All metrics</h2><p class=\"how\">Every metric of every arm, from "
         "the data block of this page – "
         "the numbers of <code>souk compare --json</code>.</p><div class=\"tools\"><label>Metric <select "
         "id=\"metric-pick\"></select></label>"
         "<button type=\"button\" id=\"csv\">Download all as CSV</button></div><div class=\"scroll\" "
         "id=\"metric-table\"></div></section>";
}

std::string ProvenanceBlock(const ReportData& data) {
  const ExperimentResult& r = data.result;
  const Provenance& p = r.provenance;
  std::string items =
      Item("scenario", r.name) + Item("scenario hash", p.scenario_hash) + Item("seed", std::to_string(p.seed)) +
      Item("fingerprint", Hex64(r.Fingerprint())) + Item("design", r.design) + Item("incumbent", r.incumbent) +
      Item("measured days", std::to_string(r.days)) +
      Item("replications", fmt::format("{} complete of {}", data.complete, r.planned_replications)) +
      Item("souk", p.version) + Item("revision", p.git) + Item("compiler", p.compiler) + Item("made", p.created) +
      Item("threads", std::to_string(p.threads)) + Item("wall time", fmt::format("{:.1f} s", p.wall_s)) +
      Item("peak memory", fmt::format("{:.0f} MB", static_cast<double>(p.peak_rss_bytes) / 1e6)) +
      Item("numbers from", data.scenario ? data.scenario->source : "") + Item("file", data.options.file);
  std::string body = "<dl class=\"facts\">" + items + "</dl>";
  if (!p.argv.empty()) body += Snippet("Run it again", p.argv);
  const std::string file = std::filesystem::path(data.options.file).filename().string();
  body +=
      Snippet("Open it in Python",
              fmt::format("import xarray\nmetrics = xarray.open_dataset({}, group=\"metrics\", engine=\"h5netcdf\")\n"
                          "metrics[\"{}\"].mean(\"replication\").to_series()",
                          PythonQuoted(file), data.metrics.front().info->name));
  if (!p.resolved_yaml.empty()) {
    body += fmt::format(
        R"(<details id="scenario"><summary>The scenario, with every value written out</summary><figure class="code"><figcaption>{0}.yaml<button type="button" class="js copy">copy</button>)"
        R"(<button type="button" class="js save" data-file="{0}.yaml">save</button></figcaption><pre tabindex="0"><code>{1}</code></pre></figure></details>)",
        Escape(r.name), Escape(p.resolved_yaml));
  }
  return Section("provenance", "Where it comes from", "", body);
}

}  // namespace souk::html
