#include "bench/cli/report_view.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "bench/cli/terminal.h"

namespace souk {

TableOptions OutputOptions() {
  constexpr int kNarrowest = 60;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  TableOptions options;
  options.color = IsTerminal(STDOUT_FILENO) && (no_color == nullptr || *no_color == '\0') && term != nullptr &&
                  std::string(term) != "dumb";
  if (const int columns = Columns(STDOUT_FILENO); columns > 0) options.width = std::max(columns, kNarrowest);
  return options;
}

std::string ReportText(const ExperimentResult& result) { return FormatTable(result, OutputOptions()); }

Json ReportJson(const ExperimentResult& result) { return Json::Raw(ToJson(result)); }

}  // namespace souk
