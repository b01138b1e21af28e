#include "bench/cli/yaml_difference.h"

#include <map>
#include <sstream>
#include <vector>

namespace souk {
namespace {

struct Leaf {
  std::string path;
  std::string value;
};

/// An open section or list element while the lines go by.
struct Level {
  std::size_t indent;
  std::string path;
  int elements = 0;  ///< list elements seen directly below
};

std::string Join(const std::string& path, const std::string& key) { return path.empty() ? key : path + "." + key; }

/// The values of the text with their dotted paths; list elements go by their name, else by number.
std::vector<Leaf> Flatten(const std::string& yaml) {
  std::vector<Leaf> leaves;
  std::vector<Level> levels = {{0, ""}};
  std::istringstream lines(yaml);
  for (std::string line; std::getline(lines, line);) {
    std::size_t indent = line.find_first_not_of(' ');
    if (indent == std::string::npos || line[indent] == '#') continue;
    const bool element = line.compare(indent, 2, "- ") == 0;
    while (levels.size() > 1 && levels.back().indent > indent) levels.pop_back();
    if (element) {
      const std::size_t after = indent + 2;
      const bool named = line.compare(after, 6, "name: ") == 0;
      const int number = levels.back().elements++;
      levels.push_back({after, Join(levels.back().path, named ? line.substr(after + 6) : std::to_string(number))});
      indent = after;
    }
    const std::size_t colon = line.find(':', indent);
    if (colon == std::string::npos) continue;
    const std::string path = Join(levels.back().path, line.substr(indent, colon - indent));
    const std::size_t value = line.find_first_not_of(' ', colon + 1);
    if (value == std::string::npos) levels.push_back({indent + 1, path});
    else leaves.push_back({path, line.substr(value)});
  }
  return leaves;
}

}  // namespace

std::string DifferenceOfYaml(const std::string& a, const std::string& b) {
  const std::vector<Leaf> of_a = Flatten(a);
  const std::vector<Leaf> of_b = Flatten(b);
  std::map<std::string, std::string> in_a;
  std::map<std::string, std::string> in_b;
  for (const Leaf& leaf : of_a) in_a[leaf.path] = leaf.value;
  for (const Leaf& leaf : of_b) in_b[leaf.path] = leaf.value;
  std::string out;
  for (const auto& [path, value] : of_a) {
    const auto other = in_b.find(path);
    if (other != in_b.end() && other->second == value) continue;
    out += "- " + path + ": " + value + "\n";
    if (other != in_b.end()) out += "+ " + path + ": " + other->second + "\n";
  }
  for (const auto& [path, value] : of_b)
    if (in_a.find(path) == in_a.end()) out += "+ " + path + ": " + value + "\n";
  return out;
}

}  // namespace souk
