#pragma once
// The corpus: broken and good scenario files, each of which opens with what the reader must say.
//   # expect: 7:3: browse.leave.intercpt: did you mean      line:column: path: part of the message
//   # schema: cannot tell: <why>                            broken, but not for a JSON Schema

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "sim/scenario/reader.h"

namespace souk {

inline std::vector<std::string> CorpusFiles(const std::string& folder = "tests/unit/scenario/corpus") {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The texts after `# expect: ` at the top of a file.
inline std::vector<std::string> Expectations(const std::string& file) {
  std::ifstream stream(file);
  std::vector<std::string> texts;
  const std::string prefix = "# expect: ";
  for (std::string line; std::getline(stream, line) && line.rfind('#', 0) == 0;) {
    if (line.rfind(prefix, 0) == 0) texts.push_back(line.substr(prefix.size()));
  }
  return texts;
}

/// The first line of a formatted problem, without the name of its file.
inline std::string Headline(const Problem& problem) {
  const std::string text = Format(problem);
  return text.substr(0, text.find('\n')).substr(problem.mark.file.size() + 1);
}

/// True if `headline` is at the place and path of `expected` and holds the rest of it.
inline bool Fulfils(const std::string& headline, const std::string& expected) {
  // `7:3: ` and, where the message has one, the path are stated in full; the message is a part.
  const std::size_t place = expected.find(": ") + 2;
  const std::size_t path = expected.find(": ", place);
  const std::size_t begin = path == std::string::npos ? place : path + 2;
  return headline.compare(0, begin, expected, 0, begin) == 0 &&
         headline.find(expected.substr(begin), begin) != std::string::npos;
}

/// What a file did not expect, and what it did and was not said.
inline std::vector<std::string> Mismatches(const std::string& file, const std::vector<Problem>& problems) {
  std::vector<std::string> expected = Expectations(file);
  std::vector<std::string> mismatches;
  for (const Problem& problem : problems) {
    const std::string headline = Headline(problem);
    const auto found =
        std::find_if(expected.begin(), expected.end(), [&](const auto& e) { return Fulfils(headline, e); });
    if (found == expected.end()) mismatches.push_back("not expected: " + headline);
    else expected.erase(found);
  }
  for (const std::string& missing : expected) mismatches.push_back("not reported: " + missing);
  return mismatches;
}

}  // namespace souk
