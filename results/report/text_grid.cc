#include "results/report/text_grid.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "results/report/format_internal.h"

namespace souk {
namespace {

/// The code point that begins at `at`, which moves behind it; a broken byte counts as one
/// character.
std::uint32_t NextCodePoint(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(at++);
  int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
  std::uint32_t point = more == 3 ? first & 0x07U : more == 2 ? first & 0x0FU : more == 1 ? first & 0x1FU : first;
  for (; more > 0 && at < text.size() && (byte(at) & 0xC0U) == 0x80U; --more)
    point = (point << 6) | (byte(at++) & 0x3FU);
  return point;
}

int Width(std::uint32_t p) {
  const bool combining = (p >= 0x300 && p <= 0x36F) || (p >= 0x200B && p <= 0x200F) || (p >= 0xFE00 && p <= 0xFE0F);
  if (combining) return 0;
  const bool wide = (p >= 0x1100 && p <= 0x115F) || (p >= 0x2E80 && p <= 0xA4CF) || (p >= 0xAC00 && p <= 0xD7A3) ||
                    (p >= 0xF900 && p <= 0xFAFF) || (p >= 0xFE30 && p <= 0xFE6F) || (p >= 0xFF00 && p <= 0xFF60) ||
                    (p >= 0x1F300 && p <= 0x1FAFF) || (p >= 0x20000 && p <= 0x3FFFD);
  return wide ? 2 : 1;
}

std::string Padded(const TextCell& cell, int width, Align align, bool color) {
  const std::string blanks(static_cast<std::size_t>(std::max(0, width - DisplayWidth(cell.text))), ' ');
  const std::string text = Painted(cell.text, cell.paint, color);
  return align == Align::kLeft ? text + blanks : blanks + text;
}

}  // namespace

int DisplayWidth(std::string_view text) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();) width += Width(NextCodePoint(text, at));
  return width;
}

std::string Shorten(std::string_view text, int width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  int used = 0;
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size(); end = at) {
    used += Width(NextCodePoint(text, at));
    if (used > width - 1) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::vector<std::string> WrapText(std::string_view text, int width) {
  std::vector<std::string> lines(1);
  if (width <= 0) {
    lines[0] = text;
    return lines;
  }
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (!lines.back().empty() && DisplayWidth(lines.back()) + 1 + DisplayWidth(word) > width) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + std::string(word);
    begin = end + 1;
  }
  return lines;
}

std::string Printable(std::string_view text, bool lines) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<std::uint8_t>(text[at]);
    const int length = report::Utf8Length(text, at);
    if (byte == '\n' || byte == '\t') {
      out += lines ? text[at] : ' ';
      ++at;
      continue;
    }
    // C1 controls are two bytes in UTF-8: C2 80 … C2 9F.
    const bool c1 = length == 2 && byte == 0xC2 && static_cast<std::uint8_t>(text[at + 1]) < 0xA0;
    if (length == 0 || byte < 0x20 || byte == 0x7F || c1) {
      const auto shown = c1 ? static_cast<std::uint8_t>(text[at + 1]) : byte;
      out += "\\x";
      out += kHex[shown >> 4U];
      out += kHex[shown & 0xFU];
      at += c1 ? 2 : 1;
      continue;
    }
    out += text.substr(at, static_cast<std::size_t>(length));
    at += static_cast<std::size_t>(length);
  }
  return out;
}

void TextGrid::Add(std::vector<TextCell> row) {
  for (TextCell& cell : row) cell.text = Printable(cell.text);
  rows_.push_back(std::move(row));
}

std::string Painted(std::string_view text, Paint paint, bool color) {
  if (!color || paint == Paint::kNone || text.empty()) return std::string(text);
  const char* code = paint == Paint::kGood ? "32" : paint == Paint::kBad ? "31" : paint == Paint::kDim ? "2" : "1";
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string TextGrid::Format(int max_width, bool color) const {
  int gap = 2;
  constexpr int kLeastFirst = 8;
  std::vector<int> widths(columns_.size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], DisplayWidth(row[c].text));
  }
  const auto total = [&] {
    return std::accumulate(widths.begin(), widths.end(), gap * (static_cast<int>(widths.size()) - 1));
  };
  if (total() > max_width) gap = 1;
  if (total() > max_width && !widths.empty()) {
    const int whole = widths[0];
    widths[0] = std::max(std::min(whole, kLeastFirst), whole - (total() - max_width));
    if (total() > max_width) widths[0] = std::min(whole, std::max(kLeastFirst, max_width / 3));  // several tables
  }
  std::string out;
  for (std::size_t begin = 1; begin < columns_.size() || begin == 1;) {
    std::size_t end = begin;
    int width = widths.empty() ? 0 : widths[0];
    while (end < columns_.size() && (end == begin || width + gap + widths[end] <= max_width))
      width += gap + widths[end++];
    out += (begin > 1 ? "\n" : "") + Block(begin, end, widths, gap, color);
    begin = std::max(end, begin + 1);
  }
  return out;
}

std::string TextGrid::Block(std::size_t begin, std::size_t end, const std::vector<int>& widths, int gap,
                            bool color) const {
  std::vector<std::size_t> columns = {0};
  for (std::size_t c = begin; c < end; ++c) columns.push_back(c);
  int total = gap * (static_cast<int>(columns.size()) - 1);
  for (const std::size_t c : columns) total += c < widths.size() ? widths[c] : 0;
  std::string out;
  for (const auto& row : rows_) {
    if (row.empty()) {
      for (int i = 0; i < total; ++i) out += "─";
      out += '\n';
      continue;
    }
    std::string line;
    std::string pending;  // blanks that only count if something follows
    for (const std::size_t c : columns) {
      if (c >= row.size()) break;
      TextCell cell = row[c];
      if (c == 0) cell.text = Shorten(cell.text, widths[0]);
      std::string field = Padded(cell, widths[c], columns_[c], color);
      const std::size_t last = field.find_last_not_of(' ');
      const std::size_t kept = last == std::string::npos ? 0 : last + 1;
      if (kept > 0) line += pending + field.substr(0, kept);
      pending = (kept > 0 ? "" : pending) + std::string(field.size() - kept + static_cast<std::size_t>(gap), ' ');
    }
    if (!line.empty() || begin == 1) out += line + '\n';
  }
  return out;
}

}  // namespace souk
