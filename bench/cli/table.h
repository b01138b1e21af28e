#pragma once
// A table of words for the terminal.

#include <string>
#include <vector>

namespace souk {

/// `text` broken between words into lines of at most `width` columns; one line when `width` ≤ 0.
std::vector<std::string> WrapText(const std::string& text, int width);

/// Rows under `header`, columns aligned and two spaces apart; columns that are empty in all rows
/// are left out. The last column is wrapped so that no line is longer than `width` (0: never
/// wrapped, so that a row stays one line for grep).
std::string TextTable(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows,
                      int width);

}  // namespace souk
