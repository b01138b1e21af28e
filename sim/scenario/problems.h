#pragma once
// Collects everything that is wrong with the user's input, with the source lines for the carets.

#include <map>
#include <string>
#include <vector>

#include "sim/scenario/reader.h"

namespace souk {

class Problems {
 public:
  /// Keeps the text of an input, so that later problems can show their line.
  void AddSource(const std::string& name, const std::string& text);
  void Add(const SourceMark& mark, const std::string& path, const std::string& message);
  /// Everything so far, ordered by place.
  [[nodiscard]] std::vector<Problem> Sorted() const;
  [[nodiscard]] std::size_t size() const { return problems_.size(); }
  /// Line `line` (from 1) of the named input; empty if unknown.
  [[nodiscard]] std::string Line(const std::string& name, int line) const;

 private:
  std::map<std::string, std::vector<std::string>> lines_;
  std::vector<Problem> problems_;
};

/// Splits at '\n', dropping '\r' before it.
std::vector<std::string> SplitLines(const std::string& text);

/// `; allowed a, b, c` (all of them when few) and `; did you mean b?` when a name is near.
std::string Suggest(const std::string& found, const std::vector<std::string>& allowed);

}  // namespace souk
