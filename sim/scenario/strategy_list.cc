#include "sim/scenario/strategy_list.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "sim/scenario/field_reader.h"
#include "sim/scenario/layers.h"
#include "sim/scenario/yaml_node.h"

namespace souk {
namespace {

std::vector<FieldInfo> NoFields() { return {}; }

std::string_view Trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\n\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n\r") - begin + 1);
}

/// Places of the commas of `text` that separate strategies, and its end.
std::vector<std::size_t> Ends(std::string_view text) {
  std::vector<std::size_t> ends;
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) quote = c == quote ? '\0' : quote;
    else if (c == '"' || c == '\'') quote = c;
    else if (c == '{' || c == '[') ++depth;
    else if (c == '}' || c == ']') --depth;
    else if (c == ',' && depth <= 0) ends.push_back(i);
  }
  ends.push_back(text.size());
  return ends;
}

/// Reads a strategy from what stands for it in YAML.
void ReadNode(const Node& node, NamedStrategy& strategy, Problems& problems) {
  Node map;
  map.kind = Node::Kind::kMap;
  map.mark = node.mark;
  map.entries.emplace_back(Key{strategy.label, node.mark}, node);
  FieldReader reader(problems, NoFields);
  reader.ReadSection(map, {{strategy.label.c_str(), &strategy.spec, {}, "", ""}}, "");
}

Node Scalar(const std::string& text, const SourceMark& mark) {
  Node node;
  node.kind = Node::Kind::kScalar;
  node.scalar = text;
  node.mark = mark;
  return node;
}

/// One strategy of a command line: `label=name{parameters}`, at column `column` of the whole.
NamedStrategy ReadWritten(std::string_view word, const std::string& source, int column, Problems& problems) {
  const auto mark_at = [&](std::size_t at) { return SourceMark{source, 1, column + static_cast<int>(at)}; };
  const std::size_t brace = std::min(word.find('{'), word.size());
  const std::size_t equals = word.substr(0, brace).find('=');
  const std::size_t begin = equals == std::string_view::npos ? 0 : equals + 1;
  const std::string name(Trimmed(word.substr(begin, brace - begin)));
  NamedStrategy strategy;
  if (begin > 0) strategy.label = Trimmed(word.substr(0, equals));
  Node node = Scalar(name, mark_at(begin));
  if (brace < word.size()) {
    const std::size_t before = problems.size();
    Node params = ParseYaml(std::string(word.substr(brace)), mark_at(brace), problems);
    if (problems.size() > before) return strategy;
    if (!name.empty() && params.is_map())
      params.entries.insert(params.entries.begin(), {Key{"name", mark_at(begin)}, std::move(node)});
    node = std::move(params);
  }
  ReadNode(node, strategy, problems);
  return strategy;
}

}  // namespace

StrategyListReading ReadStrategyText(const std::string& text, const std::string& name) {
  Problems problems;
  problems.AddSource(name, text);
  StrategyListReading result;
  std::vector<std::string> written;
  std::size_t begin = 0;
  for (const std::size_t end : Ends(text)) {
    const std::string_view piece = std::string_view(text).substr(begin, end - begin);
    const std::string_view word = Trimmed(piece);
    const auto column =
        static_cast<int>((word.empty() ? begin : static_cast<std::size_t>(word.data() - text.data())) + 1);
    if (word.empty()) problems.Add({name, 1, column}, "", "found nothing; allowed the name of a strategy");
    else result.strategies.push_back(ReadWritten(word, name, column, problems));
    if (!word.empty()) written.emplace_back(word);
    begin = end + 1;
  }
  for (std::size_t i = 0; i < result.strategies.size(); ++i) {
    NamedStrategy& one = result.strategies[i];
    if (!one.label.empty()) continue;
    const auto same = std::count_if(result.strategies.begin(), result.strategies.end(),
                                    [&](const NamedStrategy& other) { return other.spec.name == one.spec.name; });
    one.label = same > 1 ? written[i] : one.spec.name;
  }
  std::map<std::string, int> seen;
  for (const NamedStrategy& one : result.strategies)
    if (++seen[one.label] == 2)
      problems.Add(one.spec.mark, "", "found '" + one.label + "' twice; allowed different labels, as in one=…,two=…");
  result.problems = problems.Sorted();
  return result;
}

StrategyListReading ReadStrategyFile(const std::string& file) { return ReadStrategyFileText(ReadFile(file), file); }

StrategyListReading ReadStrategyFileText(const std::string& text, const std::string& name) {
  Problems problems;
  problems.AddSource(name, text);
  StrategyListReading result;
  const Node root = ParseYaml(text, {name, 1, 1}, problems);
  if (!root.is_map() || root.entries.empty()) {
    if (problems.size() == 0)
      problems.Add({name, 1, 1}, "",
                   "found " + std::string(root.is_map() ? "an empty map" : Describe(root)) +
                       "; allowed a map from labels to strategies");
  } else {
    for (const auto& [key, node] : root.entries) {
      result.strategies.push_back({key.name, {}});
      ReadNode(node, result.strategies.back(), problems);
    }
  }
  result.problems = problems.Sorted();
  return result;
}

}  // namespace souk
