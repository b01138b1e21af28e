#pragma once
// A table of words for the terminal.

#include <string>
#include <vector>

namespace souk {

/// Rows under `header`, columns aligned and two spaces apart; columns that are empty in all rows
/// are left out. The last column is wrapped so that no line is longer than `width` (0: never
/// wrapped, so that a row stays one line for grep). Cells are made Printable.
std::string TextTable(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows,
                      int width);

}  // namespace souk
