#pragma once
// A table of text cells with aligned columns, for terminals: widths are counted in character cells,
// not bytes, and colours do not count.

#include <string>
#include <string_view>
#include <vector>

namespace souk {

enum class Align { kLeft, kRight };
enum class Paint { kNone, kGood, kBad, kDim, kBold };

/// One cell: what is written and in which colour.
struct TextCell {
  std::string text;
  Paint paint = Paint::kNone;
};

/// Columns of a terminal that `text` (UTF-8) takes: combining marks none, East Asian wide
/// characters two.
int DisplayWidth(std::string_view text);

/// `text` cut to `width` columns, with an ellipsis where something was cut.
std::string Shorten(std::string_view text, int width);

/// `text` broken between words into lines of at most `width` columns; one line when `width` ≤ 0.
std::vector<std::string> WrapText(std::string_view text, int width);

/// `text` from a file as a terminal may see it: control characters and broken UTF-8 in words (`\x1b`), so that nobody's
/// file moves the cursor or changes the title. Line ends and tabs become blanks, or stay when `lines`.
std::string Printable(std::string_view text, bool lines = false);

/// Escape codes around `text` when `color`.
std::string Painted(std::string_view text, Paint paint, bool color);

class TextGrid {
 public:
  explicit TextGrid(std::vector<Align> columns) : columns_(std::move(columns)) {}

  /// Adds a row; missing cells are empty. Texts are made Printable.
  void Add(std::vector<TextCell> row);
  /// Adds a rule over the whole width.
  void AddRule() { rows_.emplace_back(); }

  /// Lines ending in '\n', two blanks between columns, no trailing blanks. When wider than `max_width`,
  /// columns move closer by one blank; then the first column is shortened, down to eight characters; then the columns
  /// that are left follow in a table of their own, beside the first column again.
  [[nodiscard]] std::string Format(int max_width, bool color) const;

 private:
  /// The first column and those from `begin` up to `end`.
  [[nodiscard]] std::string Block(std::size_t begin, std::size_t end, const std::vector<int>& widths, int gap,
                                  bool color) const;

  std::vector<Align> columns_;
  std::vector<std::vector<TextCell>> rows_;  ///< an empty row is a rule
};

}  // namespace souk
