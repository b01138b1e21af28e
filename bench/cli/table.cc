#include "bench/cli/table.h"

#include <algorithm>
#include <numeric>

#include "results/report/text_grid.h"

namespace souk {
namespace {

constexpr int kGap = 2;
constexpr int kNarrowest = 24;  // of a wrapped column: below that, long lines are easier to read

std::string Padding(int columns) { return std::string(static_cast<std::size_t>(std::max(columns, 0)), ' '); }

/// The columns that hold something.
std::vector<std::size_t> Filled(std::size_t columns, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> filled;
  for (std::size_t c = 0; c < columns; ++c)
    if (std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return !row[c].empty(); })) filled.push_back(c);
  return filled;
}

}  // namespace

std::string TextTable(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& texts,
                      int width) {
  std::vector<std::vector<std::string>> rows = texts;
  for (std::vector<std::string>& row : rows)
    for (std::string& cell : row) cell = Printable(cell);
  const std::vector<std::size_t> columns = Filled(header.size(), rows);
  if (columns.empty()) return {};
  std::vector<int> widths;
  for (const std::size_t c : columns) {
    widths.push_back(DisplayWidth(header[c]));
    for (const auto& row : rows) widths.back() = std::max(widths.back(), DisplayWidth(row[c]));
  }
  const int before = std::accumulate(widths.begin(), widths.end() - 1, 0) + kGap * static_cast<int>(widths.size() - 1);
  const int last = width <= 0 ? 0 : std::max(width - before, kNarrowest);

  std::string out;
  const auto add = [&](const std::vector<std::string>& row) {
    for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
      const std::string& cell = row[columns[i]];
      out += cell + Padding(widths[i] - DisplayWidth(cell) + kGap);
    }
    const std::vector<std::string> lines = WrapText(row[columns.back()], last);
    for (std::size_t l = 0; l < lines.size(); ++l) out += (l > 0 ? Padding(before) : "") + lines[l] + "\n";
  };
  add(header);
  for (const auto& row : rows) add(row);
  // Trailing blanks would wrap on a narrow terminal.
  std::string trimmed;
  for (std::size_t begin = 0; begin < out.size();) {
    const std::size_t end = out.find('\n', begin);
    const std::size_t text = out.find_last_not_of(' ', end - 1);
    if (text != std::string::npos && text >= begin && text < end) trimmed += out.substr(begin, text - begin + 1);
    trimmed += '\n';
    begin = end + 1;
  }
  return trimmed;
}

}  // namespace souk
