#pragma once
// An experiment's result as one page of HTML for people: verdict in words, charts, tables, provenance. The page needs
// no network, no library and, but for sorting, filtering and tooltips, no script. Charts are inline SVG.

#include <limits>
#include <string>
#include <string_view>

#include "results/store/results.h"

namespace souk {

struct HtmlOptions {
  /// Name of the results file, for the snippets that open it.
  std::string file = "results.h5";
  /// Relative uplifts within ± margin count as "no difference that matters". NaN: the scenario's `stop.margin`, or
  /// kDefaultMargin where that is 0.
  double margin = std::numeric_limits<double>::quiet_NaN();
};

constexpr double kDefaultMargin = 0.005;

/// The page. Every number in it comes from the functions behind ToJson (results/report/table.h) or from
/// results/statistics; the data block `souk-data` is a part of ToJson's tree with the same values,
/// to twelve digits.
/// Texts of the result (names, labels, errors, YAML) may hold any bytes.
/// Cost: about a second for ten arms. Tested by: HtmlReport.*, tests/system/cli_report.py.
std::string HtmlReport(const ExperimentResult& result, const HtmlOptions& options = {});

/// Was `page` (its first kilobyte is enough) made by HtmlReport?
bool IsHtmlReport(std::string_view page);

}  // namespace souk
