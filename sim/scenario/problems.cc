#include "sim/scenario/problems.h"

#include <algorithm>
#include <fstream>
#include <tuple>

#include "sim/base/error.h"

namespace souk {

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(std::move(line));
    begin = end + 1;
  }
  return lines;
}

void Problems::AddSource(const std::string& name, const std::string& text) { lines_[name] = SplitLines(text); }

std::string Problems::Line(const std::string& name, int line) const {
  const auto found = lines_.find(name);
  if (found == lines_.end() || line < 1 || line > static_cast<int>(found->second.size())) return {};
  return found->second[static_cast<std::size_t>(line - 1)];
}

void Problems::Add(const SourceMark& mark, const std::string& path, const std::string& message) {
  problems_.push_back({mark, path, message, Line(mark.file, mark.line)});
}

std::vector<Problem> Problems::Sorted() const {
  std::vector<Problem> sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.mark.file, a.mark.line, a.mark.column) < std::tie(b.mark.file, b.mark.line, b.mark.column);
  });
  return sorted;
}

std::string Suggest(const std::string& found, const std::vector<std::string>& allowed) {
  const std::string nearest = NearestName(found, allowed);
  // A long list beside a good guess only hides the guess.
  constexpr std::size_t kShortList = 8;
  std::string out;
  if (nearest.empty() || allowed.size() <= kShortList) {
    for (const std::string& name : allowed) out += (out.empty() ? "; allowed " : ", ") + name;
  }
  if (!nearest.empty()) out += "; did you mean " + nearest + "?";
  return out;
}

// ------------------------------------------------------------- what callers outside need

namespace {

/// The first bytes of `line` that hold `characters` UTF-8 characters.
std::size_t BytesOf(const std::string& line, int characters) {
  std::size_t i = 0;
  for (int n = 0; n < characters && i < line.size(); ++n) {
    ++i;
    while (i < line.size() && (static_cast<unsigned char>(line[i]) & 0xC0) == 0x80) ++i;
  }
  return i;
}

/// The line, cut to a window around the column, and a caret under it.
std::string Excerpt(const std::string& line, int column) {
  constexpr int kWindow = 100;
  const int first = std::max(0, column - 1 - kWindow / 2);
  const std::size_t begin = BytesOf(line, first);
  const std::size_t end = BytesOf(line, first + kWindow);
  std::string shown = line.substr(begin, end - begin);
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';  // tabs and escape sequences
  }
  return "\n  " + shown + "\n  " + std::string(static_cast<std::size_t>(column - 1 - first), ' ') + "^";
}

}  // namespace

std::string Format(const Problem& problem) {
  std::string out = problem.mark.file;
  if (problem.mark.line > 0) {
    out += ":" + std::to_string(problem.mark.line) + ":" + std::to_string(problem.mark.column);
  }
  if (!out.empty()) out += ": ";
  if (!problem.path.empty()) out += problem.path + ": ";
  out += problem.message;
  if (!problem.source_line.empty() && problem.mark.column > 0) {
    out += Excerpt(problem.source_line, problem.mark.column);
  }
  return out;
}

std::string SourceLine(const SourceMark& mark) {
  std::ifstream file(mark.file);
  std::string line;
  for (int i = 0; i < mark.line; ++i) {
    if (!std::getline(file, line)) return {};
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

void ThrowIfAny(const std::vector<Problem>& problems) {
  if (problems.empty()) return;
  constexpr std::size_t kMostShown = 100;  // nobody reads on; a wrong file can have thousands
  std::string text;
  for (std::size_t i = 0; i < std::min(problems.size(), kMostShown); ++i) {
    text += (text.empty() ? "" : "\n") + Format(problems[i]);
  }
  if (problems.size() > 1) text += "\n" + std::to_string(problems.size()) + " problems";
  if (problems.size() > kMostShown) text += ", of which the first " + std::to_string(kMostShown) + " are shown";
  throw Error(text);
}

}  // namespace souk
