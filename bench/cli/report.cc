// `souk report`: a results file as one page of HTML.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>

#include "bench/cli/app.h"
#include "bench/cli/output_file.h"
#include "bench/cli/results_file.h"
#include "bench/cli/terminal.h"
#include "results/report/html.h"
#include "sim/base/error.h"

namespace souk {
namespace {

namespace fs = std::filesystem;

struct ReportOptions {
  std::string file;
  std::string output;
  double margin = std::numeric_limits<double>::quiet_NaN();
};

/// Next to the results file, with another ending.
std::string DefaultPage(const std::string& file) {
  const std::string page = fs::path(file).replace_extension(".html").string();
  return page == file ? file + ".html" : page;
}

/// A page that someone else wrote is not ours to replace.
void CheckReplaceable(const std::string& page) {
  std::ifstream old(page, std::ios::binary);
  if (!old) return;
  std::string head(1024, '\0');
  old.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(old.gcount()));
  if (head.empty() || IsHtmlReport(head)) return;
  throw Error("exists and is no report of souk's; remove it, or name another file with -o", page);
}

int WriteReport(const ReportOptions& options) {
  const std::string page = options.output.empty() ? DefaultPage(options.file) : options.output;
  if (page != "-") CheckReplaceable(page);
  HtmlOptions html;
  html.file = fs::path(options.file).filename().string();
  html.margin = options.margin;
  const std::string text = HtmlReport(LoadResult(options.file), html);
  if (page == "-") {
    Out(text);
    return kExitOk;
  }
  ReplaceFile(page, text);
  Out(fmt::format("{}  {} KB\n", page, (text.size() + 999) / 1000));
  return kExitOk;
}

}  // namespace

void AddReport(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("report", "Write a results file as one page of HTML, charts included");
  const auto options = std::make_shared<ReportOptions>();
  verb->add_option("file", options->file, "Results file")->required()->type_name("FILE");
  verb->add_option("-o,--output", options->output,
                   "The page; default: FILE with the ending .html; '-' for standard output")
      ->type_name("PAGE");
  verb->add_option("--margin", options->margin,
                   "Relative uplifts within ± this share count as no difference; default: stop.margin of the scenario, "
                   "or 0.005")
      ->type_name("SHARE")
      ->check(CLI::Range(1e-6, 1.0));
  verb->footer(
      "Examples:\n  souk report results/runs/marketplace-1.h5                   writes marketplace-1.html beside it\n"
      "  souk report results/runs/marketplace-1.h5 -o report.html --margin 0.01\n\n"
      "The page needs no network and no other file: mail it, print it, keep it as a build artefact.\n"
      "An older report is replaced; any other file is not.");
  verb->callback([options, &action] { action = [options] { return WriteReport(*options); }; });
}

}  // namespace souk
